"""What a window asks a child process to do for a search: Optuna and the waiting stay out of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
from fkd_core.search.begin import begin
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import open_search
from fkd_core.search.run import run_search
from fkd_core.search.trainers import EngineTrainer

GRACE = 20.0
"""Seconds that a trial has to write its checkpoint when it is stopped, and that a search has to stop by."""


def search(
    job: Job,
    project: str,
    config: dict[str, Any] | None = None,
    name: str | None = None,
    minutes: float | None = None,
    storage: str | None = None,
) -> dict[str, Any]:
    """Begin a search or go on with it; see `begin` and `run_search`.

    Emits `search` with its name before the first trial.

    Args:
        job: is told how far it is; may stop it.
        project: folder of the project.
        config: what is asked for; the search `name` as it was begun if None.
        name: of the search.
        minutes: time for this call.
        storage: address of a database.
    """
    folder = Path(project)
    if config is None:
        found = open_search(folder, name or "")
    else:
        found = begin(folder, SearchConfig.from_dict(config), name, storage)
    job.emit("search", {"name": found.name})
    storage = storage or found.storage
    with Engine(grace=GRACE, yielding=True) as engine:
        trainer = EngineTrainer(engine, folder, found.config.hold_out)
        return run_search(found, trainer, job, minutes=minutes, storage=storage)


CALLS: dict[str, Callable[..., Any]] = {"search": search}
