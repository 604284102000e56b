"""What is done to one keypoint of many faces at once: each is one edit, and one undo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.edits import named
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


def _named(verb: str, session: Session, keypoint: int, count: int) -> str:
    what = named(verb, session.project.schema, [keypoint])
    return what if count == 1 else f"{what} in {count:,} faces"
