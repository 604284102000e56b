"""Training and prediction from the window, with the real engine on a tiny project."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_core.demo.project import make_demo_project
from fkd_core.errors import RunError
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run, list_runs
from fkd_core.runs.control import ask
from fkd_core.runs.live import live, start_detached
from fkd_core.runs.processes import is_alive
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.training_settings import IDLE, RUNNING
from fkd_gui.project_view import ProjectView
from fkd_gui.settings import Settings
from tests.helpers.projects import make_project
from tests.helpers.windows import moved, open_project, view_of

pytestmark = pytest.mark.trains
PATIENCE = 60_000


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn faces with a lookup table: 60 with labels, 6 to predict."""
    folder = tmp_path_factory.mktemp("drawn") / "drawn.fkd"
    make_demo_project(folder, Job(), faces=66, test=6)
    return folder


@pytest.fixture(scope="module")
def window_on(
    drawn: Path,
    tmp_path_factory: pytest.TempPathFactory,
    qapp: object,  # noqa: ARG001
) -> Iterator[Callable[[QtBot], MainWindow]]:
    """One window for all tests of this file: TensorFlow is imported once."""
    made: list[MainWindow] = []

    def window(qtbot: QtBot) -> MainWindow:
        if not made:
            made.append(MainWindow(Settings(tmp_path_factory.mktemp("settings") / "window.ini")))
            made[0].show()
            open_project(qtbot, made[0], drawn)
        return made[0]

    yield window
    for one in made:
        one.set_on_closing("stop")
        one.close()


@pytest.fixture
def shared(qtbot: QtBot, window_on: Callable[[QtBot], MainWindow]) -> MainWindow:
    window = window_on(qtbot)
    window.notices.clear()
    return window


def set_up(view: ProjectView, *, epochs: int, name: str = "") -> None:
    settings = view.train.settings
    settings.by_epochs.setChecked(True)
    settings.epochs.setValue(epochs)
    settings.name.setText(name)


def train(qtbot: QtBot, window: MainWindow, *, epochs: int, name: str = "") -> tuple[str, Any]:
    """Train to the end; returns how it ended and what was said."""
    view = view_of(window)
    set_up(view, epochs=epochs, name=name)
    with (
        qtbot.waitSignal(view.desk.runs, timeout=PATIENCE, check_params_cb=lambda _: not view.desk.training),
        qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended,
    ):
        window.start_training()
    return ended.args[0], ended.args[1]


