"""The commands that make a run again, as they are typed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

_WORDS = {
    "model": "--model",
    "epochs": "--epochs",
    "minutes": "--minutes",
    "folds": "--folds",
    "seed": "--seed",
    "limit": "--limit",
    "batch_size": "--batch-size",
    "learning_rate": "--learning-rate",
    "hold_out": "--hold-out",
}
_OPTIONS = ("trees", "depth", "features")
"""options of a model that the command has words for"""
AUGMENTATION = "augmentation.json"
"""file that the command reads settings from which have no name"""
_NOT_SAID = {"label_weights", "device", "name", "augment", "extended", "tensorboard"}
"""said in words of their own below"""


def commands_of(
    config: Mapping[str, Any], *, source: str, project: str, run: str, lookup: bool, demo: bool = False
) -> tuple[list[str], list[str]]:
    """What to type, from the import on.

    Args:
        config: of the run.
        source: that the project was imported from.
        project: its folder's name.
        run: its name.
        lookup: whether there is a submission to write.
        demo: whether the faces were drawn, not imported.

    Returns:
        The commands, and what they leave open: files to write, and settings that no option expresses.
    """
    train = ["fkd", "train", project]
    left = []
    for name, value in config.items():
        if value is None or value is False or value in ({}, []) or name in _NOT_SAID:
            continue
        if name == "options" and set(value) <= set(_OPTIONS):
            for option, chosen in value.items():
                train += [] if chosen is None else [f"--{option}", f"{chosen:g}"]
            continue
        if name in _WORDS:
            train += [_WORDS[name], f"{value:g}" if isinstance(value, float) else str(value)]
        elif not (name == "precision" and value == "auto"):
            left.append(f"{name} = {value}")
    weights = config.get("label_weights") or {}
    if weights:
        train += ["--label-weights", ",".join(f"{name}={value:g}" for name, value in weights.items())]
    if config.get("device") not in (None, "auto"):
        train += ["--device", str(config["device"])]
    augment = config.get("augment")
    if isinstance(augment, Mapping):
        train += ["--augmentation", AUGMENTATION]
        left.append(f"{AUGMENTATION}: {json.dumps(augment)}")
    elif augment is not None:
        train += ["--augmentation", str(augment)]
    train += ["--name", run]
    rest = [
        ["fkd", "evaluate", project, "--run", run],
        *([["fkd", "submit", project, "--run", run, "-o", f"submission-{run}.csv"]] if lookup else []),
        ["fkd", "report", project, "--run", run, "-o", f"report-{run}.html"],
    ]
    more = [
        ["fkd", "train", project, "--resume", run, f"--{unit}", f"{part[unit]:g}"]
        for part in config.get("extended") or ()
        for unit in ("epochs", "minutes")
        if unit in part
    ]
    begin = ["fkd", "demo", project] if demo else ["fkd", "import", source, project]
    words = [begin, train, *more, *rest]
    return [shlex.join(each) for each in words], left
