"""Masks over all faces."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.labels import edits
from fkd_core.labels.values import OriginKind, State
from fkd_core.query import Vocabulary, parse
from fkd_core.schema import FKD_15
from fkd_gui.browser.filters import FaceFilter, Pattern, next_face, with_choice
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
    assert 1 in FaceFilter(needs_work=True).faces(session.project)
    session.go_to(1)
    commands.accept_all(session)
    assert 1 not in FaceFilter(needs_work=True).faces(session.project)
    assert FaceFilter(reviewed=True).faces(session.project).tolist() == [1]


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


KEYPOINTS = FKD_15.keypoints
WORDS = Vocabulary(KEYPOINTS, {"origin": (*OriginKind, "none"), "split": ("train", "test")})


@pytest.mark.parametrize(
    ("text", "choice", "term", "wanted"),
    [
        ("", "split", "split:test", "split:test"),
        ("split:test", "split", "split:train", "split:train"),
        ("split:test", "split", "", ""),
        ("error>3", "split", "split:test", "error>3 split:test"),
        ("error>3 or row:1", "split", "split:test", "(error>3 or row:1) split:test"),
        ("error>3 and split:test and row:1", "split", "", "error>3 and row:1"),
        ("error>3 and split:test", "split", "", "error>3"),
        ("split:test and row:1", "split", "", "row:1"),
        ("split:test error>3 row:1", "split", "", "error>3 row:1"),
        ("((split:test))", "split", "", ""),
        ("not split:test", "split", "split:train", "not split:test split:train"),
        ("missing>3", "missing", "missing:nose_tip", "missing>3 missing:nose_tip"),
        ("origin(nose_tip):human", "origin", "origin:imputed", "origin(nose_tip):human origin:imputed"),
        ("row:1", "origin", "", "row:1"),
    ],
)
def test_a_choice_writes_its_term_and_leaves_the_rest(text: str, choice: str, term: str, wanted: str) -> None:
    assert with_choice(text, parse(text, WORDS), choice, term) == wanted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", FaceFilter()),
        ("split:test and work:yes", FaceFilter(split="test", needs_work=True)),
        ("error>3 missing:nose_tip reviewed:no", FaceFilter(missing=10, reviewed=False)),
        ("source:other (origin:imputed)", FaceFilter(pattern=Pattern.OTHER, origin=OriginKind.IMPUTED)),
        ("split:test or work:yes", FaceFilter()),
        ("not split:test", FaceFilter()),
        ("origin:none work:no missing>3", FaceFilter()),
        ("origin(nose_tip):human", FaceFilter()),
    ],
)
def test_choices_show_what_they_could_have_written(text: str, shown: FaceFilter) -> None:
    assert FaceFilter.of(parse(text, WORDS)) == shown


def test_what_choices_write_is_shown_again() -> None:
    every = FaceFilter("test", Pattern.FOUR, OriginKind.HUMAN, 10, False, True)
    text = every.text(KEYPOINTS)
    assert text == "split:test source:four origin:human missing:nose_tip reviewed:no work:yes"
    assert FaceFilter.of(parse(text, WORDS)) == every
