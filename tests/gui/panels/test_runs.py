from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_gui.panels.run_table import EPOCHS, MODEL, RMSE, RUN, STATUS, WHEN, when
from fkd_gui.panels.runs import RunRow, RunsPanel, describe_scores

RUNS = [
    RunRow("run-1", "seed", "interrupted", 0, None, "2026-10-02T09:00:00+00:00"),
    RunRow("run-3", "swift", "finished", 60, 1.22, "2026-11-23T12:04:00+00:00", ("test",)),
    RunRow("run-2", "seed", "failed", 5, 4.24, "2026-11-20T09:00:00+00:00", (), "The loss diverged"),
]


@pytest.fixture
def panel(qtbot: QtBot) -> RunsPanel:
    made = RunsPanel()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def names(panel: RunsPanel) -> list[str]:
    model = panel.view.model()
    return [model.index(row, RUN).data() for row in range(model.rowCount())]


def test_without_runs_it_says_how_to_get_one(panel: RunsPanel, qtbot: QtBot) -> None:
    assert panel.empty.isVisible()
    with qtbot.waitSignal(panel.train_requested):
        qtbot.mouseClick(panel.empty.action, Qt.MouseButton.LeftButton)


def test_the_newest_run_is_first_and_chosen(panel: RunsPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.run_selected) as chosen:
        panel.set_runs(RUNS)
    assert names(panel) == ["run-3", "run-2", "run-1"]
    assert chosen.args == ["run-3"]
    assert panel.selected == "run-3"


def test_a_heading_sorts_and_runs_without_a_figure_come_last(panel: RunsPanel) -> None:
    panel.set_runs(RUNS)
    panel.view.sortByColumn(RMSE, Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["run-3", "run-2", "run-1"]
    panel.view.sortByColumn(RUN, Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["run-1", "run-2", "run-3"]


def test_figures_that_change_leave_the_choice_alone(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.set_runs(RUNS)
    panel.select("run-2")
    with qtbot.assertNotEmitted(panel.run_selected):
        panel.set_runs([*RUNS[:2], attrs.evolve(RUNS[2], epochs=6)])
        panel.set_runs([*RUNS, RunRow("run-4", "swift", "running", 1, None, "2026-11-24T08:00:00+00:00")])
    assert panel.selected == "run-2"
    assert names(panel)[0] == "run-4"


def test_arrow_keys_choose(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.set_runs(RUNS)
    with qtbot.waitSignal(panel.run_selected) as chosen:
        qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert chosen.args == ["run-2"]


def test_what_can_be_done_with_the_chosen_run(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.set_runs(RUNS)
    with qtbot.waitSignal(panel.predict_requested) as asked:
        qtbot.mouseClick(panel.predict, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-3", "test"]
    with qtbot.waitSignal(panel.predict_requested) as asked:
        qtbot.mouseClick(panel.predict_train, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-3", "train"]
    with qtbot.waitSignal(panel.evaluate_requested) as asked:
        qtbot.mouseClick(panel.evaluate, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-3"]


def test_a_run_that_learnt_nothing_says_so(panel: RunsPanel) -> None:
    panel.set_runs(RUNS)
    panel.select("run-1")
    assert not panel.predict.isEnabled()
    assert "first epoch" in panel.predict.toolTip()
    assert not panel.overlay.isEnabled()
    panel.select("run-3")
    panel.set_blocked("A training is under way")
    assert panel.predict.toolTip() == "A training is under way"


def test_the_overlay_is_switched_on_and_off(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.set_runs(RUNS)
    with qtbot.waitSignal(panel.show_predictions) as asked:
        qtbot.mouseClick(panel.overlay, Qt.MouseButton.LeftButton, pos=panel.overlay.rect().center() / 4)
    assert asked.args == ["run-3"]
    panel.set_shown("run-3")
    assert panel.overlay.isChecked()
    assert not panel.table.index(1, RUN).data(Qt.ItemDataRole.DecorationRole).isNull()
    with qtbot.waitSignal(panel.show_predictions) as asked:
        panel.overlay.click()
    assert asked.args == [None]
    panel.select("run-2")
    assert not panel.overlay.isChecked()


def test_columns_give_way_in_a_narrow_panel(panel: RunsPanel) -> None:
    panel.set_runs(RUNS)
    panel.resize(280, 480)
    hidden = [c for c in (RUN, RMSE, STATUS, EPOCHS, MODEL, WHEN) if panel.view.isColumnHidden(c)]
    assert hidden == [EPOCHS, MODEL, WHEN]
    panel.resize(640, 480)
    assert not any(panel.view.isColumnHidden(c) for c in range(6))


def test_scores_are_shown_for_their_run_alone(panel: RunsPanel) -> None:
    panel.set_runs(RUNS)
    panel.set_evaluation("run-3", {"rmse": 1.934, "mae": 1.2, "nme": None, "pck": {"1": 0.42}, "faces": 200})
    shown = panel.scores.text().replace("\N{NO-BREAK SPACE}", " ")
    assert shown == "On 200 held-out faces: RMSE 1.93 px, MAE 1.20 px\n42% within 1 px"
    panel.select("run-2")
    assert not panel.scores.isVisible()
    assert describe_scores({"rmse": None}) == ""


def test_moments_are_short() -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC).astimezone()
    noon = now.replace(hour=9, minute=5)
    assert when(noon.isoformat(), now) == "09:05"
    assert when(noon.replace(day=21).isoformat(), now).endswith("09:05")
    assert when(noon.replace(month=10).isoformat(), now) == "2026-10-23"
    assert when("yesterday", now) == "yesterday"
