from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fkd_core.errors import ProjectError
from fkd_core.submission import Check
from fkd_gui.panels.run_table import RunRow
from fkd_gui.panels.submission import SubmissionPanel

READY = RunRow("run-3", "swift", "finished", 60, 1.22, "2026-11-23T12:04:00+00:00", ("test",))
BARE = RunRow("run-2", "swift", "stopped", 9, 1.6, "2026-11-22T12:04:00+00:00")
EMPTY = RunRow("run-1", "swift", "interrupted", 0, None, "2026-11-21T12:04:00+00:00")
GOOD = [Check("as many rows as the lookup table", True, "27,124 rows")]
BAD = [Check("a number in every row", False, "12 rows without a number")]


@pytest.fixture
def panel(qtbot: QtBot) -> SubmissionPanel:
    made = SubmissionPanel()
    qtbot.addWidget(made)
    made.resize(280, 560)
    made.show()
    return made


def test_without_a_lookup_table_it_leads_to_the_import(panel: SubmissionPanel, qtbot: QtBot) -> None:
    assert panel.state.title == "This project has no lookup table"
    with qtbot.waitSignal(panel.import_requested):
        qtbot.mouseClick(panel.state.action, Qt.MouseButton.LeftButton)


def test_without_a_usable_run_it_leads_to_training(panel: SubmissionPanel, qtbot: QtBot) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([EMPTY])
    assert panel.state.isVisible()
    with qtbot.waitSignal(panel.train_requested):
        qtbot.mouseClick(panel.state.action, Qt.MouseButton.LeftButton)


def test_without_predictions_it_leads_to_predicting(panel: SubmissionPanel, qtbot: QtBot) -> None:
    panel.set_lookup(27_124)
    with qtbot.assertNotEmitted(panel.run_selected):
        panel.set_runs([BARE])
    assert not panel.save.isVisible()
    with qtbot.waitSignal(panel.predict_requested) as asked:
        qtbot.mouseClick(panel.predict, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-2"]


def test_new_predictions_ask_for_the_checks(panel: SubmissionPanel, qtbot: QtBot) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([BARE, EMPTY])
    with qtbot.waitSignal(panel.run_selected) as asked:
        panel.set_runs([attrs.evolve(BARE, predicted=("test",))])
    assert asked.args == ["run-2"]
    assert "being checked" in panel.save.toolTip()


def test_the_lookup_table_may_come_after_the_runs(panel: SubmissionPanel, qtbot: QtBot) -> None:
    panel.set_runs([READY])
    with qtbot.waitSignal(panel.run_selected) as asked:
        panel.set_lookup(27_124)
    assert asked.args == ["run-3"]


def test_saving_asks_where_and_tells_where(panel: SubmissionPanel, qtbot: QtBot, tmp_path: Path) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([BARE, READY])
    panel.set_checks(GOOD)
    assert panel.selected == "run-3"
    assert panel.save.isEnabled()
    qtbot.mouseClick(panel.save, Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    with qtbot.waitSignal(panel.save_requested) as asked:
        dialog.fileSelected.emit(str(tmp_path / "out.csv"))
    dialog.close()
    assert asked.args == ["run-3", tmp_path / "out.csv"]
    panel.show_saved(tmp_path / "out.csv")
    assert str(tmp_path / "out.csv") in panel.result.text()
    with qtbot.waitSignal(panel.show_folder_requested) as folder:
        qtbot.mouseClick(panel.show_folder, Qt.MouseButton.LeftButton)
    assert folder.args == [tmp_path / "out.csv"]


def test_a_failed_check_keeps_the_file_from_being_written(panel: SubmissionPanel) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([READY])
    panel.set_checks([*GOOD, *BAD])
    assert not panel.save.isEnabled()
    assert panel.why.text() == "Not every check passed"


def test_another_run_has_checks_of_its_own(panel: SubmissionPanel, qtbot: QtBot) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([READY, BARE])
    panel.set_checks(GOOD)
    panel.show_saved(Path("out.csv"))
    panel.select("run-2")
    assert panel.path is None
    with qtbot.waitSignal(panel.run_selected) as asked:
        panel.select("run-3")
    assert asked.args == ["run-3"]
    assert not panel.save.isEnabled()


def test_an_error_is_told_in_place(panel: SubmissionPanel) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([READY])
    panel.set_checks(GOOD)
    panel.show_failed(ProjectError("there is no space left", where="out.csv", todo="Free some space"))
    assert panel.notice.isVisible()
    assert panel.save.isEnabled()


def test_while_predicting_nothing_is_asked_twice(panel: SubmissionPanel) -> None:
    panel.set_lookup(27_124)
    panel.set_runs([BARE])
    panel.set_busy("Predicting the test faces …")
    assert not panel.predict.isEnabled()
