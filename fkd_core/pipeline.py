"""The long tasks as one call each, for windows and command lines alike. TensorFlow runs in the engine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.demo.project import TRUTH
from fkd_core.engine.client import Engine
from fkd_core.errors import Cancelled, FkdError, ProjectError, RunError
from fkd_core.evaluation.report import EvaluationReport
from fkd_core.evaluation.report import evaluate as measure
from fkd_core.formats.row_list import read_rows
from fkd_core.impute.registry import Imputation, fill
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.labels.values import Edit, OriginKind
from fkd_core.predicting import Predicted, predict_images, predict_split
from fkd_core.project import Project
from fkd_core.rules import load_rules
from fkd_core.runs import Run
from fkd_core.submission import Submission, build_submission

__all__ = [
    "OWN",
    "Networks",
    "Predicted",
    "evaluate",
    "evaluate_test",
    "imputation_edit",
    "predict_images",
    "predict_split",
    "read_hold_out",
    "submission",
    "train",
    "trusted_points",
]

OWN = "own"
"""In place of a rule's name: each row's own rule."""


def train(
    engine: Engine,
    project: Path,
    config: dict[str, Any],
    job: Job,
    *,
    name: str | None = None,
    hold_out: Path | None = None,
    started: float | None = None,
) -> dict[str, Any]:
    """Train a network on a project and leave a run; see `fkd_core.training.start.train_run`.

    Args:
        started: when the time budget began, in `time.monotonic()` seconds; now if None.

    Returns:
        `run`, its name, and how it ended. A run that was stopped is kept and has status `stopped`.

    Raises:
        Cancelled: if the job was stopped before there was a run.
        FkdError: if the data or the configuration cannot be used, or the engine died.
    """
    watcher = _RunWatcher(job)
    try:
        arguments = {
            "project": str(project.absolute()),
            "config": config,
            "name": name,
            "hold_out": None if hold_out is None else str(hold_out.absolute()),
            "elapsed": 0.0 if started is None else time.monotonic() - started,
        }
        result: dict[str, Any] = engine.call("train", arguments, watcher)
    except (Cancelled, FkdError) as error:
        if watcher.run is None:
            raise
        run = Run.open(project / "runs" / watcher.run)
        message = "Stopped by the user" if isinstance(error, Cancelled) else str(error)
        run.settle("stopped" if isinstance(error, Cancelled) else "failed", message)
        if isinstance(error, Cancelled):
            return {"run": watcher.run, "status": "stopped"}
        raise
    return result


class _RunWatcher(Job):
    """Hears the run's name on its way to the real job."""

    def __init__(self, job: Job) -> None:
        super().__init__(interval=0)
        self._job = job
        self.run: str | None = None

    @property
    def cancelled(self) -> bool:
        return self._job.cancelled

    def check(self) -> None:
        self._job.check()

    def emit(self, event: str, data: dict[str, Any]) -> None:
        if event == "started":
            self.run = data["run"]
        self._job.emit(event, data)


def evaluate(
    engine: Engine,
    project: Project,
    name: str,
    job: Job,
    *,
    rows: NDArray[np.int64] | None = None,
    rule: str | None = None,
    mirror: bool = True,
    networks: Networks | None = None,
) -> EvaluationReport:
    """Measure a run on human labels: those of the given training rows, or of its own validation rows.

    Only labels count that a person made or accepted.

    Args:
        rows: 0-based rows of the training faces.
        rule: name of the marking rule to follow, `own` for each row's own, `auto` or None for the answer of
            least expected squared error.
        mirror: whether to average with mirrored faces.
        networks: keeps what was read for the next call; read anew if None.

    Raises:
        BadInputError: if the network knows no such rule.
        RunError: if the run does not exist or no row has such a label.
    """
    run = Run.find(project.runs_folder, name)
    if rows is None:
        rows = np.array(run.split["validation"], np.int64)
        if not len(rows):
            raise RunError(
                "the run set no faces aside",
                where=run.folder,
                todo="Name the rows to measure on: --rows ROWS.txt",
            )
    span = project.span("train")
    truth = trusted_points(project)[span][rows]
    labelled = np.isfinite(truth).any(axis=(1, 2))
    if not labelled.any():
        raise RunError("none of these rows has a label that a person made", where=run.folder)
    images = project.faces["train"].images[rows]
    followed = _own_rules(project, run)[rows] if rule == OWN else rule
    predicted = predict_images(
        engine, run, images, project.schema, job, rule=followed, mirror=mirror, networks=networks
    )
    return measure(predicted.points, truth, project.schema, draws=1000)


