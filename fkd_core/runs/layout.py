"""What lies where in a run's folder, and the lock that its writer holds.

run.json         what it is, its status, configuration, seed and data
run.lock         locked by the process that trains, for as long as it lives
split.json       rows of the training file: {"train": [...], "validation": [...]}; where a run has folds, also
                 "fold-1": [...] and so on, the rows that this fold's network never saw
environment.json where it was trained, with which versions
metrics.jsonl    one JSON object for each epoch
compared.npz     what the run saw in faces that it was compared on; see `comparison.seen`
summary.json     what lists say of the run, made of the files above; see `runs.summary`
best.keras       weights of the best epoch, where a training chooses among epochs
last.keras       weights of the last epoch
arrays.npz       in place of weights, a model that is no network: it predicts without TensorFlow
last.onnx        the weights exported when the training finished; predicts without TensorFlow
checkpoint.npz   what a training needs to go on, also after its end, unless it has folds
faces.npz        what a few validation faces look like to the network, after its last validation
process.json     which process trains it and how far it is; gone when that has ended
control.json     what is asked of the training; gone when that is done
log.txt          what the process says, where it was started to outlive its starter
tensorboard/     files for TensorBoard, where they were asked for
fold-1/ …        weights, export and checkpoint of each fold, where a run has folds, and then nowhere else
predictions/     SPLIT.npy float32 (N, K, 2), SPLIT_std.npy float32 (N, K), SPLIT.json with rows and when
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fkd_core.errors import RunError

FORMAT = 1
HEADER = "run.json"
LOCK = "run.lock"
SPLIT = "split.json"
ENVIRONMENT = "environment.json"
METRICS = "metrics.jsonl"
SUMMARY = "summary.json"
COMPARED = "compared.npz"
PREDICTIONS = "predictions"
DEVIATIONS = "_std"
WEIGHTS = {"best": "best.keras", "last": "last.keras"}
ARRAYS = "arrays.npz"
"""A model that is no network, in place of weights; see `fkd_core.baselines`."""
CHECKPOINT = "checkpoint.npz"
OUT_OF_FOLD = "out-of-fold"
"""Split under which a run with folds keeps what each row looks like to a network that never saw its face."""
OUT_OF_FOLD_OWN = "out-of-fold-own"
"""The same by each row's own marking rule."""
EXPORTED = ".onnx"
"""Ending of an exported network; it stands beside the weights it was made from."""
UNFINISHED_WEIGHTS = ".*.new.keras"
"""Pattern of the files that `training.sink.save_model` writes before they take their names."""

_PROBE_SECONDS = 0.005
_PROBE_STEP = 0.001


def exported_beside(weights: Path) -> Path:
    """Where the export of a file of weights belongs; arrays need none and stand for themselves."""
    if weights.name == ARRAYS:
        return weights
    return weights.with_suffix(EXPORTED)


def new_lock(folder: Path) -> FileLock:
    """The lock of a run, not yet taken; the system frees it when its process ends, however it ends."""
    # any thread of the process may finish the run
    return FileLock(folder / LOCK, thread_local=False)


def is_locked(folder: Path) -> bool | None:
    """Whether a living process trains this run; None where the file system does not let one find out."""
    lock = new_lock(folder)
    try:
        # not a single try: another reader may hold it for the moment in which it looks
        with lock.acquire(timeout=_PROBE_SECONDS, poll_interval=_PROBE_STEP):
            return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return None


def next_name(runs_folder: Path) -> str:
    """The next free name of the form `run-3`, above every such number in use."""
    with contextlib.suppress(FileNotFoundError):
        found = (re.fullmatch(r"run-(\d+)", entry.name, re.IGNORECASE) for entry in runs_folder.iterdir())
        return f"run-{max((int(match[1]) for match in found if match), default=0) + 1}"
    return "run-1"


def fold_name(fold: int) -> str:
    """Folder and split of a fold, counted from 1."""
    return f"fold-{fold}"


def fold_folders(folder: Path) -> list[Path]:
    """Folders of the folds that a run has so far, in their order."""
    found = (re.fullmatch(r"fold-(\d+)", entry.name) for entry in folder.iterdir() if entry.is_dir())
    return [folder / fold_name(number) for number in sorted(int(match[1]) for match in found if match)]


def run_folders(runs_folder: Path) -> Iterator[Path]:
    """Folders that hold a run, by name."""
    if runs_folder.is_dir():
        yield from sorted(entry for entry in runs_folder.iterdir() if (entry / HEADER).is_file())


def read_json_object(path: Path, what: str) -> dict[str, Any]:
    """Read a JSON object.

    Args:
        path: the file.
        what: what it holds, for the message.

    Raises:
        RunError: if the file is missing, unreadable or no JSON object.
    """
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise RunError(f"the {what} is missing", where=path, todo="Train the run again") from None
    except OSError as error:
        raise RunError(f"the {what} cannot be read", where=path, found=error.strerror) from error
    except ValueError as error:
        raise RunError(
            f"the {what} is damaged",
            where=path,
            expected="a JSON object",
            found=str(error),
            todo="Restore the file from a copy, or delete the run",
        ) from error
    if not isinstance(value, dict):
        raise RunError(
            f"the {what} is damaged", where=path, expected="a JSON object", found=type(value).__name__
        )
    return value
