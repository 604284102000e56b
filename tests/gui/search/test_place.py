"""The Search place: set up, start, stop, resume; the table, the pictures, and the best as a run."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from fkd_core.jobs import Job
from fkd_core.search.begin import begin
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import open_search
from fkd_core.search.record import PRUNED, best_of
from fkd_core.search.run import run_search
from fkd_core.search.spaces import default_space
from fkd_gui.main_window import MainWindow
from fkd_gui.search import desk as desk_module
from fkd_gui.search.place import SearchPlace
from fkd_gui.search.settings import IDLE, RUNNING
from tests.helpers.projects import make_project
from tests.helpers.search_calls import SLOW
from tests.helpers.searching import FormulaTrainer
from tests.helpers.windows import open_project, view_of

PATIENCE = 60_000


@pytest.fixture
def place(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> SearchPlace:
    """The place of an empty project, shown; its searches train by a formula in a child process."""
    monkeypatch.setattr(desk_module, "CALLS", "tests.helpers.search_calls")
    return show(qtbot, make_window(), project_folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a finished greedy search, made once."""
    folder = make_project(tmp_path_factory.mktemp("finished") / "tiny.fkd")
    found = begin(folder, SearchConfig("greedy", default_space("greedy", "seed")), "first")
    run_search(found, FormulaTrainer(5), Job())
    return folder


@pytest.fixture
def searched(finished: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(finished, tmp_path / "searched.fkd")


def show(qtbot: QtBot, window: MainWindow, folder: Path) -> SearchPlace:
    view = open_project(qtbot, window, folder)
    window.show_place("searches")
    place = view.get_place("searches")
    assert isinstance(place, SearchPlace)
    qtbot.waitUntil(lambda: place.desk.idle and (place.look is not None or not place.searches.names))
    return place


def window_of(place: SearchPlace) -> MainWindow:
    window = place.window()
    assert isinstance(window, MainWindow)
    return window


def test_without_a_search_the_place_says_what_one_is(place: SearchPlace) -> None:
    assert place.empty.isVisible()
    assert place.settings.tried.text().splitlines() == [
        "learning rate: 1e-05, 0.0001, 0.001, 0.01",
        "blocks: 1, 2, 3, 4, 5",
        "filters: 8, 16, 32, 64",
        "13 trials",
    ]
    assert not place.searches.train.isEnabled()
    assert "optuna" not in sys.modules or "fkd_core.search.ledger" in sys.modules


def test_each_strategy_tells_what_it_tries(place: SearchPlace) -> None:
    settings = place.settings
    settings.strategy.setCurrentIndex(1)
    assert settings.model.currentText() == "swift"
    assert "learning rate: 0.0005 to 0.01" in settings.tried.text()
    settings.trials.setValue(7)
    assert settings.tried.text().endswith("7 trials")
    settings.strategy.setCurrentIndex(2)
    assert settings.trials.isHidden() or not settings.trials.isVisible()
    config = settings.config()
    assert config.strategy == "grid"
    assert config.trials is None
    assert config.epochs == 10


def test_a_space_from_a_file_is_taken_and_a_bad_one_is_told(
    qtbot: QtBot, place: SearchPlace, tmp_path: Path
) -> None:
    path = tmp_path / "space.json"
    path.write_text(json.dumps({"model": "swift", "search": {"width": [8, 16]}}))
    place.settings.read_file(path)
    assert place.settings.tried.text().splitlines() == ["width: 8, 16", "2 trials"]
    assert place.settings.space_name.whole == "space.json"
    path.write_text(json.dumps({"model": "swift", "search": {"widht": [8, 16]}}))
    with qtbot.waitSignal(place.problem) as told:
        place.settings.read_file(path)
    assert "space.json, widht" in str(told.args[0])
    place.settings.own_space.click()
    assert "batch size" in place.settings.tried.text()


def test_a_name_that_cannot_be_used_is_told_before_the_start(place: SearchPlace) -> None:
    place.settings.name.setText("a/b")
    assert not place.settings.start.isEnabled()
    assert "which file names cannot hold" in place.settings.why.text()


def test_a_search_is_started_shown_and_told_in_the_strip(qtbot: QtBot, place: SearchPlace) -> None:
    strip = window_of(place).strip
    with qtbot.waitSignal(place.desk.began, timeout=PATIENCE):
        place.settings.start.click()
    assert place.settings.state == RUNNING
    assert strip.text.startswith("Searching seed-greedy")
    with qtbot.waitSignal(place.desk.ended, timeout=PATIENCE) as ended:
        pass
    assert ended.args[0] == "finished"
    qtbot.waitUntil(lambda: place.desk.idle)
    assert place.settings.state == IDLE
    assert place.searches.names == ["seed-greedy"]
    assert len(place.table.rows) == 13
    assert place.page.figures["trials"].value == "13 of 13"
    assert strip.text.startswith("seed-greedy is done, best 1.")
    best = best_of(place.table.rows)
    assert best is not None
    assert place.selected_trial == best.number
    view_of(window_of(place)).show_place("label")
    strip.next.click()
    assert view_of(window_of(place)).place == "searches"


def test_a_search_is_stopped_and_resumed(qtbot: QtBot, place: SearchPlace) -> None:
    place.settings.name.setText(SLOW)
    place.settings.prune.setChecked(False)
    place.settings.start.click()
    qtbot.waitUntil(lambda: len(place.table.rows) == 3, timeout=PATIENCE)
    with qtbot.waitSignal(place.desk.ended, timeout=PATIENCE) as ended:
        window_of(place).strip.stop.click()
    assert ended.args[0] == "stopped"
    qtbot.waitUntil(lambda: place.desk.idle)
    assert [trial.status for trial in place.table.rows] == ["finished", "finished", "interrupted"]
    assert place.searches.resume.isEnabled()
    with qtbot.waitSignal(place.desk.ended, timeout=PATIENCE) as ended:
        place.searches.resume.click()
    assert ended.args[0] == "finished"
    qtbot.waitUntil(lambda: place.desk.idle)
    assert len(place.table.rows) == 13
    assert not place.searches.resume.isEnabled()


def test_closing_the_project_stops_the_search_which_can_go_on(
    qtbot: QtBot, place: SearchPlace, project_folder: Path
) -> None:
    place.settings.name.setText(SLOW)
    place.settings.start.click()
    qtbot.waitUntil(lambda: len(place.table.rows) == 3, timeout=PATIENCE)
    window_of(place).close_project()
    found = open_search(project_folder, SLOW)
    assert found.status() == "stopped"
    assert [trial.status for trial in found.trials()] == ["finished", "finished", "interrupted"]


def test_a_finished_search_is_shown_with_its_pictures(
    qtbot: QtBot, make_window: Callable[[], MainWindow], searched: Path
) -> None:
    place = show(qtbot, make_window(), searched)
    assert place.look is not None
    best = best_of(place.look.trials)
    assert best is not None
    assert place.selected_trial == best.number
    assert place.page.told.text().startswith(f"Trial {best.number + 1} · finished")
    assert place.page.figures["best"].value == f"{best.rmse:.2f}"
    pruned = sum(trial.status == PRUNED for trial in place.look.trials)
    assert place.page.figures["pruned"].value == str(pruned)
    steps = place.page.history.best_so_far()
    assert [error for _, error in steps] == sorted((error for _, error in steps), reverse=True)
    assert place.page.bars.rows()[0][0] == "learning_rate"
    assert "learning rate" in place.page.bars.accessibleName()


def test_a_click_on_a_line_chooses_its_trial_everywhere(
    qtbot: QtBot, make_window: Callable[[], MainWindow], searched: Path
) -> None:
    place = show(qtbot, make_window(), searched)
    plot = place.page.parallel
    assert plot.drawn is not None
    number = plot.drawn.numbers[0]
    height = plot.drawn.heights[0, 0]
    at = plot.plot.getViewBox().mapViewToScene(QPointF(0.0, float(height)))
    assert number != place.selected_trial
    view = plot._view
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(at))
    assert place.selected_trial == number
    assert plot.selected == number
    assert place.page.history.selected == number
    assert place.page.told.text().startswith(f"Trial {number + 1} ·")


