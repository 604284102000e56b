"""The contact sheet: what stands on it and where, and how keypoints are put right and accepted in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from fkd_core.labels.edits import set_state
from fkd_core.labels.values import OriginKind, State
from fkd_core.project import Project
from fkd_gui import settings as rows_of_settings
from fkd_gui.browser import CellSize
from fkd_gui.main_window import MainWindow
from fkd_gui.sheet import Order, SheetPanel
from fkd_gui.sheet.crops import CROPS, CropSize, enlarged
from fkd_gui.sheet.offsets import offsets_from_mean
from fkd_gui.theme import current
from tests.helpers.fake_runs import make_folds
from tests.helpers.projects import make_project
from tests.helpers.windows import focus, moved, open_project, view_of

NOSE, BROW = 10, 6
FULL = [0, 3, 6, 9]
KEYS = Qt.Key
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def sheet(qtbot: QtBot, window: MainWindow) -> SheetPanel:
    """The sheet of the nose tips, in the order of the file."""
    return open_sheet(qtbot, window)


def open_sheet(qtbot: QtBot, window: MainWindow) -> SheetPanel:
    view = view_of(window)
    view.session.select((NOSE,))
    window.toggle_sheet()
    panel = view.label.sheet
    panel.choose_order(Order.ROW, descending=False)
    qtbot.waitUntil(lambda: all(panel.grid.pictures.get(int(face)) is not None for face in panel.model.faces))
    focus(qtbot, panel.grid)
    return panel


def points_of(window: MainWindow) -> np.ndarray:
    return view_of(window).project.labels.table.points


def spot(panel: SheetPanel, row: int, point: tuple[float, float]) -> QPoint:
    """Where a point of a face is on the sheet."""
    x, y = panel.grid.view_of(row).to_widget(np.array(point)).tolist()
    return QPoint(int(x), int(y))


def click(qtbot: QtBot, panel: SheetPanel, place: QPoint, modifier: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def press(qtbot: QtBot, panel: SheetPanel, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    for key in keys:
        qtbot.keyClick(panel.grid, key, modifier)


def caption(panel: SheetPanel, row: int) -> QPoint:
    box = panel.grid.picture_box(row)
    return QPoint(box.center().x(), box.bottom() + 8)


def picked(panel: SheetPanel) -> list[int]:
    return panel.grid.picked_faces().tolist()


# What stands on it.


def test_it_takes_the_place_of_the_faces_and_gives_it_back(qtbot: QtBot, window: MainWindow) -> None:
    label = view_of(window).label
    assert not label.sheet.isVisible()
    qtbot.keyClick(label.canvas, KEYS.Key_K)
    assert label.sheet.isVisible()
    assert not label.browser.grid.isVisible()
    assert label.docks["faces"].windowTitle() == "Contact sheet"
    assert window.actions_by_id["sheet"].isChecked()
    assert label.browser.sheet.isChecked()
    assert QApplication.focusWidget() is label.sheet.grid
    qtbot.mouseClick(label.browser.sheet, Qt.MouseButton.LeftButton)
    assert label.browser.grid.isVisible()
    assert not label.sheet.isVisible()
    assert not window.actions_by_id["sheet"].isChecked()
    assert label.docks["faces"].windowTitle() == "Faces"


def test_in_review_it_takes_the_place_of_the_queue(qtbot: QtBot, window: MainWindow) -> None:
    window.show_place("review")
    label = view_of(window).label
    window.toggle_sheet()
    assert label.sheet.isVisible()
    assert not label.review.isVisible()
    window.show_place("train")
    window.show_place("review")
    assert label.sheet.isVisible()
    window.toggle_sheet()
    assert label.review.isVisible()
    qtbot.keyClick(label.canvas, KEYS.Key_K)
    assert label.sheet.isVisible()


def test_faces_without_the_keypoint_are_left_out_and_counted(window: MainWindow, sheet: SheetPanel) -> None:
    assert sheet.model.faces.tolist() == list(range(12))
    assert sheet.summary == "12 faces; 4 without it left out"
    sheet.choose(BROW)
    assert sheet.model.faces.tolist() == FULL
    assert sheet.summary == "4 faces; 12 without it left out"
    assert view_of(window).session.keypoints == (BROW,)


def test_only_what_the_filter_shows_is_on_it(window: MainWindow, sheet: SheetPanel) -> None:
    bar = view_of(window).label.browser.bar
    bar.set_text("row:2-5 split:train")
    assert sheet.model.faces.tolist() == [2, 3, 4, 5]
    assert sheet.summary == "4 faces"
    view = view_of(window)
    view.session.apply(moved(view.project, 13, NOSE, (30, 50)))
    assert sheet.summary == "4 faces", "the filter does not show what got it"
    view.session.undo()
    bar.set_text("split:test")
    assert sheet.empty.isVisible()
    assert sheet.empty.title == "No nose tip here"
    sheet.empty.action.click()
    assert sheet.model.faces.tolist() == list(range(12))


def test_where_no_face_has_the_keypoint_it_says_what_to_do(window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    for face in FULL:
        table, schema = view.project.labels.table, view.project.schema
        view.session.apply(set_state(table, schema, face, [BROW], State.UNLABELLED))
    sheet.choose(BROW)
    assert sheet.empty.isVisible()
    assert "impute it" in sheet.empty.accessibleName()
    assert not sheet.empty.action.isVisible()


def test_the_keypoint_follows_the_face_and_leads_it(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel
) -> None:
    session = view_of(window).session
    session.select((BROW,))
    assert sheet.model.keypoint == BROW
    assert sheet.head.keypoints.currentText() == "Left eyebrow inner end"
    sheet.head.keypoints.setCurrentIndex(NOSE)
    sheet.head.keypoints.activated.emit(NOSE)
    assert session.keypoints == (NOSE,)
    press(qtbot, sheet, KEYS.Key_Right)
    assert session.face == 1
    assert session.keypoints == (NOSE,)


# In which order.


def test_orders(window: MainWindow, sheet: SheetPanel) -> None:
    view, points = view_of(window), points_of(window)
    x, y = points[:12, NOSE].T
    for order, values in ((Order.ACROSS, x), (Order.DOWN, y)):
        for descending in (False, True):
            sheet.choose_order(order, descending)
            np.testing.assert_array_equal(sheet.model.faces, np.argsort(-values if descending else values))
    sheet.choose_order(Order.ROW, descending=True)
    assert sheet.model.faces.tolist() == list(range(11, -1, -1))
    view.session.apply(moved(view.project, 7, NOSE, (40, 40)))
    sheet.choose_order(Order.ORIGIN, descending=True)
    assert sheet.model.faces.tolist() == [7, *range(7), *range(8, 12)]
    sheet.choose_order(Order.ROW, descending=False)
    assert sheet.model.faces.tolist() == list(range(12))


def test_what_sticks_out_of_the_shape_comes_first(window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    view.session.apply(moved(view.project, 9, NOSE, (80, 20)))
    sheet.choose_order(Order.OFFSET, descending=True)
    assert sheet.model.faces[0] == 9
    assert view.session.face == 9, "the first one is gone to"
    assert sheet.model.listing.values[0] > 20
    assert sheet.model.caption(0) == f"9 · {sheet.model.listing.values[0]:.1f}"


def test_offsets_see_through_turn_size_and_place() -> None:
    random = np.random.default_rng(0)
    shape = random.uniform(20, 76, (5, 2))
    turn, shift = 0.8 * np.exp(0.3j), 4 - 7j
    placed = turn * (shape @ [1, 1j]) + shift
    face = np.stack([placed.real, placed.imag], axis=1).astype(np.float32)
    off = face.copy()
    off[2] += (3, 4)
    few = face.copy()
    few[[0, 1, 3]] = np.nan
    gone = face.copy()
    gone[2] = np.nan
    heap = np.full_like(face, 40)
    found = offsets_from_mean(np.stack([face, off, few, gone, heap]), 2, shape)
    np.testing.assert_allclose(found[:2], [0, 5], atol=1e-4)
    # Where the others lie on one point, they say nothing of turn and size: the shape shrinks onto it.
    assert np.isnan(found[2:4]).all()
    assert found[4] == pytest.approx(0, abs=1e-4)


def test_suspicion_is_offered_once_somebody_looked(window: MainWindow, sheet: SheetPanel) -> None:
    place = sheet.head.orders.findData(Order.SUSPICION)
    assert not sheet.head.orders.model().item(place).isEnabled()
    assert "Review" in sheet.head.orders.itemText(place)
    suspicion = np.full((16, 15), np.nan, np.float32)
    suspicion[:12, NOSE] = np.linspace(0, 0.9, 12)
    view_of(window).label.browser.set_suspicion(suspicion)
    assert sheet.head.orders.model().item(place).isEnabled()
    assert sheet.model.faces.tolist() == list(range(12)), "what was chosen stays"
    sheet.head.orders.setCurrentIndex(place)
    sheet.head.orders.activated.emit(place)
    assert sheet.model.faces.tolist() == list(range(11, -1, -1))
    assert sheet.model.caption(0) == "11 · 90%"


def test_who_chose_nothing_sees_suspicion_once_it_is_known(window: MainWindow) -> None:
    view = view_of(window)
    view.session.select((NOSE,))
    window.toggle_sheet()
    panel = view.label.sheet
    assert panel.order is Order.OFFSET
    suspicion = np.zeros((16, 15), np.float32)
    suspicion[5, NOSE] = 0.9
    view.label.browser.set_suspicion(suspicion)
    assert panel.order is Order.SUSPICION
    assert panel.model.faces[0] == 5


def test_after_a_look_in_review_the_wrong_label_comes_first(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "spoiled.fkd", train=48)
    with Project(folder, write=True) as project:
        labels = project.labels.table.original[project.span("train")]
        seen = np.nan_to_num(labels, nan=48.0)
        seen += np.random.default_rng(0).normal(0, 0.5, seen.shape).astype(np.float32)
        seen[21, NOSE] = labels[21, NOSE] + (0, 13)
        make_folds(project, "folds", [range(0, 48, 2), range(1, 48, 2)], seen)
    window = make_window()
    view = open_project(qtbot, window, folder)
    window.show_place("review")
    with qtbot.waitSignal(view.review_desk.looked, timeout=20_000):
        view.label.review.look_requested.emit()
    assert view.session.keypoints == (NOSE,)
    window.toggle_sheet()
    panel = view.label.sheet
    assert panel.order is Order.SUSPICION
    assert panel.model.faces[0] == 21
    assert panel.model.listing.values[0] > 0.5
    assert view.session.face == 21
    # The model's place is laid over the crop, and one key takes it.
    focus(qtbot, panel.grid)
    press(qtbot, panel, KEYS.Key_T)
    np.testing.assert_allclose(points_of(window)[21, NOSE], seen[21, NOSE], atol=1e-3)


def test_the_order_holds_while_labels_change_and_says_when_it_is_stale(
    window: MainWindow, sheet: SheetPanel
) -> None:
    view = view_of(window)
    sheet.choose_order(Order.ACROSS, descending=False)
    before = sheet.model.faces.tolist()
    view.session.apply(moved(view.project, before[0], NOSE, (90, 50)))
    assert sheet.model.faces.tolist() == before
    assert "sort again" not in sheet.summary
    view.session.apply(moved(view.project, 13, NOSE, (30, 50)))
    assert sheet.summary == "1 face got or lost nose tip: sort again"
    view.session.undo()
    assert sheet.summary == "12 faces; 4 without it left out"
    view.session.redo()
    sheet.head.again.click()
    assert sheet.model.faces.tolist()[-1] == before[0]
    assert 13 in sheet.model.faces


def test_many_faces_are_sorted_on_a_thread(
    qtbot: QtBot, window: MainWindow, sheet: SheetPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_AT_ONCE", "_FITTED_AT_ONCE"):
        monkeypatch.setattr(f"fkd_gui.sheet.sorting.{limit}", 5)
    y = points_of(window)[:12, NOSE, 1]
    # The second question overtakes the first, whose answer is not shown.
    sheet.choose_order(Order.ACROSS, descending=True)
    sheet.choose_order(Order.DOWN, descending=False)
    assert sheet.summary == "Sorting …"
    qtbot.waitUntil(lambda: sheet.summary != "Sorting …")
    np.testing.assert_array_equal(sheet.model.faces, np.argsort(y))
    assert view_of(window).session.face == np.argmin(y)
    shown = []
    sheet.model.modelReset.connect(lambda: shown.append(sheet.model.listing.order))
    sheet.choose_order(Order.ACROSS, descending=True)
    sheet.choose_order(Order.OFFSET, descending=True)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [Order.OFFSET]


# Put right in place.


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


# Selected and accepted.


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


# How it is seen.


def painted(panel: SheetPanel, row: int) -> QImage:
    return panel.grid.viewport().grab(panel.grid.picture_box(row)).toImage()


@pytest.mark.parametrize("pixels", CROPS)
def test_a_crop_shows_the_very_pixels(window: MainWindow, sheet: SheetPanel, pixels: int) -> None:
    sheet.set_pixels(pixels)
    image, box = painted(sheet, 3), sheet.grid.picture_box(3)
    face, view = view_of(window).project.image(3), sheet.grid.view_of(3)
    wrong = 0
    for x in range(0, 30, 3):
        for y in range(60, 108, 4):
            i, j = view.to_frame(box.left() + x + 0.5, box.top() + y + 0.5)
            wrong += image.pixelColor(x, y).red() != face[round(j), round(i)]
    assert wrong == 0


def test_the_marker_has_the_colour_of_its_origin(window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    view.session.apply(moved(view.project, 3, NOSE, (48, 48)))

    def has(row: int, colour: str) -> bool:
        image = painted(sheet, row)
        middle = range(image.width() // 2 - 8, image.width() // 2 + 8)
        return any(image.pixelColor(x, y).name() == colour.lower() for x in middle for y in middle)

    assert has(3, current().corrected)
    assert not has(3, current().human)
    assert has(1, current().human)
    assert not has(1, current().corrected)


def test_crops_are_of_whole_pixels_of_the_screen_around_the_point() -> None:
    for size in CellSize:
        for pixels in CROPS:
            for ratio in (1.0, 1.25, 1.5, 2.0, 3.0):
                crop = CropSize(size, pixels)
                view = crop.views(np.array([[44.37, 57.1]]), np.array([[13, 8]]), ratio)[0]
                on_screen = view.scale * ratio
                assert on_screen == pytest.approx(round(on_screen)) or on_screen < 2
                assert crop.picture / view.scale >= pixels - 1e-9
                x, y = view.to_widget(np.array([44.37, 57.1])).tolist()
                assert abs(x - 13 - crop.picture / 2) <= 0.5 / ratio + 1e-9
                assert abs(y - 8 - crop.picture / 2) <= 0.5 / ratio + 1e-9


def test_what_lies_beyond_the_face_is_plain() -> None:
    face = np.arange(96 * 96).reshape(96, 96).astype(np.uint8)
    crop = CropSize(CellSize.MEDIUM, 24)
    for ratio in (1.0, 2.0):
        view = crop.views(np.array([[2.0, 95.0]]), np.array([[13, 8]]), ratio)[0]
        shown = enlarged(face, view, (13, 8), crop.picture, ratio, 77)
        step = round(view.scale * ratio)
        edge = round((view.left - 13) * ratio), round((view.top - 8) * ratio) + 96 * step
        assert 0 < edge[0] < edge[1] < len(shown)
        assert (shown[:, : edge[0]] == 77).all()
        assert (shown[edge[1] :] == 77).all()
        inside = shown[: edge[1], edge[0] :]
        np.testing.assert_array_equal(inside[-1, ::step][:10], face[95, :10])
        np.testing.assert_array_equal(inside[::-1][::step, 0][:10], face[95:85:-1, 0])


def test_every_cell_and_control_is_named(window: MainWindow, sheet: SheetPanel) -> None:
    view = view_of(window)
    index = sheet.model.index(2)
    x, y = points_of(window)[2, NOSE]
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == f"train 2, nose tip at x {x:.1f}, y {y:.1f}, human"
    view.session.select((NOSE,))
    sheet.do("accept")
    assert sheet.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("human, reviewed")
    head = sheet.head
    for widget in (head.keypoints, head.orders, head.turn, head.crops, head.again, head.accept, head.every):
        assert widget.accessibleName(), widget
    assert sheet.grid.accessibleName() == "Contact sheet"


def test_pictures_are_read_off_the_windows_thread_and_only_near_what_is_seen(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = make_window()
    open_project(qtbot, window, make_project(tmp_path / "many.fkd", train=600))
    view_of(window).session.select((NOSE,))
    window.toggle_sheet()
    panel = view_of(window).label.sheet
    panel.choose_order(Order.ROW, descending=False)
    pictures = panel.grid.pictures
    qtbot.waitUntil(lambda: pictures.get(0) is not None)
    np.testing.assert_array_equal(pictures.get(0), view_of(window).project.image(0))
    assert pictures.get(599) is None
    panel.grid.verticalScrollBar().setValue(panel.grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: pictures.get(599) is not None)
    assert pictures.get(300) is None


def test_it_follows_the_light_of_the_canvas(qtbot: QtBot, window: MainWindow, sheet: SheetPanel) -> None:
    plain = sheet.grid.pictures.get(0).copy()
    window.look("brightness", 3)
    qtbot.waitUntil(lambda: sheet.grid.pictures.get(0) is not None)
    assert sheet.grid.pictures.get(0).mean() > plain.mean() + 30


def test_it_is_remembered(qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path) -> None:
    first = make_window()
    open_project(qtbot, first, project_folder)
    panel = open_sheet(qtbot, first)
    panel.choose_order(Order.ACROSS, descending=False)
    panel.set_pixels(48)
    first.close()
    second = make_window()
    view = open_project(qtbot, second, project_folder)
    assert view.label.sheet.isVisible()
    assert second.actions_by_id["sheet"].isChecked()
    assert view.label.sheet.order is Order.ACROSS
    assert view.label.sheet.grid.crop.pixels == 48
    assert view.session.face == 0, "the face that was current stays so"


def test_settings_know_every_order_and_crop() -> None:
    assert set(rows_of_settings.SHEET_ORDER.choices) == {"", *(order.value for order in Order)}
    assert rows_of_settings.SHEET_CROP.choices == CROPS
