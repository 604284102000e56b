"""Train: the runs and their proof on the left, the curves in the middle, the settings on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from fkd_core.models import registry
from fkd_gui.panels.advice_line import TITLES, Advice
from fkd_gui.panels.proof import ProofPanel
from fkd_gui.panels.run_table import run_row
from fkd_gui.panels.runs import RunsPanel
from fkd_gui.panels.series import EpochSeries
from fkd_gui.panels.training import TrainingPanel
from fkd_gui.panels.training_settings import TrainingSettings
from fkd_gui.panels.watched_faces import SeenFaces
from fkd_gui.plotting.save import saver_for
from fkd_gui.proving import Proving
from fkd_gui.session import Session
from fkd_gui.training_desk import TrainingDesk
from fkd_gui.watching import Watching

if TYPE_CHECKING:
    from fkd_gui.project_view import ProjectView


def make(view: ProjectView) -> TrainPlace:
    """The place in a project's view."""
    made = TrainPlace(view.desk, view.session, view.training_panel)
    made.predict_requested.connect(view.predict)
    made.evaluate_requested.connect(view.evaluate)
    made.report_requested.connect(lambda run: view.reports.ask(run))
    made.show_requested.connect(view.show_predictions)
    made.face_requested.connect(view.show_face)
    made.keypoint_requested.connect(view.show_keypoint)
    made.warned.connect(view.warned)
    made.shown_changed.connect(view.changed)
    made.show_runs(view.runs)
    made.panel.progress.save_requested.connect(saver_for(view, made).ask)
    made.proving = Proving(view.proof_desk, made, view.desk, made)
    made.proving.problem.connect(view.problem)
    made.proving.noted.connect(view.noted)
    made.proving.message.connect(view.message)
    return made


