"""Estimating how the keypoints of a face go together, from rows that know some of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, check_points
from fkd_core.impute.conditional import NO_GROUP, Conditional, flat
from fkd_core.impute.pattern import FLOOR, kinds_of, patterns_for
from fkd_core.impute.shrinkage import best_share, shrunk
from fkd_core.jobs import Job

PRIOR = 20.0
"""Rows that the mean of all counts beside a group's own."""

_ROUNDS = 3
_STEPS = 100
_SETTLED = 1e-3
"""Change of a step, in deviations, below which it was the last of its round."""
_FIRST_SHARE = 0.1


def fit(
    points: NDArray[np.floating[Any]],
    *,
    groups: NDArray[np.integer[Any]] | None = None,
    counted: NDArray[np.bool_] | None = None,
    job: Job | None = None,
) -> Conditional:
    """Estimate means and scatter, whatever each row knows.

    Maximum likelihood of a multivariate t distribution by expectation and maximisation: rows that lack
    columns count with those that they have, and rows with wrong labels count little. Each group has its own
    mean, drawn to that of all where few of its rows have the column and equal to it where none has; the
    scatter around the means is common. Covariances are made smaller by as much as the rows are too few for
    them, which is judged anew after each of three rounds.

    Args:
        points: `(N, K, 2)`, NaN where unknown.
        groups: `(N,)`, the group of each row from 0 on, -1 where it has none; no row has one if None.
        counted: `(N,)`, the rows that say how values spread; the others only say where means are. All rows
            if None.
        job: is told how far the work is.

    Raises:
        ValueError: if `points` has another shape or holds infinite values, or the others do not fit it.
        Cancelled: if the job was stopped.

    Source: Lange, Little and Taylor, "Robust statistical modeling using the t distribution", JASA 84, 1989,
    section 5, which treats missing values; Little and Rubin, "Statistical Analysis with Missing Data", 2002.
    """
    check_points(points)
    rows = flat(points)
    which = np.full(len(rows), NO_GROUP) if groups is None else np.asarray(groups, np.int64)
    chosen = np.ones(len(rows), np.bool_) if counted is None else np.asarray(counted, np.bool_)
    if not which.shape == chosen.shape == (len(rows),) or which.min(initial=NO_GROUP) < NO_GROUP:
        raise ValueError(
            f"groups and counted must be ({len(rows)},), groups from -1 on, "
            f"received {which.shape}, {chosen.shape} and groups from {which.min(initial=NO_GROUP)} on"
        )
    estimate = _Estimate(rows, which, chosen)
    job = job or Job()
    for number in range(_ROUNDS):
        for step in range(_STEPS):
            job.progress(number * _STEPS + step, None, "learning how keypoints go together")
            if estimate.improve() < _SETTLED:
                break
        estimate.judge()
    return estimate.result()


class _Estimate:
    """Means and scatter as they stand, and the rows that they are estimated from."""

    def __init__(self, rows: Floats, groups: NDArray[np.int64], counted: NDArray[np.bool_]) -> None:
        known = ~np.isnan(rows)
        useful = known.any(axis=1)
        self._rows, self._known = rows[useful], known[useful]
        self._groups, self._counted = groups[useful], counted[useful]
        self._some: NDArray[np.bool_] = np.asarray(known.any(axis=0))
        self._kinds, self._members = kinds_of(self._known)
        self._counts = np.array([self._counted[rows].sum() for rows in self._members])
        self._heeded = self._shares(int(groups.max(initial=NO_GROUP)) + 1)
        middle, spread = _robust(self._rows)
        self._means = np.tile(middle, (len(self._heeded), 1))
        self._scatter = np.diag(spread**2)
        self._share = _FIRST_SHARE

    def improve(self) -> float:
        """One step of expectation and maximisation; returns the largest change, in deviations."""
        gaps, weights, left = self._expect()
        values = self._means[self._groups] + gaps
        means = self._means.copy()
        counts = weights[:, None] * self._heeded[self._groups]
        total = counts.sum(axis=0)
        np.divide((counts * values).sum(axis=0), total, out=means[NO_GROUP], where=total > 0)
        for group in range(len(means) - 1):
            mine = self._groups == group
            own = weights[mine] @ values[mine] / weights[mine].sum() if mine.any() else means[NO_GROUP]
            means[group] = means[NO_GROUP] + self._heeded[group] * (own - means[NO_GROUP])
        scatter = self._scatter
        if self._counted.any():
            around = (values - means[self._groups])[self._counted]
            scatter = (around.T @ (weights[self._counted, None] * around) + left) / len(around)
        size = np.sqrt(np.diag(scatter) + FLOOR**2)
        change = max(
            np.abs((means - self._means) / size).max(initial=0),
            np.abs((scatter - self._scatter) / np.outer(size, size)).max(initial=0),
        )
        self._means, self._scatter = means, scatter
        return float(change)

    def judge(self) -> None:
        """Find out how far the covariances as they stand are to be trusted."""
        gaps, weights, _ = self._expect()
        gaps *= np.sqrt(weights)[:, None]
        seen = [
            (np.flatnonzero(have), gaps[rows[self._counted[rows]]][:, have])
            for have, rows in zip(self._kinds, self._members, strict=True)
        ]
        self._share = best_share(self._scatter, seen)

    def result(self) -> Conditional:
        """What was found."""
        told = self._known[self._counted].sum(axis=0) >= 2
        means = np.where(self._some, self._means, np.nan)
        return Conditional(means, shrunk(self._scatter, self._share), told)

    def _expect(self) -> tuple[Floats, Floats, Floats]:
        """Each row without its mean, missing columns as expected `(N, D)`; what each counts `(N,)`; and what
        the missing columns scatter around the expected values, summed over the counted rows `(D, D)`.
        """
        known = np.where(self._known, self._rows - self._means[self._groups], 0.0)
        gaps, weights = known.copy(), np.ones(len(known))
        scatter = shrunk(self._scatter, self._share)
        left = np.zeros_like(scatter)
        patterns = patterns_for(scatter, self._kinds, self._some)
        for pattern, rows, count in zip(patterns, self._members, self._counts, strict=True):
            here = known[rows]
            weights[rows] = pattern.weights(here)
            gaps[rows] += here @ pattern.gain
            left += count * pattern.rest
        return gaps, weights, left

    def _shares(self, count: int) -> Floats:
        """From 0 to 1, how far the rows of each group decide its mean, column by column; last, of all."""
        have = [self._known[self._groups == group].sum(axis=0) for group in range(count)]
        rows = np.array([*have, np.full(self._rows.shape[1], np.inf)])
        return np.asarray(1 - PRIOR / (rows + PRIOR))


def _robust(rows: Floats) -> tuple[Floats, Floats]:
    """Median and deviation of each column, 0 where it has no value."""
    middle, spread = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for column, values in enumerate(rows.T):
        values = values[~np.isnan(values)]
        if len(values):
            middle[column] = np.median(values)
            spread[column] = 1.4826 * np.median(np.abs(values - middle[column])) or values.std()
    return middle, spread
