"""The trials of a search as Optuna keeps them: numbered once, whoever asks, and shared by all who work on it.

The only module that imports Optuna. A process takes a trial by its number, which the storage gives out once;
a trial whose process died is taken over by the next one that finds its lock free.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import attrs
import optuna
from filelock import FileLock, Timeout
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

from fkd_core.errors import SearchError
from fkd_core.search.config import LAST, SearchConfig
from fkd_core.search.folder import JOURNAL, SearchFolder
from fkd_core.search.record import FAILED, FINISHED, PRUNED, RUNNING, SAME, Trial
from fkd_core.search.samplers import Fixed, sampler_for, suggest
from fkd_core.search.space import Settings
from fkd_core.search.spaces import GREEDY, GRID
from fkd_core.search.strategies import Outcome, greedy_settings, grid_settings, kept, stage_of
from fkd_core.search.worker import worker_name

STALE = 30 * 60.0
"""Seconds without a sign after which a trial of another machine counts as left."""
_TRIES, _TRY_PAUSE = 4, 0.2
_SIGNS = 60.0
"""Seconds between two signs of life."""
_ENDED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
_SURPLUS = "surplus"


@attrs.define
class Claim:
    """A trial that this process trains.

    Attributes:
        number: from 0, the same for all processes.
        trial: Optuna's.
        lock: is held until it has ended.
        resumed: whether another process had begun it.
    """

    number: int
    trial: optuna.Trial
    lock: FileLock
    resumed: bool


class Ledger:
    """The trials of one search.

    Args:
        search: its folder.
        storage: address of a database; the journal in the folder if None.

    Raises:
        SearchError: if the storage cannot be reached, or holds another search of the same name.
    """

    def __init__(self, search: SearchFolder, storage: str | None = None) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._search, self._config = search, search.config
        self._place = f"{worker_name().rpartition('-')[0]}:{search.path.resolve()}"
        self._pruner: optuna.pruners.BasePruner = optuna.pruners.NopPruner()
        percentile = self._config.percentile()
        if percentile is not None:
            few = 2 if self._config.strategy == GREEDY else 4
            self._pruner = optuna.pruners.PercentilePruner(percentile, few, self._config.warm_up + 1)
        self._sign = 0.0
        self._rivals: tuple[tuple[int, ...], optuna.Study] | None = None
        try:
            self._study = self._open(storage)
            self._agree()
        except SearchError:
            raise
        except Exception as error:
            raise SearchError(
                "the trials of this search cannot be reached",
                where=search.storage or search.path / JOURNAL,
                found=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
                todo="Check the address and that its driver is installed, then resume the search",
            ) from error

    def _open(self, storage: str | None) -> optuna.Study:
        for attempt in itertools.count(1):
            try:
                return optuna.create_study(
                    storage=_storage(self._search.path / JOURNAL, storage),
                    study_name=self._search.name,
                    load_if_exists=True,
                    direction="minimize",
                    sampler=Fixed({}),
                )
            except Exception:
                # Two processes may make the tables of a new database at once: one of them fails.
                if storage is None or attempt == _TRIES:
                    raise
                threading.Event().wait(_TRY_PAUSE * attempt)
        raise AssertionError

    def take(self) -> Claim | None:
        """The next trial for this process: one that was left, or a new one; None if none is left to take."""
        with FileLock(self._search.path / "claims.lock", thread_local=False):
            trials = self._frozen()
            for frozen in trials:
                if frozen.state == TrialState.RUNNING and self._was_left(frozen):
                    lock = self._lock(frozen.number)
                    with contextlib.suppress(Timeout):
                        lock.acquire(timeout=0)
                        trial = optuna.Trial(self._study, frozen._trial_id)
                        trial.set_user_attr("place", self._place)
                        return Claim(frozen.number, trial, lock, resumed=True)
            if len(trials) >= self._config.total:
                return None
            trial = self._study.ask()
            trial.set_user_attr("place", self._place)
            if trial.number >= self._config.total:
                # Another machine was quicker by a moment.
                trial.set_user_attr(_SURPLUS, True)
                self._study.tell(trial, state=TrialState.FAIL)
                return None
            lock = self._lock(trial.number)
            lock.acquire()
            return Claim(trial.number, trial, lock, resumed=False)

    def settle(self, claim: Claim) -> Settings | None:
        """The settings of a trial; None while they depend on trials that still run."""
        kept_settings = claim.trial.user_attrs.get("settings")
        if kept_settings is not None:
            return dict(kept_settings)
        space, strategy = self._config.space, self._config.strategy
        if strategy == GRID:
            settings: Settings | None = grid_settings(space, claim.number)
        elif strategy == GREEDY:
            settings = greedy_settings(space, claim.number, self.outcomes())
        else:
            settings = None
        if settings is None and strategy == GREEDY:
            return None
        self._study.sampler = sampler_for(self._config, claim.number, settings)
        settings = suggest(claim.trial, space, settings)
        claim.trial.set_user_attr("settings", settings)
        return settings

    def stage(self, number: int) -> str:
        """The setting that a trial of a greedy search is about; empty for other strategies."""
        return stage_of(self._config.space, number).name if self._config.strategy == GREEDY else ""

    def take_after_twin(self, claim: Claim, trial: Trial) -> bool:
        """Give a trial the result of one with the same settings that was trained to its end; whether there
        is one."""
        for frozen in self._frozen():
            same = frozen.user_attrs.get("settings") == trial.settings and frozen.number != claim.number
            if not same or frozen.state != TrialState.COMPLETE:
                continue
            for epoch, value in frozen.intermediate_values.items():
                claim.trial.report(value, epoch)
            twin = self._record(frozen)
            trial.status, trial.same_as = SAME, twin.number if twin.same_as is None else twin.same_as
            trial.score, trial.rmse, trial.epoch = frozen.value, twin.rmse, twin.epoch
            trial.message = f"The same settings as trial {trial.same_as + 1}, whose result it takes"
            return True
        return False

    def report(self, claim: Claim, epoch: int, score: float) -> str:
        """Note a trial's score at an epoch; says why the trial is hopeless, empty if it is not."""
        if epoch not in self._storage.get_trial(claim.trial._trial_id).intermediate_values:
            claim.trial.report(score, epoch)
        if time.time() - self._sign > _SIGNS:
            self._sign = time.time()
            claim.trial.set_user_attr("seen", self._sign)
        frozen = self._storage.get_trial(claim.trial._trial_id)
        if not self._pruner.prune(self._comparable(claim.number), frozen):
            return ""
        rival = self._leader(claim.number)
        there = _at(rival, epoch) if rival is not None else None
        if self._config.strategy == GREEDY and (rival is None or there is None or score <= there):
            # Only what is behind the one that would be kept now, at the same epoch.
            return ""
        who = "" if rival is None or there is None else f"; trial {rival.number + 1} was at {there:.4g} there"
        return f"Given up at epoch {epoch} with a validation loss of {score:.4g}{who}"

    def finish(self, claim: Claim, record: Trial) -> None:
        """A trial has ended."""
        claim.trial.set_user_attr("record", record.to_dict() | {"curve": None})
        if record.status in (FINISHED, SAME) and record.score is not None and math.isfinite(record.score):
            self._study.tell(claim.trial, record.score)
        elif record.status == PRUNED:
            self._study.tell(claim.trial, state=TrialState.PRUNED)
        else:
            self._study.tell(claim.trial, state=TrialState.FAIL)

    def release(self, claim: Claim) -> None:
        """Leave a trial as it is: to whoever takes it next, or over."""
        claim.lock.release()

    def outcomes(self) -> dict[int, Outcome]:
        """The trials that have ended."""
        found = {}
        for frozen in self._frozen():
            if frozen.state in _ENDED:
                value = frozen.value if frozen.state == TrialState.COMPLETE else None
                score = math.inf if value is None else value
                found[frozen.number] = Outcome(score, frozen.user_attrs.get("settings", {}))
        return found

    def mirror(self) -> None:
        """Write what other machines' trials did, and what a process that was killed could not write."""
        there = {trial.number: trial.status for trial in self._search.trials()}
        for frozen in self._frozen():
            if frozen.state in _ENDED and there.get(frozen.number) in (None, RUNNING, "interrupted"):
                self._search.write_trial(self._record(frozen))

    @property
    def begun(self) -> int:
        """Trials that were given out."""
        return len(self._frozen())

    def doubtful(self, number: int) -> list[int]:
        """Trials of a greedy step that were given up though they were ahead, at the same epoch, of the trial
        that the step has kept."""
        stage = stage_of(self._config.space, number)
        best = kept(stage, self.outcomes())
        trials = {frozen.number: frozen for frozen in self._frozen()}
        if best is None:
            return []
        found = []
        for other in stage.numbers:
            frozen = trials.get(other)
            if frozen is None or frozen.state != TrialState.PRUNED or frozen.last_step is None:
                continue
            there = _at(trials[best], frozen.last_step)
            if there is not None and frozen.intermediate_values[frozen.last_step] < there:
                found.append(other)
        return found

    def _frozen(self) -> list[FrozenTrial]:
        trials = self._study.get_trials(deepcopy=False)
        return [frozen for frozen in trials if _SURPLUS not in frozen.user_attrs]

    @property
    def _storage(self) -> BaseStorage:
        return self._study._storage

    def _complete(self, number: int) -> list[FrozenTrial]:
        """Trials that were trained to their end and that a trial competes with: all, or those of its step."""
        trials = [frozen for frozen in self._frozen() if frozen.state == TrialState.COMPLETE]
        if self._config.strategy == GREEDY:
            stage = stage_of(self._config.space, number)
            trials = [frozen for frozen in trials if frozen.number in stage.numbers]
        return trials

    def _comparable(self, number: int) -> optuna.Study:
        """A study of a trial's competitors alone, for Optuna's pruners, which compare with all of a study."""
        trials = self._complete(number)
        numbers = tuple(frozen.number for frozen in trials)
        if self._rivals is None or self._rivals[0] != numbers:
            study = optuna.create_study(direction="minimize", sampler=Fixed({}))
            study.add_trials(trials)
            self._rivals = numbers, study
        return self._rivals[1]

    def _leader(self, number: int) -> FrozenTrial | None:
        return min(self._complete(number), key=lambda frozen: frozen.value or 0, default=None)

    def _was_left(self, frozen: FrozenTrial) -> bool:
        if frozen.user_attrs.get("place") == self._place:
            # Held as long as its process lives; whether it does, the lock will tell.
            return True
        began = frozen.datetime_start.timestamp() if frozen.datetime_start else 0.0
        return time.time() - max(began, float(frozen.user_attrs.get("seen", 0.0))) > STALE

    def _lock(self, number: int) -> FileLock:
        path = self._search.path / "workers"
        path.mkdir(exist_ok=True)
        return FileLock(path / f"trial-{number:04d}.held", thread_local=False)

    def _agree(self) -> None:
        mine = {"config": self._config.to_dict(), "faces": self._search.header["data"].get("fingerprint")}
        # The list of rows may lie elsewhere on another machine.
        mine["config"] |= {"hold_out": bool(self._config.hold_out), "device": "auto"}
        theirs = self._study.user_attrs.get("search")
        if theirs is None:
            self._study.set_user_attr("search", mine)
        elif theirs != mine:
            config = theirs.get("config", {})
            other = [key for key, value in mine["config"].items() if config.get(key) != value]
            raise SearchError(
                f"the storage holds another search called {self._search.name!r}",
                where=self._search.storage,
                expected="the same settings and faces",
                found=f"another {', '.join(other) or 'set of faces'}",
                todo="Give this search another name",
            )

    def _record(self, frozen: FrozenTrial) -> Trial:
        known: dict[str, Any] = dict(frozen.user_attrs.get("record", {}))
        trial = Trial.from_dict({"number": frozen.number} | known | {"curve": []})
        trial.settings = frozen.user_attrs.get("settings", {})
        trial.stage = self.stage(frozen.number)
        trial.curve = [[epoch, value, math.nan] for epoch, value in frozen.intermediate_values.items()]
        if not known:
            status = {TrialState.COMPLETE: FINISHED, TrialState.PRUNED: PRUNED}.get(frozen.state, FAILED)
            trial.status, trial.score = status, frozen.value
        return trial


def score_so_far(config: SearchConfig, trial: Trial) -> float | None:
    """What a trial counts by at its last epoch: the last validation loss or the best so far."""
    if not trial.curve:
        return None
    return trial.curve[-1][1] if config.keep == LAST else trial.score


def _at(frozen: FrozenTrial | None, epoch: int) -> float | None:
    """The score of a trial at an epoch, or at its last one before it."""
    known = [] if frozen is None else [step for step in frozen.intermediate_values if step <= epoch]
    return frozen.intermediate_values[max(known)] if frozen is not None and known else None


def _storage(journal: Path, url: str | None) -> str | BaseStorage:
    if url is not None:
        return url
    # Windows lets only administrators make symbolic links.
    lock = JournalFileOpenLock(str(journal)) if os.name == "nt" else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return JournalStorage(JournalFileBackend(str(journal), lock_obj=lock))
