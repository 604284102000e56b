"""All that is measured of one set of predictions together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask
from fkd_core.evaluation.calibration import Calibration, calibration
from fkd_core.evaluation.cumulative import CumulativeErrors, cumulative
from fkd_core.evaluation.figures import Figures, KeypointErrors, figures
from fkd_core.evaluation.intervals import Sampling
from fkd_core.evaluation.metrics import AnyPoints, argmax_match, differences, face_nme
from fkd_core.evaluation.null_model import NullModel, null_model
from fkd_core.evaluation.plain import number
from fkd_core.evaluation.worst import WORST, WorstFace, worst_faces
from fkd_core.schema import KeypointSchema

__all__ = ["EvaluationReport", "KeypointErrors", "evaluate"]


@attrs.frozen(kw_only=True)
class EvaluationReport(Figures):
    """The errors of one set of predictions; NaN where there was nothing to measure.

    Beside the figures of all faces, which `Figures` describes:

    Args:
        argmax_match: Keras's `accuracy` as the published notebook reported it; see `metrics.argmax_match`.
        cumulative: which share of the faces has at most which error.
        worst: the faces of the largest error, the worst first.
        per_rule: figures of the faces marked by each rule, by its name; None where no rules are known.
        null_model: the error of the mean face; None where no mean face is known.
        calibration: how often the truth lies where the stated deviations say; None where none are stated.
    """

    argmax_match: float
    cumulative: CumulativeErrors
    worst: tuple[WorstFace, ...]
    per_rule: Mapping[str, Figures] | None = None
    null_model: NullModel | None = None
    calibration: Calibration | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN and for what is not known; keys that never change their meaning."""
        rules = self.per_rule
        return {
            **super().to_dict(),
            "argmax_match": number(self.argmax_match),
            "cumulative": self.cumulative.to_dict(),
            "per_rule": None if rules is None else {name: part.to_dict() for name, part in rules.items()},
            "worst": [face.to_dict() for face in self.worst],
            "null_model": None if self.null_model is None else self.null_model.to_dict(),
            "calibration": None if self.calibration is None else self.calibration.to_dict(),
        }


def evaluate(
    predicted: AnyPoints,
    truth: AnyPoints,
    schema: KeypointSchema,
    *,
    std: NDArray[np.floating[Any]] | None = None,
    rows: NDArray[np.integer[Any]] | None = None,
    rules: NDArray[np.integer[Any]] | None = None,
    rule_names: Sequence[str] = (),
    mean_face: Floats | None = None,
    worst: int = WORST,
    draws: int = 0,
    seed: int = 0,
) -> EvaluationReport:
    """Measure predictions against the truth in every way at once.

    Args:
        predicted: `(N, K, 2)` in pixels.
        truth: `(N, K, 2)`, NaN where unknown.
        schema: names the K keypoints.
        std: `(N, K)` stated standard deviations in pixels, NaN where unknown; None if none are stated.
        rows: `(N,)` the row of each face, to name the worst; their positions if None.
        rules: `(N,)` the number of each face's own marking rule, below 0 where it has none; None if no
            rules are known.
        rule_names: of the numbers in `rules`; a rule that no face follows is left out.
        mean_face: `(K, 2)` of the faces that the predictions were learnt from; see `null_model.mean_face`.
        worst: how many of the worst faces to list.
        draws: bootstrap samples for the intervals; 0 for none.
        seed: of the bootstrap.

    Raises:
        ValueError: if the shapes differ from each other or the schema, a prediction is NaN where the truth
            is known, a deviation is negative or a rule has no name.
    """
    gap = differences(predicted, truth)
    normalised = face_nme(predicted, truth, schema)
    sampling = Sampling(draws, seed)
    masks = {} if rules is None else _masks(rules, rule_names, np.asarray(~np.isnan(gap).all(axis=(1, 2))))
    whole = figures(gap, normalised, schema, sampling)
    return EvaluationReport(
        **attrs.asdict(whole, recurse=False),
        argmax_match=argmax_match(predicted, truth),
        cumulative=cumulative(normalised, sampling=sampling),
        worst=worst_faces(gap, schema, worst, rows=rows, rules=masks),
        per_rule=None
        if rules is None
        else {
            name: figures(gap[faces], normalised[faces], schema, sampling) for name, faces in masks.items()
        },
        null_model=None if mean_face is None else null_model(gap, truth, mean_face, sampling=sampling),
        calibration=None if std is None else calibration(gap, std, schema, rules=masks, sampling=sampling),
    )


def _masks(rules: NDArray[np.integer[Any]], names: Sequence[str], measured: Mask) -> dict[str, Mask]:
    """For each rule that any measured face follows, which ones do."""
    if rules.shape != measured.shape:
        raise ValueError(f"rules must have the shape {measured.shape}, received {rules.shape}")
    if len(rules) and rules.max() >= len(names):
        raise ValueError(f"rules must be below {len(names)}, received {rules.max()}")
    masks = {name: np.asarray((rules == number) & measured) for number, name in enumerate(names)}
    return {name: mask for name, mask in masks.items() if mask.any()}
