"""Reports of a project's runs: asked for, shown in the strip while they are written, opened when done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fkd_gui.report_desk import ReportDesk, show_page

if TYPE_CHECKING:
    from fkd_gui.panels.job_strip import JobStrip
    from fkd_gui.project_view import ProjectView

OPEN = "Open the report"


class Reports(QObject):
    """Joins the desk to the window's strip.

    Args:
        view: of the project.
    """

    problem = Signal(object)
    noted = Signal(str)

    def __init__(self, view: ProjectView) -> None:
        super().__init__(view)
        self._view = view
        self.desk = ReportDesk(view.project, self)
        self.path: Path | None = None
        self.desk.began.connect(self._began)
        self.desk.progressed.connect(self._progressed)
        self.desk.written.connect(self._written)
        self.desk.failed.connect(self._failed)
        view.session.closing.connect(self.desk.finish)

    def ask(self, run: str) -> None:
        """Ask where the report of a run is to be written, then write it."""
        if self.desk.busy:
            self.noted.emit("A report is being written already.")
        else:
            self.desk.ask(run, self._view)

    def follow(self, text: str) -> None:
        """Show the last report in the browser, if that is what was chosen in the strip."""
        if text == OPEN and self.path is not None:
            show_page(self.path)

    @property
    def _strip(self) -> JobStrip | None:
        """The strip, where nothing more urgent is shown in it."""
        return None if self._view.desk.training or self._view.desk.busy_predicting else self._view.strip

    def _began(self, text: str) -> None:
        if self._strip is not None:
            self._strip.start(text)

    def _progressed(self, done: float, total: float | None, text: str) -> None:
        if self._strip is not None:
            self._strip.show_progress(done, total, text)

    def _written(self, run: str, path: Path) -> None:
        self.path = path
        self.noted.emit(f"The report of {run} is in {path}.")
        if self._strip is not None:
            self._strip.finish(f"The report of {run} is written", OPEN)

    def _failed(self, error: object) -> None:
        if self._strip is not None:
            self._strip.clear()
        if error is not None:
            self.problem.emit(error)
