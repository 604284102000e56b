"""Looking for wrong labels on a thread, for a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task

if TYPE_CHECKING:
    from fkd_core.review.queue import Queue


class ReviewDesk(QObject):
    """Judges the labels of one project; one look at a time."""

    looked = Signal(object)
    """the `Queue`; None where no run with folds has seen these faces"""
    progressed = Signal(object, object, str)
    """done, total (None if unknown), text"""
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
        """Whether it is looking."""
        return self._task is not None

    def look(self) -> None:
        """Judge all labels by the newest run with folds; `looked` or `failed` answers."""
        if self._task is not None:
            return
        project, engine = self._project, self._engine

        def work(job: Job) -> Queue | None:
            # Imported with the first look: a start need not wait for it.
            from fkd_core.reviewing import review, run_for_review

            run = run_for_review(project)
            return None if run is None else review(engine, project, run, job)

        self._task = self._tasks.run(
            work,
            "looking for wrong labels",
            done=self._done,
            failed=self._ended,
            stopped=self._stopped,
            progressed=self.progressed.emit,
        )

    def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()

    def finish(self) -> None:
        """Cancel what runs and wait until it has ended. Nobody is told."""
        self.blockSignals(True)
        self._tasks.close()
        self._engine.close()

    def _done(self, queue: Queue | None) -> None:
        self._task = None
        self.looked.emit(queue)

    def _ended(self, error: Exception) -> None:
        self._task = None
        self.failed.emit(error)

    def _stopped(self) -> None:
        self._task = None
        self.failed.emit(None)