def test_devices_are_listed(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    with qtbot.waitSignal(view.desk.devices, timeout=PATIENCE) as told:
        shared.show_place("train")
    names = [name for name, _ in told.args[0]]
    assert any("cpu" in name.lower() for name in names)
    device = view.train.settings.device
    assert [device.itemData(i) for i in range(device.count())] == names


def test_a_training_starts_goes_on_and_ends(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    heard: list[str] = []
    view.desk.started.connect(lambda run: heard.append(f"started {run}"))
    view.desk.epoch.connect(lambda record: heard.append(f"epoch {record['epoch']}"))
    view.desk.ended.connect(lambda status, _: heard.append(status))
    status, _ = train(qtbot, shared, epochs=2, name="first")
    assert heard == ["started first", "epoch 1", "epoch 2", "finished"]
    assert status == "finished"
    run = Run.open(view.project.runs_folder / "first")
    assert run.status == "finished"
    assert [record["epoch"] for record in run.metrics] == [1, 2]
    assert view.run_names == ["first"]
    assert shared.strip.text == "first is done"
    assert shared.strip.next.text() == "Predict the test faces"
    assert view.train.settings.state == IDLE
    assert shared.notices.notice is None
    assert shared.actions_by_id["start_training"].isEnabled()


def test_a_run_without_predictions_is_no_error_in_submit(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    for _ in range(2):
        shared.show_place("train")
        with qtbot.waitSignal(view.desk.runs):
            shared.show_place("submit")
    qtbot.waitUntil(lambda: view.desk.idle)
    assert view.submit.panel.selected == "first"
    assert view.submit.panel.notice.notice is None
    assert shared.notices.notice is None


def test_predictions_are_shown_and_become_a_submission(
    qtbot: QtBot, shared: MainWindow, tmp_path: Path
) -> None:
    view = view_of(shared)
    with qtbot.waitSignal(view.session.predictions_changed, timeout=PATIENCE):
        qtbot.mouseClick(shared.strip.next, Qt.MouseButton.LeftButton)
    assert view.session.predicted_by == "first"
    assert view.desk.predictor_pid is None
    assert view.session.predictions is not None
    assert np.isfinite(view.session.predictions).all()
    shared.show_place("label")
    assert view.label.canvas.scene().predicted is not None
    assert shared.actions_by_id["take"].isEnabled()
    with qtbot.waitSignal(view.desk.submission_read, timeout=PATIENCE):
        shared.show_place("submit")
    panel = view.submit.panel
    qtbot.waitUntil(panel.save.isEnabled)
    assert panel.notice.notice is None
    path = tmp_path / "submission.csv"
    with qtbot.waitSignal(view.submit.saved, timeout=PATIENCE):
        view.submit.save("first", path)
    lines = path.read_text().splitlines()
    assert view.project.lookup is not None
    assert len(lines) == 1 + len(view.project.lookup)
    assert panel.path == path
    shared.hide_predictions()
    assert view.label.canvas.scene().predicted is None


def test_a_submission_that_cannot_be_written_is_told_in_place(
    qtbot: QtBot, shared: MainWindow, tmp_path: Path
) -> None:
    view = view_of(shared)
    with qtbot.waitSignal(view.desk.submission_written, timeout=PATIENCE):
        view.submit.save("first", tmp_path / "missing" / "submission.csv")
    assert view.submit.panel.notice.notice is not None
    assert view.submit.panel.notice.notice.title == "There is no such folder."


def test_a_run_is_evaluated(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    with qtbot.waitSignal(view.desk.evaluated, timeout=PATIENCE):
        view.evaluate("first")
        assert shared.strip.text == "Evaluating first"
    assert shared.notices.notice is not None
    assert shared.notices.notice.title.startswith("first: RMSE ")
    assert "validation faces" in shared.notices.notice.title
    assert not shared.strip.isVisible()


def test_labels_are_corrected_while_a_training_runs_and_stop_keeps_the_run(
    qtbot: QtBot, shared: MainWindow, drawn: Path
) -> None:
    view = view_of(shared)
    set_up(view, epochs=500, name="stopped")
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE):
        shared.start_training()
    assert view.desk.training
    assert view.train.settings.state == RUNNING
    assert not shared.actions_by_id["start_training"].isEnabled()
    with qtbot.waitSignal(view.session.saved):
        view.session.apply(moved(view.project, 3, 0, (33.5, 34.5)))
    with Project(drawn) as disk:
        assert disk.labels.table.points[3, 0].tolist() == [33.5, 34.5]
    assert view.desk.training
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended:
        shared.train_do("stop")
        assert view.train.settings.start.text() == "Stopping …"
    assert ended.args == ["stopped", ""]
    run = Run.open(view.project.runs_folder / "stopped")
    assert run.status == "stopped"
    assert run.metrics
    qtbot.waitUntil(lambda: "stopped" in view.run_names)
    assert view.train.settings.state == IDLE
    # It goes on from the button beside its curves, and these go on where they were.
    epochs, progress = len(run.metrics), view.train.panel.progress
    assert progress.go_on.isVisibleTo(progress)
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE) as again:
        qtbot.mouseClick(progress.go_on, Qt.MouseButton.LeftButton)
    assert again.args[0]["epoch"] in (epochs, epochs + 1)
    assert view.train.settings.state == RUNNING
    assert not progress.go_on.isVisibleTo(progress)
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE):
        shared.train_do("stop")
    known = Run.open(view.project.runs_folder / "stopped").metrics
    assert [record["epoch"] for record in known] == list(range(1, len(known) + 1))
    assert len(known) >= epochs
    assert progress.shown is not None
    assert progress.shown.series.column("epoch").tolist() == [record["epoch"] for record in known]
    qtbot.waitUntil(lambda: view.desk.idle, timeout=PATIENCE)


def test_a_training_that_dies_is_explained_and_the_next_one_works(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    set_up(view, epochs=500, name="killed")
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE):
        shared.start_training()
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended:
        os.kill(pid_of(view, "killed"), signal.SIGKILL)
    assert ended.args[0] == "failed"
    assert isinstance(ended.args[1], RunError)
    assert shared.notices.notice is not None
    assert shared.notices.notice.title == "The process that trained run 'killed' is gone."
    assert "--resume killed" in shared.notices.notice.text
    assert Run.open(view.project.runs_folder / "killed").status == "interrupted"
    assert view.train.panel.progress.go_on.isVisibleTo(view.train.panel)
    qtbot.waitUntil(lambda: view.desk.idle)
    assert train(qtbot, shared, epochs=1, name="next")[0] == "finished"


def test_a_finished_run_is_extended(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    progress = view.train.panel.progress
    with qtbot.waitSignal(view.desk.run_read):
        view.desk.read_run("first")
    assert shared.actions_by_id["extend_training"].isEnabled()
    shared.train_do("extend")
    assert progress.question.epochs.value() == 2
    progress.question.epochs.setValue(1)
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended:
        qtbot.mouseClick(progress.question.go, Qt.MouseButton.LeftButton)
        assert view.train.settings.state == RUNNING
    assert ended.args == ["finished", ""]
    run = Run.open(view.project.runs_folder / "first")
    assert [record["epoch"] for record in run.metrics] == [1, 2, 3]
    assert progress.shown is not None
    assert progress.shown.series.column("epoch").tolist() == [1, 2, 3]
    qtbot.waitUntil(lambda: view.desk.idle)


def test_tensorboard_files_are_left_where_they_are_asked_for(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    view.train.settings.tensorboard.setChecked(True)
    assert str(view.project.runs_folder) in view.train.settings.logs.text()
    assert train(qtbot, shared, epochs=1, name="logged")[0] == "finished"
    view.train.settings.tensorboard.setChecked(False)
    assert any((view.project.runs_folder / "logged" / "tensorboard").rglob("events.*"))


def test_what_a_training_learns_is_seen_while_it_does(qtbot: QtBot, shared: MainWindow) -> None:
    view = view_of(shared)
    progress = view.train.panel.progress
    set_up(view, epochs=500, name="seen")
    with qtbot.waitSignal(view.desk.faces, timeout=PATIENCE) as seen:
        shared.start_training()
    rows = seen.args[0]["rows"]
    held_out = Run.open(view.project.runs_folder / "seen").split["validation"]
    assert rows
    assert set(rows) <= set(held_out)
    strip = progress.strip.view.faces
    qtbot.waitUntil(lambda: strip.image(0) is not None)
    image = strip.image(0)
    assert image is not None
    assert (image == view.project.faces["train"].images[rows[0]]).all()
    table, span = view.project.labels.table, view.project.span("train")
    # A label that is moved moves in the strip.
    with qtbot.waitSignal(view.session.saved):
        view.session.apply(moved(view.project, span.start + rows[0], 0, (11.0, 12.0)))
    labels = strip.labels(0)
    assert labels is not None
    np.testing.assert_array_equal(labels, table.points[span.start + rows[0]])
    qtbot.waitUntil(lambda: progress.keypoints.errors is not None, timeout=PATIENCE)
    assert progress.keypoints.model.rowCount() == len(view.project.schema)
    assert progress.keypoints.model.index(0).data() == "Left eye center"
    assert "memory" in progress.figures.more.text()
    progress.strip.face_chosen.emit(rows[0])
    assert view.place == "label"
    assert view.session.face == span.start + rows[0]
    progress.keypoints.keypoint_chosen.emit(10)
    assert view.label.sheeting
    assert view.session.keypoints == (10,)
    assert view.label.sheet.sorting.keypoint == 10
    shared.toggle_sheet()
    shared.show_place("train")
    # Once the epoch is over it ends by itself.
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended:
        shared.train_do("stop_after_epoch")
        assert view.train.settings.after.isChecked()
    assert ended.args == ["stopped", ""]
    run = Run.open(view.project.runs_folder / "seen")
    assert run.message == f"Stopped by the user at the end of epoch {len(run.metrics)}"
    # What was seen last is there when the run is looked at later.
    qtbot.waitUntil(lambda: view.desk.idle)
    with qtbot.waitSignal(view.desk.run_read):
        view.desk.read_run("first")
    assert progress.shown is not None
    assert progress.shown.name == "first"
    with qtbot.waitSignal(view.desk.run_read):
        view.desk.read_run("seen")
    assert progress.strip.seen is not None
    assert list(progress.strip.seen.rows) == rows
    # Not every epoch is validated.
    validated = [record["epoch"] for record in run.metrics if record["val_rmse"] is not None]
    assert progress.strip.seen.epoch == validated[-1]
    assert shared.actions_by_id["resume_training"].isEnabled()


def test_a_project_without_labels_cannot_be_trained_on_and_says_so(
    qtbot: QtBot, shared: MainWindow, tmp_path: Path
) -> None:
    folder = make_project(tmp_path / "bare.fkd", train=0, test=6)
    view = open_project(qtbot, shared, folder)
    status, error = train(qtbot, shared, epochs=1)
    assert status == "failed"
    assert shared.notices.notice is not None
    assert "inside the program" not in shared.notices.notice.title, error
    assert shared.strip.text.endswith("failed")
    assert view.train.settings.state == IDLE
    assert not view.desk.training


def pid_of(view: ProjectView, run: str) -> int:
    found = live(view.project.runs_folder / run)
    assert found is not None
    return found.pid


def answer(window: MainWindow, text: str, *, remember: bool = False) -> None:
    """Press a button of the question that is asked."""
    box = window.leaving.question
    assert box is not None
    box.checkBox().setChecked(remember)
    next(button for button in box.buttons() if button.text() == text).click()


def test_a_training_goes_on_without_its_window_and_is_found_again(
    qtbot: QtBot, shared: MainWindow, drawn: Path
) -> None:
    view = open_project(qtbot, shared, drawn)
    set_up(view, epochs=500, name="left")
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE):
        shared.start_training()
    pid, folder = pid_of(view, "left"), drawn / "runs" / "left"
    shared.leave_project()
    answer(shared, "Cancel")
    assert shared.view is view
    assert shared.leaving.question is None
    shared.leave_project()
    answer(shared, "Keep training")
    qtbot.waitUntil(lambda: shared.view is None)
    assert shared.on_closing == "ask"
    told = len(Run.open(folder).metrics)
    qtbot.waitUntil(lambda: len(Run.open(folder).metrics) > told, timeout=PATIENCE)
    with qtbot.waitSignal(shared.projects.opened):
        shared.open_path(drawn)
    view = view_of(shared)
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE):
        pass
    assert view.desk.run_name == "left"
    assert view.desk.training
    assert pid_of(view, "left") == pid
    assert view.train.settings.state == RUNNING
    assert shared.strip.text.startswith("Training left")
    shown = view.train.panel.progress.shown
    assert shown is not None
    assert shown.name == "left"
    epochs = shown.series.column("epoch").tolist()
    assert epochs == list(range(1, len(epochs) + 1))
    assert len(epochs) > told
    assert shown.elapsed is not None
    assert shown.planned == 500
    qtbot.waitUntil(lambda: view.train.panel.progress.strip.seen is not None, timeout=PATIENCE)
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE):
        shared.train_do("stop")
    assert Run.open(folder).status == "stopped"


