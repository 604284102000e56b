"""Working on a search until its trials are done, its time is over, or someone stops it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fkd_core.errors import Cancelled, DeviceMemoryError, DivergedError, EngineError, FkdError
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import layout
from fkd_core.search.config import LAST
from fkd_core.search.folder import SearchFolder, now, seconds_left
from fkd_core.search.ledger import Claim, Ledger, score_so_far
from fkd_core.search.record import ENDED, FAILED, FINISHED, INTERRUPTED, PRUNED, RUNNING, Trial, best_of
from fkd_core.search.space import Settings
from fkd_core.search.spaces import GREEDY
from fkd_core.search.trainers import Trainer, drop_weights, has_weights
from fkd_core.search.worker import worker_name

_PAUSE = 0.2
"""Seconds between two looks at whether other processes' trials have ended."""
_WRITE = 1.0
"""Seconds between two writes of a trial that trains."""
_FAILURES = 3
"""So many trials in a row whose engine failed end the search: something else is wrong."""
DONE, STOPPED, TIME, ELSEWHERE = "finished", "stopped", "time is over", "others are at work"


def run_search(
    search: SearchFolder,
    trainer: Trainer,
    job: Job,
    *,
    minutes: float | None = None,
    started: float | None = None,
    storage: str | None = None,
) -> dict[str, Any]:
    """Train trials until all are done. Any number of processes may do so for the same search.

    Emits `trial` with what a trial did so far, and `log` for each that ended.

    Args:
        search: made or opened before.
        trainer: trains a trial.
        job: is told how far it is; cancelling it stops the trial under way, which is gone on with next time.
        minutes: for this call; then the trial under way is stopped in the same way.
        started: when that time began, in `time.monotonic()` seconds.
        storage: address of the database; the journal in the search's folder if None.

    Returns:
        The search's `summary`, with `outcome`: `finished`, `stopped`, `time is over`, or `others are at work`
        where all trials that are left are trained by other processes.

    Raises:
        FkdError: if no trial can be trained, or the storage cannot be reached.
    """
    worker = worker_name()
    lock = search.worker_lock(worker)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        # Two searches of one process share its name; the second needs none of its own.
        lock = FileLock(
            search.path / "workers" / f"{worker}-{threading.get_ident()}.lock", thread_local=False
        )
        lock.acquire(timeout=5)
    began = time.monotonic() if started is None else started
    deadline = None if minutes is None else began + 60 * minutes
    try:
        outcome = _Work(search, trainer, job, deadline, storage, Path(lock.lock_file).stem).go()
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink()
    return search.summary() | {"outcome": outcome}


