"""A process of its own that works on a search by a formula, and prints the numbers that it trained.

`python -m tests.helpers.search_worker FOLDER NAME STORAGE PAUSE`
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

from fkd_core.jobs import Job
from fkd_core.search.folder import open_search
from fkd_core.search.run import run_search
from tests.helpers.searching import FormulaTrainer


class Slow(FormulaTrainer):
    """Takes a while for each trial, and says when it begins one."""

    def __init__(self, pause: float) -> None:
        super().__init__(epochs=4)
        self._pause = pause

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
        print(f"begins {name}", flush=True)
        threading.Event().wait(self._pause)
        super().__call__(config, runs, name, job)


def main(folder: str, name: str, storage: str, pause: str) -> None:
    """Work until nothing is left."""
    trainer = Slow(float(pause))
    result = run_search(open_search(Path(folder), name), trainer, Job(), storage=storage or None)
    print(json.dumps({"trained": trainer.trained, "outcome": result["outcome"]}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
