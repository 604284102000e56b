"""Training and prediction for a window: starts the core's calls on threads and passes on what they say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.inference.onnx_model import Networks
from fkd_core.info import run_summary
from fkd_core.jobs import Job
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_core.runs import Run, list_runs
from fkd_gui.attending import more_of
from fkd_gui.panels.series import EpochSeries
from fkd_gui.tasks import Tasks
from fkd_gui.trainer import Trainer
from fkd_gui.workers import Task

if TYPE_CHECKING:
    # The threads import what they call with its first use: a start waits for none of it.
    from fkd_core.evaluation.report import EvaluationReport
    from fkd_core.submitting.check import SubmissionCheck

_NOT_CONFIGURATION = ("name", "hold_out")
_Devices = list[tuple[str, str]]


class TrainingDesk(QObject):
    """Trains in a process that outlives the window, and predicts in one that does not. One training and one
    prediction may run at a time, side by side.
    """

    started = Signal(str)
    """name of the run"""
    joined = Signal(object)
    """a run that trained already when this window found it, see `fkd_gui.attending.Attendance`"""
    epoch = Signal(object)
    faces = Signal(object)
    """`epoch`, `rows` and `points` of the watched faces"""
    advised = Signal(str, object)
    """a run, and what is to be said of its course now, see `fkd_core.runs.advice`"""
    progressed = Signal(object, object, str)
    """done, total (None if unknown), text; of the training"""
    ended = Signal(str, object)
    """`finished`, `early`, `stopped` or `failed`; a sentence or the error"""
    logged = Signal(str)
    predicting = Signal(object, object, str)
    """done, total (None if unknown), text; of the prediction"""
    predicted = Signal(str)
    """name of the run whose predictions are there now"""
    prediction_failed = Signal(object)
    """the error; None if it was stopped"""
    devices = Signal(list)
    """`(name, text)` of each device"""
    runs = Signal(list)
    """summaries of all runs, see `fkd_core.info.run_summary`"""
    run_read = Signal(object, object, object)
    """a run's summary, its epochs as an `EpochSeries`, and what else is shown of it: see `more_of`"""
    faces_read = Signal(object, object)
    """rows of training faces, and their pictures, uint8 `(M, H, W)`"""
    predictions_read = Signal(str, object)
    """a run, and its predictions over all faces"""
    submission_read = Signal(str, object)
    """a run, and its `SubmissionCheck` or the error"""
    submission_written = Signal(object)
    """the `Path` that was written, or the error"""
    evaluated = Signal(str, object)
    """a run, and its `EvaluationReport`"""
    imputed = Signal(object)
    """the `Edit` that fills in what a run sees"""

    problem = Signal(object)
    """an error that no other signal tells of"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self._tasks = Tasks(self)
        self._tasks.failed.connect(self.problem)
        self.trainer = Trainer(project, self._tasks, self)
        self._predictor = Engine(yielding=True)
        self._networks = Networks()
        self._prediction: Task | None = None
        self._listing: Task | None = None
        self._known_devices: _Devices | None = None
        self._reading = self._read_again = self._finished = False
        trainer = self.trainer
        for told, passed in (
            (trainer.started, self.started),
            (trainer.joined, self.joined),
            (trainer.epoch, self.epoch),
            (trainer.faces, self.faces),
            (trainer.advised, self.advised),
            (trainer.progressed, self.progressed),
            (trainer.ended, self.ended),
            (trainer.logged, self.logged),
            (trainer.problem, self.problem),
        ):
            told.connect(passed)
        trainer.ended.connect(self.read_runs)

    @property
    def training(self) -> bool:
        """Whether a training runs."""
        return self.trainer.training

    @property
    def run_name(self) -> str | None:
        """The run that trains, or trained last in this window."""
        return self.trainer.run

    @property
    def idle(self) -> bool:
        """Whether nothing at all is under way."""
        return not len(self._tasks)

    @property
    def predictor_pid(self) -> int | None:
        """Process number of the engine that predicts for runs that were not exported, None while there is
        none."""
        return self._predictor.pid

    @property
    def busy_predicting(self) -> bool:
        """Whether a prediction runs."""
        return self._prediction is not None

    def ask_devices(self) -> None:
        """Ask for the devices; `devices` answers. They are looked for once."""
        if self._known_devices is not None:
            self.devices.emit(self._known_devices)
        elif self._listing is None:

            def work(job: Job) -> Any:
                # Not kept: a training has a process of its own, and TensorFlow takes room.
                with Engine(yielding=True) as engine:
                    return engine.call("devices", {}, job)

            self._listing = self._tasks.run(
                work,
                "listing devices",
                done=self._tell_devices,
                failed=self._devices_failed,
                stopped=self._devices_stopped,
            )

    def start(self, request: dict[str, Any]) -> None:
        """Train; `request` is what the training panel asks for."""
        config = {
            key: value
            for key, value in request.items()
            if key not in _NOT_CONFIGURATION and value is not False
        }
        hold_out = request.get("hold_out")
        arguments = {"config": config, "name": request.get("name")}
        if hold_out is not None:
            arguments["hold_out"] = str(Path(hold_out).absolute())
        self.trainer.start(arguments)

    def resume(self, run: str) -> None:
        """Go on with a run that had not come to its end."""
        self.trainer.start({"name": run, "resume": True})

    def extend(self, run: str, length: dict[str, Any]) -> None:
        """Train a run that is over for `epochs` or `minutes` more."""
        self.trainer.start({"name": run, "resume": True, "extend": length})

    def stop(self) -> None:
        """Stop the training; the run is kept."""
        self.trainer.wish("stop")

    def stop_after_epoch(self) -> None:
        """Stop the training once its epoch is over; the run is kept."""
        self.trainer.wish("stop-after-epoch")

    def predict(self, run: str) -> None:
        """Predict the test and the training faces with a run; `predicted` tells when it is done."""
        if self._prediction is not None:
            return
        project = self.project
        splits = [split for split in ("test", "train") if split in project.faces]

        def work(job: Job) -> str:
            from fkd_core.pipeline import predict_split

            for split in splits:
                predict_split(self._predictor, project, run, split, job, networks=self._networks)
            return run

        self._prediction = self._tasks.run(
            work,
            f"predicting with {run}",
            done=self._prediction_done,
            failed=self._prediction_ended,
            stopped=self._prediction_stopped,
            progressed=self.predicting.emit,
        )

    def stop_prediction(self) -> None:
        """Stop the prediction."""
        if self._prediction is not None:
            self._prediction.cancel()

    def read_runs(self) -> None:
        """Look at the runs on the disk; `runs` answers. One look at a time: none older comes last."""
        if self._reading or self._finished:
            self._read_again = True
            return
        folder = self.project.runs_folder
        self._reading = True
        self._tasks.run(
            lambda _: [
                run_summary(run) | {"predicted": run.predicted_splits(), "folder": run.folder}
                for run in list_runs(folder)
            ],
            "reading runs",
            done=self._tell_runs,
            failed=self._reading_failed,
        )

    def read_run(self, name: str) -> None:
        """Read the history of a run; `run_read` answers."""
        folder = self.project.runs_folder / name

        def work(_: Job) -> tuple[dict[str, Any], EpochSeries, dict[str, Any]]:
            run = Run.open(folder)
            epochs = run.metrics
            return run_summary(run), EpochSeries(epochs), more_of(run, epochs)

        self._tasks.run(work, f"reading {name}", done=self._tell_run)

    def read_faces(self, rows: Sequence[int]) -> None:
        """Read the pictures of training faces; `faces_read` answers."""
        images = self.project.faces["train"].images

        def work(_: Job) -> tuple[Sequence[int], NDArray[np.uint8]]:
            return rows, np.array(images[list(rows)])

        self._tasks.run(work, "reading faces", done=lambda read: self.faces_read.emit(*read))

    def read_predictions(self, name: str) -> None:
        """Read a run's predictions; `predictions_read` answers."""
        project = self.project

        def work(_: Job) -> tuple[str, NDArray[np.float32]]:
            run = Run.open(project.runs_folder / name)
            points = np.full((len(project), len(project.schema), 2), np.nan, np.float32)
            for split in run.predicted_splits():
                if split in project.faces:
                    points[project.span(split)] = run.predictions(split)
            return name, points

        self._tasks.run(work, f"reading predictions of {name}", done=self._tell_predictions)

    def check_submission(self, name: str) -> None:
        """Build a run's submission and check it; `submission_read` answers."""
        project = self.project

        def work(_: Job) -> tuple[str, SubmissionCheck]:
            from fkd_core.submitting.check import check_submission

            return name, check_submission(project, name)

        def failed(error: Exception) -> None:
            self.submission_read.emit(name, error)

        self._tasks.run(work, f"checking {name}", done=self._tell_submission, failed=failed)

    def write_submission(self, found: SubmissionCheck, path: Path) -> None:
        """Write a submission and enter it in the history; `submission_written` answers."""
        project = self.project

        def work(_: Job) -> Path:
            from fkd_core.submitting.check import write_submission

            write_submission(project, found, path)
            return path

        tell = self.submission_written.emit
        self._tasks.run(work, f"writing {path.name}", done=tell, failed=tell)

    def evaluate(self, run: str) -> None:
        """Measure a run on its validation faces; `evaluated` answers."""
        if self._prediction is not None:
            return
        project = self.project

        def work(job: Job) -> tuple[str, EvaluationReport]:
            from fkd_core.pipeline import evaluate

            return run, evaluate(self._predictor, project, run, job, networks=self._networks)

        self._prediction = self._tasks.run(
            work,
            f"evaluating {run}",
            done=self._tell_evaluated,
            failed=self._prediction_ended,
            stopped=self._prediction_stopped,
            progressed=self.predicting.emit,
        )

    def impute(self, method: str, run: str) -> None:
        """Work out what a method fills in that looks at the faces with a run; `imputed` carries the edit."""
        if self._prediction is not None:
            return
        project = self.project

        def work(job: Job) -> Edit:
            from fkd_core.pipeline import imputation_edit

            return imputation_edit(
                project, method, run=run, engine=self._predictor, networks=self._networks, job=job
            )[0]

        self._prediction = self._tasks.run(
            work,
            f"filling in with {run}",
            done=self._tell_imputed,
            failed=self._prediction_ended,
            stopped=self._prediction_stopped,
            progressed=self.predicting.emit,
        )

    def finish(self) -> None:
        """Cancel what runs, wait until it has ended, and end the child process. Nobody is told.

        A training goes on by itself, unless it was asked to stop.
        """
        self.blockSignals(True)
        self._finished = True
        self.trainer.leave()
        self._tasks.close()
        self._predictor.close()

    def _prediction_done(self, run: str) -> None:
        self._prediction = None
        self.predicted.emit(run)
        self.read_runs()

    def _prediction_ended(self, error: Exception) -> None:
        self._prediction = None
        self.prediction_failed.emit(error)

    def _prediction_stopped(self) -> None:
        self._prediction = None
        self.prediction_failed.emit(None)

    def _devices_failed(self, error: Exception) -> None:
        self._listing = None
        self.problem.emit(error)

    def _devices_stopped(self) -> None:
        self._listing = None

    def _tell_devices(self, found: list[dict[str, Any]]) -> None:
        self._listing = None
        self._known_devices = [(device["name"], device["text"]) for device in found]
        self.devices.emit(self._known_devices)

    def _tell_evaluated(self, outcome: tuple[str, EvaluationReport]) -> None:
        self._prediction = None
        self.evaluated.emit(*outcome)

    def _tell_imputed(self, edit: Edit) -> None:
        self._prediction = None
        self.imputed.emit(edit)

    def _tell_runs(self, summaries: list[dict[str, Any]]) -> None:
        self._reading = False
        if self._read_again:
            self._read_again = False
            self.read_runs()
        else:
            self.runs.emit(summaries)

    def _reading_failed(self, error: Exception) -> None:
        self._reading = self._read_again = False
        self.problem.emit(error)

    def _tell_run(self, read: tuple[dict[str, Any], EpochSeries, dict[str, Any]]) -> None:
        self.run_read.emit(*read)

    def _tell_predictions(self, read: tuple[str, NDArray[np.float32]]) -> None:
        self.predictions_read.emit(*read)

    def _tell_submission(self, read: tuple[str, SubmissionCheck]) -> None:
        self.submission_read.emit(*read)
