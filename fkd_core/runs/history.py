"""The metrics of a run, epoch by epoch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fkd_core.errors import RunError

_AT_ONCE = 200


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """One record for each line of the file; none if there is no file.

    Raises:
        RunError: if a line is damaged. A last line that was cut off is left out instead.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError("the metrics cannot be read", where=path, found=error.strerror) from error
    *whole, rest = content.split(b"\n")
    # without its line end it was cut off while being written, but it may be complete
    last = _record(rest)
    history = _many_at_once(whole)
    if history is None:
        history = _one_by_one(path, whole)
    return history if last is None else [*history, last]


def _many_at_once(lines: list[bytes]) -> list[dict[str, Any]] | None:
    """All records, twice as fast as line by line; None if a line is damaged.

    Not all lines in one call, during which no other thread would run.
    """
    values: list[Any] = []
    try:
        for start in range(0, len(lines), _AT_ONCE):
            part = lines[start : start + _AT_ONCE]
            found = json.loads(b"[" + b",".join(part) + b"]")
            if len(found) != len(part):
                return None
            values += found
    except ValueError:
        return None
    return values if all(isinstance(value, dict) for value in values) else None


def _one_by_one(path: Path, lines: list[bytes]) -> list[dict[str, Any]]:
    """All records, or an error that names the damaged line."""
    history = []
    for number, line in enumerate(lines, start=1):
        record = _record(line)
        if record is None:
            raise RunError(
                "this line of the metrics is damaged",
                where=f"{path}, line {number}",
                expected="a JSON object",
                found=repr(line[:60].decode(errors="replace")),
                todo="Remove the line, or restore the file from a copy",
            )
        history.append(record)
    return history


def epoch_line(record: dict[str, Any]) -> str:
    """An epoch in a line for people."""
    parts = [f"{record.get('unit', 'epoch')} {record['epoch']:>3}", f"{record['seconds']:6.0f} s"]
    if record.get("rmse") is not None:
        parts.append(f"rmse {record['rmse']:.3f}")
    if record.get("val_rmse") is not None:
        parts.append(f"validation {record['val_rmse']:.3f} px")
    judged = [error for error in record.get("val_keypoints") or () if error is not None]
    if len(judged) > 1:
        parts.append(f"worst keypoint {max(judged):.3f} px")
    if record.get("images_per_second") is not None:
        parts.append(f"{record['images_per_second']:.0f} images/s")
    return "  ".join(parts)


def best_record(history: list[dict[str, Any]], metric: str) -> dict[str, Any] | None:
    """The first of the records with the lowest value of `metric`; None if no record has it."""
    known = [record for record in history if isinstance(record.get(metric), (int, float))]
    return min(known, key=lambda record: float(record[metric]), default=None)


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
