"""The yardstick: what a model reaches that never looks at the picture and always answers the mean face."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from fkd_core.arrays import Floats
from fkd_core.evaluation.intervals import UNKNOWN, Interval, Sampling, ratio_intervals, root
from fkd_core.evaluation.metrics import AnyPoints, mean_known
from fkd_core.evaluation.plain import interval, number


@attrs.frozen
class NullModel:
    """The error of the mean face beside that of the run, on the same coordinates.

    Args:
        rmse: of the mean face, in pixels; NaN if it has no known coordinate in common with the truth.
        ratio: the run's error as a multiple of it, 0 for a perfect run; NaN if unknown.
        coordinates: those of which both the truth and the mean face are known.
        interval: 95 % interval of `ratio`.
    """

    rmse: float
    ratio: float
    coordinates: int
    interval: Interval = UNKNOWN

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {
            "rmse": number(self.rmse),
            "ratio": number(self.ratio),
            "interval": interval(self.interval),
            "coordinates": self.coordinates,
        }


def mean_face(points: AnyPoints) -> Floats:
    """The mean of each known coordinate over faces.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown.

    Returns:
        float64 `(K, 2)`; NaN where no face knows the coordinate.
    """
    known = ~np.isnan(points)
    totals = np.where(known, points, 0.0).sum(axis=0, dtype=np.float64)
    counts = known.sum(axis=0)
    mean = np.full(points.shape[1:], np.nan)
    np.divide(totals, counts, out=mean, where=counts > 0)
    return mean


def null_model(gap: Floats, truth: AnyPoints, face: Floats, *, sampling: Sampling | None = None) -> NullModel:
    """Measure the mean face on the faces that a run was measured on.

    Args:
        gap: `(N, K, 2)` the run's predicted minus true pixels, NaN where the truth is unknown.
        truth: `(N, K, 2)`.
        face: `(K, 2)` the mean face of the run's training rows; NaN where unknown.
        sampling: how the interval is drawn; none if None.

    Raises:
        ValueError: if the shapes do not fit.
    """
    if face.shape != truth.shape[1:] or gap.shape != truth.shape:
        raise ValueError(
            f"gap, truth and face must fit, received {gap.shape}, {truth.shape} and {face.shape}"
        )
    other = np.where(np.isnan(gap), np.nan, face - truth)
    both = ~np.isnan(other)
    error = float(np.sqrt(mean_known(other**2)))
    ours = float(np.sqrt(mean_known(np.where(both, gap, np.nan) ** 2)))
    # The ratio of the sums of squares, so one bootstrap draws both errors on the same faces.
    totals = np.where(both, gap**2, 0.0).sum(axis=(1, 2))[:, None]
    against = np.where(both, other**2, 0.0).sum(axis=(1, 2))[:, None]
    return NullModel(
        rmse=error,
        ratio=ours / error if error > 0 else float("nan"),
        coordinates=int(both.sum()),
        interval=root(ratio_intervals(totals, against, sampling or Sampling())[0]),
    )
