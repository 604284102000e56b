"""Copies that differ by a shift of whole pixels are drawn once, on a canvas, and cut out of it.

The notebook's set has each face turned and then shifted along four diagonals: five copies whose pixels are
the same but for where the frame lies. Four faces are drawn together, as the four channels of one picture,
because then the places of the pixels are computed once for all four. Both together are several times as quick
as drawing each copy by itself; a pixel in some ten thousand comes out one grey level apart from that.
"""

from __future__ import annotations

from functools import lru_cache

import attrs
import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Floats, Images
from fkd_core.augment.geometry import transform_points
from fkd_core.augment.transforms import Affine, Transform

LANES = 4
"""the most channels that OpenCV computes together"""
_SAME = 1e-9
"""pixels within which two shifts are one"""

Indices = npt.NDArray[np.int64]
Cut = tuple[slice, slice, slice, slice]


@attrs.frozen(eq=False)
class Family:
    """Maps that differ by whole pixels alone.

    Args:
        matrix: 2×3, from a face to the canvas; None where a face itself is the canvas.
        cuts: for the index of each map, rows and columns of its frame and those of the canvas that go there;
            what no canvas reaches is black.
        size: height and width of a face.
        width: of the canvas.
        margin: black pixels around a face, from which on `matrix` counts, so that the canvas takes nothing
            from outside: looking for the edge at each pixel would cost a quarter more.
    """

    matrix: Floats | None
    cuts: dict[int, Cut]
    size: tuple[int, int]
    width: int
    margin: int = 0

    def draw(self, images: Images, rows: Indices, which: Indices, at: Indices, out: Images) -> None:
        """Draw copies into their places.

        Args:
            images: `(N, H, W)` uint8, all faces.
            rows: `(M,)` the face of each copy.
            which: `(M,)` the index of its map.
            at: `(M,)` its place in `out`.
            out: `(B, H, W)` uint8, black.
        """
        order = np.argsort(rows, kind="stable")
        copies = list(zip(rows[order].tolist(), which[order].tolist(), at[order].tolist(), strict=True))
        cuts = self.cuts
        if self.matrix is None:
            for row, index, place in copies:
                down, across, from_rows, from_columns = cuts[index]
                out[place, down, across] = images[row, from_rows, from_columns]
            return
        faces = np.unique(rows).tolist()
        lane_of = {face: number % LANES for number, face in enumerate(faces)}
        needed = [self.cuts[index] for index in np.unique(which).tolist()]
        # Rows that no copy needs are left out. Columns are not: where a row ends decides how its last pixels
        # are rounded, and a copy must be the same in whatever batch it is made.
        height, width = max(cut[2].stop for cut in needed), self.width
        packed = np.empty((*self.size, LANES), np.uint8)
        margin, (high, wide) = self.margin, self.size
        padded = np.zeros((high + 2 * margin, wide + 2 * margin, LANES), np.uint8)
        inner = padded[margin : margin + high, margin : margin + wide]
        moved = np.empty((height, width, LANES), np.uint8)
        lanes = [np.empty((height, width), np.uint8) for _ in range(LANES)]
        done = 0
        for start in range(0, len(faces), LANES):
            group = faces[start : start + LANES]
            # Places that no face takes are filled up: each is drawn alike whatever stands beside it.
            together = [np.ascontiguousarray(images[face]) for face in group]
            cv2.merge(together + together[-1:] * (LANES - len(group)), packed)
            inner[:] = packed
            cv2.warpAffine(padded, self.matrix, (width, height), dst=moved, flags=cv2.INTER_LINEAR)
            cv2.split(moved, lanes)
            while done < len(copies) and copies[done][0] <= group[-1]:
                row, index, place = copies[done]
                down, across, from_rows, from_columns = cuts[index]
                out[place, down, across] = lanes[lane_of[row]][from_rows, from_columns]
                done += 1


