"""The long tasks as one call each, for windows and command lines alike. TensorFlow runs in the engine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.engine.client import Engine
from fkd_core.errors import Cancelled, FkdError, ProjectError
from fkd_core.evaluating import OWN, evaluate, evaluate_test, mean_training_face, trusted_points
from fkd_core.formats.row_list import read_rows
from fkd_core.imputing import imputation_edit
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.predicting import Predicted, predict_images, predict_split
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.submission import Submission, build_submission

__all__ = [
    "OWN",
    "Networks",
    "Predicted",
    "evaluate",
    "evaluate_test",
    "imputation_edit",
    "mean_training_face",
    "predict_images",
    "predict_split",
    "read_hold_out",
    "submission",
    "train",
    "trusted_points",
]


def train(
    engine: Engine,
    project: Path,
    config: dict[str, Any] | None,
    job: Job,
    *,
    name: str | None = None,
    hold_out: Path | None = None,
    started: float | None = None,
    resume: bool = False,
    extend: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Train a network on a project and leave a run; see `fkd_core.training.start.train_run`.

    Args:
        resume: go on with the run `name`; then `config` and `hold_out` are its own.
        extend: `epochs` or `minutes` to add to it, after all that it has.
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
            "resume": resume,
            "extend": extend,
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


def read_hold_out(project: Project, path: Path) -> NDArray[np.int64]:
    """Rows of the training faces from a text file, one a line.

    Raises:
        ProjectError: if the project has no training faces.
        BadInputError: if the file cannot be read or names other rows.
    """
    span = project.span("train")
    return read_rows(path, span.stop - span.start)


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
