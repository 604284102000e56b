"""Which keypoints are asked together: the patterns of a lookup table, and the faces that are like them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask

COMMON = 0.05
"""Share of the asked faces from which on a set of keypoints is a pattern of its own."""


def common_patterns(asked: Mask, *, share: float = COMMON) -> Mask:
    """The sets of keypoints that many faces are asked for, the most frequent first.

    Args:
        asked: `(M, K)`, which keypoints are asked of each face; faces of which nothing is asked do not count.
        share: of the asked faces that makes a set a pattern.

    Returns:
        `(P, K)`; the most frequent set alone where none is frequent, none where nothing is asked.
    """
    faces = asked[asked.any(axis=1)]
    if not len(faces):
        return np.zeros((0, asked.shape[1]), np.bool_)
    found, counts = np.unique(faces, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    many = counts[order] >= share * len(faces)
    many[0] = True
    return np.asarray(found[order][many], np.bool_)


def nearest_pattern(patterns: Mask, known: Mask) -> NDArray[np.intp]:
    """For each face `(N, K)` the pattern `(P, K)` that differs in the fewest keypoints, the first of equals.

    Raises:
        ValueError: if there is no pattern.
    """
    if not len(patterns):
        raise ValueError("patterns must be one or more, received none")
    apart = (patterns[None] != known[:, None]).sum(axis=2)
    return np.asarray(apart.argmin(axis=1), np.intp)
