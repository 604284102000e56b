"""Freezing validation faces and comparing runs on them, on threads, for a window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import attrs
from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.proof.compare import Comparison, changed_since, compare, keep_comparison, last_comparison
from fkd_core.proof.frozen import freeze, load_frozen, thaw
from fkd_core.proof.retrain import run_before, settings_of
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task

_READING = "reading the frozen set"


@attrs.frozen
class ProofState:
    """How things stand.

    Attributes:
        faces: frozen ones; 0 where there is no set.
        points: frozen keypoints.
        created: when the set was frozen, ISO 8601.
        before: name of the run to compare with; None where none will do.
        settings: what a training must ask for to be like it.
        changed_faces: training faces changed since it was begun.
        changed_points: their keypoints.
        last: what the latest comparison found.
        hinders: why there can be no set; empty if there can.
    """

    faces: int = 0
    points: int = 0
    created: str = ""
    before: str | None = None
    settings: dict[str, Any] | None = None
    changed_faces: int = 0
    changed_points: int = 0
    last: Comparison | None = None
    hinders: str = ""


class ProofDesk(QObject):
    """Reads and changes the frozen set of one project, and compares; one thing after the other.

    Attributes:
        state: how things stood when they were read last.
    """

    stands = Signal(object)
    """the `ProofState`"""
    compared = Signal(object)
    """the `Comparison`"""
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
        self.state = ProofState()
        self._waiting: deque[tuple[str, Callable[[Job], Any], Callable[[Any], None]]] = deque()

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    def read(self) -> None:
        """Find out how things stand; `stands` answers."""
        if not any(text == _READING for text, _, _ in self._waiting):
            self._run(_READING, lambda _: read_state(self._project), self._stand)

    def freeze(self) -> None:
        """Draw faces and freeze them; `stands` answers."""

        def work(job: Job) -> ProofState:
            freeze(self._project, job)
            return read_state(self._project)

        self._run("freezing a validation set", work, self._stand)

    def thaw(self) -> None:
        """Give the frozen set up; `stands` answers."""

        def work(_: Job) -> ProofState:
            thaw(self._project)
            return read_state(self._project)

        self._run("giving the frozen set up", work, self._stand)

    def compare(self, before: str, after: str) -> None:
        """Measure two runs on the frozen faces; `compared` answers."""

        def work(job: Job) -> Comparison:
            made = compare(self._engine, self._project, before, after, job)
            if self._project.read_only is None:
                keep_comparison(self._project, made)
            return made

        self._run(f"comparing {before} with {after}", work, self.compared.emit)

    def finish(self) -> None:
        """Cancel what runs and wait until it has ended. Nobody is told."""
        self.blockSignals(True)
        self._waiting.clear()
        self._tasks.close()
        self._engine.close()

    def _run(self, text: str, work: Callable[[Job], Any], tell: Callable[[Any], None]) -> None:
        """Do it now, or when what came before is done: nothing that was asked for is dropped."""
        if self._task is not None:
            self._waiting.append((text, work, tell))
            return

        def done(result: Any) -> None:
            self._task = None
            tell(result)
            self._go_on()

        def failed(error: Exception | None = None) -> None:
            self._task = None
            self.failed.emit(error)
            self._go_on()

        self._task = self._tasks.run(
            work, text, done=done, failed=failed, stopped=failed, progressed=self.progressed.emit
        )

    def _stand(self, state: ProofState) -> None:
        self.state = state
        self.stands.emit(state)

    def _go_on(self) -> None:
        if self._waiting and self._task is None:
            self._run(*self._waiting.popleft())


def read_state(project: Project) -> ProofState:
    """How things stand in a project.

    Raises:
        FkdError: if the frozen set or a comparison is damaged.
    """
    if "train" not in project.faces:
        return ProofState(hinders="This project has no training faces")
    frozen = load_frozen(project)
    if frozen is None:
        return ProofState(hinders=project.read_only or "")
    state = ProofState(len(frozen), frozen.points, frozen.created, last=last_comparison(project))
    before = run_before(project)
    if before is None:
        return state
    config, hold_out = settings_of(before)
    faces, points = changed_since(project, before)
    listed = {} if hold_out is None else {"hold_out": str(hold_out)}
    return attrs.evolve(
        state,
        before=before.name,
        settings=config | listed,
        changed_faces=faces,
        changed_points=points,
    )
