from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from fkd_core.training.config import TrainingConfig
from fkd_gui.panels.training_settings import IDLE, RUNNING, TrainingSettings

MODELS = [
    ("swift", "Small and quick"),
    ("seed", "The published notebook's network"),
    ("forest", "A random forest"),
    ("mean", "The mean face"),
]


@pytest.fixture
def settings(qtbot: QtBot) -> TrainingSettings:
    made = TrainingSettings()
    qtbot.addWidget(made)
    made.set_models(MODELS)
    made.set_devices([("auto", "Automatic"), ("cpu", "Processor")])
    return made


def test_the_defaults_ask_for_the_networks_own(settings: TrainingSettings, qtbot: QtBot) -> None:
    with qtbot.waitSignal(settings.start_requested) as asked:
        qtbot.mouseClick(settings.start, Qt.MouseButton.LeftButton)
    assert asked.args == [
        {
            "model": "swift",
            "epochs": 40,
            "minutes": None,
            "validation_share": 0.08,
            "hold_out": None,
            "device": "auto",
            "seed": 0,
            "name": None,
            "folds": None,
            "batch_size": None,
            "learning_rate": None,
            "augment": None,
            "limit": None,
            "tensorboard": False,
        }
    ]


def test_everything_that_is_set_is_asked_for(settings: TrainingSettings, tmp_path: Path) -> None:
    settings.model.setCurrentText("seed")
    settings.by_minutes.setChecked(True)
    settings.minutes.setValue(2.5)
    settings.device.setCurrentIndex(1)
    settings.seed.setValue(7)
    settings.name.setText(" ten ")
    settings.set_hold_out(tmp_path / "rows.txt")
    settings.folds.setValue(5)
    settings.batch_size.setValue(16)
    settings.learning_rate.setValue(3e-4)
    settings.limit.setValue(500)
    settings.augment.setChecked(False)
    settings.tensorboard.setChecked(True)
    assert settings.request() == {
        "model": "seed",
        "epochs": None,
        "minutes": 2.5,
        "validation_share": None,
        "hold_out": tmp_path / "rows.txt",
        "device": "cpu",
        "seed": 7,
        "name": "ten",
        "folds": 5,
        "batch_size": 16,
        "learning_rate": pytest.approx(3e-4),
        "augment": "none",
        "limit": 500,
        "tensorboard": True,
    }


def test_the_chosen_networks_line_is_shown(settings: TrainingSettings) -> None:
    settings.model.setCurrentText("seed")
    assert settings.description.text() == "The published notebook's network"


def test_a_forest_is_asked_for_trees_and_not_for_epochs(settings: TrainingSettings, tmp_path: Path) -> None:
    settings.learning_rate.setValue(3e-4)
    settings.augment.setChecked(False)
    settings.model.setCurrentText("forest")
    settings.forest.trees.setValue(30)
    settings.forest.features.setValue(2)
    settings.device.setCurrentIndex(1)
    settings.set_hold_out(tmp_path / "rows.txt")
    asked = settings.request()
    assert asked["options"] == {"trees": 30, "depth": None, "features": 0.02}
    assert asked["hold_out"] == tmp_path / "rows.txt"
    wanted = {key: value for key, value in asked.items() if key not in ("name", "hold_out")}
    assert TrainingConfig.from_dict(wanted).options["trees"] == 30
    settings.forest.depth.setValue(7)
    assert settings.request()["options"]["depth"] == 7
    hidden = (settings.by_epochs, settings.epochs, settings.by_minutes, settings.minutes, settings.device)
    assert not any(part.isVisibleTo(settings) for part in hidden)
    assert settings.forest.isVisibleTo(settings)
    assert settings.by_share.isVisibleTo(settings)


def test_the_mean_is_asked_for_nothing_and_a_network_for_its_own_again(settings: TrainingSettings) -> None:
    before = settings.request()
    settings.model.setCurrentText("mean")
    asked = settings.request()
    assert "options" not in asked
    assert (asked["epochs"], asked["learning_rate"], asked["augment"]) == (None, None, None)
    TrainingConfig.from_dict({key: value for key, value in asked.items() if key not in ("name", "hold_out")})
    assert not settings.forest.isVisibleTo(settings)
    settings.model.setCurrentText("swift")
    assert settings.request() == before
    assert settings.epochs.isVisibleTo(settings)
    assert settings.device.isVisibleTo(settings)


