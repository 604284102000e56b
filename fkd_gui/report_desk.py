"""Writing the report of a run on a thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task


class ReportDesk(QObject):
    """Asks where a report is to be written, and writes it. One at a time."""

    began = Signal(str)
    """what is being done, for the job strip"""
    progressed = Signal(object, object, str)
    written = Signal(str, object)
    """a run, and the `Path` of its report"""
    failed = Signal(object)
    """the error; None if it was stopped"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._engine = Engine(yielding=True)
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        """Whether a report is being written."""
        return self._task is not None

    def ask(self, run: str, parent: QWidget) -> QFileDialog:
        """Ask where the report of a run is to be written, then write it."""
        dialog = QFileDialog(parent, "Save report", f"report-{run}.html", "Web page (*.html)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.fileSelected.connect(lambda path: self.write(run, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write(self, run: str, path: Path) -> None:
        """Measure a run and write its report; `written` or `failed` tells."""
        if self._task is not None:
            return

        def work(job: Job) -> tuple[str, Path]:
            from fkd_core.reporting.page import write_report

            write_report(self._engine, self._project, run, path, job)
            return run, path

        self._task = self._tasks.run(
            work,
            f"report of {run}",
            done=self._tell_written,
            failed=self._ended,
            stopped=lambda: self._ended(None),
            progressed=self.progressed.emit,
        )
        self.began.emit(f"Writing the report of {run}")

    def stop(self) -> None:
        """Stop it; nothing is written then."""
        if self._task is not None:
            self._task.cancel()

    def finish(self) -> None:
        """Stop it, and end the child process. Nobody is told."""
        self.blockSignals(True)
        self._tasks.close()
        self._engine.close()

    def _tell_written(self, outcome: tuple[str, Path]) -> None:
        self._task = None
        self.written.emit(*outcome)

    def _ended(self, error: Exception | None) -> None:
        self._task = None
        self.failed.emit(error)


def show_page(path: Path) -> None:
    """Open a page in the browser of the system."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute())))
