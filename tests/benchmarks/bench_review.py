"""Whether labels that were spoiled on purpose come first in the review queue.

    FKD_DATA=FOLDER python -m tests.benchmarks.bench_review [--minutes M] [--seed N] [--keep FOLDER]

Spoils 3 % of the rows of the competition's training faces: left and right exchanged, one keypoint shifted by
4 to 15 px, the labels of another face, a third each. Makes a project of them whose labels were never right,
trains the quick networks of `fkd review` on it and looks where the spoiled faces stand. Labels of the
competition's own that are wrong count as false alarms; beside that it is told what comes out without the few
rows of the file that were looked at and are wrong indeed. `--kept` judges what `--keep` left, with its
networks.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from fkd_core.engine.client import Engine
from fkd_core.importing import import_kaggle, new_project
from fkd_core.jobs import Job
from fkd_core.pipeline import train, trusted_points
from fkd_core.project import Project, ProjectParts, write_parts
from fkd_core.review.suspicion import judge
from fkd_core.reviewing import QUICK, review, run_for_review
from fkd_core.rules import load_rules
from fkd_core.rules.store import source_points
from fkd_core.runs.environment import describe_environment
from fkd_core.schema import FKD_15

SHARE = 0.03
FIRST = 0.06
RECALL = 0.8
LARGE = 6.0
SHIFTS = (4.0, 15.0)
KINDS = ("exchanged", "shifted", "another's")


WRONG_IN_THE_FILE = (85, 1908, 1995, 4804)
"""Rows among the first false alarms of seed 0 whose own labels lie beside the keypoints, seen by looking."""


@attrs.frozen(eq=False)
class Spoiled:
    """What was done: `kind` `(N,)`, -1 where nothing was; `moved` `(N, K)` pixels."""

    points: NDArray[np.float64]
    kind: NDArray[np.int64]
    moved: NDArray[np.float64]


def spoil(points: NDArray[np.float64], seed: int) -> Spoiled:
    """Make labels `(N, K, 2)` wrong in a share of the rows."""
    random = np.random.default_rng(seed)
    known = np.isfinite(points).all(axis=-1)
    rows = random.permutation(np.flatnonzero(known.sum(axis=1) >= 2))[: round(SHARE * len(points))]
    kind, spoiled = np.full(len(points), -1), points.copy()
    height, width = FKD_15.size
    for index, row in enumerate(rows):
        kind[row] = index % 3
        if kind[row] == 0:
            spoiled[row] = points[row, list(FKD_15.mirror)]
        elif kind[row] == 1:
            keypoint = random.choice(np.flatnonzero(known[row]))
            while True:
                angle, size = random.uniform(0, 2 * np.pi), random.uniform(*SHIFTS)
                place = points[row, keypoint] + size * np.array([np.cos(angle), np.sin(angle)])
                if ((place >= 0) & (place <= (width - 1, height - 1))).all():
                    break
            spoiled[row, keypoint] = place
        else:
            others = np.setdiff1d(np.flatnonzero(known[:, known[row]].all(axis=1)), [row])
            spoiled[row] = np.where(known[row, :, None], points[random.choice(others)], np.nan)
    moved = np.linalg.norm(spoiled - points, axis=-1)
    # A label that came where there was none is as wrong as can be.
    moved = np.where(np.isfinite(spoiled).all(axis=-1) & ~known, np.inf, np.nan_to_num(moved))
    return Spoiled(spoiled, kind, moved)


def spoiled_project(data: Path, folder: Path, seed: int) -> Spoiled:
    """A project of the competition's training faces whose source has spoiled labels."""
    with tempfile.TemporaryDirectory(prefix="fkd-bench-") as scratch:
        whole = Path(scratch) / "whole.fkd"
        import_kaggle(data, whole, Job())
        with Project(whole) as project, new_project(folder) as partial:
            faces = project.faces["train"]
            done = spoil(source_points(project).astype(np.float64), seed)
            np.save(partial / "faces" / "train_images.npy", faces.images)
            parts = ProjectParts(
                schema=project.schema,
                points={"train": done.points.astype(np.float32)},
                ids={"train": np.asarray(faces.ids)},
                digests={"train": np.asarray(faces.digests)},
                source="spoiled on purpose",
            )
            write_parts(partial, parts)
    return done


