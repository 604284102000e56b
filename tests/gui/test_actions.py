"""Every action: declared once, found in a menu, explained, enabled when it makes sense, doing its work."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from fkd_gui.actions import Action, When, all_actions
from fkd_gui.canvas import keys
from fkd_gui.enabling import allowed
from fkd_gui.keyboard_map import KeyboardMap
from fkd_gui.main_window import MainWindow
from fkd_gui.shortcuts import ShortcutTable
from fkd_gui.theme import apply_theme, current
from tests.gui.panels.histories import history
from tests.helpers.windows import moved, view_of

ACTIONS = all_actions()
DIALOGS = {"open": QFileDialog, "import": QFileDialog, "import_folder": QFileDialog, "export": QFileDialog,
           "shortcuts": ShortcutTable, "keyboard_map": KeyboardMap, "about": QMessageBox}  # fmt: skip
SHARED_WITH_THE_CANVAS = {"fit": {"0"}, "next": {"Right"}, "previous": {"Left"}}
"""`0` means the same in both; the canvas takes arrows only while keypoints are selected"""


def by_id(id: str) -> Action:
    return next(action for action in ACTIONS if action.id == id)


def test_ids_are_unique() -> None:
    assert [id for id, n in Counter(action.id for action in ACTIONS).items() if n > 1] == []


def test_no_two_actions_share_a_key() -> None:
    used = Counter(QKeySequence(key).toString() for action in ACTIONS for key in action.keys)
    assert [key for key, n in used.items() if n > 1] == []
    assert "" not in used, "a key that Qt does not know"


def test_letters_of_a_menu_are_unique() -> None:
    for menu in {action.menu for action in ACTIONS}:
        letters = [a.text[a.text.index("&") + 1].lower() for a in ACTIONS if a.menu == menu and "&" in a.text]
        assert [letter for letter, n in Counter(letters).items() if n > 1] == [], menu


@pytest.mark.usefixtures("qapp")
def test_no_action_takes_a_key_that_the_canvas_needs() -> None:
    clashes = {}
    for action in ACTIONS:
        for key in action.keys:
            combination = QKeySequence(key)[0]
            event = QKeyEvent(QKeyEvent.Type.KeyPress, combination.key(), combination.keyboardModifiers())
            if keys.wanted(event, selected=True, moving=True):
                clashes.setdefault(action.id, set()).add(key)
    assert clashes == SHARED_WITH_THE_CANVAS


def test_every_action_is_in_its_menu_with_a_tip(empty_window: MainWindow) -> None:
    entries = [
        (menu.text(), entry)
        for menu in empty_window.menuBar().actions()
        for entry in menu.menu().actions()
        if not entry.isSeparator()
    ]
    assert [(menu, entry.text()) for menu, entry in entries] == [(a.menu, a.text) for a in ACTIONS]
    for action, (_, entry) in zip(ACTIONS, entries, strict=True):
        assert entry.toolTip().startswith(action.tip or action.plain)
        assert all(QKeySequence(key) in entry.shortcuts() for key in action.keys)
        if action.keys:
            assert action.shown_keys in entry.toolTip()


def enabled(window: MainWindow) -> set[str]:
    window.refresh_actions()
    return {id for id, entry in window.actions_by_id.items() if entry.isEnabled()}


def test_without_a_project_only_what_needs_none_can_be_used(empty_window: MainWindow) -> None:
    assert enabled(empty_window) == {action.id for action in ACTIONS if action.when is When.ALWAYS}


def test_what_is_enabled_follows_what_is_there(window: MainWindow) -> None:
    view = view_of(window)
    quiet = {"undo", "redo", "take", "hide_predictions"}
    quiet |= {"stop_training", "stop_after_epoch", "resume_training", "extend_training"}
    selected = {"revert", "occluded", "absent", "clear"}
    everything = {action.id for action in ACTIONS}
    assert enabled(window) == everything - quiet - selected
    view.session.select((0,))
    assert {id for id in selected if window.actions_by_id[id].isEnabled()} == selected
    view.session.apply(moved(view.project, 0, 0, (30, 30)))
    assert window.actions_by_id["undo"].isEnabled()
    assert window.actions_by_id["undo"].text() == "&Undo: move left eye center"
    view.session.undo()
    assert not window.actions_by_id["undo"].isEnabled()
    assert window.actions_by_id["redo"].text() == "&Redo: move left eye center"
    view.session.show_predictions("run-1", np.full((16, 15, 2), 40, np.float32))
    assert {"take", "hide_predictions"} <= enabled(window)


@pytest.mark.parametrize("place", ["train", "submit"])
def test_keys_that_change_labels_rest_where_no_face_is_seen(window: MainWindow, place: str) -> None:
    view = view_of(window)
    view.session.select((0,))
    view.session.show_predictions("run-1", np.full((16, 15, 2), 40, np.float32))
    letters = {
        a.id for a in ACTIONS if any(len(key) == 1 or key in ("Delete", "Left", "Right") for key in a.keys)
    }
    assert letters <= enabled(window)
    window.show_place(place)
    disabled = {id for id, entry in window.actions_by_id.items() if not entry.isEnabled()}
    assert letters <= disabled
    window.show_place("label")
    assert all(window.actions_by_id[id].isEnabled() for id in letters)


def test_allowed_knows_every_condition(window: MainWindow) -> None:
    for when in When:
        assert allowed(None)[when] is (when is When.ALWAYS)
        assert isinstance(allowed(window.view)[when], bool)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_does_something_without_failing(
    qtbot: QtBot, window: MainWindow, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    if action.id in ("start_training", "demo"):
        pytest.skip("has tests of its own")
    theme, view = current(), view_of(window)
    view.session.apply(moved(view.project, 0, 0, (30, 30)))
    if action.id == "redo":
        view.session.undo()
    view.session.select((0,))
    view.session.show_predictions("run-1", np.full((16, 15, 2), 40, np.float32))
    if action.when is When.TRAINING:
        monkeypatch.setattr(type(view.desk), "training", True)
    if action.when in (When.GOES_ON, When.EXTENDS):
        # The run itself is not there: that it trains on is shown elsewhere.
        monkeypatch.setattr(type(view.desk), "resume", lambda *_: None)
        view.train.panel.show_run("run-1", history(2), "stopped", resumes=True, extends=True)
    window.refresh_actions()
    entry = window.actions_by_id[action.id]
    assert entry.isEnabled()
    entry.trigger()
    kind = DIALOGS.get(action.id)
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    assert len(shown) == (kind is not None)
    for dialog in shown:
        assert isinstance(dialog, kind)
        dialog.close()
    qtbot.waitUntil(lambda: view.session.unsaved == 0)
    assert window.notices.notice is None
    monkeypatch.undo()
    if action.id.startswith("theme"):
        apply_theme(QApplication.instance(), theme)


def test_checked_actions_follow_the_canvas(window: MainWindow) -> None:
    canvas, entry = view_of(window).label.canvas, window.actions_by_id["names"]
    before = canvas.options.names
    assert entry.isChecked() == before
    entry.trigger()
    assert canvas.options.names == entry.isChecked() == (not before)


def test_a_key_of_the_menu_reaches_the_window(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert view_of(window).place == "review"
