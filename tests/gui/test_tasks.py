"""Tasks: callbacks, ownership, and the end of all of them."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_gui.tasks import Tasks

pytestmark = pytest.mark.usefixtures("qapp")


def on_window_thread() -> bool:
    return QThread.currentThread() == QApplication.instance().thread()


def test_each_callback_runs_on_the_windows_thread(qtbot: QtBot) -> None:
    tasks = Tasks()
    heard: list[tuple[str, bool]] = []

    def work(job: Job) -> int:
        job.progress(1, 1, "")
        job.emit("epoch", {})
        return 7

    tasks.run(
        work,
        "working",
        done=lambda value: heard.append((f"done {value}", on_window_thread())),
        progressed=lambda *_: heard.append(("progressed", on_window_thread())),
        happened=lambda *_: heard.append(("happened", on_window_thread())),
    )
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard == [("progressed", True), ("happened", True), ("done 7", True)]
    qtbot.waitUntil(lambda: len(tasks) == 0)


def test_a_failure_goes_to_its_own_listener_or_to_everybodys(qtbot: QtBot) -> None:
    tasks = Tasks()
    own: list[Exception] = []

    def fail(_: Job) -> None:
        raise BadInputError("no")

    with qtbot.assertNotEmitted(tasks.failed):
        tasks.run(fail, "failing", failed=own.append)
        qtbot.waitUntil(lambda: len(own) == 1)
    with qtbot.waitSignal(tasks.failed) as told:
        tasks.run(fail, "failing")
    assert isinstance(told.args[0], BadInputError)
    qtbot.waitUntil(lambda: len(tasks) == 0)


def test_closing_cancels_waits_and_tells_how_each_task_ended() -> None:
    tasks = Tasks()
    ended: list[str] = []
    cancelled = threading.Event()

    def obedient(job: Job) -> None:
        while not job.cancelled:
            cancelled.wait(0.01)
        job.check()

    def too_far(job: Job) -> str:
        while not job.cancelled:
            cancelled.wait(0.01)
        return "a result nobody can stop"

    tasks.run(obedient, "obeying", stopped=lambda: ended.append("stopped"))
    tasks.run(too_far, "ending", done=ended.append)
    tasks.close()
    assert sorted(ended) == ["a result nobody can stop", "stopped"]


def test_nothing_begins_after_the_end() -> None:
    tasks = Tasks()
    tasks.close()
    with pytest.raises(RuntimeError, match="received 'late'"):
        tasks.run(lambda _: None, "late")
