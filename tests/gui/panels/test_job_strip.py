from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fkd_gui.notices import JobStrip


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 60)
    made.show()
    return made


@pytest.fixture
def strip(holder: QWidget) -> JobStrip:
    made = JobStrip(holder, linger=20)
    made.resize(1000, 40)
    return made


def test_it_is_hidden_while_nothing_is_done(strip: JobStrip) -> None:
    assert not strip.isVisible()
    strip.show_progress(1, 2, "late")
    assert not strip.isVisible()


def test_it_tells_how_far_the_work_is(strip: JobStrip) -> None:
    strip.start("Training run-4")
    assert strip.isVisible()
    assert strip.bar.maximum() == 0
    strip.show_progress(30, 120, "epoch 14 of 60")
    assert strip.text == "Training run-4 · epoch 14 of 60"
    assert strip.bar.value() / strip.bar.maximum() == pytest.approx(0.25)


def test_the_spark_line_follows_the_error(strip: JobStrip) -> None:
    strip.start("Training run-4")
    for value in (3.0, 2.0, None, math.nan, 2.5):
        strip.add_value(value)
    assert strip.spark.values == [3.0, 2.0, 2.5]
    assert strip.spark.isVisible()
    assert "best 2.00 px" in strip.spark.accessibleName()
    strip.grab()
    strip.start("Training run-5")
    assert not strip.spark.values


def test_stop_is_asked_once(strip: JobStrip, qtbot: QtBot) -> None:
    strip.start("Training run-4")
    with qtbot.waitSignal(strip.stop_requested):
        qtbot.mouseClick(strip.stop, Qt.MouseButton.LeftButton)
    assert not strip.stop.isEnabled()
    assert strip.stop.text() == "Stopping …"
    strip.start("Training run-5")
    assert strip.stop.isEnabled()
    assert strip.stop.text() == "Stop"


def test_the_end_offers_the_next_step_and_goes_away(strip: JobStrip, qtbot: QtBot) -> None:
    strip.start("Training run-4")
    strip.finish("run-4 is trained", "Predict the test faces")
    assert strip.isVisible()
    assert not strip.stop.isVisible()
    with qtbot.waitSignal(strip.action_requested) as asked:
        qtbot.mouseClick(strip.next, Qt.MouseButton.LeftButton)
    assert asked.args == ["Predict the test faces"]
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_a_failure_stays_until_it_is_closed(strip: JobStrip, qtbot: QtBot) -> None:
    strip.start("Training run-4")
    strip.fail("Training run-4 failed", "Show why")
    qtbot.wait(60)
    assert strip.isVisible()
    qtbot.mouseClick(strip.close_button, Qt.MouseButton.LeftButton)
    assert not strip.isVisible()


def test_a_narrow_window_keeps_what_matters(strip: JobStrip) -> None:
    strip.start("Reading the download")
    strip.add_value(2.0)
    strip.add_value(1.0)
    strip.resize(300, 40)
    assert strip.stop.isVisible()
    assert not strip.bar.isVisible()
    assert not strip.spark.isVisible()
    assert strip.stop.geometry().right() < 300
