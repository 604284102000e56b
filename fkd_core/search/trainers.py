"""How a trial is trained: in the engine, as a run in the search's own folder."""

from __future__ import annotations

import contextlib
import shutil
import threading
from pathlib import Path
from typing import Any, Protocol

import attrs

from fkd_core.engine.client import Engine
from fkd_core.errors import EngineError, RunError
from fkd_core.files import plain
from fkd_core.jobs import Job
from fkd_core.runs import Run, layout
from fkd_core.training.config import TrainingConfig

_ORPHAN_SECONDS, _PAUSE = 20.0, 0.1
_HEAVY = ("*.keras", "*.onnx", "*.npz", ".*.keras")


class Trainer(Protocol):
    """Trains one trial. Emits `epoch` with `epoch`, `val_loss` and `val_rmse` for each, those of an earlier
    start among them where it goes on with it."""

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
        """Train to the end, or raise `Cancelled`.

        Args:
            config: see `TrainingConfig`.
            runs: folder in which the trial may leave a folder `name`.
            name: of the trial's run.
            job: hears the epochs; may stop it.
        """


class EngineTrainer:
    """Trains in the child process of an engine.

    Args:
        engine: with the table of `fkd_core.engine.calls`.
        project: folder of the project.
        hold_out: list of rows to validate on.
    """

    def __init__(self, engine: Engine, project: Path, hold_out: str | None) -> None:
        self._engine, self._project, self._hold_out = engine, project, hold_out

    def __call__(self, config: dict[str, Any], runs: Path, name: str, job: Job) -> None:
        """Train a trial; one that was begun goes on from its checkpoint."""
        _await_end(runs, name, job)
        resume = _may_resume(runs / name, config | {"hold_out": self._hold_out})
        if resume:
            for record in Run.find(runs, name).metrics:
                job.emit("epoch", record)
        elif (runs / name).exists():
            shutil.rmtree(runs / name)
        arguments = {
            "project": str(self._project.absolute()),
            "config": None if resume else config,
            "name": name,
            "hold_out": None if resume else self._hold_out,
            "resume": resume,
            "runs": str(runs.absolute()),
        }
        self._engine.call("train", arguments, job)
        # A training that was cancelled ends by itself: its weights are kept.
        job.check()


def run_of(runs: Path, name: str) -> Run | None:
    """The run of a trial if it is there and sound."""
    with contextlib.suppress(RunError):
        run = Run.find(runs, name)
        if run.status != "damaged":
            return run
    return None


def has_weights(runs: Path, name: str) -> bool:
    """Whether the weights of a trial are still there."""
    run = run_of(runs, name)
    if run is None:
        return False
    try:
        return bool(run.weights_paths())
    except RunError:
        return False


def drop_weights(runs: Path, name: str) -> None:
    """Free the disk of what is large; what the run says about itself stays."""
    folder = runs / name
    for pattern in _HEAVY:
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def _await_end(runs: Path, name: str, job: Job) -> None:
    """Wait for the engine of a process that was killed: it stops by itself within seconds."""
    for _ in range(round(_ORPHAN_SECONDS / _PAUSE)):
        run = run_of(runs, name)
        if run is None or run.status != "running":
            return
        job.check()
        threading.Event().wait(_PAUSE)
    raise EngineError("this trial is still being trained", where=runs / name, todo="Resume the search later")


def _may_resume(folder: Path, config: dict[str, Any]) -> bool:
    run = run_of(folder.parent, folder.name)
    if run is None or not run.resumable or not (folder / layout.CHECKPOINT).is_file():
        return False
    hold_out = config.pop("hold_out")
    chosen = TrainingConfig.from_dict(config)
    # A run notes its random changes in full.
    chosen = attrs.evolve(chosen, augment=chosen.augmentation())
    known = run.config
    if known.pop("hold_out", None) != hold_out:
        return False
    # Through the configuration: settings that it lacks are of a later version than it was begun with.
    same: bool = plain(TrainingConfig.from_dict(known).to_dict()) == plain(chosen.to_dict())
    return same
