"""Which keypoint is meant, as pure functions over points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

REACH = 14.0
"""how far from a marker, in widget pixels, the pointer still means it"""


LEEWAY = 4.0
"""how much farther than another a preferred marker may be and still be the one meant"""


def nearest(
    places: NDArray[Any], x: float, y: float, reach: float = REACH, prefer: Iterable[int] = ()
) -> int | None:
    """The keypoint nearest to a place, None if none is within reach.

    Args:
        places: `(K, 2)` in widget pixels, NaN where a keypoint is not shown.
        x, y: the place.
        reach: largest distance.
        prefer: keypoints that are meant rather than others about as near.
    """
    distances = np.hypot(places[:, 0] - x, places[:, 1] - y)
    if not np.isfinite(distances).any():
        return None
    found = int(np.nanargmin(distances))
    for k in prefer:
        if distances[k] <= min(reach, distances[found] + LEEWAY) and k != found:
            found = k
    return found if distances[found] <= reach else None


def inside(places: NDArray[Any], one: tuple[float, float], other: tuple[float, float]) -> tuple[int, ...]:
    """The keypoints in the box between two of its corners.

    Args:
        places: `(K, 2)` in widget pixels, NaN where a keypoint is not shown.
    """
    corners = np.array([one, other])
    within = (places >= corners.min(axis=0)) & (places <= corners.max(axis=0))
    return tuple(np.flatnonzero(within.all(axis=1)).tolist())


def following(selected: Iterable[int], count: int, step: int) -> int:
    """The keypoint after (step 1) or before (step -1) the selected ones, around the end."""
    chosen = sorted(selected)
    if not chosen:
        return 0 if step > 0 else count - 1
    return (chosen[-1] + 1) % count if step > 0 else (chosen[0] - 1) % count


def toggled(selected: tuple[int, ...], keypoint: int) -> tuple[int, ...]:
    """The selection with one more keypoint, or without it if it was there."""
    if keypoint in selected:
        return tuple(k for k in selected if k != keypoint)
    return (*selected, keypoint)
