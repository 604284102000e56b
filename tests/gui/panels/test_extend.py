from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fkd_gui.panels.extend import ExtendQuestion


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def question(owner: QWidget) -> ExtendQuestion:
    made = ExtendQuestion(owner)
    made.ask(owner)
    return made


@pytest.mark.parametrize(
    ("had", "asked"),
    [
        ({"epochs": 40, "minutes": None}, {"epochs": 40}),
        ({"epochs": None, "minutes": 2.5}, {"minutes": 2.5}),
        ({}, {"epochs": 10}),
    ],
)
def test_it_starts_from_what_the_run_had(
    question: ExtendQuestion, qtbot: QtBot, had: dict[str, Any], asked: dict[str, Any]
) -> None:
    question.suggest(had)
    with qtbot.waitSignal(question.extended) as heard:
        qtbot.mouseClick(question.go, Qt.MouseButton.LeftButton)
    assert heard.args == [asked]
    assert not question.isVisible()


def test_the_other_kind_of_length_can_be_chosen_by_keyboard(question: ExtendQuestion, qtbot: QtBot) -> None:
    question.suggest({"epochs": 40})
    question.by_minutes.setChecked(True)
    question.minutes.setValue(7.5)
    assert not question.epochs.isEnabled()
    with qtbot.waitSignal(question.extended) as heard:
        qtbot.keyClick(question.minutes.lineEdit(), Qt.Key.Key_Return)
    assert heard.args == [{"minutes": 7.5}]


def test_escape_leaves_it(question: ExtendQuestion, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(question.extended):
        qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert not question.isVisible()
