from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from fkd_core.augment.notebook import notebook_plan, notebook_transforms
from fkd_core.augment.plan import Plan, make_plan
from fkd_core.augment.sampling import materialise, notebook_training_set, sample
from fkd_core.augment.transforms import Noise, Original
from fkd_core.impute.backfill import backfill
from tests.helpers.arrays import random_images, random_points
from tests.helpers.competition import competition_points


@pytest.fixture
def faces():
    return random_images(20), random_points(20, missing=0.2, spread=25)


def pairs(plan):
    return list(zip(plan.rows.tolist(), plan.which.tolist(), strict=True))


def test_all_originals_and_a_choice_of_copies_without_repeats(faces):
    everything = notebook_plan(faces[1])
    chosen = sample(everything, 50, seed=1)
    assert len(chosen) == 50
    assert chosen.counts()["original"] == 20
    assert len(set(pairs(chosen))) == 50
    assert set(pairs(chosen)) <= set(pairs(everything))


def test_the_seed_decides_the_choice(faces):
    everything = notebook_plan(faces[1])
    assert pairs(sample(everything, 50, seed=1)) == pairs(sample(everything, 50, seed=1))
    assert pairs(sample(everything, 50, seed=1)) != pairs(sample(everything, 50, seed=2))


def test_every_copy_is_as_likely_to_be_chosen(faces):
    everything = notebook_plan(faces[1], shifts=())
    drawn = [pair for seed in range(300) for pair in pairs(sample(everything, 40, seed=seed)) if pair[1]]
    _, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(counts) == 40
    assert counts.min() > 100


def test_a_small_plan_is_kept_whole_and_a_tight_limit_takes_originals_alone(faces):
    everything = notebook_plan(faces[1])
    assert pairs(sample(everything, 10_000)) == pairs(everything)
    few = sample(everything, 5, seed=3)
    assert few.counts()["original"] == len(few) == 5
    assert len(sample(everything, 0)) == 0


def test_batches_hold_the_plan_in_order(faces):
    images, points = faces
    plan = sample(notebook_plan(points), 50)
    batches = list(materialise(plan, images, points, batch_size=16))
    assert [len(pictures) for pictures, _ in batches] == [16, 16, 16, 2]
    pictures = np.concatenate([batch[0] for batch in batches])
    moved = np.concatenate([batch[1] for batch in batches])
    assert (pictures.dtype, moved.dtype) == (np.uint8, np.float32)
    np.testing.assert_array_equal(pictures[:20], images)
    np.testing.assert_array_equal(moved[:20], points)
    for at, (row, which) in enumerate(pairs(plan)):
        # Copies that share a canvas may be rounded otherwise, by one grey level.
        alone = plan.transforms[which].draw(images[row], ())
        np.testing.assert_allclose(pictures[at].astype(int), alone.astype(int), atol=1)


def test_a_copy_is_the_same_in_any_batch(faces):
    images, points = faces
    plan = make_plan(points, notebook_transforms(noise=(5, 10)), seed=4)
    whole, moved = plan.batch(np.arange(len(plan)), images, points)
    order = np.random.default_rng(0).permutation(len(plan))
    for start in range(0, len(plan), 7):
        chosen = order[start : start + 7]
        pictures, keypoints = plan.batch(chosen, images, points)
        np.testing.assert_array_equal(pictures, whole[chosen])
        np.testing.assert_array_equal(keypoints, moved[chosen])


def test_noise_differs_from_face_to_face_and_from_seed_to_seed():
    images, points = np.full((2, 96, 96), 128, np.uint8), random_points(2)
    first, _ = make_plan(points, [Noise(5)], seed=1).batch(np.array([2, 3]), images, points)
    other, _ = make_plan(points, [Noise(5)], seed=2).batch(np.array([2, 3]), images, points)
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, other)


def test_streaming_holds_one_batch_at_a_time():
    images, points = random_images(500), random_points(500, spread=25)
    plan = notebook_plan(points)
    whole = len(plan) * 96 * 96
    assert whole > 30e6
    tracemalloc.start()
    try:
        made = sum(len(pictures) for pictures, _ in materialise(plan, images, points, batch_size=32))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made == len(plan)
    assert peak < 4e6


def test_the_copies_of_some_faces_alone_can_be_had(faces):
    plan = notebook_plan(faces[1]).of_faces(np.array([3, 5]))
    assert set(plan.rows.tolist()) == {3, 5}
    assert plan.counts()["original"] == 2


def test_training_set_is_a_plan_of_the_faces(faces):
    images, points = faces
    plan = notebook_training_set(images, points, limit=40, seed=2)
    assert len(plan) == 40
    assert plan.seed == 2
    pictures, moved = plan.batch(np.array([39, 0, 0]), images, points)
    np.testing.assert_array_equal(pictures[1], images[plan.rows[0]])
    np.testing.assert_array_equal(pictures[1], pictures[2])
    assert moved.shape == (3, 15, 2)


@pytest.mark.faces
def test_the_real_training_set_has_the_size_of_the_notebooks():
    points = backfill(competition_points(), seed=0)
    plan = sample(notebook_plan(points), seed=0)
    assert len(plan) == 15_000
    assert plan.counts()["original"] == 7_049


def test_what_does_not_fit_is_refused_at_once(faces):
    images, points = faces
    plan = notebook_plan(points)
    with pytest.raises(ValueError, match="received 20 and 19"):
        materialise(plan, images, points[:19])
    with pytest.raises(ValueError, match="needs face 19, received 10 faces"):
        materialise(plan, images[:10], points[:10])
    with pytest.raises(ValueError, match="received float64"):
        materialise(plan, images.astype(float), points)
    with pytest.raises(ValueError, match="batch_size must be at least 1, received 0"):
        materialise(plan, images, points, batch_size=0)
    with pytest.raises(ValueError, match="received -1"):
        sample(plan, -1)


def test_a_plan_checks_itself():
    rows, which = np.zeros(2, np.int64), np.array([0, 1], np.int16)
    with pytest.raises(ValueError, match="which must be 0 to 0, received 0 to 1"):
        Plan((Original(),), rows, which)
    with pytest.raises(ValueError, match="first change must be the original"):
        Plan((Noise(1), Original()), rows, which)
    with pytest.raises(ValueError, match=r"received \(2,\) and \(1,\)"):
        Plan((Original(), Noise(1)), rows, which[:1])
    with pytest.raises(ValueError, match="seed must not be negative"):
        Plan((Original(), Noise(1)), rows, which, seed=-1)


def test_no_faces_make_an_empty_plan():
    plan = notebook_training_set(np.empty((0, 96, 96), np.uint8), np.empty((0, 15, 2), np.float32))
    assert len(plan) == 0
    assert list(materialise(plan, np.empty((0, 96, 96), np.uint8), np.empty((0, 15, 2), np.float32))) == []
