"""How far filled keypoints are from those that were hidden, method by method.

    python -m tests.benchmarks.bench_impute PROJECT.fkd --run RUN [--groups 5] [--seed 0]

The faces tested are those that the run's networks never saw (its predictions out of fold if it keeps them,
else its validation faces) and that have all keypoints. They are cut down to four: eye centres, nose tip,
bottom lip. One group after the other is filled by methods that know every other face as it is. The network is
not told by which rule a face is marked. The statistics of `model` are, as they are for every labelled face,
but not in the last line. RMSE is over the hidden coordinates; intervals are 95 %, by bootstrap over faces.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fkd_core.arrays import Floats, Points
from fkd_core.engine.client import Engine
from fkd_core.evaluation.intervals import bootstrap
from fkd_core.impute.context import Context, Filling, Seen
from fkd_core.impute.registry import get
from fkd_core.jobs import Job
from fkd_core.pipeline import trusted_points
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.rules import NO_RULE, load_rules
from fkd_core.runs import Run
from fkd_core.runs.environment import describe_environment
from fkd_core.runs.layout import OUT_OF_FOLD

FOUR = ("left_eye_center", "right_eye_center", "nose_tip", "mouth_center_bottom_lip")
LIMIT = 1.4
INSIDE_90 = float(np.sqrt(-2 * np.log(0.1)))
"""Deviations along one axis from the middle within which a normal distribution of the plane has 90 %."""

ALONE, UNTOLD = "network alone", "model, rule unknown"


@attrs.frozen(eq=False)
class Scene:
    """Labels of all training faces, their rules, and what a network sees; NaN where it did not look."""

    points: Points
    rules: NDArray[np.int64]
    names: tuple[str, ...]
    seen: Seen
    hidden: NDArray[np.intp]
    source: str

    @property
    def tested(self) -> NDArray[np.intp]:
        """Rows that the network never saw and whose every keypoint is known."""
        return np.flatnonzero(np.isfinite(self.points).all(axis=(1, 2)) & self.seen.unseen)


def scene_of(project: Project, run: Run, engine: Engine) -> Scene:
    """What is known of the faces that a run's networks never saw."""
    points = trusted_points(project)[project.span("train")]
    places = np.full(points.shape, np.nan, np.float32)
    std = np.full(points.shape[:2], np.nan, np.float32)
    if OUT_OF_FOLD in run.predicted_splits():
        source, rows = "out of fold", np.array(run.prediction_rows(OUT_OF_FOLD))
        deviations = run.deviations(OUT_OF_FOLD)
        places[rows] = run.predictions(OUT_OF_FOLD)
        std[rows] = np.nan if deviations is None else deviations
    else:
        source, rows = "validation faces", np.array(run.split["validation"])
        asked = np.ones((len(rows), points.shape[1]), np.bool_)
        images = project.faces["train"].images[rows]
        found = predict_images(engine, run, images, project.schema, Job(), asked=asked)
        places[rows], std[rows] = found.points, found.std
    unseen = np.isin(np.arange(len(points)), rows)
    rules = load_rules(project)
    hidden = np.array([k for k, name in enumerate(project.schema.keypoints) if name not in FOUR])
    numbers = rules.of_row.astype(np.int64)
    return Scene(points, numbers, rules.names, Seen(places, std, unseen), hidden, source)


def filled(scene: Scene, way: str, rows: NDArray[np.intp], seed: int) -> Filling:
    """The rows, cut down and filled from all other rows."""
    cut, seen = scene.points.copy(), scene.seen
    cut[np.ix_(rows, scene.hidden)] = np.nan
    if way == ALONE:
        return Filling(
            seen.points[rows], np.repeat(seen.std[rows, :, None].astype(np.float64) ** 2, 2, axis=2)
        )
    if way not in ("model", UNTOLD):
        found = get(way).fill(cut, Context(seed=seed))
        return Filling(found.points[rows], None if found.variance is None else found.variance[rows])
    looked = np.flatnonzero(seen.unseen)
    fair = ~np.isin(looked, rows)
    rules = scene.rules[looked]
    if way == UNTOLD:
        rules[~fair] = NO_RULE
    within = Seen(seen.points[looked], seen.std[looked], fair)
    found = get("model").fill(cut[looked], Context(rules=rules, rule_names=scene.names, seen=within))
    assert found.variance is not None
    places = np.searchsorted(looked, rows)
    return Filling(found.points[places], found.variance[places])


def errors(scene: Scene, way: str, groups: int, seed: int) -> tuple[Floats, Floats]:
    """Of each tested row and hidden keypoint: `(N, H, 2)` how far off, and `(N, H)` the stated deviation."""
    tested, hidden = scene.tested, scene.hidden
    group_of = np.random.default_rng(seed).permutation(len(tested)) % groups
    gap = np.empty((len(tested), len(hidden), 2))
    std = np.full(gap.shape[:2], np.nan)
    for group in range(groups):
        mine = np.flatnonzero(group_of == group)
        found = filled(scene, way, tested[mine], seed)
        gap[mine] = (found.points - scene.points[tested[mine]])[:, hidden]
        if found.variance is not None:
            std[mine] = np.sqrt(found.variance[:, hidden].mean(axis=2))
    return gap, std


def figures(scene: Scene, way: str, groups: int, seed: int) -> list[str]:
    """A row of the table."""
    gap, std = errors(scene, way, groups, seed)
    squares = (gap**2).sum(axis=(1, 2))
    low, high = np.sqrt(bootstrap(squares[:, None], np.full((len(gap), 1), gap[0].size), seed=seed)[0])
    inside = (
        (np.hypot(gap[..., 0], gap[..., 1]) <= INSIDE_90 * std).mean() if np.isfinite(std).all() else None
    )
    rules = scene.rules[scene.tested]
    by_rule = [f"{np.sqrt((gap[rules == rule] ** 2).mean()):.3f}" for rule in np.unique(rules)]
    whole = f"{np.sqrt((gap**2).mean()):.3f}"
    return [way, whole, f"{low:.3f} – {high:.3f}", *by_rule, "–" if inside is None else f"{inside:.3f}"]


def main() -> None:
    """Print the table and whether `model` is within its limit."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("project", type=Path)
    options.add_argument("--run", required=True)
    options.add_argument("--groups", type=int, default=5)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    with Project(given.project) as project, Engine() as engine:
        scene = scene_of(project, Run.find(project.runs_folder, given.run), engine)
    title = (
        f"{len(scene.tested)} faces of run {given.run}, {scene.source}, {len(scene.hidden)} keypoints hidden,"
        f" {given.groups} groups, seed {given.seed}"
    )
    table = Table(title=title)
    numbers = np.unique(scene.rules[scene.tested]).tolist()
    rules = [f"rule {scene.names[rule]}" if rule != NO_RULE else "no rule" for rule in numbers]
    for column in ("method", "RMSE px", "95 %", *rules, "in 90 % region"):
        table.add_column(column, justify="left" if column == "method" else "right")
    rows = [
        figures(scene, way, given.groups, given.seed)
        for way in ("backfill", "mean", "shape", ALONE, "model", UNTOLD)
    ]
    for row in rows:
        table.add_row(*row)
    console = Console(width=140)
    console.print(table)
    reached = float(rows[4][1])
    console.print(f"model {reached:.3f} px, at most {LIMIT}: {'yes' if reached <= LIMIT else 'NO'}")
    machine = describe_environment()
    console.print(f"{machine['processor']}, {machine['cpu_count']} cores, {platform.platform()}")


if __name__ == "__main__":
    main()