def test_only_the_chosen_length_can_be_changed(settings: TrainingSettings) -> None:
    assert settings.epochs.isEnabled()
    assert not settings.minutes.isEnabled()
    settings.by_minutes.setChecked(True)
    assert settings.minutes.isEnabled()
    assert not settings.epochs.isEnabled()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: s.set_blocked("The project is open for reading only"), "reading only"),
        (lambda s: s.by_file.setChecked(True), "validation rows"),
        (lambda s: s.name.setText("a/b"), "name"),
        (lambda s: s.set_models([]), "networks"),
    ],
)
def test_start_says_why_it_is_disabled(settings: TrainingSettings, spoil, words: str) -> None:
    spoil(settings)
    assert not settings.start.isEnabled()
    assert words in settings.start.toolTip()
    assert words in settings.why.text()


def test_a_name_that_cannot_be_a_folder_is_told_at_once(settings: TrainingSettings) -> None:
    settings.name.setText("con")
    assert "Windows" in settings.name_problem.text()
    settings.name.setText("ten")
    assert settings.name_problem.isHidden()
    assert settings.start.isEnabled()


def test_the_same_button_stops_once(settings: TrainingSettings, qtbot: QtBot) -> None:
    settings.set_state(RUNNING)
    assert settings.start.text() == "Stop"
    assert not settings.epochs.isEnabled()
    with qtbot.waitSignal(settings.stop_requested):
        qtbot.mouseClick(settings.start, Qt.MouseButton.LeftButton)
    assert not settings.start.isEnabled()
    settings.set_state(IDLE)
    assert settings.start.text() == "Start training"
    assert settings.epochs.isEnabled()
    with pytest.raises(ValueError, match="received"):
        settings.set_state("paused")


def test_the_rows_file_is_chosen_in_a_dialog(
    settings: TrainingSettings, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("1\n2\n")
    settings.show()
    qtbot.mouseClick(settings.choose, Qt.MouseButton.LeftButton)
    dialog = settings.findChild(QFileDialog)
    dialog.fileSelected.emit(str(rows))
    dialog.close()
    assert settings.by_file.isChecked()
    assert settings.file_name.whole == "rows.txt"
    assert settings.request()["hold_out"] == rows


def test_a_step_up_from_the_networks_own_rate_is_a_usual_one(settings: TrainingSettings) -> None:
    box = settings.learning_rate
    assert box.text() == "network's own"
    box.stepUp()
    assert box.chosen == pytest.approx(1e-3)
    assert box.text() == box.locale().toString(0.001, "g", 6)


def test_the_form_fits_a_narrow_panel(settings: TrainingSettings, qtbot: QtBot) -> None:
    settings.resize(280, 700)
    settings.show()
    qtbot.waitExposed(settings)
    assert settings.width() == 280
    for control in (settings.model, settings.epochs, settings.choose, settings.name, settings.start):
        right = control.mapTo(settings, control.rect().topRight()).x()
        assert right < 280, control.accessibleName()


def test_tab_goes_down_the_form(settings: TrainingSettings) -> None:
    order = []
    widget = settings.nextInFocusChain()
    while widget is not settings and len(order) < 200:
        order.append(widget)
        widget = widget.nextInFocusChain()
    s = settings
    expected = [
        s.model,
        s.by_epochs,
        s.epochs,
        s.by_minutes,
        s.minutes,
        s.by_share,
        s.share,
        s.by_file,
        s.choose,
    ]
    expected += [s.device, s.name, s.seed, s.batch_size, s.learning_rate, s.limit, s.augment, s.start]
    assert [widget for widget in order if widget in expected] == expected


def test_every_control_has_a_name_and_a_tooltip(settings: TrainingSettings) -> None:
    for control in settings.findChildren(QWidget):
        own = control.objectName() not in ("qt_spinbox_lineedit",)
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus and own and type(control).__module__ != "builtins":
            if "View" in type(control).__name__ or "ScrollArea" in type(control).__name__:
                continue
            assert control.accessibleName(), control
            assert control.toolTip(), control
