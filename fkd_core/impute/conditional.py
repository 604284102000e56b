"""How the keypoints of a face go together, and what those that are known say of the missing ones."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.impute.pattern import FREEDOM, Columns, Indices, Pattern, kinds_of, patterns_for

NO_GROUP = -1

CONTRADICTION = 4.0
"""Deviations from what the others of its row say at which nothing is told from a known keypoint."""


@attrs.frozen(eq=False)
class Filled:
    """Keypoints with nothing missing that can be told.

    Args:
        values: float64 `(N, K, 2)`, the known ones unchanged, NaN where no row has the coordinate.
        variance: float64 `(N, K, 2)`, 0 where known, NaN where nobody can say.
    """

    values: Floats
    variance: Floats


@attrs.frozen(eq=False)
class Conditional:
    """A multivariate t distribution of the 2K coordinates of a face; `fitting.fit` makes it.

    Args:
        means: `(G + 1, 2K)`, one row a group and, last, one for all; NaN where no row has the coordinate.
        scatter: `(2K, 2K)` around them.
        told: `(2K,)`, whether at least two rows say how far a coordinate spreads.
    """

    means: Floats
    scatter: Floats
    told: Columns

    def fill(
        self,
        points: NDArray[np.floating[Any]],
        groups: NDArray[np.integer[Any]] | None = None,
        *,
        answers: NDArray[np.integer[Any]] | None = None,
    ) -> Filled:
        """Put the expected value, given those that its row has, wherever one is missing.

        A row without any gets the mean. A known keypoint that contradicts the others of its row stays as it
        is, but nothing is told from it.

        Args:
            points: `(N, K, 2)`, NaN where unknown.
            groups: `(N,)`, the group of each row, -1 where it has none; no row has one if None.
            answers: `(N,)`, the group whose mean the missing coordinates of each row have; its own if None.
        """
        rows = flat(points)
        known, some = ~np.isnan(rows), ~np.isnan(self.means[NO_GROUP])
        which = np.full(len(rows), NO_GROUP) if groups is None else groups
        gaps = np.where(known & some, rows - self.means[which], 0.0)
        centre = self.means[which if answers is None else answers]
        values, variance = centre.copy(), np.full(rows.shape, np.nan)
        trusted = known & some
        waiting = np.flatnonzero((~known & some).any(axis=1))
        while len(waiting):
            doubted = [np.empty(0, np.intp)]
            kinds, members = kinds_of(trusted[waiting])
            for pattern, places in zip(patterns_for(self.scatter, kinds, some), members, strict=True):
                chosen = waiting[places]
                here = np.where(pattern.known, gaps[chosen], 0.0)
                values[chosen] = centre[chosen] + here @ pattern.gain
                variance[chosen] = np.where(self.told & some, pattern.variances(here), np.nan)
                worst = _contradicting(pattern, here)
                odd = worst >= 0
                for axis in (0, 1):
                    trusted[chosen[odd], 2 * worst[odd] + axis] = False
                doubted.append(chosen[odd])
            waiting = np.concatenate(doubted)
        values[known], variance[known] = rows[known], 0.0
        return Filled(values.reshape(points.shape), variance.reshape(points.shape))


def flat(points: NDArray[np.floating[Any]]) -> Floats:
    """`(N, K, 2)` as float64 `(N, 2K)`, a new array."""
    return np.array(points, np.float64, order="C").reshape(len(points), 2 * points.shape[1])


def _contradicting(pattern: Pattern, gaps: Floats) -> Indices:
    """For each row the known keypoint that the others of the row contradict most, -1 where none is wrong.

    A keypoint is judged by the distribution that the others of its row give it; of a row's only keypoint
    nothing can be said.
    """
    columns = np.flatnonzero(pattern.known)
    keypoints = np.unique(columns // 2)
    found, size = np.full(len(gaps), -1), np.full(len(gaps), CONTRADICTION**2)
    if len(keypoints) < 2:
        return found
    pull, whole = gaps @ pattern.precision, pattern.distances(gaps)
    for keypoint in keypoints.tolist():
        own = columns[columns // 2 == keypoint]
        # The inverse of a block of the precision is the covariance of the block given all others.
        inverse = np.linalg.inv(pattern.precision[np.ix_(own, own)])
        apart = (pull[:, own] @ inverse * pull[:, own]).sum(axis=1)
        others = (FREEDOM + len(columns) - len(own)) / (FREEDOM + np.maximum(whole - apart, 0))
        strange = apart * others / len(own)
        worse = strange > size
        found[worse], size[worse] = keypoint, strange[worse]
    return found
