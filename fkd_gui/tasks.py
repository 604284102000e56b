"""Keeps worker threads alive while they run, and says when the last one ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from fkd_core.jobs import Job
from fkd_gui.workers import Task


class Tasks(QObject):
    """Starts tasks and owns them until their threads have ended.

    Whoever hands in callbacks outlives the tasks or closes them first.
    """

    failed = Signal(object)
    """the error of a task that nobody else listens for"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: set[Task] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether no task can begin any more; what ends while the others are closed asks for nothing new."""
        return self._closed

    def __len__(self) -> int:
        return len(self._running)

    def run(
        self,
        work: Callable[[Job], Any],
        text: str,
        *,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        progressed: Callable[[float, float | None, str], None] | None = None,
        happened: Callable[[str, Any], None] | None = None,
    ) -> Task:
        """Run `work` on a thread. The callbacks run on the window's thread.

        Raises:
            RuntimeError: after `close`.
        """
        if self._closed:
            raise RuntimeError(f"no task can begin after the others were closed, received {text!r}")
        task = Task(work, text, self)
        if done is not None:
            task.succeeded.connect(done)
        task.failed.connect(failed or self.failed)
        if stopped is not None:
            task.stopped.connect(stopped)
        if progressed is not None:
            task.progressed.connect(progressed)
        if happened is not None:
            task.happened.connect(happened)
        self._running.add(task)
        task.finished.connect(self._forget)
        task.start()
        return task

    def close(self) -> None:
        """Cancel everything and wait until it has ended; how each task ended is told before this returns."""
        self._closed = True
        for task in self._running:
            task.cancel()
        for task in list(self._running):
            task.finish()

    def _forget(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._running.discard(task)
            task.deleteLater()
