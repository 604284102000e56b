"""Stopping a training from any process: a file in its run's folder says what is asked of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, get_args

from fkd_core.errors import RunError
from fkd_core.files import write_json
from fkd_core.runs.run import Run

FILE = "control.json"

Wish = Literal["stop", "stop-after-epoch"]


def ask(run_folder: Path, wish: Wish) -> None:
    """Ask the training of a run to stop, now or after its epoch; it does so within about a second.

    Asked more than once, the last wish counts. The run's weights are kept and it can go on later.

    Raises:
        RunError: if there is no such run, or it does not train.
        ProjectError: if the folder cannot be written.
        ValueError: if there is no such wish.
    """
    if wish not in get_args(Wish):
        raise ValueError(f"wish must be one of {get_args(Wish)}, received {wish!r}")
    run = Run.open(run_folder)
    status = run.status
    if status != "running":
        raise RunError(
            f"run {run.name!r} does not train",
            where=run_folder,
            expected="a run that is being trained",
            found=f"it is {status}",
            todo=f"There is nothing to stop; go on with it by: fkd train PROJECT --resume {run.name}"
            if run.resumable
            else "There is nothing to stop",
        )
    write_json(run_folder / FILE, {"ask": wish}, indent=None, durable=False)


def asked(run_folder: Path) -> Wish | None:
    """What is asked of a run; None if nothing that can be understood is."""
    try:
        value = json.loads((run_folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
    wish = value.get("ask") if isinstance(value, dict) else None
    return wish if wish in get_args(Wish) else None


def forget(run_folder: Path) -> None:
    """Take the file away: what it asked for was done, or was asked of an earlier process."""
    (run_folder / FILE).unlink(missing_ok=True)
