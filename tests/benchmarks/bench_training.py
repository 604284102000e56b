"""How many faces a second the default network trains on, beside the published notebook's network.

    FKD_DATA=FOLDER python -m tests.benchmarks.bench_training [--rounds N]

Both train on the same cores in turn, round by round, so that a machine whose speed drifts slows both. The
default network's batches are drawn and changed as in any training; the notebook's lie ready in memory, as
they did there.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

# As for the engine's child; TensorFlow reads it when it is first used.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.random import RandomBatches, preset
from fkd_core.models import devices, registry, seed
from fkd_core.schema import FKD_15
from fkd_core.training import losses
from fkd_core.training.fit import _coarse, _compile
from fkd_core.training.loop import shrink
from fkd_core.training.prefetch import Prefetch

RULES = ("A", "B", "C", "D")
STEPS = 6


def default_network(precision: str) -> tuple[keras.Model, keras.Model, registry.Recipe]:
    """The default network compiled as for training, and the same for small faces."""
    spec = registry.get(registry.DEFAULT)
    recipe, device = spec.recipe, devices.choose("cpu")
    model = spec.build(FKD_15, precision=precision, rules=RULES)
    loss = losses.get(recipe.loss)
    coarse = _coarse(model, recipe)
    _compile(model, recipe, loss, device)
    _compile(coarse, recipe, loss, device, model.optimizer)
    return model, coarse, recipe


def batches(faces: int, size: int) -> Iterator[Any]:
    """Endless batches of drawn faces, changed as the default training changes them."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (faces, *FKD_15.size), dtype=np.uint8)
    points = rng.uniform(20, 76, (faces, len(FKD_15), 2)).astype(np.float32)
    weights = np.ones(points.shape[:2], np.float32)
    source = RandomBatches(images, points, weights, np.arange(faces), FKD_15, preset("default"), size, seed=0)
    for epoch in itertools.count(1):
        for batch in source.epoch(epoch):
            marks = np.zeros((*batch.points.shape[:2], 2), np.float32)
            truth = np.concatenate([batch.points, marks], axis=-1)
            yield batch.images[..., None].astype(np.float32), truth, batch.weights


def timed(step: Callable[[], object], faces: int) -> float:
    """Faces a second over a few steps."""
    began = time.perf_counter()
    for _ in range(STEPS):
        step()
    return STEPS * faces / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    keras.utils.set_random_seed(0)
    device = devices.choose("cpu")
    devices.repeatable(device)
    precision = "bfloat16" if device.bfloat16 else "float32"
    model, coarse, recipe = default_network(precision)
    notebook = seed.build(1e-3, 32, 3)
    rng = np.random.default_rng(0)
    ready: tuple[NDArray[np.float32], NDArray[np.float32]] = (
        rng.uniform(0, 255, (32, *FKD_15.size, 1)).astype(np.float32),
        rng.uniform(20, 76, (32, len(FKD_15), 2)).astype(np.float32),
    )
    with Prefetch(batches(4096, recipe.batch_size)) as source:
        stream = iter(source)

        def fine_step() -> None:
            faces, truth, weights = next(stream)
            model.train_on_batch(faces, truth, sample_weight=weights)

        def coarse_step() -> None:
            faces, truth, weights = next(stream)
            small = shrink(faces, coarse.input_shape[1:3])
            coarse.train_on_batch(small, truth, sample_weight=weights)

        steps = {
            "full size": (fine_step, recipe.batch_size),
            "small faces": (coarse_step, recipe.batch_size),
            "notebook": (lambda: notebook.train_on_batch(*ready), 32),
        }
        for step, _ in steps.values():
            step()
        speeds: dict[str, list[float]] = {name: [] for name in steps}
        for _ in range(rounds):
            for name, (step, faces) in steps.items():
                speeds[name].append(timed(step, faces))
    share = recipe.coarse_share
    pairs = zip(speeds["small faces"], speeds["full size"], strict=True)
    mean = [share * small + (1 - share) * full for small, full in pairs]
    print(f"{device.description}, {precision}, {model.count_params():,} parameters, {rounds} rounds, medians")
    speeds[f"a training ({share:.0%} of its time on small faces)"] = mean
    for name, found in speeds.items():
        ratios = [a / b for a, b in zip(found, speeds["notebook"], strict=True)]
        speed, ratio = statistics.median(found), statistics.median(ratios)
        print(f"{name:52}{speed:8.0f} faces/s{ratio:8.1f} x the notebook's")


if __name__ == "__main__":
    main()
