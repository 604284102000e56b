"""Runs chosen in the table, compared, changed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_core.runs import list_runs
from fkd_core.runs.remarks import read_remarks
from fkd_gui.compare.model import NOTE, RUN, TAGS
from fkd_gui.compare.place import ComparePlace
from fkd_gui.main_window import MainWindow
from tests.helpers.runs import make_run, random_network
from tests.helpers.windows import open_project, view_of

PATIENCE = 60_000


@pytest.fixture
def window(qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path) -> MainWindow:
    for seed in range(3):
        make_run(project_folder, f"run-{seed}", random_network(seed=seed))
        (project_folder / "runs" / f"run-{seed}" / "metrics.jsonl").write_text(
            f'{{"epoch": 1, "val_rmse": 3.{seed}}}\n{{"epoch": 2, "val_rmse": 2.{seed}}}\n'
        )
    made = make_window()
    open_project(qtbot, made, project_folder)
    return made


@pytest.fixture
def place(qtbot: QtBot, window: MainWindow) -> ComparePlace:
    window.show_place("compare")
    place = view_of(window).get_place("compare")
    assert isinstance(place, ComparePlace)
    qtbot.waitUntil(lambda: place.model.rowCount() == 3)
    return place


def cell(place: ComparePlace, run: str, column: int):
    rows = [i for i, line in enumerate(place.model.rows) if line["name"] == run]
    return place.model.index(rows[0], column)


def test_chosen_runs_are_compared_and_a_face_is_shown(
    qtbot: QtBot, window: MainWindow, place: ComparePlace
) -> None:
    assert len(place.chosen) == 2, "the two newest are proposed"
    place.choose_runs(["run-0", "run-1", "run-2"])
    assert place.compare.text() == "Compare 3"
    with qtbot.waitSignal(place.desk.compared, timeout=PATIENCE) as told:
        place.compare.click()
    found = told.args[0].found
    assert found.runs[0] == "run-0", "the oldest is what the others are compared with"
    qtbot.waitUntil(lambda: place.outcome is not None and place.outcome.isVisible())
    assert place.outcome is not None
    assert place.outcome.verdict.text() == found.describe()
    assert [place.outcome.which.itemText(i) for i in range(2)] == list(found.runs[1:])
    which = next(i for i, difference in enumerate(found.differences) if difference.worse)
    place.outcome.which.setCurrentIndex(which)
    place.outcome.which.activated.emit(which)
    assert place.outcome.broken.count() == found.differences[which].worse
    item = place.outcome.broken.item(0)
    row = item.data(Qt.ItemDataRole.UserRole)
    place.outcome.broken.itemActivated.emit(item)
    view = view_of(window)
    assert (view.place, view.session.face) == ("label", view.project.span("train").start + row)


def test_one_run_cannot_be_compared(place: ComparePlace) -> None:
    place.choose_runs(["run-1"])
    assert not place.compare.isEnabled()
    assert not place.join.isEnabled()
    assert place.delete.isEnabled()


def test_names_notes_and_tags_are_changed_in_the_table(
    qtbot: QtBot, window: MainWindow, place: ComparePlace
) -> None:
    for column, text in ((NOTE, "warm lips"), (TAGS, "a, b"), (RUN, "best")):
        with qtbot.waitSignal(place.desk.listed, timeout=PATIENCE):
            place.model.setData(cell(place, "run-1", column), text)
    view = view_of(window)
    assert "best" in [run.name for run in list_runs(view.project.runs_folder)]
    said = read_remarks(view.project.runs_folder / "best")
    assert (said.note, said.tags) == ("warm lips", ("a", "b"))
    qtbot.waitUntil(lambda: "best" in view.run_names)


def test_a_wrong_name_is_said_and_the_table_keeps_the_old_one(
    qtbot: QtBot, window: MainWindow, place: ComparePlace
) -> None:
    with qtbot.waitSignal(place.problem, timeout=PATIENCE):
        place.model.setData(cell(place, "run-1", RUN), "run-2")
    notice = window.notices.notice
    assert notice is not None
    assert "another run has this name" in notice.title.lower()
    assert cell(place, "run-1", RUN).data() == "run-1"


def test_a_deleted_run_can_be_brought_back(qtbot: QtBot, place: ComparePlace) -> None:
    place.choose_runs(["run-1"])
    with qtbot.waitSignals([place.desk.deleted, place.desk.listed], timeout=PATIENCE):
        place.delete.click()
    assert place.model.rowCount() == 2
    assert not place.undo.isHidden()
    with qtbot.waitSignal(place.desk.listed, timeout=PATIENCE):
        place.undo.click()
    assert place.model.rowCount() == 3
    assert place.undo.isHidden()


def test_a_pinned_run_stands_first(qtbot: QtBot, place: ComparePlace) -> None:
    place.choose_runs(["run-0"])
    with qtbot.waitSignal(place.desk.listed, timeout=PATIENCE):
        place.pin.click()
    assert place.model.rows[0]["name"] == "run-0"
    assert place.pin.text() == "Unpin"


def test_joined_runs_are_a_new_run(qtbot: QtBot, place: ComparePlace) -> None:
    place.choose_runs(["run-0", "run-1"])
    with qtbot.waitSignals([place.desk.changed, place.desk.listed], timeout=PATIENCE):
        place.join.click()
    qtbot.waitUntil(lambda: place.model.rowCount() == 4)
    assert "mean of" in place.says.text()


def test_without_runs_it_says_what_to_do(
    qtbot: QtBot, make_window: Callable[[], MainWindow], project_folder: Path
) -> None:
    window = make_window()
    open_project(qtbot, window, project_folder)
    window.show_place("compare")
    place = view_of(window).get_place("compare")
    assert isinstance(place, ComparePlace)
    qtbot.waitUntil(lambda: place.empty.isVisible())
    place.empty.action.click()
    assert view_of(window).place == "train"
