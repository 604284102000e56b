"""Submit: choose a run, read the checks, save the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.errors import RunError
from fkd_core.submission import Check, Submission
from fkd_gui.panels.run_table import run_row
from fkd_gui.panels.submission import SubmissionPanel
from fkd_gui.training_desk import TrainingDesk


class SubmitPlace(QWidget):
    """Joins the submission panel to the desk."""

    predict_requested = Signal(str)
    train_requested = Signal()
    import_requested = Signal()
    problem = Signal(object)
    saved = Signal(object)
    """the `Path` that was written"""

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.panel = SubmissionPanel()
        lookup = desk.project.lookup
        self.panel.set_lookup(None if lookup is None else len(lookup))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panel)
        self._submissions: dict[str, Submission] = {}
        self._predicted_by: set[str] = set()
        self.panel.predict_requested.connect(self._predict)
        self.panel.train_requested.connect(self.train_requested)
        self.panel.import_requested.connect(self.import_requested)
        self.panel.run_selected.connect(desk.check_submission)
        self.panel.save_requested.connect(self.save)
        desk.runs.connect(self.show_runs)
        desk.submission_read.connect(self._show_submission)
        desk.submission_written.connect(self._show_written)
        desk.predicted.connect(self._predicted)
        desk.prediction_failed.connect(lambda _: self.panel.set_busy(""))

    def prepare(self) -> None:
        """The place is shown."""
        self.refresh()

    def refresh(self) -> None:
        """Look at the runs and the chosen one's predictions anew."""
        self.desk.read_runs()
        if self.panel.selected in self._predicted_by:
            self.desk.check_submission(self.panel.selected)

    def save(self, run: str, path: Path) -> None:
        """Write the submission that was checked."""
        made = self._submissions.get(run)
        if made is None:
            self.problem.emit(RunError(f"{run} has no checked submission", todo="Wait for the checks"))
        else:
            self.desk.write_submission(made, path)

    def _predict(self, run: str) -> None:
        self.panel.set_busy("The faces are being predicted …")
        self.predict_requested.emit(run)

    def _predicted(self, run: str) -> None:
        self._submissions.pop(run, None)
        self.panel.set_busy("")

    def show_runs(self, summaries: list[dict[str, Any]]) -> None:
        """Offer the runs; see `fkd_core.info.run_summary`."""
        self._predicted_by = {summary["name"] for summary in summaries if "test" in summary["predicted"]}
        self.panel.set_runs([run_row(summary) for summary in summaries if summary["epochs"]])

    def _show_submission(self, run: str, outcome: Submission | Exception) -> None:
        if isinstance(outcome, Submission):
            self._submissions[run] = outcome
        if run != self.panel.selected:
            return
        if isinstance(outcome, Submission):
            clipped = (
                f"{outcome.clipped:,} moved to the frame's edge"
                if outcome.clipped
                else "none had to be moved"
            )
            self.panel.set_checks([*outcome.checks, Check("predictions outside the frame", True, clipped)])
        else:
            self.panel.show_failed(outcome)

    def _show_written(self, outcome: Path | Exception) -> None:
        if isinstance(outcome, Exception):
            self.panel.show_failed(outcome)
        else:
            self.panel.show_saved(outcome)
            self.saved.emit(outcome)
