"""Smooth random bending of a face: a surface of cubic B-splines over a coarse grid of knots."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from fkd_core.arrays import Floats

CELLS = 4
"""Cells of the grid along each side of the frame."""
KNOTS = CELLS + 3
"""Knots along each side: a cubic B-spline reaches one knot beyond its cell before, and two after."""
_STEPS = 40


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
        across = _basis(np.clip(points[:, 0] / self._cell[0], 0, CELLS))
        down = _basis(np.clip(points[:, 1] / self._cell[1], 0, CELLS))
        return np.stack([((down @ self._knots[..., axis]) * across).sum(axis=1) for axis in (0, 1)], axis=-1)

    def move(self, points: Floats) -> Floats:
        """Where keypoints `(K, 2)` of the unbent face come to lie."""
        found = points
        for _ in range(_STEPS):
            found = points - self.at(found)
        return found


def _basis(places: Floats) -> Floats:
    """The weights `(N, KNOTS)` of the knots at places from 0 to `CELLS`."""
    known = np.where(np.isfinite(places), places, 0.0)
    cell = np.minimum(known.astype(np.int64), CELLS - 1)
    t = known - cell
    weights = np.zeros((len(places), KNOTS))
    rows = np.arange(len(places))
    cubic = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3
    for knot, values in enumerate(cubic):
        weights[rows, cell + knot] = values / 6
    weights[~np.isfinite(places)] = np.nan
    return weights


@lru_cache(maxsize=8)
def _basis_of_pixels(count: int) -> Floats:
    return _basis(np.arange(count, dtype=np.float64) * (CELLS / max(count - 1, 1)))
