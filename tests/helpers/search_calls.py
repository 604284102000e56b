"""The calls of a search's child process with a formula in place of trainings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fkd_core.jobs import Job
from fkd_core.search.begin import begin
from fkd_core.search.config import SearchConfig
from fkd_core.search.folder import open_search
from fkd_core.search.run import run_search
from tests.helpers.searching import FormulaTrainer

SLOW = "slow"
"""A search of this name waits in its third trial until it is stopped; once it was, it goes on."""


class _Slow(FormulaTrainer):
    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
        if name == "0002":
            pause = threading.Event()
            while True:
                job.check()
                pause.wait(0.01)
        super().__call__(config, runs, name, job)


def search(
    job: Job,
    project: str,
    config: dict[str, Any] | None = None,
    name: str | None = None,
    minutes: float | None = None,
    storage: str | None = None,
) -> dict[str, Any]:
    folder = Path(project)
    again = config is None
    if config is None:
        found = open_search(folder, name or "")
    else:
        found = begin(folder, SearchConfig.from_dict(config), name, storage)
    job.emit("search", {"name": found.name})
    trainer = _Slow(4) if found.name == SLOW and not again else FormulaTrainer(4)
    return run_search(found, trainer, job, minutes=minutes, storage=storage)


CALLS: dict[str, Callable[..., Any]] = {"search": search}