@lru_cache(maxsize=16)
def families(transforms: tuple[Transform, ...], size: tuple[int, int]) -> tuple[Family, ...]:
    """The affine maps among some changes, those together that differ by whole pixels.

    Args:
        transforms: the changes; all but affine maps are left out.
        size: height and width of a face.
    """
    found: list[tuple[Floats, dict[int, tuple[int, int]]]] = []
    for index, change in enumerate(transforms):
        if isinstance(change, Affine):
            for matrix, members in found:
                step = _whole_step(matrix, change.matrix)
                if step is not None:
                    members[index] = step
                    break
            else:
                found.append((change.matrix, {index: (0, 0)}))
    return tuple(_family(matrix, members, size) for matrix, members in found)


@lru_cache(maxsize=16)
def family_of(transforms: tuple[Transform, ...], size: tuple[int, int]) -> npt.NDArray[np.int8]:
    """The position of each change's family `(T,)`; -1 for one that is no affine map."""
    found = np.full(len(transforms), -1, np.int8)
    for number, family in enumerate(families(transforms, size)):
        found[list(family.cuts)] = number
    return found


@lru_cache(maxsize=16)
def matrices(transforms: tuple[Transform, ...]) -> Floats:
    """The map `(T, 2, 3)` of each change; NaN for one that is no affine map."""
    none = np.full((2, 3), np.nan)
    return np.stack([change.matrix if isinstance(change, Affine) else none for change in transforms])


def _whole_step(one: Floats, other: Floats) -> tuple[int, int] | None:
    """How many pixels further to the right and down the other map leads, if that is all the difference."""
    steps = other[:, 2] - one[:, 2]
    whole = np.rint(steps)
    if np.array_equal(one[:, :2], other[:, :2]) and (np.abs(steps - whole) < _SAME).all():
        return int(whole[0]), int(whole[1])
    return None


def _family(matrix: Floats, members: dict[int, tuple[int, int]], size: tuple[int, int]) -> Family:
    height, width = size
    identity = _whole_step(np.array([[1.0, 0, 0], [0, 1, 0]]), matrix)
    # In pixels of the first map: frames lie at minus their shift, the canvas where frames and picture meet.
    lefts, tops = zip(*((-dx, -dy) for dx, dy in members.values()), strict=True)
    box = (min(lefts), min(tops), max(lefts) + width, max(tops) + height)
    if identity is not None:
        box = (identity[0], identity[1], identity[0] + width, identity[1] + height)
    elif len(members) > 1:
        # A single map is drawn as it always was; where more share a canvas it ends where the picture does.
        corners = np.array([[-1.0, -1], [width, -1], [-1, height], [width, height]])
        moved = transform_points(corners, matrix)
        low, high = np.floor(moved.min(axis=0)), np.ceil(moved.max(axis=0))
        box = (
            *(max(box[0], int(low[0])), max(box[1], int(low[1]))),
            *(min(box[2], int(high[0]) + 1), min(box[3], int(high[1]) + 1)),
        )
    cuts = {
        index: (
            *(_part(-dy, height, box[1], box[3]), _part(-dx, width, box[0], box[2])),
            *(
                _part(box[1], box[3] - box[1], -dy, height - dy),
                _part(box[0], box[2] - box[0], -dx, width - dx),
            ),
        )
        for index, (dx, dy) in members.items()
    }
    if identity is not None:
        return Family(None, cuts, size, width)
    to_canvas = np.column_stack([matrix[:, :2], matrix[:, 2] - box[:2]])
    margin = 0 if len(members) == 1 else _margin(to_canvas, (box[3] - box[1], box[2] - box[0]), size)
    to_canvas[:, 2] -= to_canvas[:, :2] @ (margin, margin)
    return Family(to_canvas, cuts, size, box[2] - box[0], margin)


def _margin(matrix: Floats, canvas: tuple[int, int], size: tuple[int, int]) -> int:
    """How far beyond a face a canvas reaches; no more than half the face, to be worth it."""
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([[x, y] for x in (0.0, canvas[1]) for y in (0.0, canvas[0])])
    places = transform_points(corners, np.asarray(back, np.float64))
    beyond = max(-places.min(), (places - (size[1], size[0])).max(), 0.0)
    return min(int(np.ceil(beyond)) + 2, min(size) // 2)


def _part(start: int, length: int, other_start: int, other_end: int) -> slice:
    """The part of a span, counted from its start, that another span covers."""
    first = min(max(other_start - start, 0), length)
    return slice(first, max(first, min(other_end - start, length)))
