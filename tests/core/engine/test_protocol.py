"""Messages between parent and child."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from fkd_core.engine.protocol import describe, rebuild, receive, send
from fkd_core.errors import BadInputError, EngineError, FkdError


def test_messages_come_back_one_a_line() -> None:
    stream = io.StringIO()
    send(stream, {"text": "a\nb ü", "path": Path("x"), "array": np.arange(2), "nan": float("nan")})
    send(stream, {"event": "log"})
    stream.seek(0)
    assert receive(stream) == {"text": "a\nb ü", "path": "x", "array": [0, 1], "nan": None}
    assert receive(stream) == {"event": "log"}
    assert receive(stream) is None


@pytest.mark.parametrize("line", ["junk\n", "[1]\n", "\n"])
def test_other_lines_are_told(line: str) -> None:
    with pytest.raises(EngineError, match="unreadable"):
        receive(io.StringIO(line))


def test_a_line_without_an_end_is_the_end() -> None:
    assert receive(io.StringIO('{"result": 1}')) is None


def test_an_error_comes_back_with_class_and_parts() -> None:
    error = BadInputError("wrong", where=Path("a.csv"), expected=3, found=None, todo="Mend it")
    again = rebuild(describe(error))
    assert type(again) is BadInputError
    assert str(again) == str(error)


@pytest.mark.parametrize("name", ["Unknown", "Cancelled", "__name__", None])
def test_an_error_of_no_known_class_is_an_engine_error(name: str | None) -> None:
    again = rebuild(describe(FkdError("wrong")) | {"type": name})
    assert type(again) is EngineError
