"""Fill missing keypoints with the mean of the known ones."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Points, check_points, columns


def mean(points: Points, *, seed: int = 0, shuffle: bool = True) -> Points:  # noqa: ARG001 - one signature
    """Put the mean of its column wherever a value is missing; every x and every y is a column of its own.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown.
        seed: has no effect.
        shuffle: has no effect: a mean does not depend on the order of the rows.

    Returns:
        `(N, K, 2)` float32. A column without any value stays NaN.

    Raises:
        ValueError: if `points` has another shape or holds infinite values.
    """
    check_points(points)
    filled = np.array(points, dtype=np.float32)
    for column in columns(filled):
        missing = np.isnan(column)
        if missing.any() and not missing.all():
            # float32 sums of a million coordinates lose whole pixels
            column[missing] = column[~missing].mean(dtype=np.float64)
    return filled
