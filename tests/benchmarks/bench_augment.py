"""How fast changed copies are made, and in how much memory, against the published notebook's way.

    python -m tests.benchmarks.bench_augment [--faces 7049] [--slice 2000] [--seed 0]

Uses the competition's keypoints where FKD_DATA names them, random ones elsewhere; the faces are noise,
which costs as much to move as a photo. Both sides make turned copies by ±15°, and the copies shifted by
±15 px along the diagonals of what there is so far. Each way runs once in a process of its own, as a cell of
a notebook does, on one core; what is told is processor time, so that other programs do not matter, and the
most memory that the process held beyond what it held before it began.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from math import cos, pi, sin
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from fkd_core.arrays import Images, Points
from fkd_core.augment.notebook import notebook_plan
from fkd_core.augment.random import PRESETS, RandomBatches
from fkd_core.augment.sampling import materialise
from fkd_core.impute.backfill import backfill
from fkd_core.runs.environment import describe_environment
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images, random_points
from tests.helpers.competition import ARCHIVE, competition_points

WANTED = 50


def loops(images: Images, points: Points, flags: int) -> int:
    """One face after the other in float64, in Python lists that are joined at the end; keypoints number by
    number."""
    faces = np.array([image.astype(float).reshape(96, 96, 1) for image in images])
    labels = points.reshape(len(points), -1).astype(float)
    turned, turned_labels = [], []
    for angle in (15, -15):
        matrix = cv2.getRotationMatrix2D((48, 48), angle, 1.0)
        c, s = cos(-angle * pi / 180), sin(-angle * pi / 180)
        for face in faces:
            turned.append(cv2.warpAffine(face, matrix, (96, 96), flags=flags))
        for label in labels:
            place = label - 48.0
            for i in range(0, len(place), 2):
                x, y = place[i], place[i + 1]
                place[i], place[i + 1] = x * c - y * s, x * s + y * c
            turned_labels.append(place + 48.0)
    faces = np.concatenate((faces, np.reshape(turned, (-1, 96, 96, 1))))
    labels = np.concatenate((labels, turned_labels))
    shifted, shifted_labels = [], []
    for dx, dy in ((-15, -15), (-15, 15), (15, -15), (15, 15)):
        matrix = np.array([[1.0, 0, dx], [0, 1, dy]])
        for face, label in zip(faces, labels, strict=True):
            moved = cv2.warpAffine(face, matrix, (96, 96), flags=flags)
            place = np.array([value + (dx, dy)[i % 2] for i, value in enumerate(label)])
            if np.all(place > 0.0) and np.all(place < 96.0):
                shifted.append(moved.reshape(96, 96, 1))
                shifted_labels.append(place)
    return len(np.concatenate((faces, np.reshape(shifted, (-1, 96, 96, 1)))))


def streamed(images: Images, points: Points) -> int:
    """The same copies as a stream of batches that are let go again, face after face."""
    plan = notebook_plan(points).by_face()
    return sum(len(pictures) for pictures, _ in materialise(plan, images, points, batch_size=1024))


def in_plan_order(images: Images, points: Points) -> int:
    """As a training of the notebook's network makes them: change after change."""
    return sum(len(pictures) for pictures, _ in materialise(notebook_plan(points), images, points))


def default_stream(images: Images, points: Points) -> int:
    """The batches that the default network is fed: each face changed anew in seven ways."""
    weights, rows = np.ones(points.shape[:2], np.float32), np.arange(len(images))
    stream = RandomBatches(images, points, weights, rows, FKD_15, PRESETS["default"], 64, 0)
    return sum(len(batch.rows) for epoch in range(1, 9) for batch in stream.epoch(epoch))


WAYS: dict[str, Callable[[Images, Points], int]] = {
    "loops, cubic as published": lambda images, points: loops(images, points, cv2.INTER_CUBIC),
    "loops, linear as ours": lambda images, points: loops(images, points, cv2.INTER_LINEAR),
    "ours, face by face": streamed,
    "ours, change by change": in_plan_order,
    "ours, default stream": default_stream,
}


def faces_of(count: int, seed: int) -> tuple[Images, Points, bool]:
    folder = os.environ.get("FKD_DATA")
    real = folder is not None and os.path.isfile(os.path.join(folder, ARCHIVE))
    if real:
        points = backfill(competition_points(), seed=seed)[:count]
    else:
        points = random_points(count, seed=seed, spread=33)
    return random_images(len(points), seed=seed), points, real


def measure(way: str, count: int, seed: int) -> dict[str, Any]:
    """Run one way once, here."""
    cv2.setNumThreads(1)
    images, points, real = faces_of(count, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    made = WAYS[way](images, points)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"made": made, "seconds": seconds, "mb": (peak - before) / 1024, "real": real}


def apart(way: str, count: int, seed: int) -> dict[str, Any]:
    """Run one way once, in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.bench_augment", "--way", way]
    words += ["--faces", str(count), "--seed", str(seed)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--faces", type=int, default=7049, help="faces for the streams alone")
    options.add_argument("--slice", type=int, default=2000, help="faces for all ways")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many is told")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.way:
        print(json.dumps(measure(given.way, given.faces, given.seed)))
        return
    runs = [(way, given.slice) for way in WAYS]
    runs += [(way, given.faces) for way in WAYS if way.startswith("ours")]
    # In turn, so that a slow minute of the machine falls on all alike.
    results: dict[tuple[str, int], list[dict[str, Any]]] = {run: [] for run in runs}
    for _ in range(given.rounds):
        for run in runs:
            results[run].append(apart(*run, given.seed))
    real = results[runs[0]][0]["real"]
    table = Table(title=f"augmentation, seed {given.seed}, {'real' if real else 'random'} keypoints")
    for column in ("way", "faces", "images out", "µs each", "images/s per core", "more MB"):
        table.add_column(column, justify="left" if column == "way" else "right")
    each = {}
    for (way, count), found in results.items():
        made = found[0]["made"]
        each[way, count] = float(np.median([one["seconds"] for one in found])) / made
        memory = max(one["mb"] for one in found)
        speed = 1 / each[way, count]
        table.add_row(
            way, f"{count}", f"{made}", f"{speed and 1e6 / speed:.1f}", f"{speed:,.0f}", f"{memory:.0f}"
        )
    console = Console(width=110)
    console.print(table)
    ours = each["ours, face by face", given.slice]
    for way in ("loops, cubic as published", "loops, linear as ours"):
        ratio = each[way, given.slice] / ours
        console.print(
            f"{ratio:.0f} times as quick as {way} ({'reached' if ratio >= WANTED else 'not'} {WANTED})"
        )
    machine = describe_environment()
    console.print(f"{machine['processor']}, {machine['cpu_count']} cores, {platform.platform()}")


if __name__ == "__main__":
    main()
