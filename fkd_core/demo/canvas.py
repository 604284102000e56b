"""An oversized picture on which polygons and strokes are painted with sub-pixel edges.

Coordinates: the centre of the frame's top-left pixel is (0, 0), so the frame covers -0.5 to 95.5. A pixel
is `OVERSAMPLING` canvas pixels wide and its value is their mean: canvas = (pixel + 0.5) * OVERSAMPLING - 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.demo.head import Floats, View

FRAME = 96
OVERSAMPLING = 3
SIDE = FRAME * OVERSAMPLING

Image = npt.NDArray[np.float32]

_SHIFT = 4
_WHOLE = (slice(0, SIDE), slice(0, SIDE))

Patch = tuple[tuple[slice, slice], Image]
"""A rectangle of the canvas and how much of each of its pixels is covered, 0 to 1."""


class Canvas:
    """A float picture addressed in the head's picture plane.

    Args:
        view: takes that plane into the frame.
        px: the picture, float32 `(SIDE, SIDE)`; painted in place.
    """

    def __init__(self, view: View, px: Image) -> None:
        if px.shape != (SIDE, SIDE) or px.dtype != np.float32:
            raise ValueError(f"px must be float32 of {SIDE} by {SIDE}, received {px.dtype} of {px.shape}")
        self.view = view
        self.px = px

    def to_canvas(self, flat: npt.ArrayLike) -> Floats:
        """Points of the head's plane in canvas pixels."""
        return (self.view.place(flat) + 0.5) * OVERSAMPLING - 0.5

    def cover(self, polygon: npt.ArrayLike, soft: float = 0.0) -> Patch:
        """Which part of the canvas a closed polygon covers.

        Args:
            polygon: points `(T, 2)`, or `(n, T, 2)` for several polygons that do not overlap.
            soft: blur of the edge in model units.
        """
        placed = self.to_canvas(polygon)
        points = placed.reshape(-1, 2)
        blur = soft * OVERSAMPLING
        where, origin = self._box(points, 2 + 3 * blur)
        mask = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start), np.uint8)
        if mask.size:
            shapes = _fixed(points - origin).reshape(-1, placed.shape[-2], 2)
            cv2.fillPoly(mask, list(shapes), 255, cv2.LINE_AA, _SHIFT)
        return where, _soften(mask, blur)

    def trace(self, lines: Floats | Sequence[Floats], width: float, soft: float = 0.0) -> Patch:
        """Which part of the canvas open lines cover; `width` in model units, never under one canvas pixel."""
        if not len(lines):
            return (slice(0, 0), slice(0, 0)), np.zeros((0, 0), np.float32)
        points = self.to_canvas(np.concatenate(lines))
        thick = self._thick(width)
        blur = soft * OVERSAMPLING
        where, origin = self._box(points, 2 + thick + 3 * blur)
        mask = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start), np.uint8)
        if mask.size:
            paths = _split(_fixed(points - origin), lines)
            cv2.polylines(mask, paths, False, 255, thick, cv2.LINE_AA, _SHIFT)
        return where, _soften(mask, blur)

    def comb(
        self,
        bundles: Sequence[Floats],
        tones: Sequence[npt.NDArray[np.intp]],
        values: Floats,
        width: float,
        alpha: float,
    ) -> None:
        """Lay bundles of strands over the picture in one go.

        Args:
            bundles: lines `(n, T, 2)`; T may differ from bundle to bundle.
            tones: for each bundle the index of each line's value, `(n,)`.
            values: from below to above; lines of later values cover those of earlier ones.
            width: in model units.
            alpha: how much the strands hide.
        """
        thick = self._thick(width)
        top, mean = float(values.max()), float(values.mean())
        strands = np.zeros((SIDE, SIDE, 3), np.uint8)
        strands[..., 0] = round(255 * mean / top)
        fixed = [_fixed(self.to_canvas(lines)) for lines in bundles]
        for tone, value in enumerate(values):
            paths = [
                line for lines, tone_of in zip(fixed, tones, strict=True) for line in lines[tone_of == tone]
            ]
            if paths:
                colour = (round(255 * float(value) / top), 255, 0)
                cv2.polylines(strands, paths, False, colour, thick, cv2.LINE_AA, _SHIFT)
        cover = strands[..., 1] * np.float32(alpha / 255)
        self.px += (strands[..., 0] * np.float32(top / 255) - self.px) * cover

    def paint(
        self, patch: Patch, value: float | Image, alpha: float = 1.0, clip: Image | None = None
    ) -> None:
        """Lay a value over the covered part; `clip` (whole canvas) limits it further."""
        where, mask = patch
        if not mask.size:
            return
        share = mask * np.float32(alpha)
        if clip is not None:
            share *= clip[where]
        under = self.px[where]
        over = value[where] if isinstance(value, np.ndarray) else np.float32(value)
        under += (over - under) * share

    def scale(self, patch: Patch, factor: float, clip: Image | None = None) -> None:
        """Multiply the covered part by a factor: shadow below 1, light above."""
        where, mask = patch
        share = mask if clip is None else mask * clip[where]
        self.px[where] *= 1 + share * np.float32(factor - 1)

    def spread(self, patch: Patch) -> Image:
        """A patch as a picture of the whole canvas."""
        whole = np.zeros((SIDE, SIDE), np.float32)
        where, mask = patch
        whole[where] = mask
        return whole

    def _thick(self, width: float) -> int:
        return max(1, round(width * OVERSAMPLING * float(np.hypot(*self.view.tilt[0]))))

    def _box(self, points: Floats, margin: float) -> tuple[tuple[slice, slice], Floats]:
        left, top = (min(max(int(v - margin), 0), SIDE) for v in points.min(0))
        right, bottom = (min(max(int(v + margin) + 2, 0), SIDE) for v in points.max(0))
        where = slice(top, max(top, bottom)), slice(left, max(left, right))
        return where, np.array([left, top], np.float64)


def _fixed(points: Floats) -> npt.NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)


def _split(points: npt.NDArray[np.int32], lines: Floats | Sequence[Floats]) -> list[npt.NDArray[np.int32]]:
    ends = accumulate(len(line) for line in lines)
    return [points[end - len(line) : end] for line, end in zip(lines, ends, strict=True)]


def _soften(mask: npt.NDArray[np.uint8], blur: float) -> Image:
    share = mask * np.float32(1 / 255)
    if blur < 0.4 or not share.size:
        return share
    # A wide blur leaves nothing that a coarser raster would lose, and costs a fraction there.
    coarser = min(4, int(blur / 1.4))
    if coarser < 2 or min(share.shape) < 4 * coarser:
        return np.asarray(cv2.GaussianBlur(share, (0, 0), blur), np.float32)
    rows, columns = share.shape
    small = cv2.resize(share, (columns // coarser, rows // coarser), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), blur / coarser)
    return np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)


def ring(centre: npt.ArrayLike, radius: float, squash: float = 1.0) -> Floats:
    """Ellipses `(…, 24, 2)` around centres `(…, 2)`; `squash` is width by height."""
    angle = np.arange(24) * (2 * np.pi / 24)
    return np.asarray(centre)[..., None, :] + radius * np.stack([squash * np.cos(angle), np.sin(angle)], 1)


def shrink(px: Image) -> Image:
    """The canvas as the frame sees it: each pixel the mean of its canvas pixels."""
    return np.asarray(cv2.resize(px, (FRAME, FRAME), interpolation=cv2.INTER_AREA), np.float32)
