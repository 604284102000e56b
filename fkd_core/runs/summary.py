"""What a list of runs says of each, kept beside the run: ten thousand epochs are read once, not at each look.

summary.json is made anew whenever the files that it was made from have changed, and may be deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import attrs

from fkd_core.errors import RunError
from fkd_core.runs import layout
from fkd_core.runs.history import best_record, read_metrics

_VERSION = 1


@attrs.frozen
class RunSummary:
    """Attributes:
    epochs: how many it has trained.
    val_rmse: its lowest validation RMSE in pixels; None if it has none.
    low, high: 95 % interval of that; None where the training did not say.
    val_faces: its validation faces; None if nothing says which.
    folds: how many networks it has, 0 where it has one.
    problem: which of its files cannot be read, and what to do; empty if all can.
    """

    epochs: int = 0
    val_rmse: float | None = None
    low: float | None = None
    high: float | None = None
    val_faces: int | None = None
    folds: int = 0
    problem: str = ""


def summarise(folder: Path) -> RunSummary:
    """The summary of the run in a folder, as it was kept where nothing has changed since."""
    marks = [_mark(folder / name) for name in (layout.METRICS, layout.SPLIT)]
    kept = _kept(folder, marks)
    if kept is not None:
        return kept
    found = RunSummary()
    try:
        found = _of_epochs(read_metrics(folder / layout.METRICS))
        split = layout.read_json_object(folder / layout.SPLIT, "run's split")
    except RunError as error:
        return attrs.evolve(found, problem=str(error))
    folds = sum(part.startswith("fold-") for part in split)
    found = attrs.evolve(found, val_faces=len(split.get("validation", [])), folds=folds)
    _keep(folder, {"version": _VERSION, "of": marks, **attrs.asdict(found)})
    return found


def _of_epochs(history: list[dict[str, Any]]) -> RunSummary:
    best = best_record(history, "val_rmse") or {}
    ends = best.get("val_rmse_low"), best.get("val_rmse_high")
    return RunSummary(len(history), best.get("val_rmse"), *ends)


def _mark(path: Path) -> list[int]:
    """What changes when a file does; nothing where there is none."""
    try:
        about = path.stat()
    except OSError:
        return []
    return [about.st_size, about.st_mtime_ns]


def _kept(folder: Path, marks: list[list[int]]) -> RunSummary | None:
    try:
        value = json.loads((folder / layout.SUMMARY).read_bytes())
        if value.pop("version") == _VERSION and value.pop("of") == marks:
            return RunSummary(**value)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return None


def _keep(folder: Path, value: dict[str, Any]) -> None:
    """Best effort: nothing is lost where it cannot be written, or with a crash."""
    temporary = folder / f".{layout.SUMMARY}.{os.getpid()}.tmp"
    with contextlib.suppress(OSError):
        try:
            temporary.write_text(json.dumps(value))
            temporary.replace(folder / layout.SUMMARY)
        finally:
            temporary.unlink(missing_ok=True)
