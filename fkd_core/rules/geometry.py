"""Label geometry freed of where the face is, how large it is and how the head is tilted."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from fkd_core.arrays import Floats, Points, check_points
from fkd_core.evaluation.metrics import eye_center
from fkd_core.schema import KeypointSchema

STANDARD = 36.0
"""Inter-ocular distance in pixels at which offsets between rules are told; about that of the competition."""


def in_eye_frame(points: Points, schema: KeypointSchema) -> Floats:
    """Keypoints with the origin between the eye centres, x towards the left eye, `STANDARD` px between them.

    Args:
        points: `(N, K, 2)` pixels.
        schema: of the keypoints; its eye centres, or groups `left eye` and `right eye`, fix the frame.

    Returns:
        `(N, K, 2)` standard pixels, y downwards; NaN where the keypoint or an eye centre is unknown.

    Raises:
        ValueError: if `points` is not `(N, K, 2)`.
    """
    check_points(points)
    left, right = eye_center(points, schema, "left"), eye_center(points, schema, "right")
    axis = left - right
    distance = np.hypot(axis[:, 0], axis[:, 1])
    # A row whose eyes coincide has no frame.
    distance[distance == 0] = np.nan
    x_axis = axis / distance[:, None]
    y_axis = np.stack([-x_axis[:, 1], x_axis[:, 0]], axis=1)
    centred = points - ((left + right) / 2)[:, None]
    framed = np.stack(
        [np.einsum("nkc,nc->nk", centred, x_axis), np.einsum("nkc,nc->nk", centred, y_axis)], axis=2
    )
    return np.asarray(framed * (STANDARD / distance)[:, None, None])


def normal_scores(values: Floats) -> Floats:
    """Each column by its ranks on the scale of a standard normal; 0, the middle, where a value is unknown.

    An outlier moves a rank by as much as any other value does, so no wrong label can make a change.
    A column that does not vary is 0 everywhere.

    Args:
        values: `(N, D)`.

    Source: van der Waerden, "Order tests for the two-sample problem", 1952.
    """
    scores = np.zeros(values.shape)
    quantile = np.vectorize(NormalDist().inv_cdf, otypes=[np.float64])
    for column, out in zip(values.T, scores.T, strict=True):
        known = np.flatnonzero(np.isfinite(column))
        if len(known):
            _, place, ties = np.unique(column[known], return_inverse=True, return_counts=True)
            # Equal values share the middle of their ranks.
            middle = np.cumsum(ties) - ties / 2
            out[known] = quantile(middle / len(known))[place]
    return scores