class TrainPlace(QWidget):
    """Joins the panels to the desk; knows nothing of files or processes.

    Args:
        panel: settings and progress where they were made before, else they are made now.
    """

    predict_requested = Signal(str)
    evaluate_requested = Signal(str)
    report_requested = Signal(str)
    face_requested = Signal(int)
    """a face, counted over all splits, to show where its labels are"""
    keypoint_requested = Signal(int)
    """a keypoint to show on all faces"""
    warned = Signal(str, str)
    """a title and lines: something is to be said of the training that runs"""
    shown_changed = Signal()
    """another run is shown, or the one that is shown came to its end"""
    show_requested = Signal(object)
    """name of the run whose predictions are to lie over the faces; None for none"""

    def __init__(
        self,
        desk: TrainingDesk,
        session: Session,
        panel: TrainingPanel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.proving: Proving | None = None
        self.runs = RunsPanel()
        self.proof = ProofPanel()
        self.panel = panel or TrainingPanel()
        self.panel.set_models([(spec.name, spec.description) for spec in registry.available()])
        self.panel.set_devices([("auto", "Automatic")])
        splitter = QSplitter(Qt.Orientation.Horizontal)
        column = QSplitter(Qt.Orientation.Vertical)
        column.addWidget(self.runs)
        column.addWidget(self.proof)
        column.setStretchFactor(0, 1)
        column.setStretchFactor(1, 0)
        column.setChildrenCollapsible(False)
        splitter.addWidget(column)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([280, 1000])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self._session = session
        self._watching = Watching(desk, session, self.panel.progress, self)
        self._warned: set[str] = set()
        schema = session.project.schema
        labels = [schema.label(k) for k in range(len(schema))]
        self.panel.progress.keypoints.set_names([label[:1].upper() + label[1:] for label in labels])
        self.settings.set_runs_folder(session.project.runs_folder)
        self._summaries: list[dict[str, Any]] = []
        self._connect()
        if "train" not in session.project.faces:
            self.panel.set_blocked("This project has no training faces")

    @property
    def settings(self) -> TrainingSettings:
        """What the next training will be like."""
        return self.panel.settings

    def prepare(self) -> None:
        """The place is shown: list the devices once, and look for trainings that began elsewhere."""
        if not self.desk.training:
            self.desk.ask_devices()
            self.desk.read_runs()

    def make_ready(self) -> None:
        """Make the curves before a training needs them."""
        self.panel.prepare()

    def start(self) -> None:
        """Press Start."""
        self.settings.press()

    def start_with(self, request: dict[str, Any]) -> None:
        """Train by these settings and no others, whatever the form says."""
        self.panel.ask(request)
        self._start({"name": None} | request)

    def show_stopping(self) -> None:
        """The run was asked to stop from elsewhere."""
        self.panel.show_stopping()

    def show_ending(self) -> None:
        """The run was asked from elsewhere to stop after its epoch."""
        self.panel.show_ending()

    def resume_shown(self) -> None:
        """Go on with the run that is shown."""
        self.panel.progress.go_on.click()

    def ask_extend(self) -> None:
        """Ask how much longer the run that is shown is to train."""
        self.panel.progress.ask_extend()

    def _connect(self) -> None:
        panel, runs, desk = self.panel, self.runs, self.desk
        panel.start_requested.connect(self._start)
        panel.stop_requested.connect(desk.stop)
        panel.ending_requested.connect(desk.stop_after_epoch)
        panel.extend_requested.connect(self._extend)
        panel.progress.keypoints.keypoint_chosen.connect(self.keypoint_requested)
        self._watching.face_requested.connect(self.face_requested)
        panel.predict_requested.connect(self.predict_requested)
        panel.resume_requested.connect(self._resume)
        runs.run_selected.connect(self._select)
        runs.predict_requested.connect(lambda run, _: self.predict_requested.emit(run))
        runs.show_predictions.connect(self.show_requested)
        runs.evaluate_requested.connect(self.evaluate_requested)
        runs.report_requested.connect(self.report_requested)
        runs.train_requested.connect(self.start)
        desk.devices.connect(panel.set_devices)
        desk.started.connect(panel.name_run)
        desk.started.connect(lambda _: desk.read_runs())
        desk.joined.connect(self._join)
        desk.advised.connect(self._advise)
        desk.progressed.connect(panel.show_progress)
        desk.epoch.connect(panel.show_epoch)
        desk.epoch.connect(self._count_epoch)
        desk.ended.connect(self._ended)
        desk.runs.connect(self.show_runs)
        desk.run_read.connect(self._show_run)
        self._session.predictions_changed.connect(lambda: runs.set_shown(self._session.predicted_by))

    def _start(self, request: dict[str, Any]) -> None:
        self._warned.clear()
        self.panel.show_started(request["name"] or "New run")
        self.desk.start(request)

    def _resume(self, run: str) -> None:
        self._warned.clear()
        self.panel.show_resumed(run)
        self.desk.resume(run)

    def _extend(self, run: str, length: dict[str, Any]) -> None:
        self._warned.clear()
        self.panel.show_resumed(run, **length)
        self.desk.extend(run, length)

    def _join(self, found: dict[str, Any]) -> None:
        self._warned.clear()
        self.panel.show_followed(found["run"], found["epochs"], found["seconds"], found["length"])

    def _advise(self, run: str, found: Sequence[Advice]) -> None:
        """Show what is to be said of a run in its place, and tell each kind of it once."""
        self.panel.progress.advise(run, found)
        for advice in found:
            if advice.kind not in self._warned:
                self._warned.add(advice.kind)
                self.warned.emit(f"{run}: {TITLES.get(advice.kind, advice.kind)}", advice.text)

    def _ended(self, status: str, outcome: Any) -> None:
        self.panel.show_ended(status, outcome)
        self.shown_changed.emit()

    def _select(self, run: str) -> None:
        if run != self.desk.run_name or not self.desk.training:
            self.desk.read_run(run)

    def show_runs(self, summaries: list[dict[str, Any]]) -> None:
        """List the runs; see `fkd_core.info.run_summary`."""
        self._summaries = summaries
        self.runs.set_runs([run_row(summary) for summary in summaries])

    def _count_epoch(self, record: dict[str, Any]) -> None:
        """Keep the row of the run that trains as it is, without reading files."""
        for summary in self._summaries:
            if summary["name"] == self.desk.run_name:
                scores = [s for s in (summary["val_rmse"], record.get("val_rmse")) if s is not None]
                summary |= {"epochs": record["epoch"], "val_rmse": min(scores, default=None)}
        self.runs.set_runs([run_row(summary) for summary in self._summaries])

    def _show_run(self, summary: dict[str, Any], epochs: EpochSeries, more: dict[str, Any]) -> None:
        if not self.desk.training:
            seen = more["seen"]
            self.panel.show_run(
                summary["name"],
                epochs,
                summary["status"],
                summary["message"],
                resumes=summary["resumable"],
                extends=more["extends"],
                length=more["length"],
                advice=more["advice"],
                keypoints=more["keypoints"],
                seen=seen and SeenFaces.of(seen.epoch, seen.rows.tolist(), seen.points),
            )
            self.shown_changed.emit()
