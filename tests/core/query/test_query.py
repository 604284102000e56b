"""Reading filters, and what they say when they are wrong."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from fkd_core.query import (
    FIELDS,
    And,
    Node,
    Not,
    QueryError,
    Term,
    Vocabulary,
    complete,
    parse,
    quoted,
    terms,
)
from fkd_core.query.lexer import tokens

VOCABULARY = Vocabulary(
    ("left_eye", "nose_tip"),
    {"origin": ("human", "imputed", "none"), "split": ("train", "test"), "rule": ("A", "B two", "none")},
)


def read(text: str) -> Node:
    return parse(text, VOCABULARY)


def term(text: str) -> Term:
    node = read(text)
    assert isinstance(node, Term)
    assert text[node.start : node.end] == text
    return node


@pytest.mark.parametrize(
    ("text", "sign", "value", "keypoint"),
    [
        ("origin:imputed", ":", "imputed", None),
        ("ORIGIN=Imputed", ":", "imputed", None),
        ("origin(nose_tip):human", ":", "human", 1),
        ("missing:nose_tip", ":", "yes", 1),
        ("missing>3", ">", (3, 3), None),
        ("missing:yes", ":", "yes", None),
        ("error>3", ">", (3, 3), None),
        ("error(left_eye)<=.5", "<=", (0.5, 0.5), 0),
        ("row:100-200", ":", (100, 200), None),
        ('rule:"B two"', ":", "B two", None),
        ("changed:today", ":", "today", None),
        ("changed>=2026-11-25", ">=", date(2026, 11, 25), None),
        ("reviewed:no", ":", "no", None),
    ],
)
def test_terms(text: str, sign: str, value: object, keypoint: int | None) -> None:
    found = term(text)
    assert (found.sign, found.value, found.keypoint) == (sign, value, keypoint)


def shape(node: Node) -> object:
    """A tree by the names of its fields alone."""
    if isinstance(node, Term):
        return node.field.name
    if isinstance(node, Not):
        return ("not", shape(node.part))
    return ("and" if isinstance(node, And) else "or", *map(shape, node.parts))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ("and",)),
        ("   ", ("and",)),
        ("row:1 error>1", ("and", "row", "error")),
        ("row:1 and error>1 or split:test", ("or", ("and", "row", "error"), "split")),
        ("row:1 and (error>1 OR split:test)", ("and", "row", ("or", "error", "split"))),
        ("not row:1 error>1", ("and", ("not", "row"), "error")),
        ("not (row:1 error>1)", ("not", ("and", "row", "error"))),
        ("not not row:1", ("not", ("not", "row"))),
        ("((row:1))", "row"),
        ("row : 1", "row"),
    ],
)
def test_words_between_terms(text: str, wanted: object) -> None:
    assert shape(read(text)) == wanted


def test_all_terms_of_a_tree() -> None:
    assert [t.field.name for t in terms(read("row:1 not (error>1 or split:test)"))] == [
        "row",
        "error",
        "split",
    ]


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("row:1 and orgin:human", "orgin", "nothing is called ‘orgin’; expected origin"),
        ("origin:humane", "humane", "origin cannot be ‘humane’; expected human"),
        ("origin>human", ">", "nothing is asked of origin; expected :"),
        ("error>x", "x", "error cannot be ‘x’; expected a number such as 3."),
        ("error>1-2", "1-2", "error cannot be ‘1-2’; expected a number such as 3."),
        ("error>-1", "-1", "error cannot be"),
        (
            "row:200-100",
            "200-100",
            "row cannot be ‘200-100’; expected a number such as 3, 100-200 or 3,7,100-200",
        ),
        ("error(nose)>3", "nose", "no keypoint is called ‘nose’; expected nose_tip"),
        ("error(nose_tip>3", ">", "the bracket stays open; expected )"),
        ("split(nose_tip):test", "(", "split is of the whole face"),
        ("row:1)", ")", "there is no bracket to close"),
        ("row:1 and or row:2", "or", "nothing is called ‘or’"),
        ("changed:2026-02-30", "2026-02-30", "a day such as 2026-11-25"),
        ("changed>never", "never", "changed cannot be ‘never’; expected today, yesterday or a day"),
        ("reviewed:maybe", "maybe", "expected yes, no"),
        ("row:)", ")", "row has no value"),
        ("=3", "=", "‘=’ stands where a name should"),
        ('"row":3', '"row"', "nothing is called ‘row’"),
        ("(" * 99, "(", "too many brackets"),
    ],
)
def test_mistakes_are_marked_where_they_are(text: str, marked: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(text)
    error = caught.value
    assert text[error.start : error.end] == marked
    assert said in str(error)
    assert not error.at_end


@pytest.mark.parametrize(
    "text", ["row", "row:", "row:1 and", "not", "(row:1", "error(", "error(nose_tip", "error(nose_tip)"]
)
def test_a_filter_that_is_not_finished_says_what_is_missing(text: str) -> None:
    with pytest.raises(QueryError, match="something is missing; expected") as caught:
        read(text)
    assert (caught.value.start, caught.value.end, caught.value.at_end) == (len(text), len(text), True)


def test_words_that_are_not_known_yet_are_taken_as_they_are() -> None:
    node = parse("rule:Z", Vocabulary(()))
    assert isinstance(node, Term)
    assert node.value == "Z"


@pytest.mark.parametrize("word", ["A", "B two", "and", "a:b", "x(1)", ""])
def test_quoted_words_are_read_back(word: str) -> None:
    node = parse(f"rule:{quoted(word)}", Vocabulary(()))
    assert isinstance(node, Term)
    assert node.value == word


def test_tokens_know_their_places() -> None:
    text = ' a>=1  "b c":d "open'
    cut = [text[t.start : t.end] for t in tokens(text)]
    assert cut == ["a", ">=", "1", '"b c"', ":", "d", '"open', ""]


def test_every_field_says_what_to_do_without_it() -> None:
    assert all(field.name == name and field.about and field.absent for name, field in FIELDS.items())


def mistake(text: str) -> QueryError | None:
    try:
        read(text)
    except QueryError as error:
        return error
    return None


def test_no_text_is_too_strange() -> None:
    random = Random(0)
    parts = [
        *FIELDS,
        "and",
        "or",
        "not",
        "(",
        ")",
        ":",
        ">",
        "<=",
        "=",
        '"',
        " ",
        "3",
        "1-2",
        "nose_tip",
        "ß",
        "today",
    ]
    for _ in range(3000):
        text = "".join(random.choices(parts, k=random.randrange(9)))
        error = mistake(text)
        assert error is None or (error.expected and 0 <= error.start <= error.end <= len(text)), text
        for cursor in range(len(text) + 1):
            found = complete(text, cursor, VOCABULARY)
            assert 0 <= found.start <= cursor <= found.end <= len(text), text
