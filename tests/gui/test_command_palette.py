"""Ctrl+K: finds actions, rows and runs, and runs them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_gui.command_palette import CommandPalette, score
from fkd_gui.main_window import MainWindow
from tests.helpers.windows import view_of


def texts(palette: CommandPalette) -> list[str]:
    return [entry.text for entry in palette.found]


@pytest.fixture
def palette(qtbot: QtBot, window: MainWindow) -> CommandPalette:
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.palette_list.isVisible)
    return window.palette_list


def test_letters_must_occur_in_their_order() -> None:
    assert score("udno", "Undo") is None
    assert score("", "Undo") is not None
    assert score("UN", "undo") == score("un", "undo")


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("tr", "Start training", "Take the prediction, or revert"),
        ("st", "Stop", "Fit the face, last"),
        ("un", "Undo", "Undo everything"),
        ("train", "Train", "Start training"),
        ("row", "Go to row", "Next arrow"),
    ],
)
def test_what_is_closer_comes_first(query: str, better: str, worse: str) -> None:
    first, second = score(query, better), score(query, worse)
    assert first is not None
    assert second is not None
    assert first < second


def test_it_shows_what_can_be_done_now(palette: CommandPalette) -> None:
    assert "Start training" in texts(palette)
    assert "Stop training" not in texts(palette), "nothing trains"
    assert "Find an action" not in texts(palette), "one is doing it already"


def test_nothing_typed_keeps_the_order_of_the_menus(palette: CommandPalette) -> None:
    assert [entry.text for entry in palette.found][:2] == [
        "Open project",
        "Import the competition’s download",
    ]


def test_an_action_is_found_and_run(qtbot: QtBot, window: MainWindow, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.query, "go sub")
    qtbot.keyClick(palette.query, Qt.Key.Key_Backspace)
    palette.query.setText("submit")
    assert texts(palette)[0] == "Submit"
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert view_of(window).place == "submit"


def test_a_number_leads_to_rows(qtbot: QtBot, window: MainWindow, palette: CommandPalette) -> None:
    window.show_place("train")
    qtbot.keyClicks(palette.query, "3")
    assert texts(palette)[:2] == ["3 · train row", "3 · test row"]
    qtbot.keyClick(palette.query, Qt.Key.Key_Down)
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert view_of(window).session.face == 12 + 3
    assert view_of(window).place == "label", "a face that one goes to is shown"


def test_a_row_that_does_not_exist_is_not_offered(qtbot: QtBot, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.query, "4")
    assert [text for text in texts(palette) if "row" in text and "4" in text] == ["4 · train row"]


def test_up_and_down_go_round(qtbot: QtBot, palette: CommandPalette) -> None:
    count = palette.list.count()
    assert count > 10
    qtbot.keyClick(palette.query, Qt.Key.Key_Up)
    assert palette.list.currentRow() == count - 1
    qtbot.keyClick(palette.query, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 0


def test_return_on_nothing_does_nothing(qtbot: QtBot, window: MainWindow, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.query, "qqqqq")
    assert texts(palette) == []
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert view_of(window).place == "label"


def test_escape_closes_it_and_it_begins_empty_again(
    qtbot: QtBot, window: MainWindow, palette: CommandPalette
) -> None:
    qtbot.keyClicks(palette.query, "undo")
    with qtbot.waitSignal(palette.closed):
        qtbot.keyClick(palette.query, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    window.search()
    assert palette.query.text() == ""
    assert palette.list.count() > 10


def test_a_click_runs_an_entry(qtbot: QtBot, window: MainWindow, palette: CommandPalette) -> None:
    palette.query.setText("train")
    row = texts(palette).index("Train")
    place = palette.list.visualItemRect(palette.list.item(row)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view_of(window).place == "train"
