"""Marking rules on threads, for a window: found, drawn, and rows labelled anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.errors import ProjectError
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.rules import Rules, load_rules
from fkd_core.rules.store import has_rules, source_points
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task

if TYPE_CHECKING:
    # The threads import what they call with its first use: a start waits for none of it.
    from fkd_core.rules.outcome import Relabelling
    from fkd_core.rules.picture import Picture
    from fkd_core.spot_check import Sample

SAMPLE = 12
"""faces of a spot check"""


@attrs.frozen(eq=False)
class Look:
    """The rules of a project as its labels stand now, and what they look like."""

    rules: Rules
    picture: Picture
    keypoints: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Whether the labels follow more than one rule now."""
        of_row = self.rules.of_row
        return len(set(of_row[of_row >= 0].tolist())) > 1


@attrs.frozen
class Wish:
    """Rows to label anew: the rules to leave, the rule to enter, a run or None for the measured offset."""

    sources: tuple[str, ...]
    rule: str
    run: str | None = None
    everything: bool = False


class RulesDesk(QObject):
    """Works for one project. Reading, planning and drawing samples go side by side; the last plan counts."""

    looked = Signal(object)
    """the `Look`; None where nobody has looked for rules yet"""
    found = Signal()
    """rules were searched: there are other ones than before"""
    planned = Signal(object, object)
    """a `Relabelling` that can be applied to the labels as they are, and its first `Sample`"""
    sampled = Signal(object)
    progressed = Signal(object, object, str)
    """done, total (None if unknown), text; of reading or searching"""
    planning = Signal(object, object, str)
    """the same of a plan"""
    failed = Signal(object)
    """the error; None if it was stopped"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._tasks.failed.connect(self.failed)
        # No TensorFlow in it: it is there in half a second.
        self._finder = Engine(calls="fkd_core.rules.calls", yielding=True)
        self._predictor = Engine(yielding=True)
        self._networks = Networks()
        self._reading: Task | None = None
        self._read_again = self._search_again = False
        self._planning: Task | None = None
        self._picture: tuple[bytes, Picture] | None = None
        self._seed = 0

    @property
    def reading(self) -> bool:
        """Whether rules are being read or searched."""
        return self._reading is not None

    @property
    def searched(self) -> bool:
        """Whether rules were looked for before."""
        return "train" in self._project.faces and has_rules(self._project)

    def read(self, *, search: bool = False) -> None:
        """Read the rules as the labels stand now; `looked` answers.

        Args:
            search: find them first where nobody did.
        """
        if self._reading is not None:
            self._read_again = True
            self._search_again |= search
            return
        self._reading = self._tasks.run(
            lambda job: self._look(job, search),
            "reading marking rules",
            done=self._tell_looked,
            failed=self._reading_failed,
            stopped=self._reading_stopped,
            progressed=self.progressed.emit,
            happened=lambda *_: self.found.emit(),
        )

    def plan(self, wish: Wish) -> None:
        """Work out what a wish changes; `planned` answers, for the last wish alone."""
        self.drop_plan()
        project, seed = self._project, self._seed

        def work(job: Job) -> tuple[Relabelling, Sample]:
            from fkd_core.relabelling import relabelling
            from fkd_core.spot_check import spot_check

            found = relabelling(
                project,
                wish.sources,
                wish.rule,
                run=wish.run,
                engine=self._predictor,
                networks=self._networks,
                everything=wish.everything,
                job=job,
            )
            return found, spot_check(project, found, SAMPLE, seed=seed)

        task = self._tasks.run(
            work,
            "labelling anew",
            done=lambda outcome: self._tell_planned(task, outcome),
            failed=lambda error: self._planning_ended(task, error),
            stopped=lambda: self._planning_ended(task, None),
            progressed=lambda *told: self._tell_progress(task, *told),
        )
        self._planning = task

    def drop_plan(self) -> None:
        """The plan that is being made, if any, is not wanted any more; nobody is told of it."""
        if self._planning is not None:
            self._planning.cancel()
            self._planning = None

    def sample(self, found: Relabelling) -> None:
        """Draw other faces of a plan; `sampled` answers."""
        self._seed += 1
        project, seed = self._project, self._seed

        def work(_: Job) -> Sample:
            from fkd_core.spot_check import spot_check

            return spot_check(project, found, SAMPLE, seed=seed)

        self._tasks.run(work, "drawing faces", done=self.sampled.emit)

    def stop(self) -> None:
        """Stop what runs; `failed` tells when it has ended."""
        for task in (self._reading, self._planning):
            if task is not None:
                task.cancel()

    def finish(self) -> None:
        """Cancel what runs and wait until it has ended. Nobody is told."""
        self.blockSignals(True)
        self._read_again = False
        self._tasks.close()
        self._finder.close()
        self._predictor.close()

    def _look(self, job: Job, search: bool) -> Look | None:
        from fkd_core.rules.picture import rules_picture

        project = self._project
        if not self.searched:
            if not search:
                return None
            self._finder.call("find", {"project": str(project.folder.absolute())}, job)
            job.emit("found", {})
            if not has_rules(project):
                raise ProjectError(
                    "the marking rules were found, but could not be kept",
                    where=project.folder,
                    todo="Copy the project to a folder that you can write to",
                )
        rules = load_rules(project)
        # The labels as they came do not change, nor do the rules that they follow, unless someone says so.
        key = rules.of_source.tobytes() + "\0".join(rules.names).encode()
        if self._picture is None or self._picture[0] != key:
            images = project.faces["train"].images
            drawn = rules_picture(source_points(project), images, rules, project.schema, job)
            self._picture = key, drawn
        return Look(rules, self._picture[1], project.schema.keypoints)

    def _tell_looked(self, look: Look | None) -> None:
        self._reading = None
        if self._read_again:
            search, self._read_again, self._search_again = self._search_again, False, False
            self.read(search=search)
        else:
            self.looked.emit(look)

    def _reading_failed(self, error: Exception) -> None:
        self._reading, self._read_again, self._search_again = None, False, False
        self.failed.emit(error)

    def _reading_stopped(self) -> None:
        self._reading, self._read_again, self._search_again = None, False, False
        self.failed.emit(None)

    def _tell_planned(self, task: Task, outcome: tuple[Relabelling, Sample]) -> None:
        if task is self._planning:
            self._planning = None
            self.planned.emit(*outcome)

    def _planning_ended(self, task: Task, error: Exception | None) -> None:
        if task is self._planning:
            self._planning = None
            self.failed.emit(error)

    def _tell_progress(self, task: Task, done: float, total: float | None, text: str) -> None:
        if task is self._planning:
            self.planning.emit(done, total, text)
