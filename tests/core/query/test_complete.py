"""Completion follows the place of the cursor."""

from __future__ import annotations

import pytest

from fkd_core.query import FIELDS, complete, parse
from tests.core.query.test_query import VOCABULARY


def words(text: str, cursor: int | None = None) -> list[str]:
    found = complete(text, len(text) if cursor is None else cursor, VOCABULARY)
    return [candidate.word for candidate in found.candidates]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ["not", *FIELDS]),
        ("or", ["origin", "error", "work"]),
        ("origin:", ["human", "imputed", "none"]),
        ("origin:IM", ["imputed"]),
        ("origin(", ["left_eye", "nose_tip"]),
        ("origin(tip", ["nose_tip"]),
        ("origin(nose_tip", ["nose_tip"]),
        ("missing:", ["yes", "no", "left_eye", "nose_tip"]),
        ("missing>", []),
        ("error>", []),
        ("error>3", []),
        ("changed>", ["today", "yesterday"]),
        ("rule:", ["A", "B two", "none"]),
        ('rule:"B', ["B two"]),
        ('rule:"B two" re', ["reviewed"]),
        ("row:1 ", ["and", "or", *FIELDS]),
        ("row:1 an", ["and", "changed"]),
        ("row:1 not re", ["reviewed"]),
        ("(row:1 or sp", ["split", "suspicion"]),
        ("wrong:1 re", []),
        ("row:1 ) re", []),
    ],
)
def test_candidates(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


def test_what_stands_behind_the_cursor_does_not_matter() -> None:
    text = "origin:im and row:"
    assert words(text, 9) == ["imputed"]
    assert words(text, 7) == ["human", "imputed", "none"]


@pytest.mark.parametrize(
    ("text", "cursor", "wanted"),
    [
        ("ori", 3, "origin:|"),
        ("err", 3, "error>|"),
        ("origin:im", 9, "origin:imputed |"),
        ("origin:im and row:1", 9, "origin:imputed| and row:1"),
        ("origin:imp", 8, "origin:imputed |"),
        ("error(nose", 10, "error(nose_tip)|"),
        ("error(nose)>3", 10, "error(nose_tip)|)>3"),
        ("row:1 an", 8, "row:1 and |"),
        ('rule:"B', 7, 'rule:"B two" |'),
        ('rule:"B t" row:1', 7, 'rule:"B two"| row:1'),
    ],
)
def test_the_first_candidate_takes_the_place_of_the_word(text: str, cursor: int, wanted: str) -> None:
    found = complete(text, cursor, VOCABULARY)
    after, place = found.applied(text, found.candidates[0])
    assert after[:place] + "|" + after[place:] == wanted


def test_every_field_can_be_completed_to_a_filter() -> None:
    for name in FIELDS:
        found = complete(name, len(name), VOCABULARY)
        text, place = found.applied(name, found.candidates[0])
        values = complete(text, place, VOCABULARY).candidates
        parse(text + (values[0].inserted if values else "1"), VOCABULARY)
