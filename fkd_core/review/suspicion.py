"""How likely each label is to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.impute.fitting import fit
from fkd_core.jobs import Job
from fkd_core.review.evidence import log_right, round_scatter, scales_that_fit, wrong_over_right
from fkd_core.review.geometry import leave_out
from fkd_core.review.mates import compare
from fkd_core.review.mistakes import weigh

SHAPE_WEIGHT = 0.3
"""What the shape counts beside a network that saw the face: hard faces lead both astray."""

LEAST_ALIKE = 0.7
"""Deviation in pixels of labels of the same face in two pictures, along one axis, at the least."""


@attrs.frozen(eq=False)
class Suspicion:
    """What speaks against each label. NaN where there is no label, or where nobody can say.

    Args:
        log_odds: float64 `(N, K)`, of its being wrong.
        seen: float64 `(N, K, 2)`, from where it is seen to the label, in pixels.
        usual: float64 `(N, K)`, deviation along one axis of what is seen there, in pixels.
        shaped: float64 `(N, K, 2)`, from where the other labels of the face say that it is to the label.
        shape_log_ratio: float64 `(N, K)`, what the shape alone says; see `wrong_over_right`.
        apart: float64 `(N, K)`, pixels between it and the label of another picture of the face, of the one
            that agrees best.
        mate: int64 `(N,)`, such a picture, -1 where there is none.
    """

    log_odds: Floats
    seen: Floats
    usual: Floats
    shaped: Floats
    shape_log_ratio: Floats
    apart: Floats
    mate: NDArray[np.int64]

    @property
    def level(self) -> Floats:
        """Probability `(N, K)` that each label is wrong."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds)))

    @property
    def expected(self) -> float:
        """How many labels are likely to be wrong."""
        return float(np.nansum(self.level))


def judge(
    points: NDArray[np.floating[Any]],
    seen: NDArray[np.floating[Any]] | None = None,
    std: NDArray[np.floating[Any]] | None = None,
    *,
    mirror: Sequence[int] = (),
    rules: NDArray[np.integer[Any]] | None = None,
    same_face: NDArray[np.integer[Any]] | None = None,
    job: Job | None = None,
) -> Suspicion:
    """Weigh what networks see, the shape of the face and other pictures of it against each label.

    Args:
        points: labels `(N, K, 2)` in pixels, NaN where there is none.
        seen: `(N, K, 2)`, what networks that never saw the face say; NaN where they do not. None where there
            is no network: then the shape alone is weighed.
        std: `(N, K)`, the deviations that they state, in pixels.
        mirror: for each keypoint the one that takes its name in a mirrored face; nothing where there are no
            sides.
        rules: `(N,)`, the marking rule of each row, -1 where it has none.
        same_face: `(N,)`, the same number for pictures of one face.
        job: is told how far the work is.

    Raises:
        ValueError: if shapes do not fit.
        Cancelled: if the job was stopped.
    """
    labels: Floats = np.asarray(points, np.float64)
    shape = labels.shape[:2]
    places: Floats = np.full(labels.shape, np.nan) if seen is None else np.asarray(seen, np.float64)
    stated: Floats = np.full(shape, np.nan) if std is None else np.asarray(std, np.float64)
    if places.shape != labels.shape or stated.shape != shape:
        raise ValueError(
            f"seen and std must be {labels.shape} and {shape}, received {places.shape} and {stated.shape}"
        )
    left_out = leave_out(fit(labels, groups=rules, job=job), labels, rules)
    shape_ratio = wrong_over_right(left_out.gaps, left_out.scatter)
    gaps = np.asarray(labels - places)
    usual = np.asarray(stated * scales_that_fit(np.asarray((gaps**2).sum(axis=-1)), stated))
    mates = compare(gaps, np.arange(len(labels)) if same_face is None else same_face, rules)
    seen_ratio = wrong_over_right(mates.gaps, round_scatter(usual))
    apart = (mates.between**2).sum(axis=-1)
    alike = np.maximum(scales_that_fit(apart, np.ones(shape)), LEAST_ALIKE)
    disagrees = wrong_over_right(mates.between, round_scatter(np.broadcast_to(alike, shape)))
    seen_ratio = np.where(mates.blamed, np.fmax(seen_ratio, disagrees), seen_ratio)
    told = np.isfinite(shape_ratio)
    with_shape = seen_ratio + SHAPE_WEIGHT * np.where(told, shape_ratio, 0.0)
    ratio = np.where(np.isfinite(seen_ratio), with_shape, shape_ratio)
    log_odds = weigh(ratio, _exchanged(labels, places, usual, mirror))
    return Suspicion(log_odds, gaps, usual, left_out.gaps, shape_ratio, np.sqrt(apart), mates.row)


def _exchanged(points: Floats, seen: Floats, usual: Floats, mirror: Sequence[int]) -> Floats:
    """How much likelier the labels `(N, K)` of both sides are if they have each other's places.

    Logarithm of a likelihood ratio; 0 for keypoints that have no other side, NaN where nobody can say.
    """
    if not mirror:
        return np.zeros(points.shape[:2])
    partner = list(mirror)
    scatter = round_scatter(usual)
    better = log_right(points[:, partner] - seen, scatter) - log_right(points - seen, scatter)
    return np.where(np.arange(len(partner)) == partner, 0.0, better)
