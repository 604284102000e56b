"""Which copies are made of which faces. Decided from the keypoints alone; pictures are made on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Images, Points, check_images, check_points
from fkd_core.augment.geometry import inside, transform_points
from fkd_core.augment.shared import families, family_of, matrices
from fkd_core.augment.transforms import Original, Transform

Indices = npt.NDArray[np.integer[Any]]


@attrs.frozen(eq=False)
class Plan:
    """M copies, each a face and a change.

    Args:
        transforms: the changes; the first leaves the face as it is.
        rows: `(M,)` the face each copy is made of.
        which: `(M,)` the index of its change in `transforms`.
        seed: of what is random in drawing, such as noise.

    Raises:
        ValueError: if rows and changes differ in number or name a change that is not there.
    """

    transforms: tuple[Transform, ...]
    rows: npt.NDArray[np.int64]
    which: npt.NDArray[np.int16]
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.transforms or not isinstance(self.transforms[0], Original):
            raise ValueError(f"the first change must be the original, received {self.transforms[:1]}")
        if self.rows.ndim != 1 or self.rows.shape != self.which.shape:
            raise ValueError(
                f"rows and which must have one shape (M,), received {self.rows.shape} and {self.which.shape}"
            )
        if self.which.size and not 0 <= self.which.min() <= self.which.max() < len(self.transforms):
            raise ValueError(
                f"which must be 0 to {len(self.transforms) - 1}, "
                f"received {self.which.min()} to {self.which.max()}"
            )
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, received {self.seed}")

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def originals(self) -> npt.NDArray[np.bool_]:
        """`(M,)` which copies are the faces as they are."""
        return np.equal(self.which, 0)

    def counts(self) -> dict[str, int]:
        """How many copies there are of each change, by its name."""
        found = np.bincount(self.which, minlength=len(self.transforms))
        return {change.name: int(count) for change, count in zip(self.transforms, found, strict=True)}

    def take(self, chosen: Indices) -> Plan:
        """The plan of the chosen copies, in that order."""
        return attrs.evolve(self, rows=self.rows[chosen], which=self.which[chosen])

    def by_face(self) -> Plan:
        """The same copies, face after face: then those that share pixels come in one batch, and are quick."""
        return self.take(np.argsort(self.rows, kind="stable"))

    def of_faces(self, rows: Indices) -> Plan:
        """The copies of some faces only, such as those of a training split."""
        return self.take(np.flatnonzero(np.isin(self.rows, rows)))

    def batch(self, chosen: Indices, images: Images, points: Points) -> tuple[Images, Points]:
        """Make the chosen copies.

        Args:
            chosen: `(B,)` positions in the plan, any order, repeats allowed.
            images: `(N, H, W)` uint8, all faces; a memory map will do.
            points: `(N, K, 2)`, their keypoints.

        Returns:
            `(B, H, W)` uint8 and `(B, K, 2)` float32. A copy is the same in whatever batch it is made.
        """
        rows, which = self.rows[chosen], self.which[chosen]
        pictures = np.zeros((len(rows), *images.shape[1:]), dtype=np.uint8)
        moved = np.empty((len(rows), *points.shape[1:]), dtype=np.float32)
        size = images.shape[1:]
        kinds = family_of(self.transforms, size)[which]
        for index in np.unique(which[kinds < 0]).tolist():
            same = np.flatnonzero(which == index)
            self._draw_other(self.transforms[index], index, rows, same, images, pictures)
            moved[same] = self.transforms[index].move(points[rows[same]])
        for number, family in enumerate(families(self.transforms, size)):
            same = np.flatnonzero(kinds == number)
            if len(same):
                family.draw(images, rows[same], which[same].astype(np.int64), same, pictures)
        affine = np.flatnonzero(kinds >= 0)
        moved[affine] = transform_points(points[rows[affine]], matrices(self.transforms)[which[affine]])
        return pictures, moved

    def _draw_other(
        self,
        transform: Transform,
        index: int,
        rows: npt.NDArray[np.int64],
        same: npt.NDArray[np.int64],
        images: Images,
        out: Images,
    ) -> None:
        """Draw the copies of one change that is no affine map."""
        if isinstance(transform, Original):
            out[same] = images[rows[same]]
            return
        for at, row in zip(same.tolist(), rows[same].tolist(), strict=True):
            out[at] = transform.draw(images[row], (self.seed, index, row))


def make_plan(
    points: Points, transforms: Sequence[Transform], size: tuple[int, int] = (96, 96), *, seed: int = 0
) -> Plan:
    """List every copy that survives: all faces for each change, less those that leave the frame.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown; an unknown keypoint cannot leave the frame.
        transforms: the changes besides the original, which always comes first.
        size: height and width of the faces.
        seed: of what is random in drawing.

    Returns:
        The originals in the order of the faces, then the copies, change by change.

    Raises:
        ValueError: if `points` has another shape or holds infinite values, or `seed` is negative.
    """
    check_points(points)
    changes: tuple[Transform, ...] = (Original(), *transforms)
    survivors = []
    for change in changes:
        if change.bounded:
            survivors.append(np.flatnonzero(inside(change.move(points), size).all(axis=-1)))
        else:
            survivors.append(np.arange(len(points)))
    which = np.repeat(np.arange(len(changes), dtype=np.int16), [len(rows) for rows in survivors])
    return Plan(changes, np.concatenate(survivors).astype(np.int64), which, seed)


def check_fit(plan: Plan, images: Images, points: Points) -> None:
    """Make sure that a plan can be carried out on these faces.

    Raises:
        ValueError: if the arrays have other shapes, differ in number or lack a face of the plan.
    """
    check_images(images)
    check_points(points)
    if len(images) != len(points):
        raise ValueError(f"images and points must be as many, received {len(images)} and {len(points)}")
    if len(plan) and int(plan.rows.max()) >= len(images):
        raise ValueError(f"the plan needs face {int(plan.rows.max())}, received {len(images)} faces")
