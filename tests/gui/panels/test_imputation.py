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
