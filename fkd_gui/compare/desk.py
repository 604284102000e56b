"""Runs listed, kept in order, joined and compared on threads, for a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
from PySide6.QtCore import QObject, Signal

from fkd_core.comparison.ensemble import ensemble
from fkd_core.comparison.measure import compare_runs
from fkd_core.comparison.table import RunComparison
from fkd_core.engine.client import Engine
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run, manage
from fkd_core.runs.listing import table_of_runs
from fkd_core.runs.remarks import read_remarks, save_remarks
from fkd_gui.panels.series import EpochSeries
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task


@attrs.frozen(eq=False)
class Compared:
    """A comparison, and the epochs of each of its runs."""

    found: RunComparison
    epochs: tuple[EpochSeries, ...]


class CompareDesk(QObject):
    """Works for one project; one comparison at a time, and the last one asked for counts."""

    listed = Signal(list)
    """lines of `table_of_runs`"""
    compared = Signal(object)
    """`Compared`"""
    progressed = Signal(object, object, str)
    changed = Signal(str)
    """what was done to runs, in words"""
    deleted = Signal(str, object)
    """a run, and where it lies until it is brought back"""
    failed = Signal(object)
    """the error; None if it was stopped"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._tasks.failed.connect(self.failed)
        self._engine = Engine(yielding=True)
        self._networks = Networks()
        self._task: Task | None = None
        self._reading = self._again = False

    @property
    def busy(self) -> bool:
        """Whether runs are being compared or joined."""
        return self._task is not None

    def read(self) -> None:
        """List the runs; `listed` answers. One look at a time."""
        if self._tasks.closed:
            return
        if self._reading:
            self._again = True
            return
        self._reading = True
        folder, fingerprint = self._project.runs_folder, self._project.manifest.fingerprint
        self._tasks.run(
            lambda _: table_of_runs(folder, fingerprint),
            "listing runs",
            done=self._tell_listed,
            failed=self._listing_failed,
        )

    def compare(self, names: Sequence[str]) -> None:
        """Measure runs on the same faces; `compared` answers."""
        project = self._project

        def work(job: Job) -> Compared:
            found = compare_runs(self._engine, project, names, job, networks=self._networks)
            epochs = tuple(EpochSeries(Run.find(project.runs_folder, name).metrics) for name in names)
            return Compared(found, epochs)

        self._start(work, "comparing runs", self.compared.emit)

    def join(self, names: Sequence[str]) -> None:
        """Make a run that predicts as the mean of these."""
        project = self._project

        def work(job: Job) -> str:
            return ensemble(self._engine, project, names, job).name

        def done(name: str) -> None:
            self.changed.emit(f"{name} predicts as the mean of {', '.join(names)}.")
            self.read()

        self._start(work, "joining runs", done)

    def stop(self) -> None:
        """Stop what runs."""
        if self._task is not None:
            self._task.cancel()

    def edit(self, name: str, what: str, text: str) -> None:
        """Change the name, the note or the tags of a run."""
        folder = self._project.runs_folder

        def work(_: Job) -> str:
            run = Run.find(folder, name)
            if what == "name":
                return f"{name} is called {manage.rename(run, text).name} now."
            said = read_remarks(run.folder)
            tags = tuple(tag for tag in text.split(",") if tag.strip())
            changed = attrs.evolve(said, note=text) if what == "note" else attrs.evolve(said, tags=tags)
            save_remarks(run.folder, changed)
            return ""

        self._change(work, f"changing {name}")

    def pin(self, name: str, on: bool) -> None:
        """List a run before the others, or no more."""
        folder = self._project.runs_folder / name

        def work(_: Job) -> str:
            save_remarks(folder, attrs.evolve(read_remarks(folder), pinned=on))
            return ""

        self._change(work, f"pinning {name}")

    def delete(self, name: str) -> None:
        """Take a run away; `deleted` says from where `undelete` brings it back. Older ones go for good."""
        folder = self._project.runs_folder

        def work(_: Job) -> tuple[str, Path]:
            run = Run.find(folder, name)
            manage.discard_all(folder)
            return name, manage.put_away(run)

        def done(outcome: tuple[str, Path]) -> None:
            self.deleted.emit(*outcome)
            self.read()

        self._tasks.run(work, f"deleting {name}", done=done, failed=self._change_failed)

    def undelete(self, away: Path) -> None:
        """Bring back what was deleted last."""
        self._change(lambda _: f"{manage.put_back(away).name} is back.", "bringing a run back")

    def pack(self, name: str, target: Path) -> None:
        """Write a run into a ZIP file."""
        folder = self._project.runs_folder

        def work(job: Job) -> str:
            # The file dialog has asked whether a file that exists may go.
            target.unlink(missing_ok=True)
            manage.pack(Run.find(folder, name), target, job)
            return f"{name} was written to {target}."

        self._change(work, f"packing {name}")

    def finish(self) -> None:
        """Cancel what runs and wait until it has ended. Nobody is told."""
        self.blockSignals(True)
        self._again = False
        self._tasks.close()
        self._engine.close()

    def _start(self, work: Callable[[Job], Any], text: str, done: Callable[[Any], None]) -> None:
        if self._task is not None:
            self._task.cancel()

        def ended(result: Any) -> None:
            if self._task is task:
                self._task = None
                done(result)

        def failed(error: Exception | None = None) -> None:
            if self._task is task:
                self._task = None
                self.failed.emit(error)

        task = self._tasks.run(
            work, text, done=ended, failed=failed, stopped=failed, progressed=self.progressed.emit
        )
        self._task = task

    def _change(self, work: Callable[[Job], str], text: str) -> None:
        def done(said: str) -> None:
            self.changed.emit(said)
            self.read()

        self._tasks.run(work, text, done=done, failed=self._change_failed)

    def _change_failed(self, error: Exception) -> None:
        self.failed.emit(error)
        self.read()

    def _tell_listed(self, lines: list[dict[str, Any]]) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self.read()
        else:
            self.listed.emit(lines)

    def _listing_failed(self, error: Exception) -> None:
        self._reading = self._again = False
        self.failed.emit(error)
