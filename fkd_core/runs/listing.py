"""The runs of a project in a table: what each is, how well it does, what was said of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from fkd_core.errors import RunError
from fkd_core.runs.manage import size_of
from fkd_core.runs.remarks import RunRemarks, read_remarks
from fkd_core.runs.run import Run, list_runs
from fkd_core.runs.summary import RunSummary, summarise


def table_of_runs(runs_folder: Path, fingerprint: str) -> list[dict[str, Any]]:
    """One line for each run, pinned ones first, then the newest.

    Args:
        runs_folder: where they lie.
        fingerprint: of the project's faces as they are now.

    Returns:
        For each `name`, `model`, `status`, `message`, `created`, `seconds` it took (None if unknown),
        `epochs`, `val_rmse` in pixels on its own validation faces, `interval` of that (95 %, two ends; None
        if unknown), `val_faces`, `same_faces` (whether it was trained on the faces as they are now), `folds`,
        `size` in bytes, `config`, `note`, `tags`, `pinned`.
    """
    lines = [_line(run, fingerprint) for run in reversed(list_runs(runs_folder))]
    return sorted(lines, key=lambda line: not line["pinned"])


def _line(run: Run, fingerprint: str) -> dict[str, Any]:
    status = run.status
    message, remarks, found = run.message, RunRemarks(), RunSummary()
    try:
        remarks = read_remarks(run.folder)
        if status != "damaged":
            found = summarise(run.folder)
    except RunError as error:
        message = str(error)
    message = found.problem or message
    return {
        "name": run.name,
        "model": run.model,
        "status": status,
        "message": message,
        "created": run.created,
        "seconds": _seconds(run.created, run.ended),
        "epochs": found.epochs,
        "val_rmse": found.val_rmse,
        "interval": None if found.low is None or found.high is None else [found.low, found.high],
        "val_faces": found.val_faces,
        "same_faces": run.data.get("fingerprint") == fingerprint,
        "folds": found.folds,
        "size": size_of(run),
        "config": run.config,
        "note": remarks.note,
        "tags": list(remarks.tags),
        "pinned": remarks.pinned,
    }


def _seconds(created: str, ended: str | None) -> float | None:
    try:
        return (datetime.fromisoformat(ended or "") - datetime.fromisoformat(created)).total_seconds()
    except ValueError:
        return None
