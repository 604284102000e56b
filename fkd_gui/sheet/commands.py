"""What is done to one keypoint of many faces at once: each is one edit, and one undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.edits import CORRECTED, named
from fkd_core.labels.values import Edit, State, changes_of
from fkd_gui.session import Session


def accept(session: Session, faces: NDArray[np.intp], keypoint: int) -> int:
    """Say that a keypoint of these faces is right as it is. Returns of how many nobody had said so."""
    table = session.project.labels.table
    waiting = (table.state[faces, keypoint] != State.UNLABELLED) & ~table.reviewed[faces, keypoint]
    chosen = faces[waiting]
    if len(chosen):
        changes = table.current(chosen, np.full(len(chosen), keypoint))
        changes["reviewed"] = True
        session.apply(Edit(_named("accept", session, keypoint, len(chosen)), changes))
    return len(chosen)


def take(session: Session, faces: NDArray[np.intp], keypoint: int) -> int:
    """Put a keypoint of these faces where the shown run sees it. Returns in how many it sees it."""
    if session.predictions is None or session.predicted_by is None:
        return 0
    points = session.predictions[faces, keypoint]
    there = np.isfinite(points).all(axis=1)
    chosen = faces[there]
    if len(chosen):
        height, width = session.project.schema.size
        changes = changes_of(
            chosen,
            np.full(len(chosen), keypoint),
            np.clip(points[there], 0, (width, height)),
            origin=session.project.labels.table.origin_code(f"predicted:{session.predicted_by}"),
            reviewed=True,
        )
        session.apply(Edit(_named("take prediction of", session, keypoint, len(chosen)), changes))
    return len(chosen)


def revert(session: Session, faces: NDArray[np.intp], keypoint: int) -> int:
    """Give a keypoint of these faces the values that the source had. Returns how many."""
    changes = session.project.labels.table.originals(faces, np.full(len(faces), keypoint))
    session.apply(Edit(_named("revert", session, keypoint, len(faces)), changes))
    return len(faces)


def clear(session: Session, faces: NDArray[np.intp], keypoint: int) -> int:
    """Leave a keypoint of these faces without a label. Returns how many had one."""
    state = session.project.labels.table.state[faces, keypoint]
    return _mark(session, faces[state != State.UNLABELLED], keypoint, State.UNLABELLED)


def toggle_absent(session: Session, faces: NDArray[np.intp], keypoint: int) -> int:
    """Say that a keypoint is in none of these pictures, or take that back where all say so."""
    state = session.project.labels.table.state[faces, keypoint]
    gone = bool((state == State.ABSENT).all())
    return _mark(session, faces, keypoint, State.UNLABELLED if gone else State.ABSENT)


def toggle_occluded(session: Session, faces: NDArray[np.intp], keypoint: int) -> int:
    """Mark a keypoint of these faces as occluded, or as visible if it is in all that have a place for it.

    Returns in how many it has a place.
    """
    state = session.project.labels.table.state[faces, keypoint]
    placed = np.isin(state, (State.VISIBLE, State.OCCLUDED))
    hidden = bool((state[placed] == State.OCCLUDED).all())
    return _mark(session, faces[placed], keypoint, State.VISIBLE if hidden else State.OCCLUDED)


def _mark(session: Session, faces: NDArray[np.intp], keypoint: int, state: State) -> int:
    """The same that `edits.set_state` does to keypoints of one face."""
    if len(faces):
        changes = session.project.labels.table.current(faces, np.full(len(faces), keypoint))
        if state in (State.UNLABELLED, State.ABSENT):
            changes["x"] = changes["y"] = np.nan
            changes["origin"] = CORRECTED if state == State.ABSENT else 0
        changes["state"] = state
        changes["reviewed"] = state != State.UNLABELLED
        session.apply(Edit(_named(f"mark {state.name.lower()}:", session, keypoint, len(faces)), changes))
    return len(faces)


COMMANDS: dict[str, tuple[Callable[[Session, NDArray[np.intp], int], int], str]] = {
    "accept": (accept, "accepted"),
    "take": (take, "taken from the model"),
    "revert": (revert, "reverted"),
    "clear": (clear, "removed"),
    "occluded": (toggle_occluded, "marked"),
    "absent": (toggle_absent, "marked"),
}
"""what can be done to the selected cells, and what is said of the labels when it is done"""


def _named(verb: str, session: Session, keypoint: int, count: int) -> str:
    what = named(verb, session.project.schema, [keypoint])
    return what if count == 1 else f"{what} in {count:,} faces"
