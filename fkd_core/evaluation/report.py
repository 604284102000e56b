"""All error measures of one set of predictions together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np

from fkd_core.arrays import Floats, known_points
from fkd_core.evaluation.intervals import bootstrap
from fkd_core.evaluation.metrics import (
    PCK_LIMITS,
    AnyPoints,
    argmax_match,
    differences,
    face_nme,
    mae,
    mean_known,
    pck,
    rmse,
)
from fkd_core.schema import KeypointSchema


@attrs.frozen
class KeypointErrors:
    """The errors of one keypoint over all faces.

    Args:
        name: of the keypoint.
        rmse: in pixels, over coordinates; NaN if no face has the keypoint.
        mae: in pixels, over coordinates; NaN if no face has it.
        count: faces in which both coordinates are known.
    """

    name: str
    rmse: float
    mae: float
    count: int


@attrs.frozen
class EvaluationReport:
    """The errors of one set of predictions; NaN where there was nothing to measure.

    Args:
        rmse: in pixels, over coordinates, as the competition scores.
        mae: in pixels, over coordinates.
        nme: mean distance over inter-ocular distance.
        pck: limits in pixels, as `"1"`, to shares of keypoints at most that far off.
        argmax_match: Keras's `accuracy` as the published notebook reported it; see `metrics.argmax_match`.
        per_keypoint: the errors of each keypoint, in the schema's order.
        faces: faces with any known coordinate.
        points: keypoints with both coordinates known.
        without_eyes: of those faces, how many `nme` leaves out.
        intervals: 95 % bootstrap intervals by figure (`rmse`, `mae`, `nme`, `pck 1`…); empty if not asked.
    """

    rmse: float
    mae: float
    nme: float
    pck: Mapping[str, float]
    argmax_match: float
    per_keypoint: tuple[KeypointErrors, ...]
    faces: int
    points: int
    without_eyes: int = 0
    intervals: Mapping[str, tuple[float, float]] = MappingProxyType({})

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {
            "rmse": _number(self.rmse),
            "mae": _number(self.mae),
            "nme": _number(self.nme),
            "pck": {limit: _number(share) for limit, share in self.pck.items()},
            "argmax_match": _number(self.argmax_match),
            "per_keypoint": {
                row.name: {"rmse": _number(row.rmse), "mae": _number(row.mae), "count": row.count}
                for row in self.per_keypoint
            },
            "faces": self.faces,
            "points": self.points,
        }


def evaluate(
    predicted: AnyPoints,
    truth: AnyPoints,
    schema: KeypointSchema,
    *,
    draws: int = 0,
    seed: int = 0,
) -> EvaluationReport:
    """Measure predictions against the truth in every way at once.

    Args:
        predicted: `(N, K, 2)` in pixels.
        truth: `(N, K, 2)`, NaN where unknown.
        schema: names the K keypoints.
        draws: bootstrap samples for the intervals; 0 for none.
        seed: of the bootstrap.

    Raises:
        ValueError: if the shapes differ from each other or the schema, or a prediction is NaN where the
            truth is known.
    """
    gap = differences(predicted, truth)
    normalised = face_nme(predicted, truth, schema)
    known = known_points(gap)
    any_known = ~np.isnan(gap).all(axis=(1, 2))
    rows = tuple(
        KeypointErrors(
            name,
            float(np.sqrt(mean_known(gap[:, index] ** 2))),
            mean_known(np.abs(gap[:, index])),
            int(known[:, index].sum()),
        )
        for index, name in enumerate(schema.keypoints)
    )
    return EvaluationReport(
        rmse=rmse(predicted, truth),
        mae=mae(predicted, truth),
        nme=mean_known(normalised),
        pck={f"{limit:g}": share for limit, share in pck(predicted, truth).items()},
        argmax_match=argmax_match(predicted, truth),
        per_keypoint=rows,
        faces=int(any_known.sum()),
        points=int(known.sum()),
        without_eyes=int(np.isnan(normalised[any_known]).sum()),
        intervals=_intervals(gap[any_known], normalised[any_known], draws, seed) if draws else {},
    )


def _intervals(gap: Floats, normalised: Floats, draws: int, seed: int) -> dict[str, tuple[float, float]]:
    known = ~np.isnan(gap)
    size = np.where(known, np.abs(gap), 0.0)
    coordinates = known.sum(axis=(1, 2))
    apart = np.hypot(gap[..., 0], gap[..., 1])
    keypoints = known_points(gap).sum(axis=1)
    has_nme = ~np.isnan(normalised)
    parts = {
        "rmse": ((size**2).sum(axis=(1, 2)), coordinates),
        "mae": (size.sum(axis=(1, 2)), coordinates),
        "nme": (np.where(has_nme, normalised, 0.0), has_nme),
    }
    for limit in PCK_LIMITS:
        parts[f"pck {limit:g}"] = ((apart <= limit).sum(axis=1), keypoints)
    totals = np.column_stack([total for total, _ in parts.values()]).astype(np.float64)
    counts = np.column_stack([count for _, count in parts.values()]).astype(np.float64)
    ends = dict(zip(parts, bootstrap(totals, counts, draws=draws, seed=seed), strict=True))
    ends["rmse"] = np.sqrt(ends["rmse"])
    return {figure: (float(low), float(high)) for figure, (low, high) in ends.items()}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
