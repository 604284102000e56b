"""Submit: choose a run, read the checks, save the file; what became of earlier ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fkd_core.errors import RunError
from fkd_core.submitting.check import SubmissionCheck
from fkd_core.submitting.difference import Changed, Differences
from fkd_core.submitting.past import PastSubmission
from fkd_gui.panels.changed_table import ChangedTable, ChangedView
from fkd_gui.panels.kit import Text
from fkd_gui.panels.past_table import PastTable, PastView
from fkd_gui.panels.run_table import run_row
from fkd_gui.panels.submission import SubmissionPanel
from fkd_gui.submission_desk import SubmissionDesk
from fkd_gui.theme import UNIT
from fkd_gui.training_desk import TrainingDesk

if TYPE_CHECKING:
    from fkd_gui.project_view import ProjectView


def make(view: ProjectView) -> SubmitPlace:
    """The place in a project's view."""
    submissions = SubmissionDesk(view.project, view)
    view.session.closing.connect(submissions.finish)
    made = SubmitPlace(view.desk, submissions)
    made.noted.connect(view.noted)
    made.face_requested.connect(view.show_face)
    made.predict_requested.connect(view.predict)
    made.train_requested.connect(lambda: view.show_place("train"))
    made.import_requested.connect(view.import_requested)
    made.problem.connect(view.problem)
    made.show_runs(view.runs)
    return made


