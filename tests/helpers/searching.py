"""A training that is a function of its settings: quick, and the same each time."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

from fkd_core.errors import DivergedError
from fkd_core.jobs import Job

DIVERGES_FROM = 5e-3


def loss(config: dict[str, Any], epoch: int) -> float:
    """Falls towards a floor; lowest for a learning rate of 1e-3, 3 blocks and 32 filters."""
    options = config.get("options", {})
    rate = config.get("learning_rate") or 1e-3
    floor = 1 + abs(math.log10(rate / 1e-3))
    floor += 0.3 * abs(options.get("blocks", 3) - 3) + 0.1 * abs(math.log2(options.get("filters", 32) / 32))
    floor += 0.02 * abs(options.get("width", 32) - 32)
    return floor + 4 * math.exp(-epoch / 2)


class FormulaTrainer:
    """Trains nothing; notes what it was asked to train.

    Args:
        epochs: of each trial.
        rises: from this epoch on, the loss rises by 1 each epoch.
        diverges: whether high learning rates diverge.
    """

    def __init__(self, epochs: int = 6, *, rises: int | None = None, diverges: bool = False) -> None:
        self.epochs, self.rises, self.diverges = epochs, rises, diverges
        self.asked: list[dict[str, Any]] = []
        self.trained: list[str] = []

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
        self.asked.append(config)
        (runs / name).mkdir(exist_ok=True)
        for epoch in range(1, self.epochs + 1):
            job.check()
            value = loss(config, epoch)
            if self.rises is not None and epoch >= self.rises:
                value += epoch - self.rises + 1
            if self.diverges and (config.get("learning_rate") or 0) > DIVERGES_FROM:
                raise DivergedError("the loss diverged in epoch 1", found="inf")
            job.emit(
                "epoch",
                {"epoch": epoch, "seconds": 0.5 * epoch, "val_loss": value, "val_rmse": math.sqrt(value)},
            )
        job.check()
        self.trained.append(name)


class Interrupting(FormulaTrainer):
    """Cancels the search in the middle of its `at`-th trial."""

    def __init__(self, job: Job, at: int, epochs: int = 6) -> None:
        super().__init__(epochs)
        self._job, self._at = job, at

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
        if len(self.asked) + 1 == self._at:
            self._job.cancel()
        super().__call__(config, runs, name, job)


class Patient(FormulaTrainer):
    """Waits in each trial until it is stopped."""

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:  # noqa: ARG002
        self.asked.append(config)
        pause = threading.Event()
        while True:
            job.check()
            pause.wait(0.01)
