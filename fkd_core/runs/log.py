"""The log of a run that was started detached: what its process says, in lines."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

LOG = "log.txt"
"""File in the run's folder."""
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  ")
_LAST_LINES = 3
_LONGEST = 4096


def stamped(text: str, when: datetime) -> str:
    """A line of the log that its follower is told, unlike what libraries print there."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}  {' '.join(text.splitlines())}"


def said_in(line: str) -> str | None:
    """What a line of the log tells; None if it is not a line of ours."""
    match = _STAMP.match(line)
    return None if match is None else line[match.end() :].rstrip("\r\n")


def last_lines(run_folder: Path, count: int = _LAST_LINES) -> list[str]:
    """The last lines of a run's log, at most `count`; none if it has none."""
    try:
        with (run_folder / LOG).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _LONGEST))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if line.strip()][-count:]
