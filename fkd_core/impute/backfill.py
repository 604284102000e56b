"""The published notebook's imputation: the next known value in the column, else the last one before."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Points, check_points, columns


def backfill(points: Points, *, seed: int = 0, shuffle: bool = True) -> Points:
    """Fill each missing value backward, then forward, along the rows in a shuffled order.

    Every x and every y is a column of its own, as in the notebook, which filled the table of 30
    columns. A keypoint with only one coordinate known therefore gets the other from another face.
    The notebook threw its shuffled table away, so what it ran is `shuffle=False`: neighbours in the
    file fill each other.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown.
        seed: decides the order of the rows; no effect without `shuffle`.
        shuffle: whether the rows are put in a random order before filling.

    Returns:
        `(N, K, 2)` float32 in the order of `points`. A column without any value stays NaN.

    Raises:
        ValueError: if `points` has another shape or holds infinite values, or `seed` is negative.
    """
    check_points(points)
    if seed < 0:
        raise ValueError(f"seed must not be negative, received {seed}")
    filled = np.array(points, dtype=np.float32)
    rows = len(filled)
    order = np.random.default_rng(seed).permutation(rows) if shuffle else np.arange(rows)
    for column in columns(filled):
        known = ~np.isnan(column[order])
        if known.any():
            column[order] = column[order][_sources(known)]
    return filled


def _sources(known: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each position the next known one, itself included; beyond the last, the last."""
    positions = np.flatnonzero(known)
    following = np.searchsorted(positions, np.arange(len(known)))
    return positions[np.minimum(following, len(positions) - 1)]
