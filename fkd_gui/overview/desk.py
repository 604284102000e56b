"""The overview on a thread, for a window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont

from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_gui.tasks import Tasks
from fkd_gui.theme import Theme
from fkd_gui.workers import Task

if TYPE_CHECKING:
    from fkd_core.overview import Chart, Overview


class OverviewDesk(QObject):
    """Looks at one project; one look at a time, and once more where it was asked again meanwhile."""

    looked = Signal(object)
    """the `Overview`"""
    progressed = Signal(object, object, str)
    """done, total (None if unknown), text"""
    failed = Signal(object)
    """the error; None if it was stopped"""
    saved = Signal(str)
    """name of the file that a chart was saved in"""
    not_saved = Signal(object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._task: Task | None = None
        self._again = False

    @property
    def busy(self) -> bool:
        """Whether it is looking."""
        return self._task is not None

    def look(self) -> None:
        """Make the overview of the labels as they are now; `looked` or `failed` answers."""
        if self._task is not None:
            self._again = True
            return
        project = self._project

        def work(job: Job) -> Overview:
            # Imported with the first look: a start need not wait for it.
            from fkd_core.overview import overview_of

            return overview_of(project, job)

        self._task = self._tasks.run(
            work,
            "looking at the data",
            done=self._done,
            failed=self._ended,
            stopped=lambda: self._ended(None),
            progressed=self.progressed.emit,
        )

    def save(self, chart: Chart, path: Path, theme: Theme, font: QFont) -> None:
        """Write a chart; `saved` or `not_saved` answers."""

        def work(_: Job) -> str:
            from fkd_gui.overview.export import save_chart

            save_chart(chart, path, theme, font)
            return path.name

        self._tasks.run(work, "saving a picture", done=self.saved.emit, failed=self.not_saved.emit)

    def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()

    def finish(self) -> None:
        """Cancel what runs and wait until it has ended. Nobody is told."""
        self.blockSignals(True)
        self._again = False
        self._tasks.close()

    def _done(self, overview: Overview) -> None:
        self._task = None
        if self._again:
            self._again = False
            self.look()
        else:
            self.looked.emit(overview)

    def _ended(self, error: Exception | None) -> None:
        self._task = None
        self._again = False
        self.failed.emit(error)
