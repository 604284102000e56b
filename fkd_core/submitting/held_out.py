"""A run's predictions of faces that it never saw, made the way in which it predicts test faces."""

from __future__ import annotations

import contextlib
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask
from fkd_core.engine.client import Engine
from fkd_core.errors import ProjectError, RunError
from fkd_core.evaluating import placed_points
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.predicting import predict_blindly
from fkd_core.project import Project
from fkd_core.runs import Run, layout

HELD_OUT = "held-out"
"""Split under which a run keeps these predictions."""


@attrs.frozen(eq=False)
class HeldOut:
    """Faces that a run never saw, and what it sees in them.

    Attributes:
        rows: `(N,)` rows of the training file.
        predicted: float32 `(N, K, 2)` in pixels.
        truth: float32 `(N, K, 2)`, values that people placed, NaN elsewhere.
        source: bool `(N, K)`, which keypoints the source marked.
        folds: how many networks shared the faces, each predicting those it never saw; 0 for the run's own
            validation faces.
    """

    rows: NDArray[np.int64]
    predicted: NDArray[np.float32]
    truth: NDArray[np.float32]
    source: Mask
    folds: int


def held_out(
    engine: Engine, project: Project, run: Run, job: Job, *, networks: Networks | None = None
) -> HeldOut:
    """Predict a run's held-out faces as its test faces were predicted, and keep that under the run.

    Those are the faces of all folds, each by the network that never saw it, or else the validation faces. As
    for a test face, the network is told which keypoints the face's source marks, and it follows the marking
    rule that the test faces were predicted by.

    Raises:
        RunError: if the run was trained on other faces or set none aside.
        Cancelled: if the job was stopped.
    """
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        raise RunError("the run was trained on other faces than these", where=run.folder)
    folds = run.folds
    parts = list(folds.values()) or [run.split["validation"]]
    rows = np.sort(np.concatenate([np.array(part, np.int64) for part in parts]))
    if not len(rows):
        raise RunError(
            "the run set no faces aside to measure on",
            where=run.folder,
            todo="Train it with a validation share, or with --folds 5",
        )
    span = project.span("train")
    source = np.isfinite(project.labels.table.original[span][rows]).all(axis=2)
    how = run.how_predicted("test")
    predicted = _kept(run, rows, how)
    if predicted is None:
        rule, fast = how.get("rule"), bool(how.get("fast"))
        found = predict_blindly(
            engine, project, run, rows, job, rule=rule, asked=source, fast=fast, networks=networks
        )
        predicted = found.points
        # A project that cannot be written to can still be measured.
        with contextlib.suppress(ProjectError, OSError):
            run.save_predictions(HELD_OUT, predicted, rows, std=found.std, how=how)
    return HeldOut(rows, predicted, placed_points(project)[span][rows], source, len(folds))


def _kept(run: Run, rows: NDArray[np.int64], how: dict[str, Any]) -> NDArray[np.float32] | None:
    """What was predicted before, unless the weights are newer or it was done in another way."""
    if HELD_OUT not in run.predicted_splits() or run.how_predicted(HELD_OUT) != how:
        return None
    made = (run.folder / layout.PREDICTIONS / f"{HELD_OUT}.npy").stat().st_mtime
    if made < max(path.stat().st_mtime for path in run.weights_paths()):
        return None
    if run.prediction_rows(HELD_OUT) != rows.tolist():
        return None
    return run.predictions(HELD_OUT)