def precision_at(score: NDArray[np.float64], wrong: NDArray[np.bool_], recall: float) -> float:
    """Share of wrong ones among the highest scores that hold `recall` of all wrong ones."""
    found = np.cumsum(wrong[np.argsort(-score, kind="stable")])
    needed = int(np.ceil(recall * wrong.sum()))
    return float(needed / (np.searchsorted(found, needed) + 1))


def report(console: Console, name: str, score: NDArray[np.float64], done: Spoiled) -> None:
    """Print how well a score `(N, K)`, NaN where there is no label, finds what was spoiled."""
    judged = np.isfinite(score)
    worst = np.where(judged, score, -np.inf).max(axis=1)
    order = np.argsort(-worst, kind="stable")
    labelled = int(judged.any(axis=1).sum())
    early = np.zeros(len(score), np.bool_)
    early[order[: round(FIRST * labelled)]] = True
    wrong = done.kind >= 0
    shares = {kind: early[done.kind == number].mean() for number, kind in enumerate(KINDS)}
    console.print(
        f"{name}: in the first {FIRST:.0%} of {labelled:,} faces stand {early[wrong].mean():.1%} of "
        f"{wrong.sum()} spoiled ones ("
        + ", ".join(f"{kind} {share:.1%}" for kind, share in shares.items())
        + ")"
    )
    large, touched = done.moved >= LARGE, done.moved > 0
    for what, chosen in (("by a shift", done.kind == 1), ("in any way", wrong)):
        positive = large & chosen[:, None] & judged
        counted = judged & (positive | ~touched)
        precision = precision_at(score[counted], positive[counted], RECALL)
        counted[list(WRONG_IN_THE_FILE)] &= positive[list(WRONG_IN_THE_FILE)]
        beside = precision_at(score[counted], positive[counted], RECALL)
        console.print(
            f"    {positive.sum()} labels moved {what} by {LARGE:g} px or more: "
            f"precision {precision:.3f} at recall {RECALL:g}, "
            f"{beside:.3f} without {len(WRONG_IN_THE_FILE)} rows that are wrong in the file"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=int, default=QUICK["folds"])
    parser.add_argument("--minutes", type=float, default=QUICK["minutes"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="leave the project there")
    parser.add_argument("--kept", type=Path, help="a project that was left so with the same seed")
    chosen = parser.parse_args()
    if "FKD_DATA" not in os.environ:
        sys.exit("FKD_DATA must name the folder with the competition's download")
    data, console = Path(os.environ["FKD_DATA"]), Console(soft_wrap=True)
    about = describe_environment()
    console.print(
        f"{about['processor']}, {about['cpu_count']} cores, load {os.getloadavg()[0]:.1f}; seed {chosen.seed}"
    )
    with tempfile.TemporaryDirectory(prefix="fkd-bench-") as scratch:
        folder = chosen.kept or chosen.keep or Path(scratch) / "spoiled.fkd"
        done = spoiled_project(data, Path(scratch) / "again.fkd" if chosen.kept else folder, chosen.seed)
        began = time.monotonic()
        with Engine() as engine:
            if chosen.kept is None:
                train(engine, folder, {"folds": chosen.folds, "minutes": chosen.minutes}, Job())
            trained = time.monotonic()
            with Project(folder) as project:
                run = run_for_review(project)
                assert run is not None
                queue = review(engine, project, run, Job())
                points = trusted_points(project)[project.span("train")]
                rules = load_rules(project).of_row
        console.print(
            f"trained {chosen.folds} networks in {(trained - began) / 60:.1f} minutes, "
            f"then the queue took {time.monotonic() - trained:.1f} s"
        )
        report(console, "networks, shape and like pictures", queue.suspicion.log_odds, done)
        alone = judge(points, rules=rules, mirror=FKD_15.mirror)
        report(console, "geometry alone", alone.log_odds, done)


if __name__ == "__main__":
    main()
