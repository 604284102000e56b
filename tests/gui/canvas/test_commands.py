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
