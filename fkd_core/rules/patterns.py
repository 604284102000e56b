"""Which keypoints rows have: files made from several sources show it there first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask

SMALLEST_SHARE = 0.05
"""Fewer rows than this share are oddities of a rule and no rule: a network could not learn it from them."""

SMALLEST = 30
"""And fewer rows than this say nothing about medians."""


def fewest_rows(rows: int) -> int:
    """How many of so many rows a rule must have."""
    return max(SMALLEST, int(np.ceil(SMALLEST_SHARE * rows)))


def row_patterns(known: Mask) -> NDArray[np.int64]:
    """The pattern that each row follows: patterns of enough rows stand alone, others join the nearest.

    The nearest pattern is the one that differs in the fewest keypoints, among equals the commonest.

    Args:
        known: `(N, K)`, which keypoints are labelled.

    Returns:
        `(N,)` numbers of patterns, the commonest first; -1 for rows without a label.
    """
    pattern = np.full(len(known), -1)
    labelled = np.flatnonzero(known.any(axis=1))
    if not len(labelled):
        return pattern
    kinds, place, counts = np.unique(known[labelled], axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    main = order[counts[order] >= fewest_rows(len(labelled))]
    main = main if len(main) else order[:1]
    differences = (kinds[:, None, :] != kinds[main][None]).sum(axis=2)
    pattern[labelled] = differences.argmin(axis=1)[place.reshape(-1)]
    return pattern
