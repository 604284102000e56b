"""The few validation faces of a run that are looked at while it learns, as it saw them last."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.files import write_atomic

FILE = "faces.npz"


@attrs.frozen(eq=False)
class WatchedFaces:
    """Predictions of a few faces after one epoch.

    Args:
        rows: int64 `(M,)`, rows of the training file.
        points: float32 `(M, K, 2)`, pixels.
        epoch: after which they were made, counted from 1.
    """

    rows: NDArray[np.int64]
    points: NDArray[np.float32]
    epoch: int


def watched_faces(run_folder: Path) -> WatchedFaces | None:
    """What a run saw last in its watched faces; None if it keeps none.

    Raises:
        RunError: if the file is damaged.
    """
    path = run_folder / FILE
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
            rows, points, epoch = packed["rows"], packed["points"], packed["epoch"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise _damaged(path, str(error)[:200] or type(error).__name__) from error
    if (
        rows.dtype != np.int64
        or points.dtype != np.float32
        or not np.issubdtype(epoch.dtype, np.integer)
        or points.ndim != 3
        or rows.shape != points.shape[:1]
        or points.shape[2] != 2
        or epoch.ndim
    ):
        raise _damaged(
            path, f"{rows.dtype} {rows.shape}, {points.dtype} {points.shape}, {epoch.dtype} {epoch.shape}"
        )
    return WatchedFaces(rows, points, int(epoch))


def keep_faces(run_folder: Path, faces: WatchedFaces) -> dict[str, Any]:
    """Write the file that `watched_faces` reads; a reader finds the old one or the new one.

    Returns:
        The same as plain values: the event `faces`.

    Raises:
        ProjectError: if it cannot be written.
    """
    content = io.BytesIO()
    np.savez(
        content,
        rows=np.asarray(faces.rows, np.int64),
        points=np.asarray(faces.points, np.float32),
        epoch=np.int64(faces.epoch),
    )
    write_atomic(run_folder / FILE, content.getvalue(), durable=False)
    return as_event(faces)


def as_event(faces: WatchedFaces) -> dict[str, Any]:
    """The event `faces`: `epoch`, `rows` and `points` as plain values."""
    return {"epoch": faces.epoch, "rows": faces.rows.tolist(), "points": faces.points.tolist()}


def _damaged(path: Path, found: str) -> RunError:
    return RunError(
        "the predictions of the watched faces are damaged",
        where=path,
        expected="rows int64 (M,), points float32 (M, K, 2), epoch",
        found=found,
        todo="Delete this file; a training writes it anew after its next validation",
    )
