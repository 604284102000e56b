"""The best trial of a search as a run of the project."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

from fkd_core.errors import RunError, SearchError
from fkd_core.files import write_json, writing
from fkd_core.names import check_name
from fkd_core.runs import Run, layout
from fkd_core.search.folder import SearchFolder
from fkd_core.search.record import Trial, best_of
from fkd_core.search.trainers import has_weights


def best_trial(search: SearchFolder, number: int | None = None) -> Trial:
    """The best trial, or the one of that number.

    Raises:
        SearchError: if there is none yet.
    """
    trials = search.trials()
    if number is None:
        best = best_of(trials)
        if best is None:
            raise SearchError(
                f"search {search.name!r} has no best trial yet",
                where=search.path,
                expected="a trial that was trained to its end",
                found=f"{len(trials)} begun",
                todo="Let it go on: fkd search PROJECT --resume " + search.name,
            )
        return best
    found = next((trial for trial in trials if trial.number == number), None)
    if found is None:
        raise SearchError(
            f"search {search.name!r} has no trial {number + 1}",
            where=search.path,
            expected=f"1 to {len(trials)}",
        )
    return found


def full_training(search: SearchFolder, trial: Trial) -> dict[str, Any]:
    """The configuration of a training with a trial's settings and the network's own length."""
    return search.config.training(trial.settings, full=True)


def keep_weights(search: SearchFolder, trial: Trial, name: str | None = None) -> Run:
    """Make a trial a run of the project: with its weights, its history and its split, as it was trained.

    Args:
        search: the trial's.
        trial: whose weights are still there; those of the best one are.
        name: of the run; made of the search's name if None.

    Raises:
        RunError: if there is a run of that name.
        SearchError: if the weights are not here.
    """
    number = trial.number if trial.same_as is None else trial.same_as
    source = search.runs / search.run_name(number)
    if not has_weights(search.runs, source.name):
        raise SearchError(
            f"the weights of trial {number + 1} are not here",
            where=source,
            expected="those of the best trial, on the machine that trained it",
            todo=f"Train its settings instead: fkd search PROJECT --use-best {search.name}",
        )
    runs = search.project / "runs"
    name = check_name(name, "run name") if name else free_name(runs, f"{search.name}-best")
    target = runs / name
    if target.exists():
        raise RunError(f"there is a run {name!r} already", where=target, todo="Choose another --name")
    partial = runs / f".{name}.{uuid.uuid4().hex}.tmp"
    with writing(target):
        try:
            shutil.copytree(source, partial, ignore=shutil.ignore_patterns(layout.LOCK, "*.tmp"))
            header = json.loads((partial / layout.HEADER).read_bytes())
            header["name"] = name
            header["data"] |= {"search": search.name, "trial": number}
            write_json(partial / layout.HEADER, header)
            partial.rename(target)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return Run.open(target)


def free_name(runs: Path, wanted: str) -> str:
    """`wanted`, or the next free name that begins with it."""
    if not (runs / wanted).exists():
        return wanted
    count = 2
    while (runs / f"{wanted}-{count}").exists():
        count += 1
    return f"{wanted}-{count}"
