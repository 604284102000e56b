"""The Augment place: it shows what training is fed, and training is asked for what is set here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import attrs
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fkd_core.augment.presets import FILE, PRESETS, named, own_presets, save_preset
from fkd_core.augment.settings import AugmentConfig
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.training.config import TrainingConfig
from fkd_core.training.stream import Coming
from fkd_gui.augment.place import AugmentPlace
from fkd_gui.main_window import MainWindow
from tests.helpers.projects import make_project
from tests.helpers.windows import moved, open_project, view_of

PATIENCE = 30_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "faces.fkd", train=40)


@pytest.fixture
def place(qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path) -> AugmentPlace:
    window = make_window()
    window.resize(1280, 800)
    view = open_project(qtbot, window, folder)
    window.show_place("augment")
    made = cast(AugmentPlace, view.get_place("augment"))
    qtbot.waitUntil(lambda: made.picture is not None and made.desk.idle, timeout=PATIENCE)
    return made


def settled(qtbot: QtBot, place: AugmentPlace, act: Callable[[], Any]) -> Any:
    """Do something, and wait for the picture that it asks for."""
    before = place.picture
    act()
    qtbot.waitUntil(lambda: place.picture is not before and place.desk.idle, timeout=PATIENCE)
    return place.picture


def expected(folder: Path, scratch: Path, **values: Any) -> Coming:
    scratch.mkdir(exist_ok=True)
    with Project(folder) as project:
        return Coming.of(project, TrainingConfig(**values), None, scratch, Job())


def assert_same(place: AugmentPlace, coming: Coming, epoch: int, index: int) -> None:
    assert place.picture is not None
    batch, shown = coming.stream.batch(epoch, index), place.picture.faces
    for name in ("images", "points", "weights", "rows", "mirrored"):
        np.testing.assert_array_equal(getattr(shown, name), getattr(batch, name), err_msg=name)


def test_the_batches_of_the_coming_training_are_shown(
    qtbot: QtBot, place: AugmentPlace, folder: Path, tmp_path: Path
) -> None:
    settings = view_of(cast(MainWindow, place.window())).train.settings
    share = settings.share.value() / 100
    assert_same(place, expected(folder, tmp_path / "a", validation_share=share), 1, 0)
    settings.batch_size.setValue(6)
    settled(qtbot, place, place.prepare)
    settled(qtbot, place, lambda: place.controls.seed.setValue(9))
    assert settings.request()["seed"] == 9
    coming = expected(folder, tmp_path / "b", validation_share=share, batch_size=6, seed=9)
    assert_same(place, coming, 1, 0)
    last = coming.stream.batches
    settled(qtbot, place, lambda: place.number.setValue(last))
    assert_same(place, coming, 1, last - 1)
    settled(qtbot, place, place.forth.click)
    assert_same(place, coming, 2, 0)
    assert place.of.text() == "epoch 2"
    assert place.of.toolTip() == f"{last} batches in each epoch"
    settled(qtbot, place, place.back.click)
    assert_same(place, coming, 1, last - 1)


def test_what_is_set_is_shown_and_asked_of_training(
    qtbot: QtBot, place: AugmentPlace, folder: Path, tmp_path: Path
) -> None:
    settings = view_of(cast(MainWindow, place.window())).train.settings
    assert settings.request()["augment"] is None
    row = place.controls.rows["occlusion"]
    settled(qtbot, place, row.switch.click)
    settled(qtbot, place, lambda: row.high.setValue(50))
    settled(qtbot, place, lambda: row.chance.setValue(80))
    asked = settings.request()["augment"]
    assert asked["occlusion"] == {"on": True, "low": 0.1, "high": 0.5, "probability": 0.8}
    assert "occlusion 10 % to 50 % in 80 %" in settings.changes.text()
    share = settings.share.value() / 100
    coming = expected(folder, tmp_path / "a", validation_share=share, augment=AugmentConfig.from_dict(asked))
    assert_same(place, coming, 1, 0)
    assert place.controls.preset.currentText() == "Your settings"
    settled(qtbot, place, row.switch.click)
    # Nothing but the default's changes is on now, and what is off does not count.
    assert settings.request()["augment"] == "default"
    assert place.controls.preset.currentText() == "default"


def choose(place: AugmentPlace, text: str) -> None:
    preset = place.controls.preset
    preset.setCurrentIndex(preset.findText(text))
    preset.activated.emit(preset.currentIndex())


def test_presets_are_chosen_saved_and_deleted(qtbot: QtBot, place: AugmentPlace, folder: Path) -> None:
    settings = view_of(cast(MainWindow, place.window())).train.settings
    settled(qtbot, place, lambda: choose(place, "notebook"))
    assert settings.request()["augment"] == "notebook"
    assert place.controls.leaving.currentIndex() == 1
    assert place.controls.share.value() == 75
    assert not place.controls.save.isEnabled()
    settled(qtbot, place, lambda: place.controls.rows["blur"].switch.click())
    with qtbot.waitSignal(place.desk.presets):
        place.controls.save_requested.emit("soft")
    kept = attrs.evolve(PRESETS["notebook"], blur=True)
    assert own_presets(folder)["soft"].same_as(kept)
    assert place.controls.preset.currentText() == "soft"
    settled(qtbot, place, lambda: choose(place, "none"))
    assert settings.request()["augment"] == "none"
    assert not settings.augment.isChecked()
    settled(qtbot, place, lambda: choose(place, "soft"))
    assert AugmentConfig.from_dict(settings.request()["augment"]).same_as(kept)
    with qtbot.waitSignal(place.desk.presets):
        place.controls.delete.click()
    assert own_presets(folder) == {}
    with qtbot.waitSignal(place.desk.problem) as told:
        place.controls.save_requested.emit("default")
    assert "belongs to FKD" in str(told.args[0])
    settled(qtbot, place, lambda: choose(place, "Network’s own (default)"))
    assert settings.request()["augment"] is None


def test_damaged_presets_are_told_and_faces_are_shown_all_the_same(
    qtbot: QtBot, place: AugmentPlace, folder: Path
) -> None:
    (folder / FILE).write_text("{")
    with qtbot.waitSignal(place.problem) as told:
        settled(qtbot, place, place.prepare)
    assert "this is no JSON" in str(told.args[0])


def test_training_without_augmentation_is_seen_here(qtbot: QtBot, place: AugmentPlace) -> None:
    settings = view_of(cast(MainWindow, place.window())).train.settings
    settings.augment.setChecked(False)
    picture = settled(qtbot, place, place.prepare)
    assert place.controls.preset.currentText() == "none"
    assert not picture.applied.active
    # To begin from nothing: the first change that is switched on brings the share of faces back.
    settled(qtbot, place, place.controls.rows["blur"].switch.click)
    assert settings.augment.isChecked()
    assert AugmentConfig.from_dict(settings.request()["augment"]).active == ("blur",)


def test_the_notebooks_network_shows_its_copies(qtbot: QtBot, place: AugmentPlace) -> None:
    settings = view_of(cast(MainWindow, place.window())).train.settings
    settings.model.setCurrentIndex(settings.model.findText("seed"))
    picture = settled(qtbot, place, place.prepare)
    assert picture.copies
    assert (picture.faces.weights == 1).all()
    assert "made before it begins" in place.summary.text()
    assert place.controls.preset.currentText() == "Network’s own (none)"
    assert not place.controls.leaving.isEnabled()
    # Copies are no rows of the file, so none leads anywhere.
    with qtbot.assertNotEmitted(place.face_requested):
        place.grid.activated.emit(place.grid.faces.index(0))


def test_points_that_leave_are_signed_at_the_edge_and_counted(qtbot: QtBot, place: AugmentPlace) -> None:
    shift = place.controls.rows["shift"]
    picture = settled(qtbot, place, lambda: shift.high.setValue(24))
    picture = settled(qtbot, place, lambda: shift.low.setValue(24))
    left = int(picture.faces.left.sum())
    assert left > 10
    assert f"{left} left the frame and count as unknown" in place.summary.text()
    face = int(picture.faces.left.any(axis=1).argmax())
    index = place.grid.faces.index(face)
    assert f"{picture.faces.left[face].sum()} outside" in index.data()
    assert "Out of the frame, so unknown: " in index.data(Qt.ItemDataRole.ToolTipRole)
    place.controls.leaving.setCurrentIndex(1)
    settled(qtbot, place, lambda: place.controls.leaving.activated.emit(1))
    assert "faces kept as they are" in place.summary.text()


def test_one_face_under_one_change(qtbot: QtBot, place: AugmentPlace) -> None:
    view = view_of(cast(MainWindow, place.window()))
    view.session.go_to(view.project.span("train").start + 5)
    picture = settled(qtbot, place, place.controls.rows["rotation"].show_one.click)
    assert picture.texts[0] == "-15°"
    assert picture.texts[-1] == "+15°"
    assert set(picture.faces.rows.tolist()) == {5}
    assert place.show_what.currentText() == "One face: rotation"
    picture = settled(qtbot, place, place.controls.rows["mirror"].show_one.click)
    assert picture.texts == ["as it is", "mirrored"]
    np.testing.assert_array_equal(picture.faces.images[1], picture.faces.images[0][:, ::-1])
    settled(qtbot, place, place.controls.rows["mirror"].show_one.click)
    assert place.show_what.currentText() == "The batch"


def test_only_the_newest_wish_is_drawn_while_another_is_made(qtbot: QtBot, place: AugmentPlace) -> None:
    drawn: list[Any] = []
    place.desk.drawn.connect(drawn.append)
    for degrees in range(16, 46):
        place.controls.rows["rotation"].high.setValue(degrees)
    qtbot.waitUntil(lambda: place.desk.idle and drawn[-1].applied.rotation.high == 45, timeout=PATIENCE)
    assert len(drawn) < 15


def test_labels_that_change_are_read_anew(qtbot: QtBot, place: AugmentPlace) -> None:
    view = view_of(cast(MainWindow, place.window()))
    assert place.picture is not None
    row = int(place.picture.faces.rows[0])
    settled(qtbot, place, lambda: choose(place, "none"))
    view.session.apply(moved(view.project, view.project.span("train").start + row, 10, (31.5, 33.25)))
    picture = settled(qtbot, place, place.prepare)
    face = picture.faces.rows.tolist().index(row)
    np.testing.assert_array_equal(picture.faces.points[face, 10], [31.5, 33.25])


def test_a_picture_is_saved(qtbot: QtBot, place: AugmentPlace, tmp_path: Path) -> None:
    with qtbot.waitSignal(place.desk.written):
        place.save_picture(str(tmp_path / "sheet.png"))
    assert (tmp_path / "sheet.png").stat().st_size > 10_000
    with qtbot.waitSignal(place.problem):
        place.save_picture(str(tmp_path / "no" / "sheet.png"))


def test_a_face_leads_to_its_labels(place: AugmentPlace) -> None:
    view = view_of(cast(MainWindow, place.window()))
    assert place.picture is not None
    place.grid.activated.emit(place.grid.faces.index(3))
    assert view.place == "label"
    assert view.session.face == view.project.span("train").start + int(place.picture.faces.rows[3])


def test_ranges_are_dragged_and_nudged(qtbot: QtBot, place: AugmentPlace) -> None:
    row = place.controls.rows["rotation"]
    slider = row.slider
    start, end = slider.place_of(15).toPoint(), slider.place_of(30).toPoint()

    def drag() -> None:
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        QTest.mouseMove(slider, end)
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)

    settled(qtbot, place, drag)
    assert row.change.low == -15
    assert row.change.high == pytest.approx(30, abs=1)
    assert row.high.value() == row.change.high
    QTest.keyClick(slider, Qt.Key.Key_Space)
    settled(qtbot, place, lambda: QTest.keyClick(slider, Qt.Key.Key_Right))
    assert row.change.low == -14
    # The ends never change places.
    far = QPoint(slider.width() - 2, end.y())
    plain = Qt.KeyboardModifier.NoModifier
    settled(qtbot, place, lambda: QTest.mouseClick(slider, Qt.MouseButton.LeftButton, plain, far))
    assert row.change.low <= row.change.high == 45
    settled(qtbot, place, row.reset.click)
    assert (row.change.low, row.change.high) == (-15, 15)


def test_own_presets_wait_in_the_list(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path
) -> None:
    save_preset(folder, "mine", PRESETS["notebook"])
    window = make_window()
    view = open_project(qtbot, window, folder)
    window.show_place("augment")
    place = cast(AugmentPlace, view.get_place("augment"))
    qtbot.waitUntil(lambda: place.controls.preset.findText("mine") > 0, timeout=PATIENCE)


def test_settings_go_to_a_file_that_training_takes_and_come_back(
    qtbot: QtBot, place: AugmentPlace, folder: Path, tmp_path: Path
) -> None:
    steep = AugmentConfig.from_dict({"rotation": {"low": -40, "high": 10, "probability": 0.5}, "blur": True})
    settled(qtbot, place, lambda: place._take_read(steep))
    path = tmp_path / "steep.json"
    with qtbot.waitSignal(place.desk.written) as told:
        place.save_settings(str(path))
    assert told.args == [path]
    assert named(folder, str(path)).same_as(steep), "what fkd train --augmentation makes of it"
    settled(qtbot, place, lambda: choose(place, "none"))
    picture = settled(qtbot, place, lambda: place.load_settings(str(path)))
    assert picture.applied.same_as(steep)
    assert place._settings.augmentation is not None
    assert place._settings.augmentation.same_as(steep), "the next training is asked for it"
    assert place.controls.preset.currentText() == "Your settings"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON"),
        ("[1]", "holds no settings"),
        ('{"rotation": 400}', "rotation"),
        ('{"rotations": 4}', "rotations"),
        ('{"version": 99}', "later version"),
    ],
)
def test_a_file_that_holds_no_settings_is_told_and_changes_nothing(
    qtbot: QtBot, place: AugmentPlace, tmp_path: Path, text: str, says: str
) -> None:
    before = place.controls.effective
    path = tmp_path / "odd.json"
    path.write_text(text)
    with qtbot.waitSignal(place.problem) as told:
        place.load_settings(str(path))
    assert says in str(told.args[0])
    assert "odd.json" in str(told.args[0])
    assert place.controls.effective == before


def test_a_missing_file_is_told(qtbot: QtBot, place: AugmentPlace, tmp_path: Path) -> None:
    with qtbot.waitSignal(place.problem) as told:
        place.load_settings(str(tmp_path / "nowhere.json"))
    assert "cannot be read" in str(told.args[0])
