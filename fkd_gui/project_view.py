"""An open project in the window: its session, its places, and what runs on it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.labels.edits import imputable
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_gui import left_off
from fkd_gui.backup_desk import BackupDesk
from fkd_gui.label_place import LabelPlace
from fkd_gui.notices import JobStrip
from fkd_gui.panels.run_table import run_row
from fkd_gui.places import PLACES, PlaceStack
from fkd_gui.review_desk import ReviewDesk
from fkd_gui.reviewing import Reviewing
from fkd_gui.rules.desk import RulesDesk
from fkd_gui.session import Session
from fkd_gui.settings import PLACE, Settings
from fkd_gui.training_control import TrainingControl
from fkd_gui.training_desk import TrainingDesk
from fkd_gui.training_line import PREDICT, SHOW, TrainingLine
from fkd_gui.unsaved_bar import UnsavedBar

if TYPE_CHECKING:
    # Imported with the first use of the places that need them: a start waits for none of them.
    from fkd_core.evaluation.report import EvaluationReport
    from fkd_gui.panels.training import TrainingPanel
    from fkd_gui.proof_desk import ProofDesk
    from fkd_gui.proving import Proving
    from fkd_gui.reports import Reports
    from fkd_gui.rules.place import RulesPlace
    from fkd_gui.search.settings import SearchSettings
    from fkd_gui.submit_place import SubmitPlace
    from fkd_gui.train_place import TrainPlace

SHOW_SEARCH = "Show the search"
_PAUSE = 3_000
"""milliseconds on one face before this is noted down as where one left off"""
_WARMTH = 200
"""milliseconds between pieces of the window that are made ahead"""


class ProjectView(QWidget):
    """Places of one project. Owns the project: `close_project` closes it.

    Args:
        project: open, perhaps read-only.
        settings: what was remembered.
    """

    changed = Signal()
    """what can be done changed"""
    problem = Signal(object)
    noted = Signal(str)
    saved = Signal(str)
    place_changed = Signal(str)
    message = Signal(str, str)
    """a title and lines that stay until they are dismissed"""
    warned = Signal(str, str)
    """the same, of something that may go wrong"""
    import_requested = Signal()
    runs_read = Signal(list)
    """names of the runs that can predict, newest first"""

    def __init__(self, project: Project, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.settings = settings
        self.session = Session(project, self)
        self.desk = TrainingDesk(project, self)
        self.review_desk = ReviewDesk(project, self)
        self._proof_desk: ProofDesk | None = None
        self.rules_desk = RulesDesk(project, self)
        self.backups = BackupDesk(self.session, self)
        try:
            self._build(settings)
        except BaseException:
            # Threads and the writer's lock must not outlive a view that nobody will ever see.
            self.close_project()
            raise

    def _build(self, settings: Settings) -> None:
        self.label = LabelPlace(self.session, settings)
        self.unsaved = UnsavedBar(self.session)
        self.line = TrainingLine(self.desk, self)
        self.control = TrainingControl(self)
        self.reviewing = Reviewing(self.review_desk, self.label.review, self.desk, self)
        self.training_panel: TrainingPanel | None = None
        self.search_settings: SearchSettings | None = None
        self._pieces = self._pieces_ahead()
        self.run_names: list[str] = []
        self.usable_runs: list[str] = []
        self.runs: list[dict[str, Any]] = []
        self._reports: Reports | None = None
        self.stop_other: Callable[[], None] | None = None
        self._stack = PlaceStack()
        for row in PLACES:
            # Review is Label with the queue where the faces are, so that the face itself stays as it is.
            self._stack.offer(row.id, partial(self._make, row.module) if row.module else lambda: self.label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.unsaved)
        layout.addWidget(self._stack)
        self.place = "label"
        self._connect()
        self.show_place(settings.get(PLACE))
        self.went_back = left_off.go_back(settings, self)
        # A crash must not lead back to where one was hours ago.
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(lambda: left_off.keep(settings, self))
        self.session.face_changed.connect(lambda _: self._pause.start())
        self._warmth = QTimer(self, singleShot=True, interval=_WARMTH)
        self._warmth.timeout.connect(self._warm_up)
        self.session.closing.connect(self._warmth.stop)
        self.session.closing.connect(self._pause.stop)
        self._warmth.start()
        self.desk.read_runs()

    @property
    def rules(self) -> RulesPlace:
        """The Rules place."""
        return cast("RulesPlace", self._stack.get("rules"))

    @property
    def train(self) -> TrainPlace:
        """The Train place."""
        return cast("TrainPlace", self._stack.get("train"))

    @property
    def submit(self) -> SubmitPlace:
        """The Submit place."""
        return cast("SubmitPlace", self._stack.get("submit"))

    def get_place(self, place: str) -> QWidget:
        """One of `fkd_gui.places.PLACES`, made now if it was not shown before."""
        return self._stack.get(place)

    def has_place(self, place: str) -> bool:
        """Whether a place was made already."""
        return self._stack.made(place) is not None

    @property
    def proof_desk(self) -> ProofDesk:
        """Freezes validation faces and compares runs on them."""
        if self._proof_desk is None:
            from fkd_gui.proof_desk import ProofDesk

            self._proof_desk = ProofDesk(self.project, self)
        return self._proof_desk

    @property
    def strip(self) -> JobStrip | None:
        """Where running work is shown."""
        return self.line.strip

    @property
    def reports(self) -> Reports:
        """Writes reports of runs."""
        if self._reports is None:
            from fkd_gui.reports import Reports

            self._reports = Reports(self)
            self._reports.problem.connect(self.problem)
            self._reports.noted.connect(self.noted)
        return self._reports

    def report_latest(self) -> None:
        """Write a report of the run that is chosen in Train, else of the latest."""
        chosen = self.train.runs.selected if self._stack.made("train") is not None else ""
        latest = max(self.runs, key=lambda run: run["created"], default={"name": ""})
        if chosen or latest["name"]:
            self.reports.ask(chosen or latest["name"])
        else:
            self.noted.emit("Train a network first.")
            self.show_place("train")

    @property
    def proving(self) -> Proving:
        """What leads over a new training to a comparison."""
        proving = self.train.proving
        assert proving is not None
        return proving

    def _warm_up(self) -> None:
        """Make one more piece of what is likely to be wanted next; none takes as long as a key may wait."""
        if next(self._pieces, self) is not self:
            self._warmth.start()

    def _pieces_ahead(self) -> Iterator[None]:
        if self._stack.made("train") is None:
            import fkd_gui.proving
            import fkd_gui.train_place

            yield
            if self._stack.made("train") is None:
                self.training_panel = fkd_gui.train_place.TrainingPanel(self)
                yield
        yield self.train.make_ready()
        yield self._submit_ahead()
        import fkd_gui.compare.place

        yield
        import fkd_gui.search.place

        yield
        if self._stack.made("searches") is None:
            self.search_settings = fkd_gui.search.place.SearchSettings(self)
        yield

    def _submit_ahead(self) -> None:
        self._stack.get("submit")

    def show_place(self, place: str) -> None:
        """Show one of `fkd_gui.places.PLACES`; the face stays."""
        self.place = place
        shown = self._stack.show_place(place)
        if shown is self.label:
            self.label.set_reviewing(place == "review")
            self.label.take_focus()
        elif hasattr(shown, "prepare"):
            shown.prepare()
        if place == "train":
            # Labels may have changed since it was last seen.
            self.proof_desk.read()
        self.place_changed.emit(place)

    def bind_strip(self, strip: JobStrip) -> None:
        """Show running work in the strip of the window."""
        self.line.strip = strip

    def predict_latest(self) -> None:
        """Predict with the latest run that has weights."""
        fitting = [run for run in self.runs if run["epochs"]]
        if fitting:
            self.predict(max(fitting, key=lambda run: run["created"])["name"])
        else:
            self.noted.emit("Train a network first.")
            self.show_place("train")

    def predict(self, run: str) -> None:
        """Predict all faces with a run, then lay the predictions over them."""
        self._occupy(f"Predicting with {run}", lambda: self.desk.predict(run))

    def impute(self, edit: Edit) -> None:
        """Enter imputed values, but not where a person was quicker."""
        changes = edit.changes
        free = imputable(self.project.labels.table)[changes["face"], changes["keypoint"]]
        self.session.apply(Edit(edit.what, changes[free]))
        self.label.show_imputed(int(free.sum()))

    def show_run(self, run: str) -> None:
        """Show the curves of a run."""
        self.show_place("train")
        self.desk.read_run(run)

    def evaluate(self, run: str) -> None:
        """Measure a run on its validation faces, and say how it did."""
        self._occupy(f"Evaluating {run}", lambda: self.desk.evaluate(run))

    def stop_job(self) -> None:
        """Stop what the strip shows."""
        if self.desk.training:
            self.control.do("stop")
        elif self.stop_other is not None and not self.desk.busy_predicting:
            self.stop_other()
        else:
            self.desk.stop_prediction()
            if self._reports is not None:
                self._reports.desk.stop()

    def next_step(self, text: str) -> None:
        """What a finished job offered was chosen."""
        if text == PREDICT and self.desk.run_name is not None:
            self.predict(self.desk.run_name)
        elif text == SHOW:
            self.show_place("label")
        elif text == SHOW_SEARCH:
            self.show_place("searches")
        elif self._reports is not None:
            self._reports.follow(text)

    def remember(self, settings: Settings) -> None:
        """Keep the layout for next time."""
        self.label.remember(settings)
        settings.set(PLACE, self.place)
        left_off.keep(settings, self)

    def may_close(self) -> bool:
        """Whether every edit is saved, here or in a copy; asks what to do if not."""
        if self.session.flush():
            return True
        self.unsaved.ask_to_leave()
        return False

    def close_project(self) -> None:
        """Stop what runs, finish writing, and close the project. The run that was stopped is kept."""
        self.review_desk.finish()
        if self._proof_desk is not None:
            self._proof_desk.finish()
        self.rules_desk.finish()
        self.desk.finish()
        self.session.flush()
        self.backups.finish()
        self.session.close()

    def _connect(self) -> None:
        session, desk = self.session, self.desk
        session.problem.connect(self.problem)
        session.saved.connect(self.saved)
        for signal in (session.history_changed, session.keypoints_changed, session.predictions_changed):
            signal.connect(self._tell_changed)
        self.label.canvas.options_changed.connect(self._tell_changed)
        self.label.sheet_changed.connect(self._tell_changed)
        session.remarks.changed.connect(self._tell_changed)
        self.label.noted.connect(self.noted)
        self.label.look_requested.connect(self._impute_with)
        self.place_changed.connect(self._tell_changed)
        self.reviewing.problem.connect(self.problem)
        self.reviewing.noted.connect(self.noted)
        self.reviewing.train_requested.connect(lambda settings: self.train.start_with(settings))
        self.runs_read.connect(self.label.set_runs)
        self.rules_desk.found.connect(self.label.browser.facts.read_rules)
        desk.problem.connect(self.problem)
        desk.ended.connect(self._training_ended)
        desk.predicted.connect(self._predicted)
        desk.prediction_failed.connect(self._prediction_failed)
        desk.predictions_read.connect(self._lay_over)
        desk.evaluated.connect(self._tell_evaluated)
        desk.imputed.connect(self.impute)
        desk.runs.connect(self._take_runs)

    def _make(self, module: str) -> QWidget:
        made: QWidget = importlib.import_module(module).make(self)
        return made

    def show_face(self, face: int) -> None:
        """Show a face where its labels are."""
        self.show_place("label")
        self.session.go_to(face)

    def show_keypoint(self, keypoint: int) -> None:
        """Show a keypoint on all faces, in the contact sheet."""
        self.show_place("label")
        self.session.select((keypoint,))
        if self.label.sheeting:
            self.label.sheet.choose(keypoint)
        else:
            self.label.show_sheet(True)

    def show_filtered(self, text: str) -> None:
        """Show the faces of a query, written in the filter bar's language."""
        self.show_place("label")
        self.label.browser.bar.set_text(text)

    def _occupy(self, text: str, work: Callable[[], None]) -> None:
        if self.desk.busy_predicting:
            self.noted.emit("A prediction is running already.")
            return
        self.line.begin(text)
        work()

    def _tell_changed(self, *_: Any) -> None:
        self.changed.emit()

    def _take_runs(self, runs: list[dict[str, Any]]) -> None:
        self.runs = runs
        self.run_names = [run["name"] for run in runs]
        self.usable_runs = [run["name"] for run in reversed(runs) if run_row(run).usable]
        self.runs_read.emit(self.usable_runs)
        self.control.find(runs)

    def _training_ended(self, _: str, outcome: object) -> None:
        if isinstance(outcome, BaseException):
            self.problem.emit(outcome)
        self.changed.emit()

    def _predicted(self, run: str) -> None:
        self.show_predictions(run)
        if self._stack.made("submit") is not None:
            self.submit.refresh()

    def _tell_evaluated(self, run: str, report: EvaluationReport) -> None:
        self.message.emit(
            f"{run}: RMSE {report.rmse:.2f} px on {report.faces} validation faces", describe(report)
        )

    def _impute_with(self, method: str, run: str) -> None:
        self._occupy(f"Filling in with {run}", lambda: self.desk.impute(method, run))

    def _prediction_failed(self, error: object) -> None:
        if error is not None:
            self.problem.emit(error)

    def show_predictions(self, run: str | None) -> None:
        """Lay a run's predictions over the faces; none for None."""
        if run is None:
            self.session.show_predictions(None, None)
        else:
            self.desk.read_predictions(run)

    def _lay_over(self, run: str, points: Any) -> None:
        self.session.show_predictions(run, points)
        self.noted.emit(f"Showing the predictions of {run}.")


def describe(report: EvaluationReport) -> str:
    """An evaluation in two lines: the measures, and the keypoints that are off most."""
    pck = ", ".join(f"{share:.0%} within {limit} px" for limit, share in report.pck.items())
    worst = sorted(report.per_keypoint, key=lambda errors: -errors.rmse)[:3]
    names = ", ".join(f"{errors.name.replace('_', ' ')} {errors.rmse:.2f} px" for errors in worst)
    return f"MAE {report.mae:.2f} px, NME {report.nme:.1%}, {pck}.\nWorst keypoints: {names}."
