"""The grid: what is current, what is seen, how keys move."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fkd_gui.browser import CellSize, FaceGrid, FaceModel, Role
from fkd_gui.canvas import commands
from fkd_gui.session import Session


@pytest.fixture
def grid(qtbot: QtBot, session: Session) -> Iterator[FaceGrid]:
    made = FaceGrid(session, FaceModel(session))
    qtbot.addWidget(made)
    made.resize(4 * 80 + 8 + 20, 220)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()


def test_four_stand_side_by_side(grid: FaceGrid) -> None:
    assert grid.layout_now().columns == 4
    assert grid.verticalScrollBar().maximum() > 0


def test_a_click_goes_to_the_face(qtbot: QtBot, session: Session, grid: FaceGrid) -> None:
    place = grid.visualRect(grid.model().index(5, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.face == 5


def test_the_session_moves_the_grid(session: Session, grid: FaceGrid) -> None:
    session.go_to(15)
    assert grid.currentIndex().data(Role.FACE) == 15
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    assert [index.row() for index in grid.selectedIndexes()] == [15]


@pytest.mark.parametrize(
    ("key", "face"),
    [
        (Qt.Key.Key_Right, 6),
        (Qt.Key.Key_Left, 4),
        (Qt.Key.Key_Down, 9),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 15),
        (Qt.Key.Key_PageDown, 13),
        (Qt.Key.Key_PageUp, 0),
    ],
)
def test_keys_move(qtbot: QtBot, session: Session, grid: FaceGrid, key: Qt.Key, face: int) -> None:
    session.go_to(5)
    qtbot.keyClick(grid, key)
    assert session.face == face


def test_several_can_be_selected(qtbot: QtBot, session: Session, grid: FaceGrid) -> None:
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = grid.visualRect(grid.model().index(row, 0)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    assert {index.row() for index in grid.selectedIndexes()} == {0, 2}
    assert session.face == 2


def test_a_face_that_the_filter_hides_is_not_current(session: Session, grid: FaceGrid) -> None:
    model = grid.model()
    assert isinstance(model, FaceModel)
    session.go_to(4)
    model.set_faces(np.array([1, 2, 3]))
    grid.show_face(session.face)
    assert not grid.currentIndex().isValid()
    assert session.face == 4
    session.go_to(2)
    assert grid.currentIndex().row() == 1


def test_cell_sizes_change_the_layout(session: Session, grid: FaceGrid) -> None:
    session.go_to(14)
    for size in CellSize:
        grid.set_cell_size(size)
        assert grid.visualRect(grid.currentIndex()).size().toTuple() == size.cell
        assert grid.viewport().rect().intersects(grid.visualRect(grid.currentIndex()))


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.boxes: list[QRect] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.boxes.append(event.rect())
        return False


def test_an_edit_repaints_its_cell_alone(qtbot: QtBot, session: Session, grid: FaceGrid) -> None:
    painted = Painted(grid.viewport())
    session.labels_changed.emit(np.array([2]))
    qtbot.waitUntil(lambda: bool(painted.boxes))
    assert all(grid.visualRect(grid.model().index(2, 0)).contains(box) for box in painted.boxes)


def test_reviewed_faces_carry_a_tick(session: Session, grid: FaceGrid) -> None:
    before = grid.grab().toImage()
    commands.accept_all(session)
    after = grid.grab().toImage()
    cell = grid.visualRect(grid.model().index(0, 0))
    corner = QRect(cell.right() - 24, cell.top() + 4, 20, 20)
    assert before.copy(corner) != after.copy(corner)
