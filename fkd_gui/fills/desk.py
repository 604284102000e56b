"""Working out what methods would fill in, on a thread, for a window; kept until it is asked for anew."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.fills import Acceptable, Fill, fill_faces
from fkd_core.impute.registry import get
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task


class FillDesk(QObject):
    """Works on one method after the other, in the order in which they were asked for.

    Attributes:
        fills: what is known, by method.
    """

    filled = Signal(object)
    """a `Fill` that is ready"""
    progressed = Signal(str, object, object, str)
    """method, done, total (None if unknown), text"""
    failed = Signal(str, object)
    """method and error; no method where accepting failed"""
    rested = Signal()
    """nothing is left to work on"""
    accepted = Signal(object)
    """the `Edit` that accepts what was asked for"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fills: dict[str, Fill] = {}
        self._project = project
        self._tasks = Tasks(self)
        self._engine = Engine(yielding=True)
        self._networks = Networks()
        self._waiting: deque[tuple[str, str]] = deque()
        self._task: Task | None = None
        self._working = ""
        self._void = False

    @property
    def working(self) -> str:
        """The method that is being worked on; empty if none is."""
        return self._working

    @property
    def waiting(self) -> tuple[str, ...]:
        """The methods that will be worked on next."""
        return tuple(method for method, _ in self._waiting)

    def ask(self, methods: list[tuple[str, str]]) -> None:
        """Work out what is not known yet.

        Args:
            methods: names, each with the run that it looks with; empty for those that need none.
        """
        for method, run in methods:
            known = self.fills.get(method)
            wanted = run if get(method).needs_run else ""
            busy = method == self._working or method in self.waiting
            if (known is None or known.run != wanted) and not busy:
                self._waiting.append((method, wanted))
        self._next()

    def forget(self) -> None:
        """Drop what is known, and what is waiting; labels changed since."""
        self._waiting.clear()
        self.fills.clear()
        if self._task is not None:
            # It may be through already, with values that nobody wants any more.
            self._task.cancel()
            self._void, self._working = True, ""

    def accept(self, ledger: Acceptable, limit: float) -> None:
        """Work out the edit that accepts all under a limit; `accepted` answers."""

        def work(_: Job) -> Edit:
            return ledger.edit(limit)

        self._tasks.run(
            work, "accepting filled values", done=self.accepted.emit, failed=self._accepting_failed
        )

    def finish(self) -> None:
        """Cancel what runs and wait until it has ended. Nobody is told."""
        self.blockSignals(True)
        self._waiting.clear()
        self._tasks.close()
        self._engine.close()

    def _next(self) -> None:
        if self._task is not None or not self._waiting:
            return
        method, run = self._waiting.popleft()
        project, engine, networks = self._project, self._engine, self._networks

        def work(job: Job) -> Fill:
            return fill_faces(project, method, run=run or None, engine=engine, networks=networks, job=job)

        self._working = method
        self._task = self._tasks.run(
            work,
            f"comparing what {method} fills in",
            done=self._done,
            failed=lambda error: self._failed(method, error),
            stopped=self._over,
            progressed=lambda done, total, text: self.progressed.emit(method, done, total, text),
        )

    def _done(self, fill: Fill) -> None:
        if not self._void:
            self.fills[fill.method] = fill
            self.filled.emit(fill)
        self._over()

    def _failed(self, method: str, error: Exception) -> None:
        if not self._void:
            self.failed.emit(method, error)
        self._over()

    def _accepting_failed(self, error: Exception) -> None:
        self.failed.emit("", error)

    def _over(self) -> None:
        self._task, self._working, self._void = None, "", False
        if self._waiting:
            self._next()
        else:
            self.rested.emit()
