"""Searches on threads, for a window: a child process works on them, and what they left is read from files."""

from __future__ import annotations

from typing import Any

import attrs
from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.search.best import best_trial, full_training, keep_weights
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import delete, list_searches, open_search
from fkd_core.search.importance import Importance, importance
from fkd_core.search.record import Trial
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task

CALLS = "fkd_core.search.calls"
_GRACE = 6.0
"""seconds that a trial has to keep what it has learnt when the window closes"""


@attrs.frozen(eq=False)
class SearchLook:
    """A search as its files tell it."""

    summary: dict[str, Any]
    config: SearchConfig
    trials: list[Trial]
    importance: Importance | None


class SearchDesk(QObject):
    """Owns the process that searches. One search runs at a time; others can be looked at meanwhile.

    Neither Optuna nor a training is ever imported here: importing Optuna takes 0.3 s of a thread that holds
    the interpreter's lock for much of it.
    """

    began = Signal(str)
    """name of the search that runs now"""
    progressed = Signal(object, object, str)
    """done, total, text"""
    trial = Signal(str, object)
    """name of the search that runs, and its `Trial` as it stands"""
    ended = Signal(str, object)
    """how, in the words of `fkd_core.search.run` or `failed`; the summary or the error"""
    listed = Signal(list)
    """summaries, the newest first"""
    looked = Signal(object)
    """a `SearchLook`"""
    kept = Signal(str)
    """the run that a trial became"""
    training_asked = Signal(object, str)
    """settings to train in full, and a name for the run"""
    problem = Signal(object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._tasks.failed.connect(self.problem)
        self._engine = Engine(calls=CALLS, grace=_GRACE, yielding=True)
        self._search: Task | None = None
        self._reading: Task | None = None
        self._read_next: str | None = None
        self._listing: Task | None = None
        self._finished = False
        self.name: str | None = None

    @property
    def running(self) -> bool:
        """Whether a search of this window runs."""
        return self._search is not None

    @property
    def idle(self) -> bool:
        """Whether nothing at all is under way."""
        return not len(self._tasks)

    def start(
        self,
        config: SearchConfig | None,
        name: str | None,
        minutes: float | None = None,
        storage: str | None = None,
    ) -> None:
        """Begin a search, or go on with the one of that name where there is no configuration."""
        if self._search is not None:
            return
        arguments = {
            "project": str(self._project.folder.absolute()),
            "config": None if config is None else config.to_dict(),
            "name": name,
            "minutes": minutes,
            "storage": storage,
        }
        self.name = None
        self._search = self._tasks.run(
            lambda job: self._engine.call("search", arguments, job),
            "searching",
            done=self._done,
            failed=self._failed,
            stopped=self._stopped,
            progressed=self.progressed.emit,
            happened=self._hear,
        )

    def stop(self) -> None:
        """Stop the search; the trial under way goes on when it is resumed."""
        if self._search is not None:
            self._search.cancel()

    def read_list(self) -> None:
        """Look which searches there are; `listed` answers."""
        if self._listing is not None or self._finished:
            return
        folder = self._project.folder

        def work(_: Job) -> list[dict[str, Any]]:
            return [search.summary() for search in list_searches(folder)][::-1]

        self._listing = self._tasks.run(work, "listing searches", done=self._tell_list, failed=self._no_list)

    def read(self, name: str) -> None:
        """Read a search; `looked` answers. One at a time: none older comes last."""
        if self._reading is not None or self._finished:
            self._read_next = name
            return
        folder = self._project.folder

        def work(_: Job) -> SearchLook:
            search = open_search(folder, name)
            trials = search.trials()
            return SearchLook(
                search.summary(trials), search.config, trials, importance(search.config.space, trials)
            )

        self._reading = self._tasks.run(work, "reading a search", done=self._tell_look, failed=self._no_look)

    def keep(self, name: str, number: int | None) -> None:
        """Make a trial a run as it was trained; the best one if there is no number. `kept` answers."""
        folder = self._project.folder

        def work(_: Job) -> str:
            search = open_search(folder, name)
            return keep_weights(search, best_trial(search, number)).name

        self._tasks.run(work, "keeping a trial", done=self.kept.emit)

    def ask_training(self, name: str, number: int | None) -> None:
        """Find the settings of a trial for a training in full; `training_asked` answers."""
        folder = self._project.folder

        def work(_: Job) -> tuple[dict[str, Any], str]:
            search = open_search(folder, name)
            config = full_training(search, best_trial(search, number))
            return config | {"hold_out": search.config.hold_out}, f"{name}-best"

        self._tasks.run(work, "reading a trial", done=lambda found: self.training_asked.emit(*found))

    def delete(self, name: str) -> None:
        """Delete a search with all that its trials left."""
        folder = self._project.folder

        def work(_: Job) -> None:
            delete(open_search(folder, name))

        self._tasks.run(work, "deleting a search", done=lambda _: self.read_list())

    def finish(self) -> None:
        """Stop what runs and wait until it has ended."""
        self._finished = True
        self._tasks.close()
        self._engine.close()

    def _hear(self, event: str, data: Any) -> None:
        if event == "search":
            self.name = data["name"]
            self.began.emit(self.name)
            self.read_list()
            self.read(data["name"])
        elif event == "trial" and self.name is not None:
            self.trial.emit(self.name, Trial.from_dict(data))

    def _done(self, summary: dict[str, Any]) -> None:
        self._over(summary["outcome"], summary)

    def _failed(self, error: Exception) -> None:
        self._over("failed", error)

    def _stopped(self) -> None:
        self._over("stopped", None)

    def _over(self, outcome: str, result: object) -> None:
        self._search = None
        self.ended.emit(outcome, result)
        self.read_list()
        if self.name is not None:
            self.read(self.name)

    def _tell_list(self, summaries: list[dict[str, Any]]) -> None:
        self._listing = None
        self.listed.emit(summaries)

    def _no_list(self, error: Exception) -> None:
        self._listing = None
        self.problem.emit(error)

    def _tell_look(self, look: SearchLook) -> None:
        self._reading = None
        self.looked.emit(look)
        self._go_on_reading()

    def _no_look(self, error: Exception) -> None:
        self._reading = None
        self.problem.emit(error)
        self._go_on_reading()

    def _go_on_reading(self) -> None:
        name, self._read_next = self._read_next, None
        if name is not None:
            self.read(name)
