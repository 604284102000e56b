"""What stands on the contact sheet, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fkd_core.labels.edits import set_state
from fkd_core.labels.values import State
from fkd_core.project import Project
from fkd_gui.main_window import MainWindow
from fkd_gui.sheet import Order, SheetPanel
from fkd_gui.sheet.offsets import offsets_from_mean
from tests.helpers.fake_runs import make_folds
from tests.helpers.projects import make_project
from tests.helpers.sheet import (
    BROW,
    FULL,
    KEYS,
    NOSE,
    points_of,
    press,
)
from tests.helpers.windows import focus, moved, open_project, view_of


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
