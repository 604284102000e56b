"""Filters and orders over columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from fkd_core.labels import edits
from fkd_core.project import Project
from fkd_core.query import (
    Choices,
    QueryError,
    Vocabulary,
    face_columns,
    matching,
    parse,
    sorted_faces,
    vocabulary_of,
)
from fkd_core.schema import FKD_15
from tests.helpers.projects import make_project

NOW = datetime(2026, 11, 25, 9, 30)
WORDS = Vocabulary(("eye", "nose"))


def at(*moment: int) -> int:
    return int(datetime(*moment).timestamp())  # type: ignore[arg-type]


COLUMNS = {
    "origin": Choices(np.array([[0, 0], [0, 1], [-1, 1], [-1, -1]]), ("human", "imputed")),
    "missing": np.array([[False, False], [False, False], [True, False], [True, True]]),
    "error": np.array([[1, 2], [9, np.nan], [np.nan, 4], [np.nan, np.nan]]),
    "reviewed": np.array([[1, 1], [1, 0], [-1, 1], [-1, -1]], np.int8),
    "duplicate": np.array([True, False, True, False]),
    "row": np.array([0, 1, 0, 1]),
    "changed": np.array(
        [
            [0, 0],
            [0, at(2026, 11, 25, 0, 0)],
            [at(2026, 11, 24, 23, 59, 59), 0],
            [at(2026, 11, 20, 12), at(2026, 11, 25, 9)],
        ],
        np.uint32,
    ),
}


@pytest.mark.parametrize(
    ("text", "faces"),
    [
        ("", [0, 1, 2, 3]),
        ("origin:human", [0, 1]),
        ("origin(nose):imputed", [1, 2]),
        ("origin:none", [2, 3]),
        ("origin:other", []),
        ("missing:eye", [2, 3]),
        ("missing:nose", [3]),
        ("missing:yes", [2, 3]),
        ("missing:no", [0, 1]),
        ("missing>1", [3]),
        ("missing:1-2", [2, 3]),
        ("missing<1", [0, 1]),
        ("error>3", [1, 2]),
        ("error(nose)>3", [2]),
        ("error>=4 error<9", [2]),
        ("not error>3", [0, 3]),
        ("reviewed:yes", [0, 2]),
        ("reviewed:no", [1, 3]),
        ("reviewed(eye):yes", [0, 1]),
        ("duplicate:yes row:0", [0, 2]),
        ("row:1-5", [1, 3]),
        ("changed:today", [1, 3]),
        ("changed:yesterday", [2]),
        ("changed:2026-11-20", [3]),
        ("changed:never", [0]),
        ("changed(eye):never", [0, 1]),
        ("changed<2026-11-24", [3]),
        ("changed<=yesterday", [2, 3]),
        ("changed>yesterday", [1, 3]),
        ("changed>=2026-11-24", [1, 2, 3]),
        ("changed>today", []),
        ("origin:human or missing:nose", [0, 1, 3]),
        ("not (origin:human or missing:nose)", [2]),
        ("origin:human and not error>3 or row:1 missing:yes", [0, 3]),
    ],
)
def test_faces(text: str, faces: list[int]) -> None:
    assert np.flatnonzero(matching(parse(text, WORDS), COLUMNS, 4, now=NOW)).tolist() == faces


def test_what_is_not_there_says_what_to_do_and_where() -> None:
    columns = {name: column for name, column in COLUMNS.items() if name != "error"}
    text = "row:1 and error(nose)>3"
    with pytest.raises(QueryError, match="choose a run first") as caught:
        matching(parse(text, WORDS), columns, 4)
    assert text[caught.value.start : caught.value.end] == "error(nose)>3"
    with pytest.raises(QueryError, match="choose a run first"):
        sorted_faces(np.arange(4), columns, "error")


@pytest.mark.parametrize(
    ("field", "rising", "falling"),
    [
        ("error", [0, 2, 1, 3], [1, 2, 0, 3]),
        ("missing", [0, 1, 2, 3], [3, 2, 0, 1]),
        ("row", [0, 2, 1, 3], [1, 3, 0, 2]),
        ("changed", [0, 2, 1, 3], [3, 1, 2, 0]),
        ("origin", [0, 1, 2, 3], [1, 2, 0, 3]),
        ("reviewed", [3, 1, 2, 0], [0, 1, 2, 3]),
        ("duplicate", [1, 3, 0, 2], [0, 2, 1, 3]),
    ],
)
def test_orders(field: str, rising: list[int], falling: list[int]) -> None:
    every = np.arange(4)
    assert sorted_faces(every, COLUMNS, field).tolist() == rising
    assert sorted_faces(every, COLUMNS, field, descending=True).tolist() == falling


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(make_project(tmp_path / "tiny.fkd"), write=True) as opened:
        yield opened


def test_the_columns_of_a_project(project: Project) -> None:
    table = project.labels.table
    filled = np.full(table.points.shape, 40, np.float32)
    where = np.zeros(table.mask.shape, np.bool_)
    where[1] = table.state[1] == 0
    project.labels.apply(edits.impute(table, "mean", filled, where))
    rules = Choices(np.repeat([0, 1, -1], [3, 9, 4]), ("A", "B two"))
    suspicion = np.zeros(table.mask.shape)
    suspicion[4, 2] = 0.9
    columns = face_columns(
        project, predictions=table.points + np.float32(3), suspicion=suspicion, rules=rules
    )
    words = vocabulary_of(project, rules.names)

    def faces(text: str) -> list[int]:
        return np.flatnonzero(matching(parse(text, words), columns, len(project))).tolist()

    assert faces("origin:imputed") == faces("changed:today") == [1]
    assert faces("missing:left_eye_inner_corner split:train") == [2, 4, 5, 7, 8, 10, 11]
    assert faces("split:test row:1-2") == [13, 14]
    assert faces("source:full") == [0, 3, 6, 9]
    assert faces("source:none") == [12, 13, 14, 15]
    assert faces("work:no") == [0, 3, 6, 9]
    assert faces("state:visible row:0") == [0]
    assert faces("error>4.2 error<4.3") == list(range(12))
    assert faces("suspicion>0.8") == [4]
    assert faces('rule:"B two" row<5') == [3, 4]
    assert faces("rule:none") == [12, 13, 14, 15]
    assert "duplicate" not in columns
    assert set(words.keypoints) == set(FKD_15.keypoints)
