from __future__ import annotations

import pytest

from fkd_core.errors import BadInputError
from fkd_core.names import check_name


@pytest.mark.parametrize("name", ["run-3", "Übung 2", "最初", "a.b_c+d", "com10", "console", "0"])
def test_names_that_every_system_takes(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "is empty"),
        ("a/b", "holds '/'"),
        ("a\\b", r"holds '\\\\'"),
        ("..", "does not start with a letter or digit"),
        (".hidden", "does not start"),
        ("-rf", "does not start"),
        ("a:b", "holds ':'"),
        ("a\nb", r"holds '\\n'"),
        ("a\0b", r"holds '\\x00'"),
        ("what?", r"holds '\?'"),
        ("run ", "ends with a space"),
        ("run.", "ends with a space or a full stop"),
        ("NUL", "Windows keeps"),
        ("con.json", "Windows keeps"),
        ("Com1", "Windows keeps"),
        ("lpt9.a.b", "Windows keeps"),
        ("nul .txt", "Windows keeps"),
        ("x" * 81, "longer than 80 bytes"),
        ("ü" * 41, "longer than 80 bytes"),
    ],
)
def test_names_that_some_system_refuses(name, complaint):
    with pytest.raises(BadInputError, match=complaint):
        check_name(name)


def test_the_message_says_what_is_named_and_what_to_do():
    with pytest.raises(BadInputError, match=r"this run name is empty; found ''\. Choose one of letters"):
        check_name("", "run name")


def test_letters_are_composed_so_that_names_compare_equal():
    assert check_name("U\u0308bung") == "Übung"
