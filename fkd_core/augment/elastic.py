"""Smooth random bending of a face: a surface of cubic B-splines over a coarse grid of knots."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from fkd_core.arrays import Floats

CELLS = 4
"""Cells of the grid along each side of the frame."""
KNOTS = CELLS + 3
"""Knots along each side: a cubic B-spline reaches one knot beyond its cell before, and two after."""
_TAPS = np.arange(4)
_NEAR, _MOST_STEPS = 1e-4, 40


class Bend:
    """A displacement of every place of the frame, with no fold in it.

    The picture at the place `q` is taken from `q + u(q)`. A cubic B-spline changes by no more than the
    difference of two neighbouring knots over a cell, so with knots of up to a quarter of a cell no two
    places are exchanged, and a keypoint's new place is found by repeating `q = p - u(q)`.

    Args:
        knots: `(KNOTS, KNOTS, 2)` displacements in pixels, x and y; longer ones than a quarter of a cell are
            shortened to it.
        size: height and width of the frame.
    """

    def __init__(self, knots: Floats, size: tuple[int, int]) -> None:
        self._cell = (max(size[1] - 1, 1) / CELLS, max(size[0] - 1, 1) / CELLS)
        limit = min(self._cell) / 4
        self._knots = np.clip(knots, -limit, limit)
        self._size = size

    def field(self) -> Floats:
        """The displacement at every pixel, `(H, W, 2)`."""
        height, width = self._size
        down, across = _basis_of_pixels(height), _basis_of_pixels(width)
        return np.stack([down @ self._knots[..., axis] @ across.T for axis in (0, 1)], axis=-1)

    def at(self, points: Floats) -> Floats:
        """The displacement at places `(K, 2)`; outside the frame that of its edge, for NaN NaN."""
        known = np.isfinite(points)
        places = np.clip(np.where(known, points, 0.0) / self._cell, 0, CELLS)
        cells = np.minimum(places.astype(np.int64), CELLS - 1)
        weights = _cubic(places - cells)
        taps = cells[:, :, np.newaxis] + _TAPS
        near = self._knots[taps[:, 1, :, np.newaxis], taps[:, 0, np.newaxis, :]]
        found: Floats = np.einsum("kj,ki,kjic->kc", weights[:, 1], weights[:, 0], near)
        found[~known.all(axis=1)] = np.nan
        return found

    def move(self, points: Floats) -> Floats:
        """Where keypoints `(K, 2)` of the unbent face come to lie, to a thousandth of a pixel."""
        found = points
        for _ in range(_MOST_STEPS):
            before, found = found, points - self.at(found)
            if not (np.abs(found - before) > _NEAR).any():
                break
        return found


def _cubic(t: Floats) -> Floats:
    """The weights `(…, 4)` of the four knots around a place, `t` of a cell (0 to 1) behind the second."""
    parts = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3
    return np.stack(parts, axis=-1) / 6


@lru_cache(maxsize=8)
def _basis_of_pixels(count: int) -> Floats:
    """The weights `(count, KNOTS)` of all knots at each pixel of a side."""
    places = np.arange(count, dtype=np.float64) * (CELLS / max(count - 1, 1))
    cells = np.minimum(places.astype(np.int64), CELLS - 1)
    weights = np.zeros((count, KNOTS))
    np.put_along_axis(weights, cells[:, np.newaxis] + _TAPS, _cubic(places - cells), axis=1)
    return weights