def test_a_training_that_a_terminal_started_is_joined_when_train_is_shown(
    qtbot: QtBot, shared: MainWindow, drawn: Path
) -> None:
    view = view_of(shared)
    qtbot.waitUntil(lambda: view.desk.idle, timeout=PATIENCE)
    shared.show_place("label")
    name = start_detached(drawn, {"config": {"epochs": 500}, "name": "terminal"}, Job())
    with qtbot.waitSignal(view.desk.joined, timeout=PATIENCE) as joined:
        shared.show_place("train")
    assert joined.args[0]["run"] == name
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE):
        pass
    with qtbot.waitSignal(view.desk.ended, timeout=PATIENCE) as ended:
        ask(drawn / "runs" / name, "stop")
    assert ended.args == ["stopped", ""]


def test_a_training_that_has_only_been_asked_for_begins_before_its_project_is_left(
    qtbot: QtBot, shared: MainWindow, drawn: Path
) -> None:
    view = view_of(shared)
    qtbot.waitUntil(lambda: view.desk.idle, timeout=PATIENCE)
    set_up(view, epochs=500, name="early")
    shared.start_training()
    shared.leave_project()
    answer(shared, "Keep training")
    qtbot.waitUntil(lambda: shared.leaving.question is None)
    assert shared.view is view
    qtbot.waitUntil(lambda: shared.view is None, timeout=PATIENCE)
    folder = drawn / "runs" / "early"
    assert live(folder) is not None
    ask(folder, "stop")
    qtbot.waitUntil(lambda: Run.open(folder).status == "stopped", timeout=PATIENCE)
    open_project(qtbot, shared, drawn)


def test_closing_can_stop_the_training_and_that_can_be_remembered(
    qtbot: QtBot, shared: MainWindow, drawn: Path
) -> None:
    view = view_of(shared)
    qtbot.waitUntil(lambda: view.desk.idle, timeout=PATIENCE)
    set_up(view, epochs=500, name="ended")
    with qtbot.waitSignal(view.desk.epoch, timeout=PATIENCE):
        shared.start_training()
    pid = pid_of(view, "ended")
    assert not shared.close()
    answer(shared, "Stop and keep the weights", remember=True)
    qtbot.waitUntil(lambda: not shared.isVisible())
    qtbot.waitUntil(lambda: not is_alive(pid), timeout=PATIENCE)
    assert {run.name: run.status for run in list_runs(drawn / "runs")}["ended"] == "stopped"
    assert shared.on_closing == "stop"
    assert shared.actions_by_id["on_closing_stop"].isChecked()
    with Project(drawn, write=True) as project:
        assert project.read_only is None
