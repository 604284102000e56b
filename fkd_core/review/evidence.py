"""How much likelier a label's distance from its expected place is if it is wrong than if it is right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats

RIGHT_FREEDOM = 5.0
"""Degrees of freedom of the error of a right label: a few faces are hard, so its tails are heavy."""
WRONG_FREEDOM = 2.0
WRONG_SPREAD = 6.0
"""Scale in pixels of how far a wrong label lies off, and its degrees of freedom: anywhere, nearby oftener."""

_MEDIAN = RIGHT_FREEDOM * (2 ** (2 / RIGHT_FREEDOM) - 1)
"""Median of the squared distance, in scales, of the t distribution in the plane."""


def scales_that_fit(squared: Floats, std: Floats) -> Floats:
    """What stated deviations must be multiplied by so that half of the labels are as near as they should be.

    The median does not heed the few that are wrong, and half of the faces say enough.

    Args:
        squared: `(N, K)` squared distances of labels from their expected places in pixels, NaN where unknown.
        std: `(N, K)` stated deviations along one axis in pixels.

    Returns:
        `(K,)`, one factor a keypoint; 1 where fewer than 8 labels tell.
    """
    ratio = squared / std**2
    enough = np.isfinite(ratio).sum(axis=0) >= 8
    factors = np.ones(ratio.shape[1])
    factors[enough] = np.sqrt(np.nanmedian(ratio[:, enough], axis=0) / _MEDIAN)
    # No label is told to better than a tenth of a pixel, whatever the median says.
    return np.asarray(np.maximum(factors, 0.1))


def wrong_over_right(gaps: Floats, scatter: Floats) -> Floats:
    """Logarithm of the likelihood ratio, wrong over right, of labels that lie off their expected places.

    Right: Student's t distribution in the plane around the expected place. Wrong: one whose scatter is larger
    by `WRONG_SPREAD` squared. Where a face is hard, and the scatter large, a label must lie far off.

    Args:
        gaps: `(..., 2)` from the expected place to the label, in pixels.
        scatter: `(..., 2, 2)` of the expected place, in squared pixels.

    Returns:
        `(...)`; NaN where a gap is.
    """
    right = log_right(gaps, scatter)
    wrong = _log_density(gaps, scatter + WRONG_SPREAD**2 * np.eye(2), WRONG_FREEDOM)
    return np.asarray(wrong - right)


def log_right(gaps: Floats, scatter: Floats) -> Floats:
    """Logarithm of the density `(...)`, a squared pixel, of right labels; see `wrong_over_right`."""
    return _log_density(gaps, scatter, RIGHT_FREEDOM)


def round_scatter(std: NDArray[np.floating[Any]]) -> Floats:
    """The scatter `(..., 2, 2)` of places with the same deviation `(...)` along both axes."""
    return np.asarray(np.square(std, dtype=np.float64)[..., None, None] * np.eye(2))


def _log_density(gaps: Floats, scatter: Floats, freedom: float) -> Floats:
    a, b, d = scatter[..., 0, 0], scatter[..., 0, 1], scatter[..., 1, 1]
    size = a * d - b * b
    x, y = gaps[..., 0], gaps[..., 1]
    distance = (d * x * x - 2 * b * x * y + a * y * y) / size
    return np.asarray(
        -np.log(2 * np.pi) - 0.5 * np.log(size) - (freedom + 2) / 2 * np.log1p(distance / freedom)
    )
