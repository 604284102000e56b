"""How sure a figure is: the bootstrap over faces."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Floats


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
