"""The Label place: from face to face, keys and shortcuts, what can be done to keypoints, and what is said."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import State
from fkd_gui.browser.filters import FaceFilter
from fkd_gui.label_place import LabelPlace
from fkd_gui.main_window import MainWindow
from fkd_gui.session import Session
from fkd_gui.settings import SHOW_NAMES, Settings
from tests.helpers.windows import focus, moved, place_of, view_of

KEYS = Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def place(qtbot: QtBot, session: Session, settings: Settings) -> LabelPlace:
    made = LabelPlace(session, settings)
    qtbot.addWidget(made)
    return made


def said(place: LabelPlace) -> list[str]:
    heard: list[str] = []
    place.noted.connect(heard.append)
    return heard


def test_steps_go_through_the_faces_and_stop_at_both_ends(place: LabelPlace) -> None:
    heard = said(place)
    place.step(-1)
    assert (place.session.face, heard) == (0, ["This is the first face."])
    for _ in range(20):
        place.step(1)
    assert place.session.face == 15
    assert heard[1] == "This is the last face."
    place.step(-1)
    assert place.session.face == 14


def test_steps_stay_within_the_filter(place: LabelPlace) -> None:
    place.browser.bar.set_filter(FaceFilter(split="train", missing=2))
    seen = []
    for _ in range(8):
        seen.append(place.session.face)
        place.step(1)
    assert seen == [0, 1, 2, 4, 5, 7, 8, 10], "every third face has all keypoints; the first is only left"
    place.session.go_to(6)
    place.step(-1)
    assert place.session.face == 5


def test_steps_follow_the_order_of_the_faces(place: LabelPlace) -> None:
    place.browser.bar.set_text("split:train row>8")
    place.browser.bar.order.set_order("row", True)
    place.browser.bar.order.changed.emit()
    heard = said(place)
    seen = []
    for _ in range(4):
        place.step(1)
        seen.append(place.session.face)
    assert (seen, heard) == ([11, 10, 9, 9], ["This is the last face."]), "the face left behind is before all"
    place.step(-1)
    assert place.session.face == 10


def test_steps_do_nothing_where_no_face_matches(place: LabelPlace) -> None:
    place.browser.bar.set_filter(FaceFilter(reviewed=True))
    place.step(1)
    assert place.session.face == 0


def test_next_work_goes_round(place: LabelPlace) -> None:
    seen = []
    for _ in range(9):
        place.next_work(1)
        seen.append(place.session.face)
    assert seen == [1, 2, 4, 5, 7, 8, 10, 11, 1]
    place.next_work(-1)
    assert place.session.face == 11
    place.session.go_to(14)
    place.next_work(1)
    assert place.session.face == 1, "test faces are after all training faces"


def test_next_work_says_so_when_all_is_done(place: LabelPlace) -> None:
    table = place.session.project.labels.table
    table.state[:] = State.VISIBLE
    heard = said(place)
    place.next_work(1)
    assert (place.session.face, heard) == (0, ["No other training face needs work."])


def test_accept_without_a_selection_means_the_face(place: LabelPlace) -> None:
    table = place.session.project.labels.table
    place.session.go_to(1)
    place.do("accept")
    assert np.flatnonzero(table.reviewed[1]).tolist() == [0, 1, 10, 14]
    place.session.go_to(3)
    place.session.select((2, 5))
    place.do("accept")
    assert np.flatnonzero(table.reviewed[3]).tolist() == [2, 5]


def test_take_without_a_selection_fills_what_no_person_placed(place: LabelPlace) -> None:
    session, table = place.session, place.session.project.labels.table
    session.go_to(1)
    human = table.points[1].copy()
    session.show_predictions("run-7", np.full((16, 15, 2), 41.5, np.float32))
    place.do("take")
    assert table.mask[1].all()
    known = [0, 1, 10, 14]
    assert table.points[1, known].tolist() == human[known].tolist()
    assert {table.origin_text(1, k) for k in range(15) if k not in known} == {"predicted:run-7"}
    session.select((0,))
    place.do("take")
    assert table.points[1, 0].tolist() == [41.5, 41.5]


def test_take_without_predictions_changes_nothing(place: LabelPlace) -> None:
    place.do("take")
    assert place.session.project.labels.undo_text is None


def test_revert_brings_the_source_back(place: LabelPlace) -> None:
    session, table = place.session, place.session.project.labels.table
    original = table.original[0, 0].tolist()
    session.apply(moved(session.project, 0, 0, (30, 30)))
    session.select((0,))
    place.do("revert")
    assert table.points[0, 0].tolist() == original
    assert table.origin_text(0, 0) == "human"


def test_occluded_and_absent_are_taken_back_by_the_same_key(place: LabelPlace) -> None:
    table = place.session.project.labels.table
    place.session.select((0, 1))
    place.do("occluded")
    assert table.state[0, :2].tolist() == [State.OCCLUDED, State.OCCLUDED]
    place.do("occluded")
    assert table.state[0, :2].tolist() == [State.VISIBLE, State.VISIBLE]
    place.do("absent")
    assert table.state[0, :2].tolist() == [State.ABSENT, State.ABSENT]
    assert np.isnan(table.points[0, :2]).all()
    place.do("absent")
    assert table.state[0, :2].tolist() == [State.UNLABELLED, State.UNLABELLED]


def test_clear_and_a_keypoint_without_a_place(qtbot: QtBot, place: LabelPlace) -> None:
    table = place.session.project.labels.table
    place.session.select((0,))
    place.do("clear")
    assert table.state[0, 0] == State.UNLABELLED
    with qtbot.waitSignal(place.session.problem) as told:
        place.do("occluded")
    assert "has no place yet" in str(told.args[0])


@pytest.mark.parametrize("what", ["revert", "occluded", "absent", "clear"])
def test_nothing_selected_nothing_changed(place: LabelPlace, what: str) -> None:
    place.do(what)
    assert place.session.project.labels.undo_text is None


def test_the_hint_belongs_to_its_face_until_labels_change(place: LabelPlace) -> None:
    place.session.go_to(1)
    place.hint.say("Drag it.")
    place.session.go_to(2)
    assert place.hint.said == ""
    place.session.go_to(1)
    assert place.hint.said == "Drag it."
    place.session.apply(moved(place.session.project, 2, 0, (30, 30)))
    assert place.hint.said == ""
    place.session.go_to(2)
    place.session.go_to(1)
    assert place.hint.said == ""


def test_the_line_below_says_what_this_face_is(place: LabelPlace) -> None:
    session = place.session
    assert place.about == "train row 0  ·  15 keypoints in the source"
    session.go_to(1)
    assert place.about == "train row 1  ·  4 keypoints in the source  ·  11 unlabelled"
    session.apply(moved(session.project, 1, 2, (30, 30)))
    assert place.about == "train row 1  ·  4 keypoints in the source  ·  1 corrected  ·  10 unlabelled"
    session.go_to(13)
    assert place.about == "test row 1  ·  ImageId 1  ·  no keypoints in the source  ·  15 unlabelled"


def test_counts_follow_the_labels(place: LabelPlace) -> None:
    missing = 8 * 11
    assert place.imputation.missing.value == str(missing)
    place.session.apply(moved(place.session.project, 1, 2, (30, 30)))
    assert place.imputation.missing.value == str(missing - 1)
    place.session.undo()
    assert place.imputation.missing.value == str(missing)
    assert place.imputation.imputed.value == "0"


def test_options_are_remembered(place: LabelPlace, settings: Settings) -> None:
    before = settings.get(SHOW_NAMES)
    place.toggle("names")
    assert settings.get(SHOW_NAMES) == place.canvas.options.names == (not before)


# Real keys to a shown window: which of canvas, grid, editor and menu gets them.


def test_arrows_step_faces_while_nothing_is_selected(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    focus(qtbot, view.label.canvas)
    for key, face in ((KEYS.Key_Right, 1), (KEYS.Key_PageDown, 2), (KEYS.Key_Left, 1), (KEYS.Key_PageUp, 0)):
        qtbot.keyClick(view.label.canvas, key)
        assert view.session.face == face
    assert view.project.labels.undo_text is None


@pytest.mark.parametrize(
    ("key", "modifier", "by"),
    [
        (KEYS.Key_Right, Qt.KeyboardModifier.NoModifier, (1, 0)),
        (KEYS.Key_Left, SHIFT, (-5, 0)),
        (KEYS.Key_Up, ALT, (0, -0.1)),
        (KEYS.Key_Down, Qt.KeyboardModifier.NoModifier, (0, 1)),
    ],
)
def test_arrows_nudge_what_is_selected(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, by: tuple[float, float]
) -> None:
    view = view_of(window)
    focus(qtbot, view.label.canvas)
    before = view.project.labels.table.points[0, 0].copy()
    view.session.select((0,))
    qtbot.keyClick(view.label.canvas, key, modifier)
    assert view.session.face == 0
    assert view.project.labels.table.points[0, 0] == pytest.approx(before + by, abs=1e-4)
    qtbot.keyClick(view.label.canvas, KEYS.Key_Escape)
    qtbot.keyClick(view.label.canvas, KEYS.Key_Right)
    assert view.session.face == 1


def test_letters_act_on_the_face(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    focus(qtbot, view.label.canvas)
    qtbot.keyClick(view.label.canvas, KEYS.Key_N)
    assert view.session.face == 1
    qtbot.keyClick(view.label.canvas, KEYS.Key_N, SHIFT)
    assert view.session.face == 11
    qtbot.keyClick(view.label.canvas, KEYS.Key_A)
    assert view.project.labels.table.reviewed[11].sum() == 4
    view.session.select((0,))
    qtbot.keyClick(view.label.canvas, KEYS.Key_X)
    assert view.project.labels.table.state[11, 0] == State.ABSENT
    qtbot.keyClick(view.label.canvas, KEYS.Key_R)
    assert view.project.labels.table.state[11, 0] == State.VISIBLE
    qtbot.keyClick(view.label.canvas, KEYS.Key_Delete)
    assert view.project.labels.table.state[11, 0] == State.UNLABELLED


def type_letters(qtbot: QtBot, widget: QWidget) -> None:
    focus(qtbot, widget)
    for key in (KEYS.Key_N, KEYS.Key_A, KEYS.Key_R, KEYS.Key_T, KEYS.Key_O, KEYS.Key_X, KEYS.Key_0,
                KEYS.Key_P, KEYS.Key_M, KEYS.Key_S, KEYS.Key_G, KEYS.Key_B, KEYS.Key_E,
                KEYS.Key_Backspace, KEYS.Key_Delete, KEYS.Key_Left, KEYS.Key_Right):  # fmt: skip
        qtbot.keyClick(widget, key)


def test_typing_in_the_row_box_triggers_nothing(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    view.session.select((0,))
    before = view.project.labels.table.points.copy()
    window.go_to_row()
    box = view.label.browser.row.findChild(QSpinBox)
    type_letters(qtbot, box)
    assert view.project.labels.undo_text is None
    assert np.array_equal(view.project.labels.table.points, before, equal_nan=True)
    assert view.session.face == 0
    qtbot.keyClick(box, KEYS.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(box, "7")
    qtbot.keyClick(box, KEYS.Key_Return)
    assert view.session.face == 7


def test_typing_a_coordinate_triggers_nothing(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    panel = view.label.keypoints
    view.session.select((0,))
    index = panel.model.index(0, 2)
    panel.table.setCurrentIndex(index)
    panel.table.edit(index)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit | QSpinBox) or editor.inherits("QAbstractSpinBox")
    type_letters(qtbot, editor)
    assert view.session.face == 0
    assert view.project.labels.undo_text is None
    qtbot.keyClick(editor, KEYS.Key_Escape)


def test_page_keys_turn_pages_in_the_grid(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    grid = view.label.browser.grid
    focus(qtbot, grid)
    qtbot.keyClick(grid, KEYS.Key_PageDown)
    assert view.session.face > 1, "a page, not one face"


def test_a_drag_by_the_mouse_is_one_edit(qtbot: QtBot, window: MainWindow) -> None:
    view = view_of(window)
    canvas, table = view.label.canvas, view.project.labels.table
    start = table.points[0, 0].copy()
    left = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(view.session.saved):
        qtbot.mousePress(canvas, left, pos=place_of(canvas, start))
        for step in range(1, 6):
            qtbot.mouseMove(canvas, place_of(canvas, start + step))
        qtbot.mouseRelease(canvas, left, pos=place_of(canvas, start + 5))
    assert table.points[0, 0] == pytest.approx(start + 5, abs=0.2)
    assert len(view.project.labels.done) == 1
    assert window.statusBar().currentMessage().startswith("Move left eye center – saved")
