"""`fkd train PROJECT`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from fkd_core.cli import arguments, train_elsewhere
from fkd_core.cli.output import job_for, print_json
from fkd_core.errors import BadInputError
from fkd_core.models import registry

_OPTIONS = ("trees", "depth", "features")
"""words that are options of a model"""
_CONFIG = (
    *("model", "epochs", "minutes", "folds", "seed", "limit", "device", "batch_size", "learning_rate"),
    *("label_weights", "tensorboard"),
)

_LENGTH = ("epochs", "minutes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    names = [spec.name for spec in registry.available()]
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with a run that was stopped or interrupted, as it was begun; with --epochs or --minutes, "
        "add as many to a run that has ended",
    )
    parser.add_argument("--model", choices=names, help=f"({registry.DEFAULT})")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=arguments.positive, metavar="N", help="passes over the faces")
    length.add_argument(
        "--minutes", type=arguments.duration, metavar="M", help="time for everything, or for each fold"
    )
    parser.add_argument(
        "--folds",
        type=arguments.positive,
        metavar="K",
        help="K networks, each blind to one part of the faces",
    )
    parser.add_argument("--seed", type=arguments.whole, metavar="N", help="(0)")
    parser.add_argument("--name", metavar="RUN", help="of the run; the next free one if left out")
    parser.add_argument("--limit", type=arguments.positive, metavar="N", help="train on that many faces only")
    parser.add_argument(
        "--hold-out", type=Path, metavar="ROWS.txt", help="rows to keep out of training and to validate on"
    )
    parser.add_argument(
        "--device", metavar="D", help="auto, cpu, gpu, gpu:1 …, or several: gpus, gpu:0,gpu:2 (auto)"
    )
    parser.add_argument("--batch-size", type=arguments.positive, metavar="N", help="faces in a step")
    parser.add_argument("--learning-rate", type=arguments.duration, metavar="R", help="the highest one")
    parser.add_argument(
        "--label-weights",
        type=_label_weights,
        metavar="ORIGIN=W,…",
        help="what labels count by origin, 0 to 1: human, corrected, reviewed, imputed, predicted "
        "(imputed=0,predicted=0, the others 1)",
    )
    parser.add_argument(
        "--augmentation",
        metavar="PRESET|FILE.json",
        help="random changes of the faces: default, notebook, none, one saved in the project, or a file "
        "with settings; see 'fkd augment' (the network's own)",
    )
    forest = parser.add_argument_group("only for --model forest, the notebook's comparison")
    forest.add_argument("--trees", type=arguments.positive, metavar="N", help="trees (100)")
    forest.add_argument(
        "--depth", type=arguments.positive, metavar="N", help="most splits to a leaf (no limit)"
    )
    forest.add_argument(
        "--features",
        type=arguments.duration,
        metavar="SHARE",
        help="share of the pixels that each split may look at (1, as the notebook; 0.02 is far quicker)",
    )
    parser.add_argument(
        "--tensorboard",
        action="store_true",
        default=None,
        help="leave files for TensorBoard in the run's folder 'tensorboard'",
    )
    train_elsewhere.add_arguments(parser)
    arguments.json_output(parser)


def _label_weights(text: str) -> dict[str, float]:
    weights = {}
    for part in text.split(","):
        name, found, value = part.partition("=")
        try:
            weights[name.strip()] = float(value)
        except ValueError:
            found = ""
        if not found:
            raise argparse.ArgumentTypeError(f"must be like imputed=0.3,corrected=1, received {part!r}")
    return weights


def run(chosen: argparse.Namespace) -> int:
    """Train, then say where the run is; or turn to a training that runs."""
    from fkd_core.augment.presets import named
    from fkd_core.pipeline import read_hold_out
    from fkd_core.project import Project
    from fkd_core.runs import Run

    if train_elsewhere.is_meant(chosen):
        return train_elsewhere.run(chosen)
    started = time.monotonic()
    config: dict[str, Any] = {key: value for key in _CONFIG if (value := getattr(chosen, key)) is not None}
    options = {key: value for key in _OPTIONS if (value := getattr(chosen, key)) is not None}
    if options:
        config["options"] = options
    history: list[dict[str, Any]] = []
    extend: dict[str, Any] | None = None
    if chosen.resume is not None:
        extend = _added(chosen, config)
    with Project(chosen.project) as project:
        if chosen.resume is not None:
            history = Run.find(project.runs_folder, chosen.resume).metrics
        if chosen.hold_out is not None:
            read_hold_out(project, chosen.hold_out)
        if chosen.augmentation is not None:
            # By its values and not by its name, which may mean something else when the run goes on.
            config["augment"] = named(project.folder, chosen.augmentation).to_dict()
    arguments = {
        "config": None if chosen.resume else config,
        "name": chosen.resume or chosen.name,
        "hold_out": chosen.hold_out,
        "resume": chosen.resume is not None,
        "extend": extend,
    }
    if chosen.background:
        return train_elsewhere.start(chosen, arguments, started)
    return _train_here(chosen, arguments, history, started)


def _added(chosen: argparse.Namespace, config: dict[str, Any]) -> dict[str, Any] | None:
    """What is to be added to a resumed run; all other settings are its own."""
    others = (key for key in ("name", "hold_out", "augmentation") if getattr(chosen, key) is not None)
    options = config.get("options", {})
    given = [key for key in (*config, *options, *others) if key not in (*_LENGTH, "options")]
    if given:
        raise BadInputError(
            "a run goes on as it was begun",
            expected="--resume RUN, alone or with --epochs or --minutes to add",
            found="--" + given[0].replace("_", "-"),
            todo="Leave it out, or train a new run",
        )
    return {key: config[key] for key in _LENGTH if key in config} or None


def _train_here(
    chosen: argparse.Namespace, arguments: dict[str, Any], history: list[dict[str, Any]], started: float
) -> int:
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import train
    from fkd_core.runs.advice import Adviser

    adviser = Adviser(history)
    with Engine() as engine, job_for(_beginning(chosen), also=adviser.listen) as job:
        result = train(engine, chosen.project, job=job, started=started, **arguments)
    return tell_result(chosen, result)


def _beginning(chosen: argparse.Namespace) -> str:
    network = chosen.resume is not None or registry.get(chosen.model or registry.DEFAULT).is_network
    return "starting TensorFlow" if network else "starting"


def tell_result(chosen: argparse.Namespace, result: dict[str, Any]) -> int:
    """Print how a training ended; returns the exit status."""
    if chosen.json:
        print_json(result)
    else:
        best = result.get("best") or {}
        rmse = f", validation RMSE {best['val_rmse']:.3f} px" if best.get("val_rmse") is not None else ""
        print(f"run {result['run']}: {result['status']}{rmse}")
    return 130 if result["status"] == "stopped" else 0
