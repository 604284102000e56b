"""An oversized picture on which polygons and strokes are painted with sub-pixel edges.

Coordinates: the centre of the frame's top-left pixel is (0, 0), so the frame covers -0.5 to 95.5. A pixel is
`OVERSAMPLING` canvas pixels wide and the mean of those is its value, hence canvas = (pixel + 0.5) * OVERSAMPLING - 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.demo.head import Floats, View

FRAME = 96
OVERSAMPLING = 4
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
        """Which part of the canvas a closed polygon covers; `soft` is the blur of its edge in model units."""
        points = self.to_canvas(polygon)
        blur = soft * OVERSAMPLING
        where, origin = self._box(points, 2 + 3 * blur)
        mask = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start), np.uint8)
        if mask.size:
            cv2.fillPoly(mask, [_fixed(points - origin)], 255, cv2.LINE_AA, _SHIFT)
        return where, _soften(mask, blur)

    def trace(self, lines: Floats | Sequence[Floats], width: float, soft: float = 0.0) -> Patch:
        """Which part of the canvas open lines cover; `width` in model units, never under one canvas pixel."""
        if not len(lines):
            return (slice(0, 0), slice(0, 0)), np.zeros((0, 0), np.float32)
        counts = [len(line) for line in lines]
        points = self.to_canvas(np.concatenate(lines))
        thick = max(1, round(width * OVERSAMPLING * float(np.hypot(*self.view.tilt[0]))))
        blur = soft * OVERSAMPLING
        where, origin = self._box(points, 2 + thick + 3 * blur)
        mask = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start), np.uint8)
        if mask.size:
            paths = np.split(_fixed(points - origin), np.cumsum(counts)[:-1])
            cv2.polylines(mask, paths, False, 255, thick, cv2.LINE_AA, _SHIFT)
        return where, _soften(mask, blur)

    def paint(self, patch: Patch, value: float | Image, alpha: float = 1.0, clip: Image | None = None) -> None:
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

    def _box(self, points: Floats, margin: float) -> tuple[tuple[slice, slice], Floats]:
        low = np.clip(np.floor(points.min(0) - margin), 0, SIDE).astype(int)
        high = np.clip(np.ceil(points.max(0) + margin) + 1, 0, SIDE).astype(int)
        high = np.maximum(low, high)
        return (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))), low.astype(np.float64)


def _fixed(points: Floats) -> npt.NDArray[np.int32]:
    return np.round(points * (1 << _SHIFT)).astype(np.int32)


def _soften(mask: npt.NDArray[np.uint8], blur: float) -> Image:
    share = mask.astype(np.float32) * np.float32(1 / 255)
    return cv2.GaussianBlur(share, (0, 0), blur) if blur > 0 and share.size else share  # type: ignore[return-value]


def shrink(px: Image) -> Image:
    """The canvas as the frame sees it: each pixel the mean of its canvas pixels."""
    return cv2.resize(px, (FRAME, FRAME), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]
