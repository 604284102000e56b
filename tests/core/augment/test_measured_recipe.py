"""The presets give the batches that they gave when the accuracy figures were measured, bit for bit."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core.augment.random import PRESETS, AugmentConfig, RandomBatches
from fkd_core.schema import FKD_15
from tests.core.augment import measured_recipe
from tests.core.augment.measured_recipe import MeasuredRecipe, Settings
from tests.helpers.arrays import random_images, random_points

FACES, BATCH = 96, 32


def both(settings: Settings, config: AugmentConfig, seed: int = 11) -> Any:
    """Pairs of what was and what is, over two epochs."""
    images = random_images(FACES, seed=1)
    points = random_points(FACES, seed=2, missing=0.3, spread=44)
    weights = np.random.default_rng(3).choice([0, 0.5, 1], (FACES, 15)).astype(np.float32)
    stream = RandomBatches(images, points, weights, np.arange(FACES), FKD_15, config, BATCH, seed)
    measured = MeasuredRecipe(images, points, weights, FKD_15.mirror, settings, seed)
    for epoch in (1, 2):
        for index in range(stream.batches):
            now = stream.batch(epoch, index)
            yield measured.batch(epoch, index, now.rows), now


def assert_same(was: tuple[NDArray[Any], ...], now: Any) -> None:
    for name, before in zip(("images", "points", "weights", "mirrored"), was, strict=True):
        after = getattr(now, name)
        assert after.dtype == before.dtype
        np.testing.assert_array_equal(after, before, err_msg=name)


@pytest.mark.parametrize("name", ["default", "notebook", "none"])
def test_presets_give_the_batches_that_were_measured(name: str) -> None:
    settings = getattr(measured_recipe, name.upper())
    for was, now in both(settings, PRESETS[name]):
        assert_same(was, now)


@pytest.mark.parametrize(
    "values",
    [
        {"rotation": 33.3},
        {"scale": 0.07, "shift": 7.7},
        {"mirror": 0.3, "contrast": 0.1},
        {"brightness": 13, "noise": 1.7},
        {"share": 0.4, "rotation": 9, "mirror": 1, "noise": 30, "whole": True},
    ],
)
def test_settings_of_earlier_runs_mean_what_they_meant(values: dict[str, Any]) -> None:
    """A run's configuration of before holds lone numbers, all of them."""
    settings = Settings(**values)
    for was, now in both(settings, AugmentConfig.from_dict(attrs.asdict(settings))):
        assert_same(was, now)


def test_later_changes_leave_what_the_earlier_ones_draw() -> None:
    """Seeds keep their meaning: adding a gamma turns and shifts no face otherwise."""
    more = attrs.evolve(PRESETS["default"], gamma=True, blur=True, occlusion=True)
    for was, now in both(measured_recipe.DEFAULT, more):
        np.testing.assert_array_equal(now.points, was[1])
        np.testing.assert_array_equal(now.mirrored, was[3])
        assert not np.array_equal(now.images, was[0])
