"""How far a method's values lie from labels that it was not shown."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask, Points, check_points, known_points
from fkd_core.impute.context import Context
from fkd_core.impute.registry import Imputer

FEWEST = 10
"""Left-out labels of a keypoint below which nothing is said of it."""

_MANY = 500
"""Whole rows from which on two parts are enough: each half says as much as all."""
_INSIDE = 0.6827
"""Share of a normal distribution within one deviation."""


@attrs.frozen(eq=False)
class Spread:
    """How far filled keypoints were from labels that the method was not shown.

    Args:
        error: float64 `(K,)` in pixels along one axis: two in three errors are smaller; NaN where too few
            labels tell.
        ratio: float64 `(K,)`, by how much what the method states must be multiplied so that two in three
            errors are smaller; NaN where it states nothing or too few labels tell.
    """

    error: Floats
    ratio: Floats

    def deviations(self, stated: NDArray[np.float32]) -> NDArray[np.float32]:
        """`(N, K)` pixels: what the method states, put right; its measured error where it states nothing."""
        told = stated * np.where(np.isfinite(self.ratio), self.ratio, 1.0)
        return np.where(np.isfinite(told), told, self.error).astype(np.float32)


def measure(fill: Imputer, points: Points, context: Context, *, seed: int = 0) -> Spread:
    """Hide labels of whole rows as the others lack them, fill them in, and compare.

    Each whole row is cut down to what some row that lacks a keypoint has, every keypoint that is missing
    anywhere getting its share of these. Rows whose labels are hidden at a time are filled from all others.
    The measure is a quantile, so that a few wrong labels do not decide it.

    Args:
        fill: the method.
        points: `(N, K, 2)` in pixels, NaN where unknown.
        context: what the method uses; its job may stop the work.
        seed: of which row is cut down to which.

    Raises:
        ValueError: if `points` has another shape or holds infinite values.
        Cancelled: if the job was stopped.
    """
    check_points(points)
    known = known_points(points)
    hidden = _hidden(known, np.random.default_rng(seed))
    rows = np.flatnonzero(hidden.any(axis=1))
    errors = np.full(points.shape, np.nan)
    scaled = np.full(points.shape, np.nan)
    parts = np.array_split(np.random.default_rng(seed).permutation(rows), 2 if len(rows) >= _MANY else 5)
    for number, part in enumerate(parts):
        context.job.progress(number, len(parts), "measuring how far filled keypoints are off")
        if not len(part):
            continue
        cut = points.copy()
        cut[part] = np.where(hidden[part, :, None], np.nan, points[part])
        filling = fill(cut, context)
        errors[part] = np.abs(filling.points[part].astype(np.float64) - points[part])
        if filling.variance is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                scaled[part] = errors[part] / np.sqrt(filling.variance[part])
    return Spread(_inside(errors, hidden), _inside(scaled, hidden))


def _hidden(known: Mask, random: np.random.Generator) -> Mask:
    """`(N, K)`: what is hidden of each row; nothing of rows that lack a keypoint themselves."""
    some = known.any(axis=0)
    missing = ~known & some
    hidden = np.zeros_like(known)
    wanted = np.flatnonzero(missing.any(axis=0))
    whole = random.permutation(np.flatnonzero(some.any() & (known | ~some).all(axis=1)))
    for number, keypoint in enumerate(wanted):
        mine = whole[number :: len(wanted)]
        lacking = np.flatnonzero(missing[:, keypoint])
        hidden[mine] = missing[random.choice(lacking, len(mine))]
    return hidden


def _inside(values: Floats, hidden: Mask) -> Floats:
    """For each keypoint the value that two in three are below; NaN where too few tell."""
    found = np.full(hidden.shape[1], np.nan)
    for keypoint in range(hidden.shape[1]):
        mine = values[hidden[:, keypoint], keypoint].ravel()
        mine = mine[np.isfinite(mine)]
        if len(mine) >= 2 * FEWEST:
            found[keypoint] = np.quantile(mine, _INSIDE)
    return found
