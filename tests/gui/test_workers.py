"""Threads: what they say is heard on the window's thread, in order, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core.errors import BadInputError, ProjectError
from fkd_core.jobs import Job
from fkd_core.labels.journal import Journal
from fkd_core.labels.store import Applied
from fkd_core.project import Project
from fkd_gui import workers
from fkd_gui.workers import LabelWriter, Task
from tests.helpers.windows import moved

pytestmark = pytest.mark.usefixtures("qapp")


class Ears(QObject):
    """Notes what it hears, and whether it hears it on the window's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []
        self.threads: set[QThread] = set()

    def hear(self, *values: Any) -> None:
        self.heard.append(values)
        self.threads.add(QThread.currentThread())

    def assert_on_window_thread(self) -> None:
        assert self.threads == {QApplication.instance().thread()}


def listen(task: Task) -> Ears:
    """Hear everything on the very thread that emits it."""
    ears = Ears()
    direct = Qt.ConnectionType.DirectConnection
    task.progressed.connect(lambda *values: ears.hear("progressed", *values), direct)
    task.happened.connect(lambda *values: ears.hear("happened", *values), direct)
    task.succeeded.connect(lambda value: ears.hear("succeeded", value), direct)
    task.failed.connect(lambda error: ears.hear("failed", error), direct)
    task.stopped.connect(lambda: ears.hear("stopped"), direct)
    return ears


def test_a_result_comes_back_after_all_that_was_said_before(qtbot: QtBot) -> None:
    def work(job: Job) -> QThread:
        job.progress(1, 2, "half")
        job.emit("epoch", {"epoch": 1})
        job.progress(2, 2, "whole")
        return QThread.currentThread()

    task = Task(work, "counting")
    ears = listen(task)
    with qtbot.waitSignal(task.finished):
        task.start()
    qtbot.waitUntil(lambda: len(ears.heard) == 4)
    assert ears.heard[:3] == [
        ("progressed", 1, 2, "half"),
        ("happened", "epoch", {"epoch": 1}),
        ("progressed", 2, 2, "whole"),
    ]
    assert ears.heard[3][0] == "succeeded"
    ears.assert_on_window_thread()
    assert task.wait()


def test_the_work_itself_runs_elsewhere(qtbot: QtBot) -> None:
    threads: list[int] = []
    task = Task(lambda _: threads.append(threading.get_ident()), "noting")
    with qtbot.waitSignal(task.succeeded):
        task.start()
    assert threads != [threading.get_ident()]
    assert task.wait()


def test_a_failure_is_told_and_nothing_else(qtbot: QtBot) -> None:
    error = BadInputError("the file is empty")

    def work(_: Job) -> None:
        raise error

    task = Task(work, "failing")
    ears = listen(task)
    with qtbot.waitSignal(task.finished):
        task.start()
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert ears.heard == [("failed", error)]
    ears.assert_on_window_thread()
    assert task.wait()


def test_a_cancelled_task_is_stopped_not_failed(qtbot: QtBot) -> None:
    begun, cancelled = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        begun.set()
        assert cancelled.wait(5)
        job.check()

    task = Task(work, "waiting")
    ears = listen(task)
    with qtbot.waitSignal(task.finished):
        task.start()
        assert begun.wait(5)
        task.cancel()
        cancelled.set()
    qtbot.waitUntil(lambda: bool(ears.heard))
    assert ears.heard == [("stopped",)]
    assert task.wait()


def test_finish_tells_everything_before_it_returns() -> None:
    task = Task(lambda _: "done", "hurrying")
    ears = listen(task)
    task.start()
    task.finish()
    assert ears.heard == [("succeeded", "done")]
    ears.assert_on_window_thread()


@pytest.fixture
def writer(project: Project) -> Iterator[LabelWriter]:
    made = LabelWriter(project.labels)
    made.start()
    yield made
    made.close(abandon=True)


def stage(project: Project, keypoint: int, x: float) -> Applied:
    return project.labels.stage(moved(project, 0, keypoint, (x, 30)))


def test_edits_are_written_in_their_order(qtbot: QtBot, project: Project, writer: LabelWriter) -> None:
    ears = Ears()
    writer.saved.connect(lambda applied: ears.hear(applied), Qt.ConnectionType.DirectConnection)
    steps = [stage(project, 0, 30 + i) for i in range(20)]
    for step in steps:
        writer.put(step)
    qtbot.waitUntil(lambda: len(ears.heard) == 20)
    assert [heard[0] for heard in ears.heard] == steps
    ears.assert_on_window_thread()
    assert writer.pending == 0
    assert project.labels.journal.load(15).points[0, 0].tolist() == [49, 30]


def test_closing_writes_what_waits_and_tells_of_it(project: Project) -> None:
    writer = LabelWriter(project.labels)
    ears = Ears()
    writer.saved.connect(lambda applied: ears.hear(applied.what))
    for i in range(10):
        writer.put(stage(project, 1, 30 + i))
    writer.start()
    writer.close()
    assert len(ears.heard) == 10
    assert project.labels.journal.load(15).points[0, 1].tolist() == [39, 30]


class FullDisk:
    """Refuses every write to labels until `free`; counts what was tried."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.tried: list[Any] = []
        self.free = False
        write = Journal.write

        def written(journal: Journal, step: Any) -> None:
            self.tried.append(step)
            if not self.free:
                raise ProjectError("no space is left")
            write(journal, step)

        patch.setattr(Journal, "write", written)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    """A disk that is full."""
    return FullDisk(monkeypatch)


def test_what_cannot_be_written_waits_in_its_order_and_is_told_once(
    qtbot: QtBot, project: Project, writer: LabelWriter, disk: FullDisk
) -> None:
    ears = Ears()
    writer.failed.connect(lambda error: ears.hear(error.what), Qt.ConnectionType.DirectConnection)
    steps = [stage(project, 0, 30 + i) for i in range(3)]
    with qtbot.waitSignal(writer.failed):
        for step in steps:
            writer.put(step)
    assert not writer.flush()
    assert writer.pending == 3
    assert {id(step) for step in disk.tried} == {id(steps[0].step)}, "the others build on the first"
    disk.free = True
    with qtbot.waitSignal(writer.recovered):
        writer.retry()
    assert writer.flush()
    assert ears.heard == [("no space is left",)]
    ears.assert_on_window_thread()
    assert disk.tried[-3:] == [step.step for step in steps]
    assert project.labels.journal.load(15).points[0, 0].tolist() == [32, 30]


def test_it_is_tried_again_by_itself(
    qtbot: QtBot, project: Project, writer: LabelWriter, disk: FullDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "FIRST_PAUSE", 0.01)
    with qtbot.waitSignal(writer.failed):
        writer.put(stage(project, 0, 30))
    qtbot.waitUntil(lambda: len(disk.tried) > 2)
    with qtbot.waitSignal(writer.saved):
        disk.free = True
    assert writer.pending == 0


def test_closing_a_writer_that_cannot_write_ends_and_keeps_count(project: Project, disk: FullDisk) -> None:
    writer = LabelWriter(project.labels)
    writer.start()
    for i in range(2):
        writer.put(stage(project, 0, 30 + i))
    writer.close()
    assert writer.pending == 2
    assert disk.tried
