"""Every shortcut can be changed: captured, conflicts settled in place, followed at once, kept; printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_gui.actions import all_actions
from fkd_gui.canvas.keys import COMMANDS
from fkd_gui.keyboard_map import KeyboardMap
from fkd_gui.keyboard_page import Page
from fkd_gui.keymap import Keymap
from fkd_gui.main_window import MainWindow
from fkd_gui.palette_entries import entries
from fkd_gui.settings import KEYS as KEPT
from fkd_gui.settings import Settings
from fkd_gui.shortcuts import GESTURES, ShortcutTable
from tests.helpers.windows import focus, view_of

KEYS = Qt.Key
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
ACTIONS = all_actions()


@pytest.fixture
def keymap(qapp: QApplication, settings: Settings) -> Keymap:  # noqa: ARG001 - names of keys need it
    return Keymap(ACTIONS, settings)


@pytest.fixture
def table(qtbot: QtBot, keymap: Keymap) -> ShortcutTable:
    made = ShortcutTable(keymap)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def press(qtbot: QtBot, table: ShortcutTable, id: str, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Select a row, press Change, and press a key."""
    table.choose(id)
    qtbot.mouseClick(table.editor.change, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(table.editor.field.hasFocus)
    qtbot.keyClick(table.editor.field, key, modifier)


def shown(table: ShortcutTable) -> dict[str, str]:
    cells = [
        [table.table.item(row, column).text() for column in (1, 2)] for row in range(table.table.rowCount())
    ]
    return dict(cells)


def test_the_table_lists_all_keys(table: ShortcutTable) -> None:
    cells = shown(table)
    for action in ACTIONS:
        assert cells[action.plain] == action.shown_keys
    for command in COMMANDS:
        assert command.text in cells
    assert {what: keys for _, what, keys in GESTURES}.items() <= cells.items()


def test_the_table_is_filtered_as_one_types(qtbot: QtBot, table: ShortcutTable) -> None:
    qtbot.keyClicks(table.query, "undo")
    seen = [
        table.table.item(row, 1).text()
        for row in range(table.table.rowCount())
        if not table.table.isRowHidden(row)
    ]
    assert seen == ["Undo"]


def test_declared_keys_are_in_force_until_others_are_chosen(keymap: Keymap) -> None:
    for action in ACTIONS:
        assert [QKeySequence(key) for key in keymap.keys(action.id)] == [QKeySequence(k) for k in action.keys]
        for key in keymap.keys(action.id):
            assert keymap.taken_by(action.id, key) == ()
    assert not any(keymap.is_changed(row.id) for row in keymap.rows)


def test_a_pressed_key_takes_the_place_of_the_old_one(
    qtbot: QtBot, keymap: Keymap, table: ShortcutTable, settings: Settings
) -> None:
    press(qtbot, table, "accept", KEYS.Key_J, SHIFT)
    assert keymap.keys("accept") == ("Shift+J",)
    assert shown(table)["Accept"] == "Shift+J"
    assert table.editor.message.text() == "Shift+J does it from now on."
    assert Keymap(ACTIONS, settings).keys("accept") == ("Shift+J",), "kept for the next start"
    table.editor.add.click()
    qtbot.keyClick(table.editor.field, KEYS.Key_F5)
    assert keymap.keys("accept") == ("Shift+J", "F5")
    table.editor.reset.click()
    assert keymap.keys("accept") == ("A",)
    assert not table.reset_all.isEnabled()


@pytest.mark.parametrize("key", [KEYS.Key_Tab, KEYS.Key_Return, KEYS.Key_Space])
def test_keys_that_lead_elsewhere_are_captured_too(
    qtbot: QtBot, table: ShortcutTable, keymap: Keymap, key: Qt.Key
) -> None:
    press(qtbot, table, "export", key, ALT)
    assert QKeySequence(keymap.keys("export")[0]) == QKeySequence(ALT | key)


def test_escape_keeps_the_old_key(qtbot: QtBot, table: ShortcutTable, keymap: Keymap) -> None:
    press(qtbot, table, "accept", KEYS.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert keymap.keys("accept") == ("A",)
    assert table.isVisible()
    assert not table.editor.field.listening
    table.editor.change.click()
    qtbot.keyClick(table.editor.field, KEYS.Key_Shift)
    assert table.editor.field.listening, "a modifier alone is no key"


@pytest.mark.parametrize("takes", [True, False])
def test_a_conflict_is_said_in_place_and_settled_by_choice(
    qtbot: QtBot, table: ShortcutTable, keymap: Keymap, takes: bool
) -> None:
    press(qtbot, table, "accept", KEYS.Key_T, Qt.KeyboardModifier.NoModifier)
    assert table.editor.message.text() == "T is the key of ‘Take the prediction’."
    assert keymap.keys("accept") == ("A",), "nothing is changed before the choice"
    qtbot.mouseClick(table.editor.take if takes else table.editor.leave, Qt.MouseButton.LeftButton)
    assert keymap.keys("accept") == (("T",) if takes else ("A",))
    assert keymap.keys("take") == (() if takes else ("T",))
    if takes:
        assert table.editor.message.text() == "‘Take the prediction’ has no key now."
    assert not table.editor.take.isVisible()


@pytest.mark.parametrize(
    ("id", "key", "others"),
    [
        ("accept", "H", ["canvas.hide"]),
        ("accept", "Shift+Up", ["canvas.up"]),
        ("canvas.left", "G", ["show_grid", "show_smooth"]),
        ("canvas.left", "Right", ["canvas.right"]),
        ("next", "Alt+Left", []),
        ("accept", "F5", []),
    ],
)
def test_the_canvas_is_part_of_conflicts(keymap: Keymap, id: str, key: str, others: list[str]) -> None:
    assert [row.id for row in keymap.taken_by(id, key)] == others


@pytest.mark.parametrize(
    ("id", "key", "why"),
    [
        ("accept", "5", "Figures"),
        ("accept", "Esc", "Escape"),
        ("accept", "Ctrl+Tab", "It leads"),
        ("canvas.up", "Shift+W", "Shift and Alt"),
        ("fit", "0", ""),
    ],
)
def test_some_keys_cannot_be_chosen(keymap: Keymap, id: str, key: str, why: str) -> None:
    told = keymap.reserved(id, key)
    assert told.startswith(why)
    assert bool(told) == bool(why)


def test_the_window_follows_at_once(qtbot: QtBot, window: MainWindow) -> None:
    view, keymap = view_of(window), window.keys.keymap
    keymap.assign("accept", ("J",))
    keymap.assign("train", ("Ctrl+9",))
    keymap.assign("brighter", ("F6",))
    keymap.assign("search", ("Ctrl+Space",))
    assert window.actions_by_id["accept"].shortcuts() == [QKeySequence("J")]
    assert "(J)" in window.actions_by_id["accept"].toolTip()
    hints = {entry.text: entry.hint for entry in entries(window, "")}
    assert hints["Accept"] == "J"
    assert window.top._buttons["train"].toolTip() == "Train (Ctrl+9)"
    assert "Ctrl+Space" in window.top.find.toolTip()
    assert "F6, Shift+B" in view.label.light.sliders["brightness"].toolTip()
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, KEYS.Key_A)
    assert not view.project.labels.table.reviewed[0].any()
    qtbot.keyClick(view.label.canvas, KEYS.Key_J)
    assert view.project.labels.table.reviewed[0].all()
    keymap.reset_all()
    assert window.actions_by_id["accept"].shortcuts() == [QKeySequence("A")]
    assert window.top._buttons["train"].toolTip() == "Train (Ctrl+3)"


def test_keys_of_the_canvas_are_changed_too(qtbot: QtBot, window: MainWindow) -> None:
    view, keymap = view_of(window), window.keys.keymap
    canvas, table = view.label.canvas, view.project.labels.table
    for id, key in (
        ("canvas.left", "J"),
        ("canvas.next", "F12"),
        ("canvas.hide", "Q"),
        ("canvas.zoom_in", "Z"),
    ):
        assert not keymap.taken_by(id, key), id
        keymap.assign(id, (key,))
    focus(qtbot, canvas)
    qtbot.keyClick(canvas, KEYS.Key_F12)
    assert view.session.keypoints == (0,)
    x = float(table.points[0, 0, 0])
    qtbot.keyClick(canvas, KEYS.Key_J)
    qtbot.keyClick(canvas, KEYS.Key_J, SHIFT)
    qtbot.keyClick(canvas, KEYS.Key_J, ALT)
    assert table.points[0, 0, 0] == pytest.approx(x - 6.1, abs=1e-3)
    qtbot.keyPress(canvas, KEYS.Key_Q)
    assert canvas._hidden
    qtbot.keyRelease(canvas, KEYS.Key_Q)
    assert not canvas._hidden
    scale = canvas.view.scale
    qtbot.keyClick(canvas, KEYS.Key_Z)
    assert canvas.view.scale > scale


def test_chosen_keys_are_there_at_the_next_start(
    qtbot: QtBot, make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    settings.set(
        KEPT, '{"open": ["F7"], "quit": ["Ctrl+O"], "gone": ["F8"], "about": 3, "demo": ["nonsense key"]}'
    )
    window = make_window()
    assert window.actions_by_id["open"].shortcuts() == [QKeySequence("F7")]
    assert window.actions_by_id["quit"].shortcuts() == [QKeySequence("Ctrl+O")]
    assert window.actions_by_id["about"].shortcuts() == []
    qtbot.keyClick(window, KEYS.Key_F1)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ShortcutTable) and w.isVisible())
    dialog.close()
    settings.set(KEPT, "{damaged")
    assert Keymap(ACTIONS, settings).keys("quit") == ("Ctrl+Q",)


