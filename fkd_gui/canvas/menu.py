"""The context menu of keypoints."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QMenu, QWidget

from fkd_core.labels.values import State
from fkd_gui.canvas import commands
from fkd_gui.session import Session
from fkd_gui.theme import current, icon


def keypoint_menu(session: Session, parent: QWidget) -> QMenu:
    """A menu for the selected keypoints of the current face; whoever shows it lets it go."""
    menu = QMenu(parent)
    theme, table = current(), session.project.labels.table
    chosen = list(session.keypoints)
    states = table.state[session.face, chosen]
    placed = bool(chosen) and bool(np.isin(states, (State.VISIBLE, State.OCCLUDED)).all())
    waiting = bool(((states != State.UNLABELLED) & ~table.reviewed[session.face, chosen]).any())

    accept = menu.addAction(icon("check", theme), "&Accept", lambda: commands.accept(session))
    accept.setEnabled(waiting)
    if session.predictions is not None:
        take = menu.addAction(
            icon("magic-wand", theme), "&Take prediction", lambda: commands.take_predictions(session)
        )
        take.setEnabled(bool(np.isfinite(session.predictions[session.face, chosen]).any()))
    menu.addSeparator()
    occluded = menu.addAction("&Occluded", lambda: commands.toggle_occluded(session))
    occluded.setCheckable(True)
    occluded.setChecked(placed and bool((states == State.OCCLUDED).all()))
    occluded.setEnabled(placed)
    absent = menu.addAction("A&bsent", lambda: commands.set_state(session, State.ABSENT))
    absent.setCheckable(True)
    absent.setChecked(bool(chosen) and bool((states == State.ABSENT).all()))
    menu.addAction("&Unlabelled", lambda: commands.set_state(session, State.UNLABELLED))
    menu.addSeparator()
    previous = menu.addAction("Copy from the &previous face", lambda: commands.copy_previous(session))
    previous.setEnabled(
        session.previous is not None and bool(np.isfinite(table.points[session.previous, chosen]).any())
    )
    partners = [session.project.schema.mirror[k] for k in chosen]
    sided = [(k, other) for k, other in zip(chosen, partners, strict=True) if k != other]
    mirror = menu.addAction("Copy &mirrored", lambda: commands.mirror(session))
    mirror.setEnabled(any(np.isfinite(table.points[session.face, other]).all() for _, other in sided))
    swap = menu.addAction("S&wap left and right", lambda: commands.swap_sides(session))
    swap.setEnabled(bool(sided))
    menu.addSeparator()
    menu.addAction(
        icon("arrow-counter-clockwise", theme), "&Revert to original", lambda: commands.revert(session)
    )
    for action in menu.actions():
        action.setEnabled(action.isEnabled() and bool(chosen) and session.project.read_only is None)
    return menu
