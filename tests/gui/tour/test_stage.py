"""A stage plays a walk: signals, conditions, pauses, and what goes wrong."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from pytestqt.qtbot import QtBot

from fkd_gui.tour.stage import Stage, Walk

pytestmark = pytest.mark.usefixtures("qapp")


class Bell(QObject):
    rung = Signal(int)
    other = Signal()


def play(qtbot: QtBot, walk: Walk, patience: int = 5_000) -> BaseException | None:
    stage = Stage(walk, patience=patience)
    with qtbot.waitSignal(stage.ended) as ended:
        stage.start()
    return ended.args[0]


def test_a_walk_waits_for_each_signal(qtbot: QtBot) -> None:
    bell, seen = Bell(), []

    def walk() -> Walk:
        QTimer.singleShot(0, lambda: bell.rung.emit(1))
        yield bell.rung
        seen.append("first")
        bell.other.emit()
        seen.append("emitted before it was waited for")
        QTimer.singleShot(0, bell.other.emit)
        yield bell.other
        seen.append("second")

    assert play(qtbot, walk()) is None
    assert seen == ["first", "emitted before it was waited for", "second"]


def test_a_signal_that_comes_twice_is_heard_once(qtbot: QtBot) -> None:
    bell = Bell()
    went_on = []

    def ring_twice() -> None:
        bell.rung.emit(1)
        bell.rung.emit(2)

    def walk() -> Walk:
        QTimer.singleShot(0, ring_twice)
        yield bell.rung
        went_on.append(1)
        yield bell.other
        went_on.append(2)

    stage = Stage(walk(), patience=300)
    with qtbot.waitSignal(stage.ended) as ended:
        stage.start()
    assert isinstance(ended.args[0], TimeoutError), "nothing rang the other bell"
    assert went_on == [1]


def test_everyone_else_hears_a_signal_first(qtbot: QtBot) -> None:
    bell, order = Bell(), []

    def walk() -> Walk:
        yield 0
        QTimer.singleShot(0, lambda: bell.rung.emit(1))
        yield bell.rung
        order.append("walk")

    bell.rung.connect(lambda _: order.append("someone else"))
    assert play(qtbot, walk()) is None
    assert order == ["someone else", "walk"]


def test_a_walk_waits_as_long_as_it_says(qtbot: QtBot) -> None:
    times: list[float] = []

    def walk() -> Walk:
        times.append(time.monotonic())
        yield 60
        times.append(time.monotonic())

    assert play(qtbot, walk()) is None
    assert times[1] - times[0] >= 0.055


def test_a_walk_waits_for_a_condition(qtbot: QtBot) -> None:
    looks: list[int] = []

    def ready() -> bool:
        looks.append(1)
        return len(looks) == 3

    def walk() -> Walk:
        yield ready

    assert play(qtbot, walk()) is None
    assert len(looks) == 3


@pytest.mark.parametrize("never", ["signal", "condition"])
def test_patience_ends(qtbot: QtBot, never: str) -> None:
    bell, closed = Bell(), []

    def walk() -> Walk:
        try:
            yield bell.rung if never == "signal" else lambda: False
        finally:
            closed.append(True)

    error = play(qtbot, walk(), patience=50)
    assert isinstance(error, TimeoutError)
    assert "0.05 s" in str(error)
    assert closed == [True]


def test_an_exception_of_the_walk_ends_it(qtbot: QtBot) -> None:
    def walk() -> Walk:
        yield 0
        raise ZeroDivisionError("a bug")

    assert isinstance(play(qtbot, walk()), ZeroDivisionError)


def test_a_failure_from_outside_ends_it_once(qtbot: QtBot) -> None:
    def walk() -> Walk:
        yield 10_000

    stage = Stage(walk(), patience=20_000)
    ends: list[object] = []
    stage.ended.connect(ends.append)
    stage.start()
    first = ValueError("first")
    stage.fail(first)
    stage.fail(ValueError("second"))
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [first]


def test_a_failure_in_the_middle_of_a_step_ends_it(qtbot: QtBot) -> None:
    failures: list[Stage] = []
    went_on: list[bool] = []

    def walk() -> Walk:
        failures[0].fail(ValueError("a slot failed"))
        yield 0
        went_on.append(True)

    stage = Stage(walk(), patience=1_000)
    failures.append(stage)
    with qtbot.waitSignal(stage.ended) as ended:
        stage.start()
    assert str(ended.args[0]) == "a slot failed"
    assert went_on == []
