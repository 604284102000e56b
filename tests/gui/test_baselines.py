"""A forest and a mean face from the window: chosen, trained, listed, compared."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fkd_core.runs import Run
from fkd_gui.compare.place import ComparePlace
from fkd_gui.main_window import MainWindow
from fkd_gui.project_view import ProjectView
from tests.helpers.windows import open_project, view_of

PATIENCE = 60_000


@pytest.fixture
def view(qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path) -> ProjectView:
    window = make_window()
    open_project(qtbot, window, project_folder)
    window.show_place("train")
    return view_of(window)


def train(qtbot: QtBot, view: ProjectView, model: str, name: str) -> None:
    settings = view.train.settings
    settings.model.setCurrentText(model)
    settings.name.setText(name)
    with (
        qtbot.waitSignal(view.desk.runs, timeout=PATIENCE, check_params_cb=lambda _: not view.desk.training),
        qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended,
    ):
        view.train.start()
    assert ended.args == ["finished", ""]


def test_a_forest_is_trained_listed_and_compared(
    qtbot: QtBot, view: ProjectView, project_folder: Path
) -> None:
    # As many faces on either side as there are: 2 of 12 are held out.
    view.train.settings.share.setValue(20)
    view.train.settings.forest.trees.setValue(3)
    train(qtbot, view, "forest", "wood")
    run = Run.open(project_folder / "runs" / "wood")
    assert [(record["unit"], record["epoch"]) for record in run.metrics] == [("tree", n) for n in (1, 2, 3)]
    assert (run.model, run.config["options"]) == ("forest", {"trees": 3, "depth": None, "features": 1.0})
    progress = view.train.panel.progress
    assert progress.figures.epoch.accessibleName() == "trees: 3"
    assert progress.figures.error.accessibleName().startswith("RMSE validation, best (tree ")
    assert "images/s" not in progress.figures.more.text()
    assert progress.curves is None or "tree" in progress.curves.readout
    train(qtbot, view, "mean", "mean")
    assert set(view.run_names) == {"wood", "mean"}
    assert "has no curves" in progress.skeleton.accessibleName()
    assert progress.figures.error.accessibleName().startswith("RMSE validation:")
    view.show_place("compare")
    place = view.get_place("compare")
    assert isinstance(place, ComparePlace)
    qtbot.waitUntil(lambda: place.model.rowCount() == 2)
    place.choose_runs(["mean", "wood"])
    with qtbot.waitSignal(place.desk.compared, timeout=PATIENCE) as compared:
        place.compare.click()
    qtbot.waitUntil(lambda: place.outcome is not None and place.outcome.isVisible())
    assert place.outcome is not None
    said = place.outcome.moves.text()
    assert said == compared.args[0].found.describe_spreads()
    assert "mean makes the same prediction every time" in said
    assert "wood moves its keypoints" in said
    assert not place.join.isHidden()


def test_a_window_with_these_places_loads_no_scikit_learn() -> None:
    code = (
        "import sys, fkd_gui.main_window, fkd_gui.train_place, fkd_gui.compare.outcome;"
        "import fkd_gui.training_desk, fkd_core.pipeline, fkd_core.comparison.measure;"
        "print([name for name in ('sklearn', 'tensorflow', 'keras') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_its_test_faces_are_predicted_and_its_fields_are_those_of_a_forest(
    qtbot: QtBot, view: ProjectView, project_folder: Path
) -> None:
    view.train.settings.forest.trees.setValue(2)
    train(qtbot, view, "forest", "wood")
    with qtbot.waitSignal(view.desk.predicted, timeout=PATIENCE):
        view.predict("wood")
    assert view.desk.predictor_pid is None
    assert Run.open(project_folder / "runs" / "wood").predicted_splits() == ("test", "train")
