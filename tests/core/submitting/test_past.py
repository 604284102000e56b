"""The history of submissions: kept, described, never lost."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError, ProjectError
from fkd_core.submitting.past import PastSubmission, PastSubmissions


def entry(run: str = "run-1") -> PastSubmission:
    return PastSubmission(
        0,
        f"/tmp/{run}.csv",
        "2026-11-25T10:00:00+00:00",
        run,
        "auto",
        False,
        "ab" * 32,
        4,
        1,
        1.2,
        (1.1, 1.3),
    )


@pytest.fixture
def past(tmp_path: Path) -> PastSubmissions:
    return PastSubmissions(tmp_path)


def test_what_was_added_is_there_again(past: PastSubmissions) -> None:
    assert past.all() == []
    assert past.latest() is None
    first = past.add(entry(), np.array([1.5, 2.25]))
    second = past.add(entry("run 2 – ü"), np.zeros(2))
    assert [first.number, second.number] == [1, 2]
    assert past.all() == [first, second]
    assert past.latest() == second
    assert past.locations(1).tolist() == [1.5, 2.25]
    assert past.locations(9) is None


def test_notes_and_scores_are_typed_in_later(past: PastSubmissions) -> None:
    past.add(entry(), np.zeros(1))
    past.add(entry(), np.zeros(1))
    past.describe(1, note="with\n“quotes”", score=1.28)
    past.describe(2, note="other")
    assert [(each.note, each.score) for each in past.all()] == [("with\n“quotes”", 1.28), ("other", None)]
    past.describe(1, forget_score=True)
    assert past.all()[0].score is None
    assert past.all()[0].note == "with\n“quotes”"


@pytest.mark.parametrize("score", [-1.0, float("nan"), float("inf")])
def test_a_score_is_an_error_in_pixels(past: PastSubmissions, score: float) -> None:
    past.add(entry(), np.zeros(1))
    with pytest.raises(BadInputError, match="no score"):
        past.describe(1, score=score)
    assert past.all()[0].score is None


def test_an_unknown_number_names_those_that_are_there(past: PastSubmissions) -> None:
    past.add(entry(), np.zeros(1))
    with pytest.raises(BadInputError, match="no submission 7; expected 1"):
        past.describe(7, note="x")


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"version": 1}', '{"version": 1, "submissions": [{"x": 1}]}']
)
def test_a_damaged_history_is_told_and_not_written_over(past: PastSubmissions, content: str) -> None:
    past.add(entry(), np.zeros(1))
    past.path.write_text(content)
    for act in (past.all, lambda: past.add(entry(), np.zeros(1)), lambda: past.describe(1, note="x")):
        with pytest.raises(ProjectError, match="damaged"):
            act()
    assert past.path.read_text() == content


def test_a_newer_history_is_left_alone(past: PastSubmissions) -> None:
    past.add(entry(), np.zeros(1))
    past.path.write_text('{"version": 9, "submissions": []}')
    with pytest.raises(ProjectError, match="newer version"):
        past.add(entry(), np.zeros(1))
    assert '"version": 9' in past.path.read_text()


def test_two_writers_at_once_lose_nothing(past: PastSubmissions) -> None:
    threads = [
        threading.Thread(
            target=lambda n=n: PastSubmissions(past.folder.parent).add(entry(f"r{n}"), np.zeros(1))
        )
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = past.all()
    assert [each.number for each in entries] == list(range(1, 9))
    assert {each.run for each in entries} == {f"r{n}" for n in range(8)}
