"""What can be done to the selected keypoints of the current face, for menus, keys and buttons alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import FkdError
from fkd_core.labels import edits
from fkd_core.labels.values import Edit, State, changes_of
from fkd_gui.session import Session


def attempt(session: Session, make: Callable[[], Edit]) -> None:
    """Make an edit; what is wrong with it is shown, not raised."""
    try:
        edit = make()
    except FkdError as error:
        session.problem.emit(error)
    else:
        session.apply(edit)


def move(session: Session, face: int, keypoints: Sequence[int], points: NDArray[Any]) -> None:
    """Put keypoints of a face at `(n, 2)` points."""
    project = session.project
    attempt(session, lambda: edits.move(project.labels.table, project.schema, face, list(keypoints), points))


def set_state(session: Session, state: State, keypoints: Sequence[int] | None = None) -> None:
    """Mark the selected keypoints, or those given, as visible, occluded, absent or unlabelled."""
    project, chosen = session.project, _chosen(session, keypoints)
    if chosen:
        table = project.labels.table
        attempt(session, lambda: edits.set_state(table, project.schema, session.face, chosen, state))


def toggle_occluded(session: Session) -> None:
    """Mark the selected keypoints as occluded, or as visible if all of them are occluded."""
    chosen = _chosen(session, None)
    states = session.project.labels.table.state[session.face, chosen]
    set_state(session, State.VISIBLE if (states == State.OCCLUDED).all() else State.OCCLUDED)


def accept(session: Session, keypoints: Sequence[int] | None = None) -> None:
    """Say that the selected keypoints, or those given, are right as they are."""
    table, schema, face = session.project.labels.table, session.project.schema, session.face
    chosen = np.array(_chosen(session, keypoints), np.intp)
    open_ones = (table.state[face, chosen] != State.UNLABELLED) & ~table.reviewed[face, chosen]
    chosen = chosen[open_ones]
    if len(chosen):
        changes = table.current(np.full(len(chosen), face), chosen)
        changes["reviewed"] = True
        session.apply(Edit(edits.named("accept", schema, chosen.tolist()), changes))


def accept_all(session: Session) -> None:
    """Say that all keypoints of the current face that have a value are right."""
    accept(session, range(len(session.project.schema)))


def revert(session: Session, keypoints: Sequence[int] | None = None) -> None:
    """Give the selected keypoints, or those given, the values that the source had."""
    project, chosen = session.project, _chosen(session, keypoints)
    if chosen:
        session.apply(edits.revert(project.labels.table, project.schema, session.face, chosen))


def take_predictions(session: Session, keypoints: Sequence[int] | None = None) -> None:
    """Put the selected keypoints, or those given, where the shown run sees them."""
    if session.predictions is None or session.predicted_by is None:
        return
    table, schema, face = session.project.labels.table, session.project.schema, session.face
    points = session.predictions[face]
    chosen = [k for k in _chosen(session, keypoints) if np.isfinite(points[k]).all()]
    if chosen:
        height, width = schema.size
        changes = changes_of(
            [face] * len(chosen),
            chosen,
            np.clip(points[chosen], 0, (width, height)),
            origin=table.origin_code(f"predicted:{session.predicted_by}"),
            reviewed=True,
        )
        session.apply(Edit(edits.named("take prediction of", schema, chosen), changes))


def copy_previous(session: Session, keypoints: Sequence[int] | None = None) -> bool:
    """Put the selected keypoints, or those given, where the face shown before has them.

    Returns:
        Whether it has a place for any of them.
    """
    project, source = session.project, session.previous
    if source is None:
        return False
    edit = edits.copy(project.labels.table, project.schema, source, session.face, _chosen(session, keypoints))
    session.apply(edit)
    return len(edit.changes) > 0


def mirror(session: Session, keypoints: Sequence[int] | None = None) -> None:
    """Put the selected keypoints, or those given, where the other half of the face has them."""
    project, chosen = session.project, _chosen(session, keypoints)
    if chosen:
        attempt(session, lambda: edits.mirror(project.labels.table, project.schema, session.face, chosen))


def swap_sides(session: Session, keypoints: Sequence[int] | None = None) -> None:
    """Exchange the selected keypoints, or those given, with those of the other side."""
    project, chosen = session.project, _chosen(session, keypoints)
    session.apply(edits.swap_sides(project.labels.table, project.schema, session.face, chosen))


def _chosen(session: Session, keypoints: Sequence[int] | None) -> list[int]:
    return sorted(session.keypoints if keypoints is None else keypoints)
