from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_gui.panels.imputation import ImputationPanel


@pytest.fixture
def panel(qtbot: QtBot) -> ImputationPanel:
    made = ImputationPanel()
    qtbot.addWidget(made)
    made.resize(280, 480)
    made.show()
    made.set_counts(34_213, 0)
    return made


def test_the_counts_are_shown(panel: ImputationPanel) -> None:
    panel.set_counts(1_000, 2_345)
    assert panel.missing.value == "1,000"
    assert panel.imputed.value == "2,345"
    assert panel.missing.accessibleName() == "keypoints missing: 1,000"


def test_backfill_is_asked_for_with_its_seed(panel: ImputationPanel, qtbot: QtBot) -> None:
    panel.seed.setValue(5)
    with qtbot.waitSignal(panel.impute_requested) as asked:
        qtbot.mouseClick(panel.fill, Qt.MouseButton.LeftButton)
    assert asked.args == ["backfill", 5, True]
    panel.shuffle.setChecked(False)
    assert not panel.seed.isEnabled()
    with qtbot.waitSignal(panel.impute_requested) as asked:
        panel.fill.click()
    assert asked.args == ["backfill", 5, False]


def test_the_mean_knows_no_shuffle(panel: ImputationPanel, qtbot: QtBot) -> None:
    panel.method.setCurrentText("mean")
    assert not panel.shuffle.isVisible()
    assert not panel.seed.isVisible()
    assert "average" in panel.description.text()
    with qtbot.waitSignal(panel.impute_requested) as asked:
        panel.fill.click()
    assert asked.args == ["mean", 0, False]


def test_filled_values_can_be_taken_away(panel: ImputationPanel, qtbot: QtBot) -> None:
    assert not panel.remove.isEnabled()
    assert panel.remove.toolTip() == "No value was filled in"
    panel.set_counts(0, 34_213)
    with qtbot.waitSignal(panel.impute_requested) as asked:
        qtbot.mouseClick(panel.remove, Qt.MouseButton.LeftButton)
    assert asked.args[0] == "none"


def test_it_says_why_nothing_can_be_done(panel: ImputationPanel) -> None:
    panel.set_counts(0, 0)
    assert not panel.fill.isEnabled()
    assert panel.why.text() == "No keypoint is missing"
    panel.set_counts(5, 5)
    panel.set_blocked("The project is open for reading only")
    assert not panel.fill.isEnabled()
    assert not panel.remove.isEnabled()


def test_every_method_can_be_chosen_but_none(panel: ImputationPanel) -> None:
    names = [panel.method.itemText(row) for row in range(panel.method.count())]
    assert names == ["backfill", "mean", "model", "shape"]
    for name in names:
        panel.method.setCurrentText(name)
        assert panel.description.text()


def test_shape_asks_for_nothing_else(panel: ImputationPanel, qtbot: QtBot) -> None:
    panel.method.setCurrentText("shape")
    for control in (panel.run, panel.seed, panel.shuffle):
        assert not control.isVisible()
    with qtbot.waitSignal(panel.impute_requested) as asked:
        panel.fill.click()
    assert asked.args == ["shape", 0, False]


def test_model_needs_a_run_and_says_so(panel: ImputationPanel, qtbot: QtBot) -> None:
    panel.method.setCurrentText("model")
    assert panel.run.isVisible()
    assert not panel.run.isEnabled()
    assert not panel.fill.isEnabled()
    assert panel.why.text().startswith("Train a network first")
    assert panel.run.toolTip() == panel.fill.toolTip() == panel.why.text()
    panel.set_runs(["run-2", "run-1"])
    assert panel.run.currentText() == "run-2"
    assert panel.fill.isEnabled()
    assert not panel.why.isVisible()
    with qtbot.waitSignal(panel.look_requested) as asked:
        qtbot.mouseClick(panel.fill, Qt.MouseButton.LeftButton)
    assert asked.args == ["model", "run-2"]


def test_the_chosen_run_stays_chosen(panel: ImputationPanel) -> None:
    panel.set_runs(["run-2", "run-1"])
    panel.run.setCurrentText("run-1")
    panel.set_runs(["run-3", "run-2", "run-1"])
    assert panel.run.currentText() == "run-1"
    panel.set_runs(["run-3"])
    assert panel.run.currentText() == "run-3"
    panel.set_runs([])
    assert panel.run.currentText() == ""


def test_other_methods_can_fill_in_without_a_run(panel: ImputationPanel) -> None:
    panel.method.setCurrentText("model")
    panel.method.setCurrentText("mean")
    assert panel.fill.isEnabled()
    assert not panel.run.isVisible()
