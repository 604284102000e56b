from __future__ import annotations

import subprocess
import sys
import time

import attrs
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fkd_core.errors import EngineError
from fkd_gui.panels.training import TrainingPanel
from fkd_gui.panels.training_settings import RUNNING
from fkd_gui.panels.watched_faces import SeenFaces
from tests.gui.panels.histories import history


@attrs.frozen
class Advice:
    kind: str
    epoch: int
    text: str


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPanel:
    made = TrainingPanel()
    qtbot.addWidget(made)
    made.set_models([("swift", "Small and quick")])
    made.set_devices([("auto", "Automatic")])
    made.resize(1000, 640)
    made.show()
    qtbot.waitExposed(made)
    return made


def start(panel: TrainingPanel, qtbot: QtBot, epochs: int = 20) -> None:
    panel.settings.epochs.setValue(epochs)
    qtbot.mouseClick(panel.settings.start, Qt.MouseButton.LeftButton)
    panel.show_started("run-3")


def test_the_empty_place_says_what_training_does(panel: TrainingPanel) -> None:
    assert panel.progress.state == "empty"
    assert panel.progress.empty.isVisible()
    assert panel.progress.empty.title == "Train a network on your labels"


def test_a_run_goes_from_preparing_to_its_end(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    progress = panel.progress
    assert progress.state == "preparing"
    assert progress.skeleton.isVisible()
    assert panel.settings.start.text() == "Stop"

    panel.show_progress(0, 200, "Epoch 1")
    records = history(20)
    for record in records[:8]:
        panel.show_epoch(record)
    assert progress.state == "running"
    assert progress.curves is not None
    assert progress.curves.isVisible()
    assert progress.figures.epoch.value == "8 of 20"
    assert progress.figures.error.value == f"{records[7]['val_rmse']:.2f} px"
    assert progress.figures.more.text().startswith("1,008")
    assert progress.figures.left.isVisible()
    panel.show_progress(80, 200, "Epoch 9")
    assert progress.bar.value() == 400

    for record in records[8:]:
        panel.show_epoch(record)
    panel.show_ended("finished", "")
    assert progress.state == "finished"
    assert progress.figures.error.value == f"{min(r['val_rmse'] for r in records):.2f} px"
    assert not progress.bar.isVisible()
    assert panel.settings.start.text() == "Start training"
    assert len(progress.curves.drawn("val_rmse")[0]) == 20
    with qtbot.waitSignal(panel.predict_requested) as asked:
        qtbot.mouseClick(progress.predict, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-3"]


def test_stop_is_passed_on_and_said(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    panel.show_epoch(history(20)[0])
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.mouseClick(panel.settings.start, Qt.MouseButton.LeftButton)
    assert panel.progress.state == "stopping"
    panel.show_progress(30, 200, "Epoch 2")
    assert panel.progress.shown is not None
    assert "Stopping" in panel.progress.shown.status[0]
    panel.show_ended("stopped")
    assert panel.progress.shown.status == ("Stopped; what it learnt is kept", "warning")
    assert panel.progress.predict.isVisible()


def test_a_failure_is_told_in_place_with_what_to_do(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    panel.show_epoch(history(20)[0])
    error = EngineError("the loss diverged", found="1e9", todo="Train with a lower learning rate")
    panel.show_ended("failed", error)
    notice = panel.progress.notice
    assert notice.isVisible()
    assert notice.notice is not None
    assert notice.notice.title == "The loss diverged."
    assert "Train with a lower learning rate." in notice.notice.text
    qtbot.mouseClick(notice.copy, Qt.MouseButton.LeftButton)
    assert "EngineError: the loss diverged" in QGuiApplication.clipboard().text()
    assert not panel.progress.predict.isVisible()
    assert panel.settings.start.isEnabled()
    start(panel, qtbot)
    assert not notice.isVisible()


def test_a_failed_run_of_the_past_says_what_its_folder_says(panel: TrainingPanel) -> None:
    panel.show_run("run-2", history(3), "failed", "No space left on this disk.")
    assert panel.progress.notice.notice is not None
    assert panel.progress.notice.notice.title == "No space left on this disk."


def test_a_run_that_was_left_can_go_on(panel: TrainingPanel, qtbot: QtBot) -> None:
    progress = panel.progress
    panel.show_run("run-2", history(3), "finished")
    assert not progress.go_on.isVisibleTo(progress)
    panel.show_run("run-2", history(3), "interrupted", resumes=True)
    with qtbot.waitSignal(panel.resume_requested) as asked:
        qtbot.mouseClick(progress.go_on, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-2"]
    panel.show_resumed("run-2")
    assert progress.state == "preparing"
    assert panel.settings.state == RUNNING
    assert not progress.go_on.isVisibleTo(progress)
    # The third epoch was not kept, so it comes again.
    for record in history(5)[2:]:
        panel.show_epoch(record)
    assert progress.shown is not None
    assert progress.shown.series.column("epoch").tolist() == [1, 2, 3, 4, 5]
    panel.show_ended("stopped")
    assert progress.go_on.isVisibleTo(progress)


def test_folds_make_a_training_that_many_times_as_long(panel: TrainingPanel) -> None:
    panel.settings.folds.setValue(4)
    panel.settings.epochs.setValue(10)
    panel.settings.press()
    panel.show_started("folds")
    assert panel.progress.shown is not None
    assert panel.progress.shown.planned == 40


def test_another_run_can_be_looked_at_while_one_trains(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    records = history(20)
    panel.show_epoch(records[0])
    panel.show_run("run-1", history(7))
    assert panel.progress.figures.epoch.value == "7"
    assert not panel.progress.bar.isVisible()
    panel.show_epoch(records[1])
    panel.show_progress(20, 200, "Epoch 3")
    assert panel.progress.figures.epoch.value == "7"
    with qtbot.waitSignal(panel.progress.shown_changed) as back:
        qtbot.mouseClick(panel.progress.back, Qt.MouseButton.LeftButton)
    assert back.args == ["run-3"]
    assert panel.progress.figures.epoch.value == "2 of 20"
    panel.show_run("run-1", history(7))
    panel.show_run("run-3", [])
    assert panel.progress.figures.epoch.value == "2 of 20"


def test_a_run_that_ends_while_another_is_shown_frees_the_settings(
    panel: TrainingPanel, qtbot: QtBot
) -> None:
    start(panel, qtbot)
    panel.show_run("run-1", history(7))
    panel.show_ended("finished")
    assert panel.settings.start.text() == "Start training"
    assert not panel.progress.back.isVisible()
    assert panel.progress.predict.isVisible()


def test_ten_thousand_epochs_open_quickly(panel: TrainingPanel) -> None:
    records = history(10_000)
    panel.show_run("first", history(2))
    began = time.perf_counter()
    panel.show_run("long", records)
    panel.grab()
    assert time.perf_counter() - began < 2
    assert panel.progress.figures.epoch.value == "10,000"


def test_curves_can_be_made_ahead(qtbot: QtBot) -> None:
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    panel.prepare()
    qtbot.waitUntil(lambda: panel.progress.curves is not None)
    made = panel.progress.curves
    panel.prepare()
    panel.show_run("run-1", history(3))
    panel.show()
    assert panel.progress.curves is made
    assert made is not None
    assert len(made.drawn("loss")[0]) == 3


def test_pyqtgraph_waits_until_curves_are_seen() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from fkd_gui.panels.training import TrainingPanel\n"
        "panel = TrainingPanel()\n"
        "panel.show_started('run')\n"
        "panel.show_epoch({'epoch': 1, 'loss': 1.0})\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "panel.show()\n"
        "assert 'pyqtgraph' in sys.modules\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_a_run_does_is_told_in_figures(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    for record in history(2):
        panel.show_epoch(record | {"memory_mb": 1434.0, "gpu_memory_mb": 512.0, "learning_rate": 4.5e-5})
    told = panel.progress.figures.more.text().replace("\N{NO-BREAK SPACE}", " ")
    assert told == "1,002 images/s · learning rate 4.5e-5 · memory 1.4 GB · graphics memory 512 MB"
    for record in history(3)[2:]:
        panel.show_epoch(record | {"memory_mb": None, "gpu_memory_mb": None})
    panel.show_run("old", history(1))
    assert panel.progress.figures.more.text().replace("\N{NO-BREAK SPACE}", " ") == (
        "1,001 images/s · learning rate 0.001"
    )


def test_keypoints_and_faces_follow_the_run_that_is_shown(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    progress = panel.progress
    for record in history(2):
        panel.show_epoch(record | {"val_keypoints": [float(record["epoch"]), 1.5]})
    heard: list[object] = []
    progress.seen_changed.connect(heard.append)
    seen = SeenFaces.of(2, [7], [[[1.0, 2.0]]])
    panel.show_faces(seen)
    assert heard == [seen]
    assert progress.strip.told.whole == "Validation faces after epoch 2"
    assert progress.keypoints.errors is not None
    assert (progress.keypoints.errors.values, progress.keypoints.errors.before) == ((2.0, 1.5), (1.0, 1.5))
    panel.show_run("run-1", history(7))
    assert heard == [seen, None]
    assert progress.keypoints.errors is None
    panel.show_faces(SeenFaces.of(3, [7], [[[1.0, 3.0]]]))
    assert progress.strip.seen is None
    qtbot.mouseClick(progress.back, Qt.MouseButton.LeftButton)
    assert progress.strip.told.whole == "Validation faces after epoch 3"
    assert progress.keypoints.errors is not None


def test_stopping_after_the_epoch_is_asked_once_and_waits(panel: TrainingPanel, qtbot: QtBot) -> None:
    settings = panel.settings
    assert not settings.after.isVisible()
    start(panel, qtbot)
    panel.show_epoch(history(20)[0])
    assert settings.after.isVisible()
    with qtbot.waitSignal(panel.ending_requested):
        qtbot.mouseClick(settings.after, Qt.MouseButton.LeftButton)
    assert settings.after.isChecked()
    assert not settings.after.isEnabled()
    assert settings.after.text() == "Stops after this epoch …"
    panel.show_progress(30, 200, "Epoch 2")
    assert panel.progress.shown is not None
    assert panel.progress.shown.status[0] == "Stops after this epoch; the weights are kept"
    # Now is sooner than after the epoch.
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.mouseClick(settings.start, Qt.MouseButton.LeftButton)
    assert panel.progress.shown.status[0].startswith("Stopping")
    panel.show_ended("stopped")
    assert not settings.after.isVisible()
    start(panel, qtbot)
    assert settings.after.isEnabled()
    assert not settings.after.isChecked()


def test_a_run_that_is_over_can_be_extended(panel: TrainingPanel, qtbot: QtBot) -> None:
    progress = panel.progress
    panel.show_run("run-2", history(3), "finished")
    assert not progress.extend.isVisibleTo(progress)
    panel.show_run("run-2", history(3), "finished", extends=True, length={"epochs": 3, "minutes": None})
    qtbot.mouseClick(progress.extend, Qt.MouseButton.LeftButton)
    assert progress.question.isVisible()
    with qtbot.waitSignal(panel.extend_requested) as asked:
        qtbot.mouseClick(progress.question.go, Qt.MouseButton.LeftButton)
    assert asked.args == ["run-2", {"epochs": 3}]


def test_advice_lies_over_the_curves_of_its_run(panel: TrainingPanel, qtbot: QtBot) -> None:
    start(panel, qtbot)
    panel.show_epoch(history(20)[0])
    line = panel.progress.advice
    assert not line.isVisible()
    stalled = Advice("stalled", 3, "Nothing has improved since epoch 3.")
    panel.progress.advise("run-3", [stalled, Advice("diverging", 5, "It diverges.")])
    assert line.isVisible()
    assert line.text == "It diverges."
    assert line.toolTip() == "It diverges.\nNothing has improved since epoch 3."
    panel.show_run("run-1", history(7))
    assert not line.isVisible()
    panel.progress.advise("run-3", [stalled])
    assert not line.isVisible()
    qtbot.mouseClick(panel.progress.back, Qt.MouseButton.LeftButton)
    assert line.text == "Nothing has improved since epoch 3."
    panel.progress.advise("run-3", [])
    assert not line.isVisible()


def test_a_run_that_trains_already_is_joined(panel: TrainingPanel) -> None:
    records = [record | {"val_keypoints": [1.0, 2.0]} for record in history(5)]
    panel.show_followed("elsewhere", records[:4], 75, {"epochs": 8, "minutes": None, "folds": 2})
    progress = panel.progress
    assert panel.settings.state == RUNNING
    assert progress.figures.epoch.value == "4 of 16"
    assert progress.figures.elapsed.value == "1:15"
    assert progress.keypoints.errors is not None
    # The follower may tell an epoch again that the history had.
    panel.show_epoch(records[3])
    panel.show_epoch(records[4])
    assert progress.shown is not None
    assert progress.shown.series.column("epoch").tolist() == [1, 2, 3, 4, 5]
