"""Fill missing keypoints from the known ones of the same face, without looking at it."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Points
from fkd_core.impute.context import Context, Filling
from fkd_core.impute.fitting import fit


def shape(points: Points, context: Context) -> Filling:
    """Put each missing keypoint where faces whose known keypoints lie like these have it, on average.

    A regression on whatever the row knows, learnt from all rows by how their coordinates vary together; a
    row that knows nothing gets the mean. Deterministic. Where `context.rule` names a marking rule it is
    learnt from the rows of that rule alone.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown.
        context: its `rules` and `rule` are used.

    Raises:
        ValueError: if `points` has another shape or holds infinite values.
        Cancelled: if the job was stopped.

    Source: `fitting.fit` and `conditional.Conditional`.
    """
    source = points
    if context.rule is not None and context.rules is not None:
        source = points[context.rules == context.rule]
    filled = fit(source, job=context.job).fill(points)
    return Filling(np.where(np.isnan(points), filled.values, points).astype(np.float32), filled.variance)
