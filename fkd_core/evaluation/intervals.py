"""How sure a figure is: the bootstrap over faces, and intervals of shares of faces."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats

Interval = tuple[float, float]
"""Lower and upper end; both NaN where nobody can say."""

UNKNOWN: Interval = (float("nan"), float("nan"))

_LEVEL = 0.95


@attrs.frozen
class Sampling:
    """How intervals are drawn. The same faces with the same sampling see the same draws in every room.

    Args:
        draws: bootstrap samples; 0 for no intervals at all.
        seed: of the draws.
    """

    draws: int = 0
    seed: int = 0


def ratio_intervals(totals: Floats, counts: NDArray[Any], sampling: Sampling) -> list[Interval]:
    """95 % intervals of S ratios `sum(total) / sum(count)` over faces, by `bootstrap`.

    Args:
        totals: `(N, S)`, what each face adds to the numerators.
        counts: `(N, S)`, what it adds to the denominators.
        sampling: how many samples, and their seed.

    Returns:
        S intervals; unknown where no samples are asked for or fewer than two faces add to a figure, since
        one face drawn again and again never varies.

    Raises:
        ValueError: if the shapes differ.
    """
    if not sampling.draws:
        return [UNKNOWN] * totals.shape[1]
    ends = bootstrap(
        totals, counts.astype(np.float64), draws=sampling.draws, level=_LEVEL, seed=sampling.seed
    )
    ends[(counts > 0).sum(axis=0) < 2] = np.nan
    return [(float(low), float(high)) for low, high in ends]


def root(interval: Interval) -> Interval:
    """The interval of a root mean square, from that of the mean square."""
    low, high = interval
    return low**0.5, high**0.5


def ratio_interval(totals: Floats, counts: Floats) -> Interval:
    """95 % interval of one ratio `sum(total) / sum(count)` over faces, at once: for figures of each epoch.

    By the linearised variance of a ratio, which comes near to the bootstrap from some dozens of faces on.

    Args:
        totals, counts: `(N,)`, what each face adds.

    Returns:
        Unknown where fewer than two faces count.

    Source: Cochran, "Sampling Techniques", 1977, section 6.4.

    Raises:
        ValueError: if the shapes differ.
    """
    if totals.shape != counts.shape or totals.ndim != 1:
        raise ValueError(
            f"totals and counts must have one shape (N,), received {totals.shape}, {counts.shape}"
        )
    totals, counts = totals[counts > 0], counts[counts > 0]
    faces = len(counts)
    if faces < 2:
        return UNKNOWN
    ratio = totals.sum() / counts.sum()
    spread = np.sqrt(faces / (faces - 1) * np.sum((totals - ratio * counts) ** 2)) / counts.sum()
    half = NormalDist().inv_cdf((1 + _LEVEL) / 2) * spread
    return max(0.0, float(ratio - half)), float(ratio + half)


def share_interval(hits: int, count: int) -> Interval:
    """95 % interval of the share `hits / count` where each face says yes or no once.

    Not by the bootstrap, which calls 0 of 20 certain.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.

    Raises:
        ValueError: if there are more hits than faces or fewer than none.
    """
    if not 0 <= hits <= count:
        raise ValueError(f"hits must be from 0 to count, received {hits} of {count}")
    if not count:
        return UNKNOWN
    z = NormalDist().inv_cdf((1 + _LEVEL) / 2)
    share, weight = hits / count, z**2 / count
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * ((share * (1 - share) + weight / 4) / count) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(
    totals: Floats, counts: Floats, *, draws: int = 1000, level: float = 0.95, seed: int = 0
) -> Floats:
    """Percentile intervals of ratios `sum(total) / sum(count)` when faces are drawn with repeats.

    Faces and not keypoints are drawn, since the errors within one face go together. All S figures use
    the same draws, so they can be compared.

    Args:
        totals: `(N, S)`, what each face adds to the numerator of each figure.
        counts: `(N, S)`, what it adds to the denominator.
        draws: how many samples of N faces.
        level: share of the draws inside the interval.
        seed: of the draws.

    Returns:
        `(S, 2)` lower and upper ends; NaN where a figure has no face.

    Raises:
        ValueError: if the shapes differ, `draws` is below 1 or `level` is not between 0 and 1.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    if totals.ndim != 2 or totals.shape != counts.shape:
        raise ValueError(
            f"totals and counts must have one shape (N, S), received {totals.shape} and {counts.shape}"
        )
    if draws < 1 or not 0 < level < 1:
        raise ValueError(f"draws must be at least 1 and level in (0, 1), received {draws} and {level}")
    faces, figures = totals.shape
    if not faces:
        return np.full((figures, 2), np.nan)
    rng = np.random.default_rng(seed)
    both = np.concatenate([totals, counts], axis=1)
    ratios = np.full((draws, figures), np.nan)
    for draw in range(draws):
        weights = np.bincount(rng.integers(0, faces, faces), minlength=faces)
        sums = weights @ both
        np.divide(sums[:figures], sums[figures:], out=ratios[draw], where=sums[figures:] > 0)
    ends = np.full((figures, 2), np.nan)
    for figure, drawn in enumerate(ratios.T):
        usable = drawn[~np.isnan(drawn)]
        if usable.size:
            ends[figure] = np.quantile(usable, [(1 - level) / 2, (1 + level) / 2])
    return ends
