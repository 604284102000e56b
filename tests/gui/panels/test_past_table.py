"""The tables of the Submit place: what is typed, what leads to a face, what is said of a score."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fkd_core.submitting.difference import Changed, Differences
from fkd_core.submitting.kaggle_client import Standing
from fkd_core.submitting.past import PastSubmission
from fkd_gui.panels.changed_table import ChangedTable, ChangedView
from fkd_gui.panels.hand_in import HandIn
from fkd_gui.panels.past_table import EXPECTED, FILE, NOTE, NUMBER, SCORE, PastTable, PastView

ONE = PastSubmission(
    1, "/tmp/a b.csv", "2026-11-20T10:00:00+00:00", "run-1", "auto", False, "ab" * 32, 4, 0, 1.25, (1.1, 1.4)
)
TWO = attrs.evolve(ONE, number=2, note="wider", score=1.28125, expected=None, interval=None)


@pytest.fixture
def table(qtbot: QtBot) -> PastTable:
    view = PastView(made := PastTable())
    view.setParent(None)
    qtbot.addWidget(view)
    view.resize(900, 300)
    view.show()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning, view)
    made.set_rows([ONE, TWO])
    made.view = view
    return made


def shown(table: PastTable, row: int, column: int) -> str:
    return str(table.index(row, column).data())


def test_the_newest_comes_first_with_what_is_known(table: PastTable) -> None:
    assert [shown(table, row, NUMBER) for row in (0, 1)] == ["2", "1"]
    assert [shown(table, row, EXPECTED) for row in (0, 1)] == ["unknown", "1.25 (1.10–1.40)"]
    assert [shown(table, row, SCORE) for row in (0, 1)] == ["1.28125", "type it in"]
    assert shown(table, 1, FILE) == "a b.csv"
    assert table.index(1, FILE).data(Qt.ItemDataRole.ToolTipRole) == "/tmp/a b.csv"
    assert table.index(1, SCORE).data(Qt.ItemDataRole.AccessibleTextRole) == "Score: none"


def test_a_score_is_typed_in_place(table: PastTable, qtbot: QtBot) -> None:
    view = table.view
    view.setCurrentIndex(table.index(1, SCORE))
    view.edit(table.index(1, SCORE))
    editor = view.findChild(QLineEdit)
    assert editor.text() == ""
    qtbot.keyClicks(editor, "1,5")
    with qtbot.waitSignal(table.described) as told:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == [1, {"score": 1.5}]


def test_what_is_no_score_is_refused_in_words(table: PastTable, qtbot: QtBot) -> None:
    for text in ("good", "-1", "nan", "inf"):
        with qtbot.waitSignal(table.refused) as told, qtbot.assertNotEmitted(table.described):
            assert not table.setData(table.index(0, SCORE), text)
        assert text in told.args[0]


def test_a_note_is_kept_and_a_score_taken_away(table: PastTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.described) as told:
        table.setData(table.index(0, NOTE), " <b> ")
    assert told.args == [2, {"note": "<b>"}]
    with qtbot.waitSignal(table.described) as told:
        table.setData(table.index(0, SCORE), "")
    assert told.args == [2, {"forget_score": True}]
    with qtbot.assertNotEmitted(table.described):
        table.setData(table.index(0, NOTE), "wider")
        table.setData(table.index(0, FILE), "x")


def test_a_new_note_keeps_the_selection(table: PastTable) -> None:
    table.view.setCurrentIndex(table.index(1, NOTE))
    table.set_rows([attrs.evolve(ONE, note="new"), TWO])
    assert shown(table, 1, NOTE) == "new"
    assert table.view.currentIndex().row() == 1


def test_a_changed_coordinate_leads_to_its_face(qtbot: QtBot) -> None:
    changed = Changed(7, 100, 3, "nose_tip", "y", 10.0, 12.5)
    table = ChangedTable()
    view = ChangedView(table)
    qtbot.addWidget(view)
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Warning, view)
    table.show_differences(Differences(1, "run-1", 1, 0.5, (changed,)))
    texts = [str(table.index(0, column).data()) for column in range(5)]
    assert texts == ["100", "nose tip y", "10.00", "12.50", "+2.50"]
    view.setCurrentIndex(table.index(0, 0))
    with qtbot.waitSignal(view.face_chosen) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [changed]
    table.show_differences(None)
    assert table.rowCount() == 0
    assert np.isclose(changed.by, 2.5)


def test_handing_in_needs_the_program_and_a_file(qtbot: QtBot) -> None:
    widget = HandIn()
    qtbot.addWidget(widget)
    widget.show()
    assert not widget.upload.isVisible()
    widget.set_standing(Standing(None, False))
    assert "pip install" in widget.text.text()
    widget.set_last(1, "a.csv")
    assert not widget.upload.isVisible()
    widget.set_standing(Standing("/bin/kaggle", False))
    assert "kaggle.json" in widget.text.text()
    widget.set_standing(Standing("/bin/kaggle", True))
    assert widget.upload.text() == "Submit a.csv to Kaggle"
    assert widget.upload.isVisible()
    assert "pip install" not in widget.text.text()
    with qtbot.waitSignal(widget.upload_requested):
        qtbot.mouseClick(widget.upload, Qt.MouseButton.LeftButton)
    widget.set_busy(True)
    assert not widget.upload.isVisible()
    assert widget.stop.isVisible()
