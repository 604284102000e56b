"""The sign of life that a training leaves in its run's folder, read by others."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import attrs

from fkd_core.runs.attended import PROCESS
from fkd_core.runs.processes import is_alive

STALE = 15.0
"""seconds without a sign of life after which a process is asked for"""


@attrs.frozen
class Live:
    """A training that runs, as it says itself.

    Args:
        run: name of the run.
        pid: number of its process.
        host: computer on which that runs.
        started: when this process began to train, seconds since 1970.
        beat: its last sign of life, seconds since 1970.
        done: how far it is.
        total: of how much; None if unknown.
        what: what it does.
    """

    run: str
    pid: int
    host: str
    started: float
    beat: float
    done: float = 0.0
    total: float | None = None
    what: str = ""


def live(run_folder: Path) -> Live | None:
    """The process that trains a run; None if there is none.

    One that has given no sign of life for `STALE` seconds counts as long as its computer, which must be this
    one, still has it: it may have been suspended.
    """
    said = signed(run_folder)
    return said if said is not None and counts(said) else None


def counts(said: Live) -> bool:
    """Whether the process of a sign of life still is there."""
    fresh = time.time() - said.beat <= STALE
    return fresh or (said.host == socket.gethostname() and is_alive(said.pid))


def signed(run_folder: Path) -> Live | None:
    """The last sign of life of a run's process, however old; None if there is none that can be read."""
    try:
        value = json.loads((run_folder / PROCESS).read_bytes())
        return Live(
            run=run_folder.name,
            pid=int(value["pid"]),
            host=str(value["host"]),
            started=float(value["started"]),
            beat=float(value["beat"]),
            done=float(value["done"]),
            total=None if value["total"] is None else float(value["total"]),
            what=str(value["what"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
