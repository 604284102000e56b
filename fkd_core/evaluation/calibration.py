"""Whether stated standard deviations can be believed: how often the truth lies where they say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask
from fkd_core.evaluation.intervals import UNKNOWN, Interval, Sampling, ratio_intervals, share_interval
from fkd_core.evaluation.metrics import mean_known
from fkd_core.evaluation.plain import interval, number
from fkd_core.schema import KeypointSchema

LEVEL = 0.90
"""The share of the truth that the region is stated to hold."""

EXPECTED = (0.85, 0.95)
"""Shares inside that leave the stated deviations believable."""

RADIUS = math.sqrt(-2 * math.log(1 - LEVEL))
"""Radius of the region in standard deviations, 2.146.

With independent normal errors of one deviation along both axes the squared distance over the variance is
chi-squared with two degrees of freedom, whose distribution is `1 - exp(-r² / 2)`.
"""


@attrs.frozen
class Coverage:
    """The share of some keypoints inside their stated region.

    Args:
        share: 0 to 1; NaN if no keypoint could be judged.
        count: keypoints judged: those with a known place and a stated deviation.
        interval: 95 % interval of `share`.
    """

    share: float
    count: int
    interval: Interval = UNKNOWN

    @property
    def expected(self) -> bool | None:
        """Whether the share is within `EXPECTED`; None if it is unknown."""
        return None if math.isnan(self.share) else EXPECTED[0] <= self.share <= EXPECTED[1]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {"inside": number(self.share), "interval": interval(self.interval), "count": self.count}


@attrs.frozen
class Calibration:
    """How the stated deviations fare.

    Args:
        overall: over all keypoints of all faces.
        per_keypoint: by the keypoint's name, in the schema's order.
        per_rule: by the name of the marking rule; empty where no rules are known.
    """

    overall: Coverage
    per_keypoint: Mapping[str, Coverage]
    per_rule: Mapping[str, Coverage] = MappingProxyType({})

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {
            "level": LEVEL,
            "expected": list(EXPECTED),
            **self.overall.to_dict(),
            "as_expected": self.overall.expected,
            "per_keypoint": {name: part.to_dict() for name, part in self.per_keypoint.items()},
            "per_rule": {name: part.to_dict() for name, part in self.per_rule.items()},
        }


def inside(gap: Floats, std: NDArray[np.floating[Any]]) -> Floats:
    """Whether each truth lies in the stated region of its prediction.

    Args:
        gap: `(N, K, 2)` predicted minus true pixels, NaN where the truth is unknown.
        std: `(N, K)` stated standard deviations along one axis in pixels; NaN or infinite where the network
            does not say.

    Returns:
        `(N, K)` 1 inside, 0 outside, NaN where it cannot be judged.

    Raises:
        ValueError: if the shapes do not fit or a deviation is negative.
    """
    if std.shape != gap.shape[:2]:
        raise ValueError(f"std must have the shape {gap.shape[:2]}, received {std.shape}")
    if (std < 0).any():
        raise ValueError(f"std must not be negative, received {float(np.nanmin(std))}")
    apart = np.hypot(gap[..., 0], gap[..., 1])
    judged = ~np.isnan(apart) & np.isfinite(std)
    hits = (apart <= RADIUS * std.astype(np.float64)).astype(np.float64)
    return np.where(judged, hits, np.nan)


def calibration(
    gap: Floats,
    std: NDArray[np.floating[Any]],
    schema: KeypointSchema,
    *,
    rules: Mapping[str, Mask] = MappingProxyType({}),
    sampling: Sampling | None = None,
) -> Calibration:
    """Judge stated deviations by where the truth turned out to lie.

    Args:
        gap: `(N, K, 2)`; see `inside`.
        std: `(N, K)`; see `inside`.
        schema: names the K keypoints.
        rules: marking rules by name, each with bool `(N,)`, the faces marked by it.
        sampling: how intervals are drawn; none if None.

    Raises:
        ValueError: as `inside`.
    """
    sampling = sampling or Sampling()
    hits = inside(gap, std)
    return Calibration(
        overall=_coverage(hits, sampling),
        per_keypoint={
            name: _coverage_of_one(hits[:, index], sampling) for index, name in enumerate(schema.keypoints)
        },
        per_rule={name: _coverage(hits[faces], sampling) for name, faces in rules.items()},
    )


def _coverage(hits: Floats, sampling: Sampling) -> Coverage:
    # Faces that add nothing would only make the number of those that do vary between draws.
    hits = hits[~np.isnan(hits).all(axis=1)]
    judged = ~np.isnan(hits)
    totals = np.where(judged, hits, 0.0).sum(axis=1, keepdims=True)
    counts = judged.sum(axis=1, keepdims=True)
    return Coverage(mean_known(hits), int(judged.sum()), ratio_intervals(totals, counts, sampling)[0])


def _coverage_of_one(hits: Floats, sampling: Sampling) -> Coverage:
    judged = hits[~np.isnan(hits)]
    ends = share_interval(int(judged.sum()), len(judged)) if sampling.draws else UNKNOWN
    return Coverage(mean_known(hits), len(judged), ends)
