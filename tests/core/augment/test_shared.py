"""Copies that share a canvas are those that are drawn by themselves, in whatever batch they are made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fkd_core.augment.notebook import notebook_transforms
from fkd_core.augment.plan import Plan, make_plan
from fkd_core.augment.sampling import materialise
from fkd_core.augment.shared import families
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images, random_points

SETS: list[dict[str, Any]] = [
    {},
    {"angles": (7, 33), "shifts": (3, 12.5), "mirror": FKD_15, "noise": (4,)},
    {"angles": (90,), "shifts": (60, 95)},
    {"angles": (20,), "shifts": (130,)},
]


def plans(values: dict[str, Any], faces: int) -> Plan:
    return make_plan(random_points(faces, spread=20), notebook_transforms(**values), seed=3)


@pytest.mark.parametrize("values", SETS)
def test_copies_look_as_if_each_was_drawn_by_itself(values: dict[str, Any]) -> None:
    images, points = random_images(13), random_points(13, spread=20)
    plan = plans(values, 13)
    for order in (plan, plan.by_face()):
        drawn, moved = (
            np.concatenate(part) for part in zip(*materialise(order, images, points), strict=True)
        )
        for copy, places, row, which in zip(drawn, moved, order.rows, order.which, strict=True):
            change = order.transforms[which]
            alone = change.draw(images[row], (order.seed, int(which), int(row)))
            apart = np.abs(copy.astype(int) - alone)
            assert apart.max() <= 1
            assert (apart > 0).mean() < 0.002
            np.testing.assert_array_equal(places, change.move(points[row : row + 1])[0].astype(np.float32))


def test_a_copy_is_the_same_in_whatever_batch_it_is_made() -> None:
    images, points = random_images(11), random_points(11, spread=20)
    plan = plans({}, 11)
    whole, _ = plan.batch(np.arange(len(plan)), images, points)
    chosen = np.random.default_rng(0).permutation(len(plan))[:60]
    for start in range(0, 60, 7):
        part = chosen[start : start + 7]
        np.testing.assert_array_equal(plan.batch(part, images, points)[0], whole[part])


def test_rotations_and_their_shifts_are_one_family_and_canvases_end_with_the_picture() -> None:
    plan = plans({}, 2)
    found = families(plan.transforms, (96, 96))
    assert sorted(len(family.cuts) for family in found) == [4, 5, 5]
    for family in found:
        if family.matrix is not None:
            # 96 pixels turned by 15 degrees are 118 high; with the shifts the frames reach over 126.
            assert 118 <= max(cut[2].stop for cut in family.cuts.values()) <= 122
            assert 118 <= family.width <= 122