class SubmitPlace(QWidget):
    """Joins the panels to the desks."""

    predict_requested = Signal(str)
    train_requested = Signal()
    import_requested = Signal()
    problem = Signal(object)
    noted = Signal(str)
    face_requested = Signal(int)
    """a face of the project to show in Label"""
    saved = Signal(object)
    """the `Path` that was written"""

    def __init__(
        self, desk: TrainingDesk, submissions: SubmissionDesk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.submissions = desk, submissions
        self.panel = SubmissionPanel()
        self.past = PastTable(self)
        self.past_view = PastView(self.past)
        self.changed = ChangedTable(self)
        self.changed_view = ChangedView(self.changed)
        self.past_title = Text("", "title")
        self.changed_title = Text("", "title")
        lookup = desk.project.lookup
        self.panel.set_lookup(None if lookup is None else len(lookup))
        self._lay_out()
        self._checked: dict[str, SubmissionCheck] = {}
        self._predicted_by: set[str] = set()
        self._connect()
        self._show_history([])
        self._show_changed(None)

    def prepare(self) -> None:
        """The place is shown."""
        self.refresh()
        self.submissions.read_history()
        self.submissions.look_for_kaggle()

    def refresh(self) -> None:
        """Look at the runs and the chosen one's predictions anew."""
        self.desk.read_runs()
        if self.panel.selected in self._predicted_by:
            self.desk.check_submission(self.panel.selected)

    def save(self, run: str, path: Path) -> None:
        """Write the submission that was checked."""
        made = self._checked.get(run)
        if made is None:
            self.problem.emit(RunError(f"{run} has no checked submission", todo="Wait for the checks"))
        else:
            self.desk.write_submission(made, path)

    def show_runs(self, summaries: list[dict[str, Any]]) -> None:
        """Show these runs."""
        self._predicted_by = {summary["name"] for summary in summaries if "test" in summary["predicted"]}
        self.panel.set_runs([run_row(summary) for summary in summaries if summary["epochs"]])

    def _lay_out(self) -> None:
        self._side = QSplitter(Qt.Orientation.Vertical)
        self._parts: list[QWidget] = []
        for title, view in ((self.changed_title, self.changed_view), (self.past_title, self.past_view)):
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(UNIT, 2 * UNIT, UNIT + 4, UNIT)
            column.setSpacing(UNIT)
            column.addWidget(title)
            column.addWidget(view, 1)
            self._side.addWidget(part)
            self._parts.append(part)
        self._side.setChildrenCollapsible(False)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.panel)
        splitter.addWidget(self._side)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([460, 820])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _connect(self) -> None:
        panel, desk, submissions = self.panel, self.desk, self.submissions
        panel.predict_requested.connect(self._predict)
        panel.train_requested.connect(self.train_requested)
        panel.import_requested.connect(self.import_requested)
        panel.run_selected.connect(desk.check_submission)
        panel.run.currentIndexChanged.connect(lambda _: self._show_changed(None))
        panel.save_requested.connect(self.save)
        panel.show_folder_requested.connect(_show_folder)
        panel.hand_in.upload_requested.connect(self._upload)
        panel.hand_in.stop_requested.connect(submissions.stop_upload)
        self.past.described.connect(submissions.describe)
        self.past.refused.connect(self.noted)
        self.changed_view.face_chosen.connect(self._go_to)
        desk.runs.connect(self.show_runs)
        desk.submission_read.connect(self._show_checked)
        desk.submission_written.connect(self._show_written)
        desk.predicted.connect(self._predicted)
        desk.prediction_failed.connect(lambda _: self.panel.set_busy(""))
        submissions.estimating.connect(panel.expected.show_working)
        submissions.estimated.connect(self._show_estimated)
        submissions.history.connect(self._show_history)
        submissions.history_failed.connect(self.problem)
        submissions.standing.connect(panel.hand_in.set_standing)
        submissions.uploading.connect(panel.hand_in.set_busy)
        submissions.uploaded.connect(self._show_uploaded)
        submissions.upload_failed.connect(self._show_not_uploaded)

    def _predict(self, run: str) -> None:
        self.panel.set_busy("The faces are being predicted …")
        self.predict_requested.emit(run)

    def _predicted(self, run: str) -> None:
        self._checked.pop(run, None)
        self.panel.set_busy("")

    def _show_checked(self, run: str, outcome: SubmissionCheck | Exception) -> None:
        if isinstance(outcome, SubmissionCheck):
            self._checked[run] = outcome
        if run != self.panel.selected:
            return
        if isinstance(outcome, SubmissionCheck):
            self.panel.set_checks(outcome.checks)
            self._show_changed(outcome.before)
            self.panel.expected.show_working()
            self.submissions.estimate(run, outcome)
        else:
            self.panel.show_failed(outcome)

    def _show_estimated(self, run: str, outcome: SubmissionCheck | Exception) -> None:
        if isinstance(outcome, SubmissionCheck):
            # Beside a newer check an old estimate says nothing.
            if run in self._checked:
                self._checked[run] = outcome
            if run == self.panel.selected:
                self.panel.expected.show_score(outcome)
        elif run == self.panel.selected:
            self.panel.expected.clear()
            self.panel.show_failed(outcome)

    def _show_written(self, outcome: Path | Exception) -> None:
        if isinstance(outcome, Exception):
            self.panel.show_failed(outcome)
        else:
            self.panel.show_saved(outcome)
            self.saved.emit(outcome)
        self.submissions.read_history()

    def _show_changed(self, found: Differences | None) -> None:
        self.changed.show_differences(found)
        if found is None:
            self.changed_title.setText("")
        elif not found.changed:
            self.changed_title.setText(f"The same as submission {found.number} of {found.run}")
        else:
            self.changed_title.setText(
                f"Furthest from submission {found.number} of {found.run}: {found.changed:,} rows differ, "
                f"{found.rms:.2f} px root mean square"
            )
        self._parts[0].setVisible(found is not None)
        self.changed_view.setVisible(found is not None and found.changed > 0)
        self._show_side()

    def _show_history(self, entries: list[PastSubmission]) -> None:
        self.past.set_rows(entries)
        self.past_title.setText("Submissions")
        self._parts[1].setVisible(bool(entries))
        last = max(entries, key=lambda each: each.number, default=None)
        name = "" if last is None else Path(last.file).name
        self.panel.hand_in.set_last(None if last is None else last.number, name)
        self._show_side()

    def _show_side(self) -> None:
        """There is something beside the checks once a submission was saved."""
        self._side.setVisible(bool(self.past.rows) or bool(self.changed_title.text()))

    def _upload(self) -> None:
        if self.past.rows:
            self.submissions.upload(self.past.rows[0].number)

    def _show_uploaded(self, said: str) -> None:
        last = said.splitlines()[-1] if said else "Kaggle took it."
        self.panel.hand_in.say(f"{last} Type its score into the table once the site says it.", "success")

    def _show_not_uploaded(self, error: object) -> None:
        if isinstance(error, Exception):
            self.panel.show_failed(error)
        else:
            self.panel.hand_in.say("Stopped. Look at the site whether it has the file all the same.")

    def _go_to(self, changed: Changed) -> None:
        self.face_requested.emit(self.desk.project.span("test").start + changed.row)


def _show_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute().parent)))
