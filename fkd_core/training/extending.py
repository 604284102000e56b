"""Adding epochs or minutes to a training that has ended: what is asked, and what the run keeps of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fkd_core.errors import BadInputError, RunError
from fkd_core.models import registry
from fkd_core.runs import Run, layout
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.config import TrainingConfig

Extended = Sequence[Mapping[str, Any]]
"""For each part that was added: `epoch`, after which it was, and `epochs` or `minutes`, how much."""

EXTENDED = "extended"
"""Key of a run's configuration."""


def take_extended(config: dict[str, Any]) -> Extended:
    """Take what was added out of a run's configuration; the rest is a training as it was begun."""
    found = config.pop(EXTENDED, None)
    return list(found) if isinstance(found, list) else []


def check_extension(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be added: `epochs` or `minutes`.

    Raises:
        BadInputError: if it is not one of the two, or not a number that a training can have.
    """
    known = {key: value for key, value in given.items() if value is not None}
    if len(known) != 1 or not set(known) <= {"epochs", "minutes"}:
        raise BadInputError(
            "nothing that can be added to a training",
            expected="a number of epochs or of minutes",
            found=dict(given),
        )
    TrainingConfig(**known)
    return known


def added_to(run: Run, given: Mapping[str, Any]) -> Extended:
    """All that will have been added to a run once it trains on.

    Raises:
        BadInputError: see `check_extension`.
        RunError: if the run has folds, or keeps nothing to go on from.
    """
    added = check_extension(given)
    if run.folds:
        raise RunError(
            f"run {run.name!r} cannot be extended",
            where=run.folder,
            expected="a run of one network",
            found=f"{len(run.folds)} folds",
            todo="Train a new run with as many folds and more epochs or minutes",
        )
    if run.status == "running":
        raise RunError(
            f"run {run.name!r} cannot be extended",
            where=run.folder,
            found="it is being trained",
            todo="Wait for it, or stop it first",
        )
    path = run.folder / layout.CHECKPOINT
    if not path.is_file():
        raise RunError(
            f"run {run.name!r} cannot be extended",
            where=path,
            expected="the state in which its training ended",
            found="no such file; earlier versions of FKD kept none of a finished run",
            todo="Train a new run with more epochs or minutes; this one stays as it is",
        )
    state = Checkpoint.read(path).state
    # What was asked for before and never begun is not among what it had.
    begun = take_extended(run.config)[: int(state.get("stretch", {}).get("number", 0))]
    return [*begun, {"epoch": int(state["counters"]["_recorded"]), **added}]


def as_one(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration of a run without what was added to it, and as long as it became with that.

    Where epochs were added to minutes or the other way round, it is as long as it was begun.
    """
    whole = dict(config)
    parts = take_extended(whole)
    unit = "epochs" if whole.get("minutes") is None else "minutes"
    if parts and all(unit in part for part in parts):
        begun = whole.get(unit) or registry.get(whole["model"]).recipe.epochs
        whole[unit] = begun + sum(part[unit] for part in parts)
    return whole
