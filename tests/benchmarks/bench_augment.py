"""How fast changed copies are made, against a plain rendition of the published notebook's way.

    python -m tests.benchmarks.bench_augment [--faces 7049] [--slice 500] [--seed 0]

Uses the competition's keypoints where FKD_DATA names them, random ones elsewhere; the faces are noise,
which costs as much to move as a photo. Both sides make turned copies by ±15°, and the copies shifted by
±15 px along the diagonals of what there is so far, with OpenCV held to one thread.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
import tracemalloc

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from fkd_core.arrays import Images, Points
from fkd_core.augment.notebook import notebook_plan
from fkd_core.augment.sampling import materialise, sample
from fkd_core.impute.backfill import backfill
from fkd_core.runs.environment import describe_environment
from tests.helpers.arrays import random_images, random_points
from tests.helpers.competition import ARCHIVE, competition_points

LOOPS = "notebook's loops"


def loops(images: Images, points: Points) -> int:
    """One Python loop per change over float64 faces with a channel axis, collected in lists."""
    faces = np.array([image.astype(float).reshape(96, 96, 1) for image in images])
    labels = points.reshape(len(points), -1).astype(float)
    turned_faces, turned_labels = [], []
    for angle in (15, -15):
        matrix = cv2.getRotationMatrix2D((48, 48), angle, 1.0)
        for face, label in zip(faces, labels, strict=True):
            turned_faces.append(cv2.warpAffine(face, matrix, (96, 96)).reshape(96, 96, 1))
            pairs = [matrix @ [label[i], label[i + 1], 1] for i in range(0, len(label), 2)]
            turned_labels.append([value for pair in pairs for value in pair])
    faces = np.concatenate([faces, np.array(turned_faces)])
    labels = np.concatenate([labels, np.array(turned_labels)])
    shifted_faces, shifted_labels = [], []
    for dx, dy in ((-15, -15), (-15, 15), (15, -15), (15, 15)):
        matrix = np.array([[1.0, 0, dx], [0, 1, dy]])
        for face, label in zip(faces, labels, strict=True):
            moved = cv2.warpAffine(face, matrix, (96, 96)).reshape(96, 96, 1)
            place = np.array([value + (dx, dy)[i % 2] for i, value in enumerate(label)])
            if np.all(place > 0) and np.all(place < 96):
                shifted_faces.append(moved)
                shifted_labels.append(place)
    faces = np.concatenate([faces, np.array(shifted_faces).reshape(-1, 96, 96, 1)])
    return len(faces)


def streamed(images: Images, points: Points) -> int:
    """Ours: plan first, then batches of 256 that are let go again."""
    return sum(len(pictures) for pictures, _ in materialise(notebook_plan(points), images, points))


def measure(work, images: Images, points: Points) -> tuple[int, float, float]:
    """Copies made, seconds without and peak MB with memory tracing, which slows the work down."""
    start = time.perf_counter()
    made = work(images, points)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    work(images, points)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return made, seconds, peak


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--faces", type=int, default=7049, help="faces for the streamed side")
    options.add_argument("--slice", type=int, default=500, help="faces for both sides")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    cv2.setNumThreads(1)
    folder = os.environ.get("FKD_DATA")
    real = folder is not None and os.path.isfile(os.path.join(folder, ARCHIVE))
    if real:
        points = backfill(competition_points(), seed=given.seed)[: given.faces]
    else:
        points = random_points(given.faces, seed=given.seed, spread=33)
    images = random_images(len(points), seed=given.seed)
    part = min(given.slice, len(points))

    table = Table(title=f"augmentation, seed {given.seed}, {'real' if real else 'random'} keypoints")
    for column in ("way", "faces", "images out", "seconds", "images/s", "peak MB"):
        table.add_column(column, justify="left" if column == "way" else "right")
    rates = {}
    for way, work, count in (
        (LOOPS, loops, part),
        ("streamed", streamed, part),
        ("streamed, all", streamed, len(points)),
    ):
        made, seconds, peak = measure(work, images[:count], points[:count])
        rates[way] = made / seconds
        table.add_row(way, f"{count}", f"{made}", f"{seconds:.3f}", f"{made / seconds:,.0f}", f"{peak:.0f}")
    start = time.perf_counter()
    plan = sample(notebook_plan(points, seed=given.seed), seed=given.seed)
    planning = time.perf_counter() - start
    console = Console()
    console.print(table)
    console.print(f"plan and sample of {len(plan)} copies: {planning * 1000:.0f} ms")
    console.print(f"ratio on the slice: {rates['streamed'] / rates[LOOPS]:.1f}×")
    machine = describe_environment()
    console.print(f"{machine['processor']}, {machine['cpu_count']} cores, {platform.platform()}")


if __name__ == "__main__":
    main()
