"""The words of `fkd train` for trainings in other processes: starting one, watching it, stopping it."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from fkd_core.cli.output import job_for, print_json

if TYPE_CHECKING:
    from fkd_core.runs.control import Wish

_WISHES: dict[str, Wish] = {"stop": "stop", "stop_after_epoch": "stop-after-epoch"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words."""
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--background",
        action="store_true",
        help="train in a process that outlives this terminal; the run's name is printed once it is there",
    )
    other.add_argument("--watch", metavar="RUN", help="follow a run that trains; Ctrl-C lets it go on")
    other.add_argument("--stop", metavar="RUN", help="stop a run that is being trained, here or elsewhere")
    other.add_argument(
        "--stop-after-epoch", metavar="RUN", help="have a run stop by itself at the end of its epoch"
    )


def is_meant(chosen: argparse.Namespace) -> bool:
    """Whether the command turns to a training that is there."""
    return any(getattr(chosen, word) is not None for word in ("watch", *_WISHES))


def run(chosen: argparse.Namespace) -> int:
    """Watch a training or ask it to stop; returns the exit status."""
    for word in _WISHES:
        if getattr(chosen, word) is not None:
            return _ask(chosen, word)
    return _watch(chosen)


def start(chosen: argparse.Namespace, arguments: dict[str, Any], started: float) -> int:
    """Start a training that outlives this process, and say its name."""
    from fkd_core.runs.live import start_detached

    with job_for("starting TensorFlow") as job:
        name = start_detached(chosen.project, arguments | {"elapsed": time.monotonic() - started}, job)
    log = chosen.project / "runs" / name / "log.txt"
    if chosen.json:
        print_json({"run": name, "log": log})
    else:
        print(f"run {name} trains in the background; follow it: fkd train {chosen.project} --watch {name}")
    return 0


def _ask(chosen: argparse.Namespace, word: str) -> int:
    from fkd_core.project import Project
    from fkd_core.runs import Run
    from fkd_core.runs.control import ask

    name = getattr(chosen, word)
    with Project(chosen.project) as project:
        folder = Run.find(project.runs_folder, name).folder
    ask(folder, _WISHES[word])
    if chosen.json:
        print_json({"run": name, "asked": _WISHES[word]})
    else:
        print(f"run {name} was asked to stop {'now' if word == 'stop' else 'at the end of its epoch'}")
    return 0


def _watch(chosen: argparse.Namespace) -> int:
    from fkd_core.cli.train import tell_result
    from fkd_core.errors import Cancelled
    from fkd_core.project import Project
    from fkd_core.runs import Run
    from fkd_core.runs.advice import Adviser
    from fkd_core.runs.live import follow
    from fkd_core.runs.log import LOG

    with Project(chosen.project) as project:
        folder = Run.find(project.runs_folder, chosen.watch).folder
    try:
        # A process that writes a log says in it what there is to be warned of.
        also = None if (folder / LOG).exists() else Adviser().listen
        with job_for(f"watching {chosen.watch}", also=also) as job:
            result = follow(folder, job)
    except Cancelled:
        print(f"no longer watching {chosen.watch}, which goes on", file=sys.stderr)
        return 130
    return tell_result(chosen, result)
