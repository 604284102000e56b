"""Measures runs on the same faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fkd_core.comparison.faces import shared_faces
from fkd_core.comparison.seen import seen_by
from fkd_core.comparison.spread import spread_of
from fkd_core.comparison.table import Difference, RunComparison
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError
from fkd_core.evaluating import own_rules, placed_points
from fkd_core.evaluation.cumulative import cumulative
from fkd_core.evaluation.metrics import distances, face_nme
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.proof.compare import measure_pair
from fkd_core.runs import Run
from fkd_core.schema import KeypointSchema

MOST = 12
"""runs that are compared at once, at most: as many as lines and bars can be told apart"""


def compare_runs(
    engine: Engine,
    project: Project,
    names: Sequence[str],
    job: Job,
    *,
    networks: Networks | None = None,
) -> RunComparison:
    """Measure runs on faces that none of them was trained on, each face in its own marking rule.

    Args:
        engine: predicts where a run was not exported.
        names: two runs or more; the others are compared with the first.
        job: is told how far the work is and may stop it.
        networks: keeps what was read for the next call; read anew if None.

    Raises:
        BadInputError: if there are fewer than two names, one twice, or too many.
        RunError: if a run does not exist or has no weights, or no face is left; see `shared_faces`.
        Cancelled: if the job was stopped.
    """
    if not 2 <= len(names) <= MOST or len(set(names)) != len(names):
        raise BadInputError(
            "these runs cannot be compared",
            expected=f"2 to {MOST} different runs",
            found=", ".join(names) or "none",
        )
    runs = [Run.find(project.runs_folder, name) for name in names]
    rows, about = shared_faces(project, runs)
    points = []
    for number, run in enumerate(runs):
        job.progress(number, len(runs), f"predicting with {run.name}")
        followed = own_rules(project, run)[rows]
        points.append(seen_by(engine, project, run, rows, followed, job, networks=networks))
    truth = placed_points(project)[project.span("train")][rows]
    return tabulate(names, np.stack(points), truth, rows, project.schema, about=about)


def tabulate(
    names: Sequence[str],
    points: NDArray[np.float32],
    truth: NDArray[np.float32],
    rows: NDArray[np.int64],
    schema: KeypointSchema,
    *,
    about: str = "",
) -> RunComparison:
    """Compare predictions `(R, n, K, 2)` with labels `(n, K, 2)`, NaN where unknown."""
    values, ends = zip(*(measure_pair(points[0], other, truth) for other in points), strict=True)
    gaps = np.stack([distances(each, truth) for each in points])
    known = np.isfinite(gaps[0]).sum(axis=0)
    with np.errstate(invalid="ignore"):
        per_keypoint = np.sqrt(np.nansum(gaps**2, axis=1) / (2 * known))
        by_face = np.sqrt(np.nansum(gaps**2, axis=2) / (2 * np.isfinite(gaps[0]).sum(axis=1)))
    differences = tuple(
        Difference(
            name,
            float(value[2]),
            (float(end[2, 0]), float(end[2, 1])),
            int((by_face[i] < by_face[0]).sum()),
            int((by_face[i] > by_face[0]).sum()),
        )
        for i, (name, value, end) in enumerate(zip(names, values, ends, strict=True))
        if i
    )
    return RunComparison(
        tuple(names),
        about,
        schema.keypoints,
        rows,
        points,
        gaps,
        tuple(float(value[1]) for value in values),
        tuple((float(end[1, 0]), float(end[1, 1])) for end in ends),
        differences,
        per_keypoint,
        tuple(cumulative(face_nme(each, truth, schema)) for each in points),
        tuple(
            spread_of(name, each, truth, schema.keypoints) for name, each in zip(names, points, strict=True)
        ),
    )
