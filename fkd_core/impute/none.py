"""Leave missing keypoints missing."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Points, check_points


def none(points: Points, *, seed: int = 0, shuffle: bool = True) -> Points:  # noqa: ARG001 - one signature
    """Return a float32 copy of `points`, NaN where it was NaN. `seed` and `shuffle` have no effect."""
    check_points(points)
    return np.array(points, dtype=np.float32)
