"""Whether two stretches of rows are marked by different rules."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Floats

TOLD = 0.75
"""Share of rows whose labels must tell their rule, halfway from a guess to certainty."""

SMALLEST_SHIFT = 0.5
"""Standard pixels; less than what one person repeats when marking small faces."""

_FOLDS = 5
_RIDGE = 0.1
_SURE = 4.0
"""Standard errors that a shift must exceed: 1 in 15,000 by chance, since the largest of many is looked at."""


def told_apart(first: Floats, second: Floats) -> float:
    """Share of held-out rows whose labels alone tell which of two stretches they belong to, 0 to 1.

    A change of rule shows in nearly every row. What merely occurs more often in one stretch, such as
    smiles, another pose or strays of another source, does not, however significant its mean is.

    Args:
        first, second: `(n, D)` and `(m, D)` scores without NaN.

    Returns:
        The mean of both stretches' shares, 0.5 for a guess; by a linear discriminant over five folds.

    Source: Fisher, "The use of multiple measurements in taxonomic problems", 1936, with a ridge.
    """
    if min(len(first), len(second)) < 2 * _FOLDS:
        return 0.5
    # Folds of neighbours: like rows that stand together must not stand on both sides.
    folds = [np.arange(len(side)) * _FOLDS // len(side) for side in (first, second)]
    right = [0, 0]
    for fold in range(_FOLDS):
        a, b = first[folds[0] != fold], second[folds[1] != fold]
        spread = (np.cov(a, rowvar=False) + np.cov(b, rowvar=False)) / 2
        spread = np.atleast_2d(spread)
        size = np.trace(spread) / len(spread)
        if size == 0:
            size = 1.0
        spread = spread + _RIDGE * size * np.eye(len(spread))
        normal = np.linalg.solve(spread, b.mean(axis=0) - a.mean(axis=0))
        middle = normal @ (a.mean(axis=0) + b.mean(axis=0)) / 2
        right[0] += int((first[folds[0] == fold] @ normal < middle).sum())
        right[1] += int((second[folds[1] == fold] @ normal > middle).sum())
    return (right[0] / len(first) + right[1] / len(second)) / 2


def largest_shift(first: Floats, second: Floats) -> float:
    """The largest difference of two stretches' medians that chance does not explain, in the values' unit.

    Args:
        first, second: `(n, D)` and `(m, D)`, NaN where unknown.

    Returns:
        0 where no column differs by more than four standard errors of a median.
    """
    largest = 0.0
    for a, b in zip(first.T, second.T, strict=True):
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        if min(len(a), len(b)) < 2:
            continue
        shift = abs(float(np.median(a) - np.median(b)))
        if shift > _SURE * np.hypot(_standard_error(a), _standard_error(b)):
            largest = max(largest, shift)
    return largest


def _standard_error(values: Floats) -> float:
    """Of the median: √(π/2) σ/√n, with σ from the median deviation, as for normal values."""
    sigma = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    return float(np.sqrt(np.pi / 2) * sigma / np.sqrt(len(values)))
