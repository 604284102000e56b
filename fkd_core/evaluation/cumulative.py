"""The cumulative error curve of faces, the area under it and the faces beyond its end."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from fkd_core.arrays import Floats
from fkd_core.evaluation.intervals import UNKNOWN, Interval, Sampling, ratio_intervals, share_interval
from fkd_core.evaluation.metrics import cumulative_errors
from fkd_core.evaluation.plain import interval, number

LIMIT = 0.10
"""Mean error of a face, over the distance of its eye centres, beyond which it counts as failed.

Source: Burgos-Artizzu, Perona and Dollár, "Robust face landmark estimation under occlusion", ICCV 2013, who
normalise by the distance of the eyes' middles as this package does. The stricter 0.08 of later work goes
with the larger distance of outer eye corners.
"""

_STEPS = 50


@attrs.frozen
class CumulativeErrors:
    """Which share of the faces has at most which error; NaN where no face has an error.

    Args:
        limit: where the curve ends, in inter-ocular distances.
        limits: from 0 to `limit`, evenly spaced.
        shares: of the faces whose error is at most each of the limits, 0 to 1.
        area: mean height of the curve from 0 to `limit`: 1 if no face has any error, 0 if all fail.
        failure_rate: share of the faces beyond `limit`.
        faces: that have an error, which takes both true eye centres.
        area_interval: 95 % interval of `area`, by the bootstrap.
        failure_interval: 95 % interval of `failure_rate`; see `intervals.share_interval`.
    """

    limit: float
    limits: tuple[float, ...]
    shares: tuple[float, ...]
    area: float
    failure_rate: float
    faces: int
    area_interval: Interval = UNKNOWN
    failure_interval: Interval = UNKNOWN

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {
            "limit": self.limit,
            "limits": list(self.limits),
            "shares": [number(share) for share in self.shares],
            "area": number(self.area),
            "area_interval": interval(self.area_interval),
            "failure_rate": number(self.failure_rate),
            "failure_interval": interval(self.failure_interval),
            "faces": self.faces,
        }


def cumulative(
    face_errors: Floats, *, limit: float = LIMIT, sampling: Sampling | None = None
) -> CumulativeErrors:
    """The curve of the errors of some faces.

    The area is exact and not a sum over the steps of the curve: a face with the error e lifts the curve
    from e on, so the mean height up to L is the mean of `max(0, 1 - e / L)`.

    Args:
        face_errors: `(N,)`, such as `metrics.face_nme`; NaN for faces left out.
        limit: where the curve ends.
        sampling: how intervals are drawn; none if None.

    Raises:
        ValueError: if `limit` is not above 0.

    Sources: the curve, Sagonas et al., "300 Faces in-the-Wild Challenge", ICCV Workshops 2013; the area up
    to a limit over that limit, Yang, Jia, Loy and Robinson, "An empirical study of recent face alignment
    methods", 2015, arXiv:1511.05049.
    """
    if not limit > 0:
        raise ValueError(f"limit must be above 0, received {limit}")
    sampling = sampling or Sampling()
    errors = face_errors[~np.isnan(face_errors)]
    limits = np.linspace(0, limit, _STEPS + 1)
    under = np.maximum(0.0, 1 - errors / limit)
    failed = int((errors > limit).sum())
    return CumulativeErrors(
        limit=limit,
        limits=tuple(limits.tolist()),
        shares=tuple(cumulative_errors(errors, limits).tolist()),
        area=float(under.mean()) if len(errors) else float("nan"),
        failure_rate=failed / len(errors) if len(errors) else float("nan"),
        faces=len(errors),
        area_interval=ratio_intervals(under[:, None], np.ones((len(errors), 1)), sampling)[0],
        failure_interval=share_interval(failed, len(errors)) if sampling.draws else UNKNOWN,
    )