def _own_rules(project: Project, run: Run) -> NDArray[np.int64]:
    """For each training row the number of its rule among those that the run was trained with, else -1."""
    rules, known = load_rules(project), list(run.data.get("rules", []))
    numbers = [known.index(name) if name in known else -1 for name in rules.names]
    return np.array([*numbers, -1], np.int64)[rules.of_row]


def evaluate_test(engine: Engine, project: Project, name: str, job: Job) -> EvaluationReport:
    """Measure a run on the test faces of a demo project, whose exact keypoints are kept beside them.

    Raises:
        RunError: if the run does not exist, or nobody knows the truth about the test faces.
    """
    run = Run.find(project.runs_folder, name)
    truth = project.folder / TRUTH
    if not truth.is_file():
        raise RunError(
            "nobody knows the keypoints of these test faces",
            where=project.folder,
            todo="Submit them to the competition, or measure on training rows: --rows ROWS.txt",
        )
    predicted = predict_images(engine, run, project.faces["test"].images, project.schema, job)
    return measure(predicted.points, np.load(truth, allow_pickle=False), project.schema, draws=1000)


def trusted_points(project: Project) -> NDArray[np.float32]:
    """`(N, K, 2)` over all faces: values that a person made or accepted, NaN elsewhere."""
    table = project.labels.table
    made = table.is_kind(OriginKind.HUMAN) | table.is_kind(OriginKind.CORRECTED)
    trusted = table.mask & (made | table.reviewed)
    points: NDArray[np.float32] = np.where(trusted[..., None], table.points, np.float32(np.nan))
    return points


def read_hold_out(project: Project, path: Path) -> NDArray[np.int64]:
    """Rows of the training faces from a text file, one a line.

    Raises:
        ProjectError: if the project has no training faces.
        BadInputError: if the file cannot be read or names other rows.
    """
    span = project.span("train")
    return read_rows(path, span.stop - span.start)


def imputation_edit(
    project: Project, method: str, *, seed: int = 0, shuffle: bool = True, job: Job | None = None
) -> tuple[Edit, Imputation]:
    """The edit that fills the training faces by a method, in place of what earlier imputations entered.

    Labels that a person made or accepted are neither changed nor left out as a source.
    """
    table = project.labels.table
    span = project.span("train")
    where = edits.imputable(table)
    where[: span.start] = where[span.stop :] = False
    known = np.where((table.mask & ~where)[span][..., None], table.points[span], np.float32(np.nan))
    imputation = fill(method, known, project.schema, seed=seed, shuffle=shuffle, job=job)
    filled = np.full_like(table.points, np.nan)
    filled[span] = imputation.points
    return edits.impute(table, method, filled, where), imputation


def submission(project: Project, name: str) -> Submission:
    """The submission from a run's predictions of the test faces.

    Raises:
        ProjectError: if the project has no lookup table.
        RunError: if the run has not predicted the test faces.
    """
    if project.lookup is None:
        raise ProjectError(
            "the project does not know what a submission must contain",
            where=project.folder,
            expected="IdLookupTable.csv among the imported files",
            todo="Import the whole download again",
        )
    points = Run.find(project.runs_folder, name).predictions("test")
    return build_submission(project.lookup, project.faces["test"].ids, points, project.schema)
