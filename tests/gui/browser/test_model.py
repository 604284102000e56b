"""The model adapts the project and tells what changed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from fkd_gui.browser import FaceModel, Role
from fkd_gui.canvas import commands
from fkd_gui.session import Session


def test_rows_tell_where_they_come_from(session: Session) -> None:
    model = FaceModel(session)
    index = model.index(13)
    assert model.rowCount() == 16
    assert index.data() == "test 1"
    assert (index.data(Role.FACE), index.data(Role.SPLIT), index.data(Role.ROW)) == (13, "test", 1)
    spoken = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "train 1, 4 of 15 keypoints"


def test_qt_finds_nothing_wrong_with_it(session: Session) -> None:
    model = FaceModel(session)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_faces(np.array([2, 5, 7]))
    commands.accept_all(session)
    assert tester.model() is model
    assert model.row_of(5) == 1
    assert model.row_of(6) is None


def test_only_touched_faces_are_told(qtbot: QtBot, session: Session) -> None:
    model = FaceModel(session)
    model.set_faces(np.array([1, 3, 5]))
    session.go_to(3)
    with qtbot.waitSignal(model.dataChanged) as told:
        commands.accept_all(session)
    assert (told.args[0].row(), told.args[1].row()) == (1, 1)
    session.go_to(2)
    with qtbot.assertNotEmitted(model.dataChanged):
        commands.accept_all(session)


def test_many_faces_are_told_in_blocks(session: Session) -> None:
    model = FaceModel(session)
    blocks: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: blocks.append((first.row(), last.row())))
    session.labels_changed.emit(np.array([2, 3, 4, 9]))
    assert blocks == [(2, 4), (9, 9)]


def test_faces_are_found_in_any_order(session: Session) -> None:
    model = FaceModel(session)
    for order in ([2, 5, 9], [9, 2, 5]):
        model.set_faces(np.array(order))
        assert [model.row_of(face) for face in order] == [0, 1, 2]
        assert model.row_of(3) is None
        assert model.row_of(15) is None
        assert model.rows_of(np.array([5, 9, 14])).tolist() == sorted([order.index(5), order.index(9)])
