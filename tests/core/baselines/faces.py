"""Small faces that a forest can learn from: a bright spot where the keypoints are."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from fkd_core.baselines.lesson import Lesson, Place
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.runs import RunWriter
from fkd_core.schema import KeypointSchema

SCHEMA = KeypointSchema(name="spots", keypoints=("a", "b", "c"), size=(12, 16))


def spots(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 `(N, 12, 16)` with a spot, and three keypoints near it, the first in its middle."""
    rng = np.random.default_rng(seed)
    centres = np.stack([rng.uniform(3, 12, count), rng.uniform(3, 8, count)], axis=1)
    y, x = np.mgrid[:12, :16]
    away = (x - centres[:, 0, None, None]) ** 2 + (y - centres[:, 1, None, None]) ** 2
    images = np.clip(220 * np.exp(-away / 6) + rng.integers(0, 12, (count, 12, 16)), 0, 255).astype(np.uint8)
    offsets = np.array([[0, 0], [2, 1], [-1, 2]], np.float32)
    return images, (centres[:, None] + offsets).astype(np.float32)


def lesson(
    count: int = 60, validation: int = 20, *, model: str = "forest", seed: int = 0, **changes: Any
) -> Lesson:
    """A lesson of spots; `points` and `weights` may be given, other words are options of the model."""
    images, points = spots(count)
    points = changes.pop("points", points)
    weights = changes.pop("weights", np.isfinite(points).all(axis=2).astype(np.float32))
    options = registry.get(model).check_options({"trees": 5} | changes if model == "forest" else changes)
    rows = np.arange(count)
    held, learnt = rows[count - validation :], rows[: count - validation]
    return Lesson(SCHEMA, images, points, weights, learnt, held, seed, options, time.monotonic())


def place(folder: Path, job: Job | None = None, name: str = "run") -> Place:
    """A run's folder to train into."""
    split: dict[str, list[int]] = {"train": [], "validation": []}
    data = {"fingerprint": "none"}
    writer = RunWriter.create(folder, model="forest", config={}, seed=0, data=data, split=split, name=name)
    return Place(writer, job or Job())
