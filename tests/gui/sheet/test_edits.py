"""Keypoints put right on the contact sheet, selected and accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import OriginKind, State
from fkd_gui.main_window import MainWindow
from fkd_gui.sheet import SheetPanel
from tests.helpers.projects import make_project
from tests.helpers.sheet import (
    ALT,
    CONTROL,
    KEYS,
    NOSE,
    SHIFT,
    caption,
    click,
    open_sheet,
    picked,
    points_of,
    press,
    spot,
)
from tests.helpers.windows import focus, moved, open_project, view_of


def test_a_click_puts_the_keypoint_there_and_one_undo_takes_it_back(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    view, points = view_of(window), points_of(window)
    table, before = view.project.labels.table, points_of(window)[2, NOSE].copy()
    target = before + (6, -5)
    click(qtbot, sheet, spot(sheet, 2, tuple(target)))
    scale = sheet.grid.view_of(2).scale
    np.testing.assert_allclose(points[2, NOSE], target, atol=0.5 / scale + 1e-3)
    assert view.session.face == 2
    assert view.session.keypoints == (NOSE,)
    assert table.is_kind(OriginKind.CORRECTED)[2, NOSE]
    assert len(view.project.labels.done) == 1
    # The crop stays put while the cell is current, so a second click lands where it aims.
    click(qtbot, sheet, spot(sheet, 2, tuple(before)))
    np.testing.assert_allclose(points[2, NOSE], before, atol=0.5 / scale + 1e-3)
    view.session.undo()
    view.session.undo()
    np.testing.assert_array_equal(points[2, NOSE], before)


def test_the_crop_stays_put_until_the_cell_is_left(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    before = points_of(window)[2, NOSE].copy()
    click(qtbot, sheet, caption(sheet, 2))
    view = sheet.grid.view_of(2)
    click(qtbot, sheet, spot(sheet, 2, tuple(before + 8)))
    assert sheet.grid.view_of(2) == view
    press(qtbot, sheet, KEYS.Key_Right)
    box = sheet.grid.picture_box(2)
    x, y = sheet.grid.view_of(2).to_widget(points_of(window)[2, NOSE]).tolist()
    assert abs(x - box.left() - box.width() / 2) <= 1
    assert abs(y - box.top() - box.height() / 2) <= 1


def test_a_drag_is_one_edit_and_escape_takes_it_back(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    view, port = view_of(window), sheet.grid.viewport()
    before = points_of(window)[1, NOSE].copy()
    for ends in ("escape", "release"):
        qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=spot(sheet, 1, tuple(before)))
        for step in (2, 4, 6):
            qtbot.mouseMove(port, spot(sheet, 1, tuple(before + step)))
        assert sheet.grid.moving is not None
        np.testing.assert_array_equal(points_of(window)[1, NOSE], before)
        if ends == "escape":
            press(qtbot, sheet, KEYS.Key_Escape)
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=spot(sheet, 1, tuple(before + 6)))
        assert len(view.project.labels.done) == (ends == "release")
    np.testing.assert_allclose(points_of(window)[1, NOSE], before + 6, atol=0.3)


def test_the_caption_only_makes_a_cell_current(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    click(qtbot, sheet, caption(sheet, 3))
    assert view_of(window).session.face == 3
    assert not view_of(window).project.labels.done


def test_beside_the_face_nothing_is_placed(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    view.session.apply(moved(view.project, 4, NOSE, (1, 50)))
    place = spot(sheet, 4, (-8, 50))
    assert sheet.grid.picture_box(4).contains(place)
    click(qtbot, sheet, place)
    np.testing.assert_array_equal(points_of(window)[4, NOSE], (1, 50))
    assert "inside the frame" in window.statusBar().currentMessage()


def test_a_drag_beyond_the_face_ends_at_its_edge(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    view, port = view_of(window), sheet.grid.viewport()
    view.session.apply(moved(view.project, 4, NOSE, (6, 50)))
    click(qtbot, sheet, caption(sheet, 4))
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=spot(sheet, 4, (6, 50)))
    for x in (2, -9):
        qtbot.mouseMove(port, spot(sheet, 4, (x, 50)))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=spot(sheet, 4, (-9, 50)))
    assert points_of(window)[4, NOSE, 0] == 0


def test_double_click_opens_the_face_and_leaves_the_keypoint_alone(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    view, before = view_of(window), points_of(window)[5, NOSE].copy()
    place, port = spot(sheet, 5, tuple(before + 7)), sheet.grid.viewport()
    click(qtbot, sheet, place)
    assert not np.array_equal(points_of(window)[5, NOSE], before)
    qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=place)
    np.testing.assert_array_equal(points_of(window)[5, NOSE], before)
    assert view.session.face == 5
    assert QApplication.focusWidget() is view.label.canvas


def test_one_key_leads_to_the_face_and_back(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    label = view_of(window).label
    press(qtbot, sheet, KEYS.Key_F2)
    assert QApplication.focusWidget() is label.canvas
    qtbot.keyClick(label.canvas, KEYS.Key_F2)
    assert QApplication.focusWidget() is sheet.grid
    window.toggle_sheet()
    focus(qtbot, label.canvas)
    qtbot.keyClick(label.canvas, KEYS.Key_F2)
    assert QApplication.focusWidget() is label.browser.grid


def test_the_menu_of_a_cell_is_about_its_face(window: MainWindow, sheet: SheetPanel) -> None:
    view, place = view_of(window), sheet.grid.picture_box(4).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, sheet.grid.mapToGlobal(place))
    QApplication.sendEvent(sheet.grid.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert view.session.face == 4
    menu.actions()[0].trigger()
    menu.close()
    assert np.argwhere(view.project.labels.table.reviewed).tolist() == [[4, NOSE]]


@pytest.mark.parametrize(
    ("modifier", "step"), [(CONTROL, 1.0), (CONTROL | SHIFT, 5.0), (ALT, 0.1), (ALT | SHIFT, 0.5)]
)
def test_nudges(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel, modifier: Qt.KeyboardModifier, step: float
) -> None:
    before = points_of(window)[0, NOSE].copy()
    press(qtbot, sheet, KEYS.Key_Home)
    press(qtbot, sheet, KEYS.Key_Right, KEYS.Key_Up, modifier=modifier)
    np.testing.assert_allclose(points_of(window)[0, NOSE], before + (step, -step), atol=1e-4)
    assert view_of(window).session.face == 0
    assert len(view_of(window).project.labels.done) == 2


def test_a_key_that_is_held_is_one_edit(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    before = points_of(window)[0, NOSE].copy()
    press(qtbot, sheet, KEYS.Key_Home)
    for _ in range(4):
        QTest.keyPress(sheet.grid, KEYS.Key_Down, CONTROL)
    np.testing.assert_array_equal(points_of(window)[0, NOSE], before)
    # To another cell before the key is up: the move is not lost.
    press(qtbot, sheet, KEYS.Key_Right)
    np.testing.assert_allclose(points_of(window)[0, NOSE], before + (0, 4), atol=1e-4)
    assert len(view_of(window).project.labels.done) == 1


def test_arrows_go_from_cell_to_cell_and_keep_what_is_selected(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    session, columns = view_of(window).session, sheet.grid.layout_now().columns
    press(qtbot, sheet, KEYS.Key_Home, KEYS.Key_Space, KEYS.Key_Right, KEYS.Key_Right, KEYS.Key_Space)
    assert session.face == 2
    press(qtbot, sheet, KEYS.Key_Down)
    assert session.face == 2 + columns
    press(qtbot, sheet, KEYS.Key_End)
    assert session.face == 11
    assert picked(sheet) == [0, 2]
    press(qtbot, sheet, KEYS.Key_Escape)
    assert picked(sheet) == []


def test_shift_and_control_select_many(qtbot: QtBot, sheet: SheetPanel) -> None:
    click(qtbot, sheet, caption(sheet, 1))
    click(qtbot, sheet, caption(sheet, 4), SHIFT)
    assert picked(sheet) == [1, 2, 3, 4]
    click(qtbot, sheet, caption(sheet, 2), CONTROL)
    assert picked(sheet) == [1, 3, 4]
    press(qtbot, sheet, KEYS.Key_Right, modifier=SHIFT)
    assert picked(sheet) == [1, 2, 3, 4]
    assert sheet.head.accept.text() == "Accept 4"


def test_a_range_begins_where_accepting_led_to(qtbot: QtBot, sheet: SheetPanel) -> None:
    press(qtbot, sheet, KEYS.Key_Home, KEYS.Key_A, KEYS.Key_A)
    press(qtbot, sheet, KEYS.Key_Right, KEYS.Key_Right, modifier=SHIFT)
    assert picked(sheet) == [2, 3, 4]
    press(qtbot, sheet, KEYS.Key_Right)
    press(qtbot, sheet, KEYS.Key_Right, modifier=SHIFT)
    assert picked(sheet) == [2, 3, 4, 5, 6]


def test_selecting_moves_nothing(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    click(qtbot, sheet, sheet.grid.picture_box(1).center() + QPoint(20, 9), CONTROL)
    click(qtbot, sheet, sheet.grid.picture_box(3).center() + QPoint(20, 9), SHIFT)
    assert picked(sheet) == [1, 2, 3]
    assert not view_of(window).project.labels.done


def test_all_are_accepted_in_one_step(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    table = view.project.labels.table
    press(qtbot, sheet, KEYS.Key_A, modifier=CONTROL)
    assert sheet.head.accept.text() == "Accept 12"
    assert sheet.head.accept.accessibleName() == "Accept the 12 selected faces"
    sheet.head.accept.click()
    assert table.reviewed[:12, NOSE].all()
    assert table.reviewed.sum() == 12
    assert [edit.what for edit in view.project.labels.done] == ["accept nose tip in 12 faces"]
    assert picked(sheet) == []
    assert window.statusBar().currentMessage() == "12 labels accepted; one undo takes it back."
    view.session.undo()
    assert not table.reviewed.any()
    press(qtbot, sheet, KEYS.Key_Home, KEYS.Key_Space, KEYS.Key_A)
    assert window.statusBar().currentMessage() == "1 label accepted; one undo takes it back."


@pytest.mark.parametrize("key", [KEYS.Key_A, KEYS.Key_Return])
def test_one_key_accepts_and_leads_on(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel, key: Qt.Key
) -> None:
    view = view_of(window)
    press(qtbot, sheet, KEYS.Key_Home, key, key)
    assert np.argwhere(view.project.labels.table.reviewed).tolist() == [[0, NOSE], [1, NOSE]]
    assert view.session.face == 2
    press(qtbot, sheet, KEYS.Key_End, key)
    assert view.session.face == 11
    # N leads to the next that nobody accepted, from the face itself as well.
    press(qtbot, sheet, KEYS.Key_Home)
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, KEYS.Key_N)
    assert view.session.face == 2
    qtbot.keyClick(view.label.canvas, KEYS.Key_PageDown)
    assert view.session.face == 3


def test_the_models_places_are_taken_for_all_that_are_selected(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    view = view_of(window)
    assert not sheet.head.take.isVisible()
    seen = view.project.labels.table.points + np.float32(2)
    view.session.show_predictions("run", seen)
    assert sheet.head.take.isVisible()
    before = points_of(window).copy()
    click(qtbot, sheet, caption(sheet, 1))
    click(qtbot, sheet, caption(sheet, 3), SHIFT)
    press(qtbot, sheet, KEYS.Key_T)
    np.testing.assert_allclose(points_of(window)[1:4, NOSE], seen[1:4, NOSE])
    np.testing.assert_array_equal(points_of(window)[4:, NOSE], before[4:, NOSE])
    assert view.project.labels.table.is_kind(OriginKind.PREDICTED).sum() == 3
    view.session.undo()
    np.testing.assert_array_equal(points_of(window), before)


@pytest.mark.parametrize(
    ("key", "state", "again"),
    [
        (KEYS.Key_Delete, State.UNLABELLED, None),
        (KEYS.Key_X, State.ABSENT, State.UNLABELLED),
        (KEYS.Key_O, State.OCCLUDED, State.VISIBLE),
    ],
)
def test_what_marks_a_keypoint_marks_it_in_all_that_are_selected(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel, key: Qt.Key, state: State, again: State | None
) -> None:
    view = view_of(window)
    table = view.project.labels.table
    before = points_of(window).copy()
    for wanted in (state, again):
        if wanted is None:
            continue
        click(qtbot, sheet, caption(sheet, 1))
        click(qtbot, sheet, caption(sheet, 3), SHIFT)
        press(qtbot, sheet, key)
        assert (table.state[1:4, NOSE] == wanted).all()
        assert (table.state[[0, 4], NOSE] == State.VISIBLE).all()
        assert (np.delete(table.state[:5], NOSE, axis=1) == State.VISIBLE).sum() == np.isfinite(
            np.delete(before[:5], NOSE, axis=1)[..., 0]
        ).sum()
        assert np.isfinite(points_of(window)[1:4, NOSE]).all() == (wanted in (State.VISIBLE, State.OCCLUDED))
    while view.project.labels.undo_text is not None:
        view.session.undo()
    np.testing.assert_array_equal(points_of(window), before)


def test_all_that_are_selected_go_back_to_the_source(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    view, before = view_of(window), points_of(window).copy()
    for face in (1, 2, 4):
        view.session.apply(moved(view.project, face, NOSE, (40.0, 50.0)))
    click(qtbot, sheet, caption(sheet, 1))
    click(qtbot, sheet, caption(sheet, 2), SHIFT)
    press(qtbot, sheet, KEYS.Key_R)
    np.testing.assert_array_equal(points_of(window)[[1, 2], NOSE], before[[1, 2], NOSE])
    assert points_of(window)[4, NOSE].tolist() == [40, 50]


def test_with_other_keypoints_selected_on_the_face_accept_is_about_those(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    view = view_of(window)
    press(qtbot, sheet, KEYS.Key_Home)
    view.session.select((0, 1))
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, KEYS.Key_A)
    assert np.argwhere(view.project.labels.table.reviewed).tolist() == [[0, 0], [0, 1]]
    assert view.session.face == 0


def test_read_only_projects_are_looked_at_only(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "held.fkd")
    holder, window = make_window(), make_window()
    open_project(qtbot, holder, folder)
    view = open_project(qtbot, window, folder)
    assert view.project.read_only is not None
    panel = open_sheet(qtbot, window)
    before = points_of(window).copy()
    click(qtbot, panel, panel.grid.picture_box(1).center() + QPoint(20, 9))
    press(qtbot, panel, KEYS.Key_Right, modifier=CONTROL)
    np.testing.assert_array_equal(points_of(window), before)
    assert "reading only" in window.statusBar().currentMessage()
    assert not panel.head.accept.isEnabled()
