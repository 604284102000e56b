"""The keypoint table: edits by number, selection both ways, buttons."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from fkd_core.labels.edits import accept
from fkd_core.schema import FKD_15
from fkd_gui.panels.keypoint_model import Column, KeypointModel, short_names
from fkd_gui.panels.keypoints import KeypointsPanel
from fkd_gui.session import Session
from fkd_gui.theme import LIGHT, apply_theme

NOSE, MISSING = 10, 2
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qapp: QApplication, qtbot: QtBot, session: Session) -> Iterator[KeypointsPanel]:
    apply_theme(qapp, LIGHT)
    made = KeypointsPanel(session)
    qtbot.addWidget(made)
    made.resize(300, 520)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()


def test_it_fits(panel: KeypointsPanel) -> None:
    assert panel.minimumSizeHint().width() <= 300
    header = panel.table.horizontalHeader()
    assert header.length() <= panel.table.viewport().width()


def test_qt_finds_nothing_wrong_with_the_model(session: Session) -> None:
    model = KeypointModel(session)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    session.go_to(3)
    assert tester.model() is model
    assert model.rowCount() == 15


def test_a_number_is_an_edit(qtbot: QtBot, session: Session, panel: KeypointsPanel) -> None:
    index = panel.model.index(NOSE, Column.X)
    panel.table.setCurrentIndex(index)
    panel.table.edit(index)
    editor = panel.table.findChild(QDoubleSpinBox)
    assert isinstance(editor, QDoubleSpinBox)
    assert editor.lineEdit().width() >= editor.fontMetrics().horizontalAdvance("00.00")
    qtbot.keyClicks(editor, "41.25")
    with qtbot.waitSignal(session.labels_changed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    table = session.project.labels.table
    assert table.points[0, NOSE, 0] == 41.25
    assert table.origin_text(0, NOSE) == "corrected"
    assert [record.what for record in session.project.labels.done] == ["move nose tip"]
    assert index.data() == "41.2"
    assert index.data(Qt.ItemDataRole.EditRole) == 41.25


def test_the_same_number_is_none(qtbot: QtBot, session: Session, panel: KeypointsPanel) -> None:
    index = panel.model.index(NOSE, Column.Y)
    panel.table.edit(index)
    editor = panel.table.findChild(QDoubleSpinBox)
    assert isinstance(editor, QDoubleSpinBox)
    with qtbot.waitSignal(editor.destroyed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert not session.project.labels.done


def test_rows_and_markers_are_selected_together(
    qtbot: QtBot, session: Session, panel: KeypointsPanel
) -> None:
    session.select((3, 5))
    assert {index.row() for index in panel.table.selectionModel().selectedRows()} == {3, 5}
    place = panel.table.visualRect(panel.model.index(NOSE, 0)).center()
    qtbot.mouseClick(panel.table.viewport(), LEFT, pos=place)
    assert session.keypoints == (NOSE,)
    session.go_to(2)
    assert not panel.table.selectionModel().hasSelection()


def test_buttons_do_what_they_say(qtbot: QtBot, session: Session, panel: KeypointsPanel) -> None:
    table = session.project.labels.table
    assert not panel.accept.isEnabled()
    session.select((NOSE,))
    qtbot.mouseClick(panel.accept, LEFT)
    assert table.reviewed[0].sum() == 1
    assert not panel.accept.isEnabled()
    qtbot.mouseClick(panel.accept_all, LEFT)
    assert table.reviewed[0].all()
    qtbot.mouseClick(panel.revert, LEFT)
    assert not table.reviewed[0, NOSE]


def test_predictions_can_be_taken_while_there_are_some(
    qtbot: QtBot, session: Session, panel: KeypointsPanel
) -> None:
    assert not panel.take.isVisible()
    session.show_predictions("ten", np.full((16, 15, 2), 33, np.float32))
    session.go_to(1)
    session.select((MISSING,))
    qtbot.mouseClick(panel.take, LEFT)
    assert session.project.labels.table.points[1, MISSING].tolist() == [33, 33]


def test_what_a_cell_says(session: Session, panel: KeypointsPanel) -> None:
    session.go_to(1)
    row = [panel.model.index(MISSING, column).data() for column in Column]
    assert row == ["left eye inner corner", "–", "–", "unlabelled", ""]
    spoken = panel.model.index(NOSE, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "nose tip, human"


def test_short_names_differ() -> None:
    names = short_names(FKD_15)
    assert len(set(names)) == 15
    assert names[2] == "left eye inner"


def test_what_was_reviewed_has_the_tick_of_the_canvas(session: Session, panel: KeypointsPanel) -> None:
    cell = panel.table.visualRect(panel.model.index(NOSE, Column.REVIEWED))
    before = panel.table.viewport().grab(cell).toImage()
    session.apply(accept(session.project.labels.table, "accept", np.ones((16, 15), bool)))
    after = panel.table.viewport().grab(cell).toImage()
    colours = {after.pixelColor(x, y).name() for x in range(after.width()) for y in range(after.height())}
    assert after != before
    assert LIGHT.reviewed in colours
    assert min(int(colour[1:3], 16) for colour in colours) < 80, "a dark edge, to be seen on a light table"