def test_the_best_trial_without_weights_says_what_to_do(
    qtbot: QtBot, make_window: Callable[[], MainWindow], searched: Path
) -> None:
    place = show(qtbot, make_window(), searched)
    with qtbot.waitSignal(place.problem) as told:
        place.searches.keep.click()
    assert "the weights of trial 3 are not here" in str(told.args[0])


def test_the_best_settings_are_trained_in_full(
    qtbot: QtBot, make_window: Callable[[], MainWindow], searched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = show(qtbot, make_window(), searched)
    view = view_of(window_of(place))
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(view.desk, "start", asked.append)
    with qtbot.waitSignal(place.desk.training_asked):
        place.searches.train.click()
    assert view.place == "train"
    (request,) = asked
    assert request["name"] == "first-best"
    assert request["learning_rate"] == 1e-3
    assert request["epochs"] is None
    assert request["options"] == {"blocks": 3, "filters": 32}


def test_a_search_is_deleted_by_a_second_press(
    qtbot: QtBot, make_window: Callable[[], MainWindow], searched: Path
) -> None:
    place = show(qtbot, make_window(), searched)
    place.searches.delete.click()
    assert (searched / "searches" / "first").is_dir()
    assert place.searches.delete.text() == "Delete for good?"
    place.searches.delete.click()
    qtbot.waitUntil(lambda: place.searches.names == [])
    assert not (searched / "searches" / "first").exists()
    assert place.empty.isVisible()
