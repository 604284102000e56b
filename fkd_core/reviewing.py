"""Which labels of a project deserve a second look, by what networks that never saw their faces say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.evaluating import own_rules, trusted_points
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.review.queue import Queue
from fkd_core.review.suspicion import judge
from fkd_core.rules import load_rules
from fkd_core.rules.store import has_rules
from fkd_core.runs import Run, layout, list_runs
from fkd_core.training.folds import FaceGroups

QUICK: dict[str, Any] = {"folds": 4, "minutes": 3.0}
"""The training where no run with folds is there: 12 minutes, and about one more for the rest."""


@attrs.frozen(eq=False)
class Blind:
    """What networks say of training faces that they never saw.

    Args:
        points: float32 `(N, K, 2)` in pixels, NaN where nobody looked.
        std: float32 `(N, K)`, stated deviations.
    """

    points: NDArray[np.float32]
    std: NDArray[np.float32]


def run_for_review(project: Project, name: str | None = None) -> Run | None:
    """The run of that name, or else the newest one with folds that was trained on these faces.

    Returns:
        None where no name was given and there is no such run.

    Raises:
        RunError: if the named run does not exist, has no folds, did not finish or was trained on other faces.
    """
    if name is None:
        usable = [run for run in list_runs(project.runs_folder) if not _unusable(project, run)]
        return usable[-1] if usable else None
    run = Run.find(project.runs_folder, name)
    why = _unusable(project, run)
    if why:
        raise RunError(
            f"run {name!r} cannot say which labels are wrong",
            where=run.folder,
            expected="a finished run with folds on these faces, of which each face was kept from one network",
            found=why,
            todo="Leave --run out to train a quick one, or train one with --folds 5",
        )
    return run


def _unusable(project: Project, run: Run) -> str:
    if run.status != "finished":
        return f"it is {run.status}"
    if run.data.get("fingerprint") != project.manifest.fingerprint:
        return "it was trained on other faces"
    return "" if run.folds else "it has no folds"


def blind_predictions(
    engine: Engine, project: Project, run: Run, job: Job, *, networks: Networks | None = None
) -> Blind:
    """Each training face by its own marking rule, as seen by networks that never learnt from it.

    Those that the run kept out of all its folds are seen by all of its networks together.

    Raises:
        RunError: if the run's predictions are missing or damaged.
        Cancelled: if the job was stopped.
    """
    span = project.span("train")
    count = span.stop - span.start
    points = np.full((count, len(project.schema), 2), np.nan, np.float32)
    std = np.full(points.shape[:2], np.nan, np.float32)
    own = layout.OUT_OF_FOLD_OWN in run.predicted_splits()
    kept = layout.OUT_OF_FOLD_OWN if own else layout.OUT_OF_FOLD
    rows = np.array(run.prediction_rows(kept) or [], np.int64)
    points[rows] = run.predictions(kept)
    deviations = run.deviations(kept)
    if deviations is not None:
        std[rows] = deviations
    left = np.setdiff1d(np.array(run.split["validation"], np.int64), rows)
    if len(left):
        rule = own_rules(project, run)[left] if own else None
        images = project.faces["train"].images[left]
        found = predict_images(engine, run, images, project.schema, job, rule=rule, networks=networks)
        points[left], std[left] = found.points, found.std
    return Blind(points, std)


def review(
    engine: Engine, project: Project, run: Run, job: Job, *, networks: Networks | None = None
) -> Queue:
    """Judge every label that came with the faces or that a person made, and put the faces in order.

    Labels that a person has accepted or put right since are settled: they are no longer suspicious, whatever
    networks say of them.

    Args:
        engine: predicts what the run did not leave behind, where it was not exported.
        project: gives faces, labels and marking rules.
        run: with folds; see `run_for_review`.
        job: is told how far the work is and may stop it.
        networks: keeps what was read for the next call; read anew if None.

    Raises:
        RunError: if the run's predictions are missing or damaged.
        Cancelled: if the job was stopped.
    """
    span = project.span("train")
    job.progress(0, text="Looking at the labels")
    seen = blind_predictions(engine, project, run, job, networks=networks)
    points = trusted_points(project)[span]
    rules = load_rules(project).of_row if has_rules(project) else None
    groups = FaceGroups.find(project.faces["train"].images, job)
    suspicion = judge(
        points,
        seen.points,
        seen.std,
        mirror=project.schema.mirror,
        rules=rules,
        same_face=groups.of_row,
        job=job,
    )
    table = project.labels.table
    settled = (table.reviewed | table.is_kind(OriginKind.CORRECTED))[span]
    return Queue.of(suspicion, points, seen.points, settled, project.schema, run.name)


def train_quick(engine: Engine, project: Path, job: Job) -> str:
    """Train the networks that a review needs; returns the run's name.

    Raises:
        FkdError: if there is nothing to train on.
        Cancelled: if the job was stopped.
    """
    from fkd_core.pipeline import train

    result = train(engine, project, dict(QUICK), job)
    return str(result["run"])
