"""How far covariances that were estimated from few rows are to be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fkd_core.arrays import Floats
from fkd_core.impute.pattern import FLOOR, Indices

SHARES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0)
_FEWEST = 3
"""Rows below which leaving one out says nothing."""
_LEAST = 1e-9
"""Least share of itself that a row may leave when it is left out; below, rounding decides."""


def best_share(scatter: Floats, rows: Sequence[tuple[Indices, Floats]]) -> float:
    """By which share covariances are to be made smaller so that each row, left out, is likeliest.

    Where columns follow from each other exactly the answer is 0, where all is noise 1.

    Args:
        scatter: `(D, D)`, estimated from these rows.
        rows: columns that some rows know, and their values `(n, columns)` around the mean.

    Returns:
        One of `SHARES`; 1 if there are too few rows to leave one out.

    Source: Theiler, "The incredible shrinking covariance estimator", Proc. SPIE 8391, 2012, with the
    diagonal as target. A row that knows some columns only is judged by those.
    """
    counts = np.zeros(len(scatter), np.int64)
    for columns, values in rows:
        counts[columns] += len(values)
    usable = [
        (columns, values) for columns, values in rows if len(columns) and counts[columns].min() >= _FEWEST
    ]
    if not usable:
        return 1.0
    surprise = [
        sum(_surprise(scatter[np.ix_(c, c)], values, int(counts[c].min()), share) for c, values in usable)
        for share in SHARES
    ]
    return SHARES[int(np.argmin(surprise))]


def shrunk(scatter: Floats, share: float) -> Floats:
    """`scatter` with covariances smaller by a share; variances stay."""
    small = (1 - share) * scatter
    np.fill_diagonal(small, np.diag(scatter))
    return small


def _surprise(scatter: Floats, values: Floats, count: int, share: float) -> float:
    """Minus twice the log-likelihood of rows, each without itself in the scatter, up to a constant."""
    left_out = (1 - share) / (count - 1)
    whole = count * left_out * scatter + share * np.diag(np.diag(scatter)) + FLOOR**2 * np.eye(len(scatter))
    size = (values * np.linalg.solve(whole, values.T).T).sum(axis=1)
    rest = np.maximum(1 - left_out * size, _LEAST)
    return float((np.log(rest) + size / rest).sum() + len(values) * np.linalg.slogdet(whole)[1])