class _Work:
    """One process's share of a search."""

    def __init__(
        self,
        search: SearchFolder,
        trainer: Trainer,
        job: Job,
        deadline: float | None,
        storage: str | None,
        worker: str,
    ) -> None:
        self._search, self._trainer, self._job = search, trainer, job
        self._deadline, self._worker = deadline, worker
        self._ledger = Ledger(search, storage)
        with Project(search.project) as project:
            self._labels = project.label_fingerprint()
        self._failures = 0
        self._told_waiting = False
        if self._labels != search.header["data"].get("labels"):
            job.log(
                "Labels were changed since this search began: its trials compare less well with each other"
            )

    def go(self) -> str:
        """Train until there is nothing left to do; says why it ended."""
        self._ledger.mirror()
        while True:
            if self._job.cancelled:
                return STOPPED
            if self._late():
                return TIME
            self._tell()
            claim = self._ledger.take()
            if claim is None:
                self._ledger.mirror()
                ended = sum(trial.status in ENDED for trial in self._search.trials())
                return DONE if ended >= self._search.config.total else ELSEWHERE
            try:
                settings = self._settings(claim)
                if settings is not None:
                    self._one(claim, settings)
            finally:
                self._ledger.release(claim)

    def _settings(self, claim: Claim) -> Settings | None:
        """Wait until the trials are over that this one's settings depend on."""
        while (settings := self._ledger.settle(claim)) is None:
            if self._job.cancelled or self._late():
                return None
            if not self._told_waiting:
                self._job.log(f"Trial {claim.number + 1} waits for trials that other processes train")
                self._told_waiting = True
            threading.Event().wait(_PAUSE)
        self._ledger.mirror()
        return settings

    def _one(self, claim: Claim, settings: Settings) -> None:
        trial = self._begin(claim, settings)
        if self._ledger.take_after_twin(claim, trial):
            self._end(claim, trial)
            return
        listener = _TrialJob(self, claim, trial)
        name = self._search.run_name(claim.number)
        try:
            self._trainer(self._search.config.training(settings), self._search.runs, name, listener)
        except Cancelled:
            trial.status = PRUNED if listener.hopeless else INTERRUPTED
            trial.message = listener.hopeless or "Stopped; it goes on with the search"
        except (DivergedError, DeviceMemoryError, EngineError) as error:
            if self._job.cancelled:
                trial.status, trial.message = INTERRUPTED, "Stopped; it goes on with the search"
            else:
                self._failed(trial, error)
        except BaseException as error:
            trial.status, trial.message = INTERRUPTED, str(error)
            self._write(trial)
            raise
        else:
            self._trained(trial)
        self._end(claim, trial)

    def _begin(self, claim: Claim, settings: Settings) -> Trial:
        trial = Trial(claim.number, settings, RUNNING, self._ledger.stage(claim.number))
        trial.worker, trial.started, trial.labels = self._worker, now(), self._labels
        self._write(trial)
        return trial

    def _failed(self, trial: Trial, error: FkdError) -> None:
        trial.status, trial.message = FAILED, str(error)
        self._failures = 0 if isinstance(error, DivergedError) else self._failures + 1
        if self._failures >= _FAILURES:
            trial.status = INTERRUPTED
            self._write(trial)
            raise error

    def _trained(self, trial: Trial) -> None:
        self._failures = 0
        trial.status = FINISHED
        if trial.score is None:
            trial.status = FAILED
            trial.message = "It was never validated: there are no validation faces with labels"

    def _end(self, claim: Claim, trial: Trial) -> None:
        split = self._search.runs / self._search.run_name(claim.number) / layout.SPLIT
        with contextlib.suppress(OSError):
            trial.split = hashlib.blake2b(split.read_bytes(), digest_size=8).hexdigest()
        if trial.status in ENDED:
            self._ledger.finish(claim, trial)
        self._write(trial)
        if trial.status not in ENDED:
            return
        self._keep_best_weights()
        self._job.log(described(trial, self._search.config.total))
        if self._search.config.strategy == GREEDY:
            self._tell_doubtful(claim.number)

    def _tell_doubtful(self, number: int) -> None:
        for other in self._ledger.doubtful(number):
            self._job.log(
                f"Trial {other + 1} was given up while it was ahead of the one kept at the same epoch: "
                "without giving up (--prune none) another value might have been kept"
            )

    def _keep_best_weights(self) -> None:
        trials = self._search.trials()
        runs = self._search.runs
        there = [
            t for t in trials if t.status in ENDED and has_weights(runs, self._search.run_name(t.number))
        ]
        best = best_of(there)
        for trial in trials:
            if trial.status in ENDED and trial is not best:
                drop_weights(runs, self._search.run_name(trial.number))

    def _late(self) -> bool:
        return self._deadline is not None and time.monotonic() > self._deadline

    def _write(self, trial: Trial) -> None:
        self._search.write_trial(trial)
        self._job.emit("trial", json.loads(json.dumps(_plain(trial))))

    def _tell(self, running: Trial | None = None) -> None:
        trials = self._search.trials()
        total, planned = self._search.config.total, self._search.config.epochs_planned
        ended = sum(trial.status in ENDED for trial in trials)
        part = 0.0
        if running is not None and planned:
            part = min(0.99, running.epoch / planned)
        best = best_of(trials)
        words = [f"trial {min(total, ended + 1)} of {total}"]
        if running is not None:
            words += [running.stage.replace("_", " ")] if running.stage else []
            words.append(f"epoch {running.epoch}")
        if best is not None and best.rmse is not None:
            words.append(f"best {best.rmse:.2f} px")
        self._job.emit("left", {"seconds": seconds_left(total, trials)})
        if not self._job.cancelled:
            self._job.progress(ended + part, total, " · ".join(words))


class _TrialJob(Job):
    """Hears a trial's epochs, decides whether it is hopeless, and stops it then, with the search, or when the
    time is over."""

    def __init__(self, work: _Work, claim: Claim, trial: Trial) -> None:
        super().__init__(interval=0)
        self._work, self._claim, self._trial = work, claim, trial
        self._written = 0.0
        self.hopeless = ""

    @property
    def cancelled(self) -> bool:
        return bool(self.hopeless) or self._work._job.cancelled or self._work._late()

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled

    def emit(self, event: str, data: dict[str, Any]) -> None:
        if event != "epoch":
            return
        work, trial = self._work, self._trial
        config = work._search.config
        trial.add(data, last=config.keep == LAST)
        score = score_so_far(config, trial)
        if score is not None and not self.cancelled:
            self.hopeless = work._ledger.report(self._claim, trial.epoch, score)
        if time.monotonic() - self._written > _WRITE:
            self._written = time.monotonic()
            work._write(trial)
            work._tell(trial)


def described(trial: Trial, total: int) -> str:
    """A trial that ended, in a line."""
    settings = ", ".join(f"{name} {_short(value)}" for name, value in trial.settings.items())
    how = trial.message
    if trial.status == FINISHED:
        rmse = "" if trial.rmse is None else f", {trial.rmse:.2f} px"
        how = f"validation loss {trial.score:.4g}{rmse} after {trial.epoch} epochs, {trial.seconds:.0f} s"
    return f"Trial {trial.number + 1} of {total}: {settings}: {how}"


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _plain(trial: Trial) -> dict[str, Any]:
    from fkd_core.files import plain

    found: dict[str, Any] = plain(trial.to_dict())
    return found
