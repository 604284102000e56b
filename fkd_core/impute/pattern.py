"""Rows that know the same columns, and what a scatter says of the columns that they lack."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats

FREEDOM = 5.0
"""Degrees of freedom of the t distribution: the fewer, the less a wrong label counts."""

FLOOR = 0.02
"""Deviation of every known value by itself, in the values' unit: no label is exacter than that."""

Indices = NDArray[np.intp]
Columns = NDArray[np.bool_]

_BLOCK = 256
"""Patterns whose matrices are in memory at a time."""


@attrs.frozen(eq=False)
class Pattern:
    """What follows from a scatter for rows that know some columns. Rows are `(n, D)`, 0 where unknown.

    Args:
        known: `(D,)`, the columns that the rows know.
        missing: `(D,)`, those that they lack and that can be told.
        precision: `(D, D)`, the inverse of the known columns' scatter, 0 elsewhere.
        gain: `(D, D)`, from known to missing columns, by how much these move with those; 0 elsewhere.
        rest: `(D, D)`, the scatter of the missing columns that is left, 0 elsewhere.
    """

    known: Columns
    missing: Columns
    precision: Floats
    gain: Floats
    rest: Floats

    def distances(self, gaps: Floats) -> Floats:
        """Squared distance from the mean `(n,)`, in deviations, of rows without it."""
        return np.asarray((gaps @ self.precision * gaps).sum(axis=1))

    def weights(self, gaps: Floats) -> Floats:
        """How much each row counts, `(n,)`: about 1, and the less the stranger it is."""
        return np.asarray((FREEDOM + self.known.sum()) / (FREEDOM + self.distances(gaps)))

    def variances(self, gaps: Floats) -> Floats:
        """Variance of each column of each row, `(n, D)`, 0 where it is not missing.

        Source: Ding, "On the conditional distribution of the multivariate t distribution", The American
        Statistician 70, 2016.
        """
        strange = (FREEDOM + self.distances(gaps)) / (FREEDOM + self.known.sum() - 2)
        return np.asarray(strange[:, None] * np.maximum(np.diag(self.rest), 0))


def patterns_for(scatter: Floats, kinds: Columns, some: Columns) -> Iterator[Pattern]:
    """What follows from a scatter for each kind of row, in their order.

    Args:
        scatter: `(D, D)`.
        kinds: `(P, D)`, the columns that each kind of row knows.
        some: `(D,)`, the columns that can be told.
    """
    diagonal = np.arange(len(scatter))
    for start in range(0, len(kinds), _BLOCK):
        known = kinds[start : start + _BLOCK] & some
        missing = some & ~known
        pairs = known[:, :, None] & known[:, None, :]
        among = np.where(pairs, scatter, 0.0)
        among[:, diagonal, diagonal] += np.where(known, FLOOR**2, 1.0)
        precision = np.where(pairs, np.linalg.inv(among), 0.0)
        whole = precision @ scatter
        rest = np.where(missing[:, :, None] & missing[:, None, :], scatter - scatter @ whole, 0.0)
        gain = np.where(missing[:, None, :], whole, 0.0)
        for parts in zip(known, missing, precision, gain, rest, strict=True):
            yield Pattern(*parts)


def kinds_of(known: Columns) -> tuple[Columns, list[Indices]]:
    """Each different row of `(N, D)`, and for each the positions of the rows that are so."""
    kinds, which, counts = np.unique(known, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(which.reshape(-1), kind="stable")
    ends = np.cumsum(counts)
    return kinds, [order[end - count : end] for end, count in zip(ends, counts, strict=True)]
