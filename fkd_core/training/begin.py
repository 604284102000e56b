"""Training any model: networks by Keras, the others by trainers of their own, which never load it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.runs import Run

_NETWORKS = "fkd_core.training.start"
_OTHERS = "fkd_core.baselines.start"
_ALL = {"project", "config", "name", "hold_out", "elapsed", "resume", "runs"}
"""what any model can be trained with"""


def train(job: Job, **arguments: Any) -> dict[str, Any]:
    """Train a model on a project's labels and leave a run.

    Args:
        job: is told how far the training is; cancelling it ends the run as `stopped`.
        arguments: those of `fkd_core.training.start.train_run`.

    Returns:
        `run`, its name; `status`, and how else it ended.

    Raises:
        FkdError: if the data or the configuration cannot be used.
    """
    spec = registry.get(_model(arguments))
    if not spec.is_network:
        _check_arguments(spec.name, arguments)
    module = importlib.import_module(_NETWORKS if spec.is_network else _OTHERS)
    result: dict[str, Any] = module.train_run(job, **arguments)
    return result


def _check_arguments(model: str, arguments: dict[str, Any]) -> None:
    """Refuse what can be asked of a network alone, such as to train for longer."""
    for name, value in arguments.items():
        if name not in _ALL and value not in (None, False):
            raise BadInputError(
                f"a {model} is no network and cannot be trained that way", found=name, todo="Train a new run"
            )
    for name in set(arguments) - _ALL:
        del arguments[name]


def _model(arguments: dict[str, Any]) -> str:
    config = arguments.get("config")
    if config is not None:
        return str(config.get("model") or registry.DEFAULT)
    name, runs = arguments.get("name"), arguments.get("runs")
    if not name:
        return registry.DEFAULT
    folder = Path(arguments["project"]) / "runs" if runs is None else Path(runs)
    return Run.find(folder, name).model
