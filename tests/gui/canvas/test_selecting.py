"""Keypoints selected by a box and by number."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from fkd_gui.canvas import FaceCanvas
from fkd_gui.session import Session
from tests.helpers.windows import moved, place_of

LEFT, SHIFT, NONE = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


def box(
    qtbot: QtBot, canvas: FaceCanvas, start: QPoint, end: QPoint, *, keep: bool = False, release: bool = True
) -> None:
    qtbot.mousePress(canvas, LEFT, SHIFT if keep else NONE, start)
    qtbot.mouseMove(canvas, (start + end) / 2)
    qtbot.mouseMove(canvas, end)
    if release:
        qtbot.mouseRelease(canvas, LEFT, pos=end)


def around(canvas: FaceCanvas, keypoints: list[int]) -> tuple[QPoint, QPoint]:
    places = canvas.view.to_widget(canvas.session.project.labels.table.points[0, keypoints])
    low, high = places.min(axis=0) - 20, places.max(axis=0) + 20
    return QPoint(*np.rint(low).astype(int).tolist()), QPoint(*np.rint(high).astype(int).tolist())


def test_a_box_selects_what_is_in_it_while_it_is_drawn(
    qtbot: QtBot, session: Session, canvas: FaceCanvas
) -> None:
    start, end = around(canvas, [0, 1])
    box(qtbot, canvas, end, start, release=False)
    assert session.keypoints == (0, 1)
    assert canvas.scene().band is not None
    qtbot.mouseRelease(canvas, LEFT, pos=start)
    assert canvas.scene().band is None
    assert session.keypoints == (0, 1)
    assert not session.project.labels.done


def test_shift_keeps_what_was_selected(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.select((10,))
    box(qtbot, canvas, *around(canvas, [0, 1]), keep=True)
    assert session.keypoints == (10, 0, 1)
    box(qtbot, canvas, *around(canvas, [0, 1]))
    assert session.keypoints == (0, 1)


def test_escape_takes_a_box_back(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.select((10,))
    start, end = around(canvas, [0, 1])
    box(qtbot, canvas, start, end, keep=True, release=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert session.keypoints == (10,)
    qtbot.mouseRelease(canvas, LEFT, pos=end)
    assert session.keypoints == (10,)


def test_what_a_box_selected_is_moved_together(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    table = session.project.labels.table
    before = table.points[0].copy()
    box(qtbot, canvas, *around(canvas, [0, 1]))
    start = place_of(canvas, before[0])
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(0, 10))
    qtbot.mouseMove(canvas, start + QPoint(0, 24))
    qtbot.mouseRelease(canvas, LEFT, pos=start + QPoint(0, 24))
    step = 24 / canvas.view.scale
    assert (table.points[0, :2, 1] - before[:2, 1]).tolist() == pytest.approx([step, step], abs=1e-4)
    np.testing.assert_array_equal(table.points[0, 2:], before[2:])
    assert len(session.project.labels.done) == 1


def test_figures_select_by_number(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_4)
    assert session.keypoints == (3,)
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    qtbot.keyClick(canvas, Qt.Key.Key_0, Qt.KeyboardModifier.KeypadModifier)
    assert session.keypoints == (9,)
    canvas.zoom(2)
    zoomed = canvas.view
    session.go_to(3)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert session.keypoints == ()
    assert canvas.view.scale < zoomed.scale, "a 0 of its own shows the whole face"
    qtbot.keyClick(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert session.keypoints == ()


def test_a_click_on_one_of_several_means_that_one(qtbot: QtBot, session: Session, canvas: FaceCanvas) -> None:
    session.select((0, 1, 10))
    points = session.project.labels.table.points[0].copy()
    at = place_of(canvas, points[10])
    qtbot.mousePress(canvas, LEFT, pos=at)
    assert session.keypoints == (0, 1, 10)
    qtbot.mouseRelease(canvas, LEFT, pos=at)
    assert session.keypoints == (10,)
    np.testing.assert_array_equal(session.project.labels.table.points[0], points)


def test_of_two_on_one_spot_the_selected_one_is_dragged(
    qtbot: QtBot, session: Session, canvas: FaceCanvas
) -> None:
    table = session.project.labels.table
    at = table.points[0, 0].copy()
    session.apply(moved(session.project, 0, 1, (float(at[0]), float(at[1]))))
    session.select((1,))
    start = place_of(canvas, at)
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(20, 0))
    qtbot.mouseMove(canvas, start + QPoint(40, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=start + QPoint(40, 0))
    np.testing.assert_array_equal(table.points[0, 0], at)
    assert table.points[0, 1, 0] > at[0]
