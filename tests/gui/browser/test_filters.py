"""Masks over all faces."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.labels import edits
from fkd_core.labels.values import OriginKind, State
from fkd_gui.browser.filters import FaceFilter, Pattern, is_reviewed, needs_work, next_face
from fkd_gui.canvas import commands
from fkd_gui.session import Session

FULL = [0, 3, 6, 9]
FOUR = [1, 2, 4, 5, 7, 8, 10, 11]
TEST = [12, 13, 14, 15]


@pytest.mark.parametrize(
    ("wanted", "faces"),
    [
        (FaceFilter(), sorted(FULL + FOUR + TEST)),
        (FaceFilter(split="test"), TEST),
        (FaceFilter(split="train"), sorted(FULL + FOUR)),
        (FaceFilter(pattern=Pattern.FULL), FULL),
        (FaceFilter(pattern=Pattern.FOUR), FOUR),
        (FaceFilter(pattern=Pattern.NONE), TEST),
        (FaceFilter(pattern=Pattern.OTHER), []),
        (FaceFilter(missing=2), sorted(FOUR + TEST)),
        (FaceFilter(missing=10), TEST),
        (FaceFilter(origin=OriginKind.HUMAN), sorted(FULL + FOUR)),
        (FaceFilter(origin=OriginKind.IMPUTED), []),
        (FaceFilter(reviewed=False), sorted(FULL + FOUR + TEST)),
        (FaceFilter(reviewed=True), []),
        (FaceFilter(needs_work=True), sorted(FOUR + TEST)),
        (FaceFilter(split="train", missing=2, needs_work=True), FOUR),
    ],
)
def test_filters(session: Session, wanted: FaceFilter, faces: list[int]) -> None:
    assert wanted.faces(session.project).tolist() == faces
    assert wanted.is_empty == (wanted == FaceFilter())


def test_imputed_faces_need_work_until_they_are_reviewed(session: Session) -> None:
    table = session.project.labels.table
    filled = np.full(table.points.shape, 40, np.float32)
    where = np.zeros(table.mask.shape, np.bool_)
    where[1] = True
    session.apply(edits.impute(table, "mean", filled, where))
    assert FaceFilter(origin=OriginKind.IMPUTED).faces(session.project).tolist() == [1]
    assert needs_work(table)[1]
    session.go_to(1)
    commands.accept_all(session)
    assert not needs_work(table)[1]
    assert np.flatnonzero(is_reviewed(table)).tolist() == [1]


def test_pattern_is_that_of_the_source(session: Session) -> None:
    session.go_to(0)
    commands.set_state(session, State.UNLABELLED, [3])
    assert 0 in FaceFilter(pattern=Pattern.FULL).faces(session.project)


def test_the_next_face_goes_around() -> None:
    mask = np.array([True, False, False, True, False])
    assert next_face(mask, 0) == 3
    assert next_face(mask, 3) == 0
    assert next_face(mask, 0, -1) == 3
    assert next_face(mask, 4, -1) == 3
    assert next_face(np.zeros(5, np.bool_), 2) is None
    assert next_face(np.array([False, True]), 1) is None
