"""Looking at a face from menu and keyboard: remembered with the window, and never written into labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import State
from fkd_gui.canvas import CanvasOptions
from fkd_gui.canvas.remembering import ROWS, remembered
from fkd_gui.label_place import LabelPlace
from fkd_gui.main_window import MainWindow
from fkd_gui.session import Session
from fkd_gui.settings import BRIGHTNESS, GAMMA, Settings
from tests.helpers.windows import focus, view_of

KEYS, ALT, SHIFT = Qt.Key, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def place(qtbot: QtBot, session: Session, settings: Settings) -> LabelPlace:
    made = LabelPlace(session, settings)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("key", "modifier", "option", "value"),
    [
        (KEYS.Key_B, NONE, "brightness", 10),
        (KEYS.Key_B, SHIFT, "brightness", -10),
        (KEYS.Key_C, NONE, "contrast", 10),
        (KEYS.Key_C, SHIFT, "contrast", -10),
        (KEYS.Key_Y, NONE, "gamma", 120),
        (KEYS.Key_Y, SHIFT, "gamma", 80),
        (KEYS.Key_E, NONE, "equalise", True),
        (KEYS.Key_G, NONE, "grid", True),
        (KEYS.Key_G, SHIFT, "smooth", True),
        (KEYS.Key_1, ALT, "mean", True),
        (KEYS.Key_2, ALT, "previous", True),
        (KEYS.Key_3, ALT, "predictions", False),
        (KEYS.Key_4, ALT, "original", True),
    ],
)
def test_a_key_changes_what_is_seen_and_it_is_remembered(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, option: str, value: object
) -> None:
    view = view_of(window)
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, key, modifier)
    assert getattr(view.label.canvas.options, option) == value
    assert remembered(window.settings)[option] == value
    entry = window.actions_by_id.get(f"show_{option}")
    assert entry is None or entry.isChecked() == value
    assert not view.project.labels.done


def test_every_choice_about_faces_is_remembered() -> None:
    assert {*ROWS} == {*CanvasOptions.__annotations__}


def test_looks_survive_a_restart(
    qtbot: QtBot, session: Session, place: LabelPlace, settings: Settings, tmp_path: Path
) -> None:
    for what, by in (("brightness", 2), ("contrast", -1), ("gamma", 3)):
        place.look(what, by)
    place.toggle("equalise")
    place.toggle("mean")
    settings.save()
    again = LabelPlace(session, Settings(tmp_path / "window.ini"))
    qtbot.addWidget(again)
    assert again.canvas.options == place.canvas.options
    assert again.canvas.options.tone.told() == "equalised, brightness +20 %, contrast -10 %, gamma 1.6"
    again.look("plain")
    assert again.canvas.options.tone.plain
    assert again.canvas.options.mean


def test_light_stops_at_its_limits(place: LabelPlace) -> None:
    for _ in range(30):
        place.look("brightness", 1)
        place.look("gamma", -1)
    assert (place.canvas.options.brightness, place.canvas.options.gamma) == (100, 20)


def test_numbers_that_are_none_mean_the_light_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[view]\nbrightness=bright\ngamma=0\ncontrast=-40\n")
    settings = Settings(tmp_path / "window.ini")
    assert settings.get(BRIGHTNESS) == 0
    assert settings.get(GAMMA) == 0
    kept = remembered(settings)
    assert (kept["brightness"], kept["gamma"], kept["contrast"]) == (0, 20, -40), "within limits"


def test_the_view_turns_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    canvas = view_of(window).label.canvas
    focus(qtbot, canvas)
    qtbot.keyClick(canvas, KEYS.Key_R, CONTROL)
    qtbot.keyClick(canvas, KEYS.Key_R, CONTROL)
    assert canvas.view.angle == 30
    qtbot.keyClick(canvas, KEYS.Key_R, CONTROL | SHIFT)
    assert canvas.view.angle == 15
    qtbot.keyClick(canvas, KEYS.Key_U, CONTROL)
    assert canvas.view.angle == 0


def test_a_leaning_face_is_levelled(place: LabelPlace) -> None:
    heard: list[str] = []
    place.noted.connect(heard.append)
    table = place.session.project.labels.table
    place.session.go_to(1)
    table.points[1, :2] = (66, 52), (30, 32)
    place.look("level")
    left, right = place.canvas.view.to_widget(table.points[1, :2])
    assert left[1] == pytest.approx(right[1], abs=1)
    assert left[0] > right[0]
    place.session.go_to(13)
    place.look("level")
    assert heard == ["No pair of keypoints says how this face leans."]


def test_a_ghost_that_cannot_be_seen_says_why(place: LabelPlace) -> None:
    heard: list[str] = []
    place.noted.connect(heard.append)
    place.canvas.resize(300, 300)
    for option in ("previous", "predictions", "predictions", "grid"):
        place.toggle(option)
    assert ["face" in heard[0], "predict" in heard[1], "zoom in" in heard[2]] == [True, True, True]


def test_select_all_takes_what_has_a_place(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    view.session.go_to(1)
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, KEYS.Key_A, CONTROL)
    assert view.session.keypoints == (0, 1, 10, 14)


def test_copies_and_swaps_by_keys_are_one_step_each(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    session, table, canvas = view.session, view.project.labels.table, view.label.canvas
    focus(qtbot, canvas)
    session.go_to(3)
    session.go_to(1)
    human = table.points[1].copy()
    qtbot.keyClick(canvas, KEYS.Key_P)
    placed = [0, 1, 10, 14]
    others = [k for k in range(15) if k not in placed]
    assert table.points[1, others].tolist() == table.points[3, others].tolist()
    assert table.points[1, placed].tolist() == human[placed].tolist()
    assert view.project.labels.undo_text == "copy 11 keypoints"
    qtbot.keyClick(canvas, KEYS.Key_S)
    assert table.points[1, :2].tolist() == human[[1, 0]].tolist()
    session.undo()
    session.select((2,))
    qtbot.keyClick(canvas, KEYS.Key_M)
    assert table.origin_text(1, 2) == "imputed:mirror"
    session.undo()
    session.undo()
    np.testing.assert_array_equal(table.points[1], human)


def test_mirrored_without_a_selection_fills_only_what_has_no_label(place: LabelPlace) -> None:
    session, table = place.session, place.session.project.labels.table
    session.select((2, 11))
    place.do("clear")
    session.select(())
    place.do("mirror")
    assert (table.state[0] == State.VISIBLE).all()
    assert [k for k in range(15) if table.origin_text(0, k) == "imputed:mirror"] == [2, 11]


def test_a_copy_without_a_source_is_told(place: LabelPlace) -> None:
    heard: list[str] = []
    place.noted.connect(heard.append)
    place.do("copy_previous")
    place.session.go_to(13)
    place.session.go_to(1)
    place.do("copy_previous")
    assert "No face was shown" in heard[0]
    assert "Nothing to copy" in heard[1]
    assert not place.session.project.labels.done