def test_the_page_has_all_keys_and_fits_one_sheet(qtbot: QtBot, keymap: Keymap, tmp_path: Path) -> None:
    keymap.assign("accept", ("Shift+J",))
    dialog = KeyboardMap(keymap)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    for name in ("map.pdf", "map.html"):
        dialog.save(tmp_path / name)
        qtbot.waitUntil(lambda name=name: dialog.message.text() == f"{name} was written.")
    text = (tmp_path / "map.html").read_text("utf-8")
    for row in keymap.rows:
        assert not keymap.keys(row.id) or row.text.replace("&", "&amp;") in text
    assert "Shift+J" in text
    assert text.count("<svg") == 1
    data = (tmp_path / "map.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 1
    dialog.save(tmp_path / "nowhere" / "map.pdf")
    qtbot.waitUntil(lambda: "nowhere" in dialog.message.text())


def test_the_page_is_printed(qtbot: QtBot, keymap: Keymap, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog = KeyboardMap(keymap)
    qtbot.addWidget(dialog)
    dialog.print_on(printer)
    qtbot.waitUntil(lambda: dialog.message.text() == "Printed.")
    assert (tmp_path / "printed.pdf").stat().st_size > 5000


def test_what_has_no_key_is_not_on_the_page(keymap: Keymap) -> None:
    keymap.assign("accept", ())
    texts = {text for _, lines in Page.of(keymap).groups for text, _ in lines}
    assert "Accept" not in texts
    assert "Undo" in texts
