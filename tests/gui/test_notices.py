from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fkd_core.errors import BadInputError, ProjectError
from fkd_gui.notices import Level, NoticeBar, notice_of


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    return made


@pytest.fixture
def bar(holder: QWidget) -> NoticeBar:
    made = NoticeBar(holder)
    made.resize(600, 200)
    return made


ERROR = BadInputError(
    "a row has too few pixels",
    where="training.csv, row 312",
    expected="9,216 numbers",
    found="9,215",
    todo="Download the file again",
)


def failing() -> BaseException:
    try:
        {}["nose"]
    except KeyError as error:
        return error
    raise AssertionError


def test_a_failure_is_told_in_its_own_words(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    bar.show_error(ERROR)
    assert bar.isVisible()
    assert bar.notice is not None
    assert bar.notice.level == Level.ERROR
    assert bar.notice.title == "A row has too few pixels."
    assert bar.notice.text.splitlines() == [
        "Where: training.csv, row 312",
        "Expected: 9,216 numbers",
        "Found: 9,215",
        "Download the file again.",
    ]
    assert bar.accessibleName() == "Error: A row has too few pixels."
    assert "row 312" in bar.accessibleDescription()


def test_details_of_a_failure_can_be_copied(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_error(ERROR)
    qtbot.mouseClick(bar.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == f"BadInputError: {ERROR}"
    assert bar.copy.text() == "Copied"


def test_details_name_the_cause() -> None:
    error = ProjectError("the file cannot be written")
    error.__cause__ = PermissionError(13, "Permission denied")
    assert "Caused by PermissionError: [Errno 13] Permission denied" in notice_of(error).details


def test_a_bug_shows_no_traceback_but_copies_it(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_error(failing())
    assert bar.notice is not None
    assert "Traceback" not in bar.notice.title + bar.notice.text
    assert "KeyError" in bar.notice.text
    qtbot.mouseClick(bar.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Traceback")
    assert "in failing" in copied


def test_the_latest_message_is_shown_first(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_message("The demo is ready")
    assert not bar.copy.isVisible()
    bar.show_error(ERROR)
    bar.show_error(ERROR)
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert bar.notice is not None
    assert bar.notice.title == "The demo is ready"
    with qtbot.waitSignal(bar.dismissed):
        bar.setFocus()
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert bar.notice is None


def test_the_action_is_passed_on(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_error(ERROR, "Choose another …")
    with qtbot.waitSignal(bar.action_requested) as asked:
        qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert asked.args == ["Choose another …"]


@pytest.mark.parametrize("level", list(Level))
def test_every_level_can_be_painted(bar: NoticeBar, level: Level) -> None:
    bar.show_message("Title", "Text " * 40, level)
    assert not bar.grab().isNull()
