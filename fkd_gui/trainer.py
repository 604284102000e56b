"""The training of a project, for a window: in a process of its own that goes on when the window is gone."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from fkd_core.project import Project
from fkd_core.runs.control import Wish
from fkd_gui.attending import Attendance
from fkd_gui.tasks import Tasks


class Trainer(QObject):
    """Starts, joins, stops and attends one training at a time.

    Args:
        project: whose faces are trained on.
        tasks: of the desk; closed by it.
    """

    started = Signal(str)
    """name of the run"""
    joined = Signal(object)
    """a run that trained already, see `Attendance`"""
    epoch = Signal(object)
    faces = Signal(object)
    """`epoch`, `rows` and `points` of the watched faces"""
    advised = Signal(str, object)
    """a run, and what is to be said of its course now"""
    progressed = Signal(object, object, str)
    """done, total (None if unknown), text"""
    ended = Signal(str, object)
    """`finished`, `early`, `stopped` or `failed`; a sentence or the error"""
    logged = Signal(str)
    problem = Signal(object)

    def __init__(self, project: Project, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project, self._tasks = project, tasks
        self._attendance: Attendance | None = None
        self._joining = False
        self._lost: set[str] = set()
        self.run: str | None = None
        """that trains, or trained last"""

    @property
    def training(self) -> bool:
        """Whether a training is attended."""
        return self._attendance is not None

    def start(self, arguments: dict[str, Any]) -> None:
        """Train; `arguments` are those of `fkd_core.training.start.train_run`."""
        self._attend(lambda attendance, job: attendance.start(arguments, job), joining=False)

    def join(self, runs: list[dict[str, Any]]) -> None:
        """Attend the newest of these runs that trains, wherever it was started; see `run_summary`."""
        if self.training:
            return
        live = [run for run in runs if run["status"] == "running"]
        self._lost &= {run["name"] for run in live}
        live = [run for run in live if run["name"] not in self._lost]
        if live:
            name = max(live, key=lambda run: run["created"])["name"]
            self._attend(lambda attendance, job: attendance.join(name, job), joining=True)

    def wish(self, wish: Wish) -> None:
        """Ask the training to stop, now or after its epoch; the run is kept."""
        attendance = self._attendance
        if attendance is not None:
            self._tasks.run(lambda _: attendance.wish(wish), "asking to stop", failed=self.problem.emit)

    def leave(self) -> None:
        """Attend no more; the training goes on by itself."""
        if self._attendance is not None:
            self._attendance.leave()

    def _attend(self, call: Any, *, joining: bool) -> None:
        if self._attendance is not None:
            return
        attendance = self._attendance = Attendance(self._project.folder)
        self._joining, self.run = joining, None
        self._tasks.run(
            lambda job: call(attendance, job),
            "training",
            done=self._done,
            failed=self._failed,
            stopped=self._stopped,
            progressed=self.progressed.emit,
            happened=self._hear,
        )

    def _hear(self, event: str, data: dict[str, Any]) -> None:
        if event == "started":
            if self.run is None:
                self.run = data["run"]
                self.started.emit(data["run"])
        elif event == "joined":
            if self._joining:
                self.run = data["run"]
                self.joined.emit(data)
                self.started.emit(data["run"])
        elif event == "epoch":
            self.epoch.emit(data)
        elif event == "faces":
            self.faces.emit(data)
        elif event == "advice":
            self.advised.emit(data["run"], data["found"])
        elif event == "log":
            self.logged.emit(data["text"])

    def _done(self, result: dict[str, Any]) -> None:
        self._end({"done": "finished"}.get(result["status"], result["status"]), "")

    def _failed(self, error: Exception) -> None:
        if self.run is not None:
            # Whatever it says of itself, it is not joined again and again.
            self._lost.add(self.run)
        self._end("failed", error)

    def _stopped(self) -> None:
        self._end("stopped", "")

    def _end(self, status: str, outcome: object) -> None:
        self._attendance = None
        self.ended.emit(status, outcome)
