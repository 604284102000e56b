"""What goes between parent and child: one JSON object a line, large arrays by way of files.

Parent to child: `{"call": NAME, "arguments": {…}}`, then perhaps `{"cancel": true}`.
Child to parent: `{"event": NAME, "data": {…}}` any number of times, then exactly one of
`{"result": …}`, `{"stopped": true}`, `{"failure": {…}}`.
"""

from __future__ import annotations

import json
from typing import IO, Any

from fkd_core import errors
from fkd_core.files import plain

Message = dict[str, Any]


def send(stream: IO[str], message: Message) -> None:
    """Write a message and push it out."""
    stream.write(json.dumps(plain(message), ensure_ascii=True, allow_nan=False) + "\n")
    stream.flush()


def receive(stream: IO[str]) -> Message | None:
    """The next message, None at the end of the stream.

    Raises:
        EngineError: if the line is no message.
    """
    line = stream.readline()
    if not line.endswith("\n"):
        return None
    try:
        message = json.loads(line)
    except ValueError as error:
        raise errors.EngineError("the engine said something unreadable", found=line[:200]) from error
    if not isinstance(message, dict):
        raise errors.EngineError("the engine said something unreadable", found=line[:200])
    return message


def describe(error: errors.FkdError) -> Message:
    """An error as a message; `rebuild` is the inverse."""
    parts = {key: getattr(error, key) for key in ("what", "where", "expected", "found", "todo")}
    return {"type": type(error).__name__} | {
        key: value if value is None else str(value) for key, value in parts.items()
    }


def rebuild(failure: Message) -> errors.FkdError:
    """The error that a child described."""
    kind = getattr(errors, str(failure.get("type")), errors.EngineError)
    if not (isinstance(kind, type) and issubclass(kind, errors.FkdError)):
        kind = errors.EngineError
    error: errors.FkdError = kind(
        failure["what"],
        where=failure["where"],
        expected=failure["expected"],
        found=failure["found"],
        todo=failure["todo"],
    )
    return error
