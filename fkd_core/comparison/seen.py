"""What a run saw in faces that it was compared on, kept beside it: the next comparison asks only for others.

compared.npz holds rows, the marking rule of each, points, and what the weights' files were like. It may be
deleted.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fkd_core.engine.client import Engine
from fkd_core.errors import FkdError
from fkd_core.files import write_atomic
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.predicting import predict_blindly
from fkd_core.project import Project
from fkd_core.runs import Run, layout


def seen_by(
    engine: Engine,
    project: Project,
    run: Run,
    rows: NDArray[np.int64],
    rules: NDArray[np.int64],
    job: Job,
    *,
    networks: Networks | None = None,
) -> NDArray[np.float32]:
    """Keypoints `(n, K, 2)` of training rows by a run, each by the network that never saw it.

    Args:
        rows: `(n,)` training rows.
        rules: `(n,)` the marking rule that each is to follow, as in `predict_images`.
    """
    path, marks = run.folder / layout.COMPARED, _marks(run)
    points = np.full((len(rows), len(project.schema), 2), np.nan, np.float32)
    known = _recall(path, marks, rows, rules, points)
    if not known.all():
        left = ~known
        points[left] = predict_blindly(
            engine, project, run, rows[left], job, rule=rules[left], networks=networks
        ).points
        _keep(path, marks, rows, rules, points)
    return points


def _marks(run: Run) -> NDArray[np.int64]:
    """Size and time of all that the run predicts with."""
    files: list[Path] = [*run.weights_paths(), *run.exported_paths()]
    found = [(about.st_size, about.st_mtime_ns) for about in (file.stat() for file in files)]
    return np.array(found, np.int64)


def _recall(
    path: Path,
    marks: NDArray[np.int64],
    rows: NDArray[np.int64],
    rules: NDArray[np.int64],
    points: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Fill in what is kept; returns which rows that was."""
    nothing = np.zeros(len(rows), np.bool_)
    try:
        with np.load(path, allow_pickle=False) as kept:
            if not np.array_equal(kept["marks"], marks) or kept["points"].shape[1:] != points.shape[1:]:
                return nothing
            place = {row: i for i, row in enumerate(kept["rows"].tolist())}
            at = np.array([place.get(row, -1) for row in rows.tolist()], np.int64)
            known: NDArray[np.bool_] = (at >= 0) & (kept["rules"][at] == rules)
            points[known] = kept["points"][at[known]]
    except (OSError, ValueError, KeyError, EOFError, IndexError):
        return nothing
    return known


def _keep(
    path: Path,
    marks: NDArray[np.int64],
    rows: NDArray[np.int64],
    rules: NDArray[np.int64],
    points: NDArray[np.float32],
) -> None:
    """Best effort: where it cannot be written, the next comparison takes as long as this one."""
    content = io.BytesIO()
    np.savez(content, marks=marks, rows=rows, rules=rules, points=points)
    with contextlib.suppress(FkdError, OSError):
        write_atomic(path, content.getvalue())
