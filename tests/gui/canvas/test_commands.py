"""What can be done to selected keypoints."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fkd_core.labels.values import State
from fkd_gui.canvas import commands
from fkd_gui.canvas.menu import keypoint_menu
from fkd_gui.session import Session

NOSE, MISSING = 10, 2


def test_occluded_and_back(session: Session) -> None:
    table = session.project.labels.table
    session.select((NOSE, 0))
    commands.toggle_occluded(session)
    assert (table.state[0, [NOSE, 0]] == State.OCCLUDED).all()
    commands.toggle_occluded(session)
    assert (table.state[0, [NOSE, 0]] == State.VISIBLE).all()


def test_what_cannot_be_is_told(qtbot: QtBot, session: Session) -> None:
    session.go_to(1)
    session.select((MISSING,))
    with qtbot.waitSignal(session.problem) as problem:
        commands.toggle_occluded(session)
    assert "no place yet" in str(problem.args[0])
    assert not session.project.labels.done


def test_absent_then_revert(session: Session) -> None:
    table = session.project.labels.table
    before = table.points[0, NOSE].copy()
    session.select((NOSE,))
    commands.set_state(session, State.ABSENT)
    assert np.isnan(table.points[0, NOSE]).all()
    commands.revert(session)
    assert table.points[0, NOSE] == pytest.approx(before)
    assert table.origin_text(0, NOSE) == "human"


def test_accept_all_leaves_missing_ones_alone(session: Session) -> None:
    table = session.project.labels.table
    session.go_to(1)
    commands.accept_all(session)
    assert (table.reviewed[1] == table.mask[1]).all()
    assert len(session.project.labels.done) == 1
    commands.accept_all(session)
    assert len(session.project.labels.done) == 1


def test_a_prediction_is_taken_with_its_origin(session: Session) -> None:
    points = np.full((16, 15, 2), np.nan, np.float32)
    points[0, NOSE] = 97, 30
    session.show_predictions("ten", points)
    session.select((NOSE, 0))
    commands.take_predictions(session)
    table = session.project.labels.table
    assert table.points[0, NOSE].tolist() == [96, 30]
    assert table.origin_text(0, NOSE) == "predicted:ten"
    assert table.origin_text(0, 0) == "human"


def test_the_menu_offers_what_is_possible(qtbot: QtBot, session: Session) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    session.go_to(1)
    session.select((MISSING,))
    offered = {action.text(): action.isEnabled() for action in keypoint_menu(session, parent).actions()}
    assert not offered["&Occluded"]
    assert not offered["&Accept"]
    assert offered["A&bsent"]
    session.select((NOSE,))
    offered = {action.text(): action.isEnabled() for action in keypoint_menu(session, parent).actions()}
    assert offered["&Occluded"]
    assert offered["&Accept"]


def test_the_face_before_is_copied_and_waits_to_be_accepted(session: Session) -> None:
    table = session.project.labels.table
    assert not commands.copy_previous(session, [MISSING]), "there is no face before the first"
    session.go_to(1)
    assert commands.copy_previous(session, [MISSING, NOSE])
    assert table.points[1, [MISSING, NOSE]].tolist() == table.points[0, [MISSING, NOSE]].tolist()
    assert not table.reviewed[1].any()
    assert len(session.project.labels.done) == 1
    session.go_to(13)
    session.go_to(14)
    assert not commands.copy_previous(session, [NOSE]), "a test face has no labels"
    session.undo()
    assert np.isnan(table.points[1, MISSING]).all()


def test_several_keypoints_are_mirrored_in_one_step(qtbot: QtBot, session: Session) -> None:
    table = session.project.labels.table
    before = table.points[0].copy()
    session.select((4, 5, 12))
    commands.mirror(session)
    assert [table.origin_text(0, k) for k in (4, 5, 12)] == ["imputed:mirror"] * 3
    assert len(session.project.labels.done) == 1
    session.undo()
    np.testing.assert_array_equal(table.points[0], before)
    session.select((NOSE,))
    with qtbot.waitSignal(session.problem) as told:
        commands.mirror(session)
    assert "no other half" in str(told.args[0])


def test_swapped_twice_is_as_before(session: Session) -> None:
    table = session.project.labels.table
    before = table.points[0].copy()
    session.select((0,))
    commands.swap_sides(session)
    assert table.points[0, :2].tolist() == before[[1, 0]].tolist()
    commands.swap_sides(session)
    np.testing.assert_array_equal(table.points[0], before)


def test_the_menu_offers_no_copy_that_is_impossible(qtbot: QtBot, session: Session) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def offered() -> dict[str, bool]:
        return {action.text(): action.isEnabled() for action in keypoint_menu(session, parent).actions()}

    session.select((NOSE,))
    none = {"Copy from the &previous face": False, "Copy &mirrored": False, "S&wap left and right": False}
    assert none.items() <= offered().items()
    session.go_to(1)
    session.select((0,))
    assert dict.fromkeys(none, True).items() <= offered().items()
