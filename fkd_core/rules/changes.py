"""Where along the rows the label geometry changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.jobs import Job

LEVEL = 0.99
"""Share of orderless series in which the penalty lets no change through."""

_ORDERS = 200
_LONGEST = 8192


def change_points(scores: Floats, *, smallest: int, seed: int = 0, job: Job | None = None) -> list[int]:
    """The rows, ascending, at which the mean of the scores changes; none in rows of one source.

    The segmentation is the one with the least sum of squares plus a penalty for each change (PELT, exact).
    The penalty is not chosen by hand: it is the gain that the best single change reaches, in 99 of 100
    cases at most, when the same rows stand in random order, times the factor by which neighbouring rows are
    more alike than that, so that runs of like rows, such as frames of one video, alone make no change.

    Args:
        scores: `(N, D)` of comparable scale, without NaN; normal scores keep outliers harmless.
        smallest: shortest stretch between two changes, in rows.
        seed: of the random orders.
        job: is told how far the work is.

    Raises:
        ValueError: if `smallest` is below 2 or a score is not finite.
        Cancelled: if the job was stopped.

    Source: Killick, Fearnhead and Eckley, "Optimal detection of changepoints with a linear computational
    cost", JASA 2012.
    """
    # It brings SciPy, which takes as long to load as all else; only searching needs it.
    import ruptures

    job = job or Job()
    if smallest < 2:
        raise ValueError(f"smallest must be at least 2, received {smallest}")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite, received NaN or infinity")
    # PELT may take quadratic time where nothing changes; means of neighbouring rows keep long files quick.
    width = max(1, -(-len(scores) // _LONGEST))
    series = _means(scores, width)
    shortest = max(2, -(-smallest // width))
    if len(series) < 2 * shortest or not series.any():
        return []
    search = ruptures.KernelCPD(kernel="linear", min_size=shortest).fit(series)
    penalty = _chance_gain(series, shortest, seed, job) * _likeness(series, seed)
    return [int(end) * width for end in search.predict(pen=penalty)[:-1]]


def _means(scores: Floats, width: int) -> Floats:
    whole = len(scores) // width * width
    means = scores[:whole].reshape(-1, width, scores.shape[1]).mean(axis=1)
    # Scaled so that its noise is that of single rows.
    return np.ascontiguousarray(means * np.sqrt(width))


def _chance_gain(series: Floats, shortest: int, seed: int, job: Job) -> float:
    """The gain of the best split that random order reaches in `LEVEL` of the cases at most."""
    random = np.random.default_rng(seed)
    gains = []
    for order in range(_ORDERS):
        gains.append(_best_gain(random.permutation(series), shortest))
        job.progress(order + 1, _ORDERS, "looking for changes along the rows")
    return float(np.quantile(gains, LEVEL))


def _likeness(series: Floats, seed: int) -> float:
    """How much further apart the means of neighbouring runs of √N rows lie than in random order, at least 1.

    Squared distance, the median over pairs: the few pairs with a change between them do not count.
    """
    random = np.random.default_rng(seed)
    by_chance = np.mean([_apart(random.permutation(series)) for _ in range(_ORDERS // 10)])
    # Where even random order moves nothing, most rows are equal and there is nothing to be like.
    return max(1.0, float(_apart(series) / by_chance)) if by_chance > 0 else 1.0


def _apart(series: Floats) -> float:
    run = max(1, int(np.sqrt(len(series))))
    runs = series[: len(series) // run * run].reshape(-1, run, series.shape[1]).mean(axis=1)
    return float(np.median((np.diff(runs, axis=0) ** 2).sum(axis=1)))


def _best_gain(series: Floats, shortest: int) -> float:
    """By how much the best single split lowers the sum of squares."""
    sums = np.cumsum(series, axis=0)
    total = sums[-1]
    ends: NDArray[np.int64] = np.arange(shortest, len(series) - shortest + 1)
    left = sums[ends - 1]
    gains = (left**2).sum(axis=1) / ends + ((total - left) ** 2).sum(axis=1) / (len(series) - ends)
    return float(gains.max() - (total**2).sum() / len(series))
