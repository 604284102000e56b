"""Groups of keypoints, what a forest learns of its own errors, its options, and the mean face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.baselines.groups import keypoint_groups
from fkd_core.baselines.mean import MeanFace, train_mean
from fkd_core.baselines.model import ArrayModel
from fkd_core.baselines.noise import OutOfBag
from fkd_core.errors import BadInputError, RunError
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.training.config import TrainingConfig
from tests.core.baselines.faces import SCHEMA, lesson, place, spots


def test_keypoints_known_of_the_same_faces_share_trees() -> None:
    known = np.zeros((100, 6), np.bool_)
    known[:, [0, 3]] = True
    known[:30, [1, 5]] = True
    known[29, 5] = False
    known[40:60, 2] = True
    assert [group.tolist() for group in keypoint_groups(known)] == [[0, 3], [1, 5], [2]]
    known[20:30, 5] = False
    assert [group.tolist() for group in keypoint_groups(known)] == [[0, 3], [1], [2], [5]]


def test_the_stated_variance_is_that_of_the_errors() -> None:
    rng = np.random.default_rng(0)
    count, trees = 4000, 40
    between = rng.uniform(0.5, 3, count)
    # Trees scatter by `between`; the truth lies off by that and by 2 px that no tree sees.
    targets = np.repeat(rng.normal(0, 1, (count, 2)), 1, axis=1)
    middle = targets + rng.normal(0, np.sqrt(4 + between**2), (2, count)).T
    bag = OutOfBag.empty(targets)
    for _ in range(trees):
        bag.add(np.arange(count), middle + rng.normal(0, 1, (count, 2)) * between[:, None])
    ((floor, slope),) = bag.noise()
    assert floor == pytest.approx(4, rel=0.15)
    assert slope == pytest.approx(1, rel=0.15)
    assert OutOfBag.error([bag]) == pytest.approx(np.sqrt(4 + np.mean(between**2)), rel=0.05)


def test_few_faces_out_of_the_bag_are_as_uncertain_as_the_labels_scatter() -> None:
    targets = np.array([[3.0, -3.0], [-3.0, 3.0]])
    bag = OutOfBag.empty(targets)
    assert OutOfBag.error([bag]) is None
    assert bag.noise().tolist() == [[9.0, 0.0]]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"trees": 0}, "trees"),
        ({"trees": 2.5}, "trees"),
        ({"depth": 0}, "depth"),
        ({"features": 0}, "features"),
        ({"features": 1.5}, "features"),
        ({"leaves": 3}, "no option 'leaves'"),
    ],
)
def test_options_that_cannot_be_used_are_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        TrainingConfig(model="forest", options=options)


@pytest.mark.parametrize("model", ["forest", "mean"])
def test_what_only_a_network_has_is_refused(model: str) -> None:
    for settings in (
        *({"epochs": 3}, {"minutes": 2.0}, {"batch_size": 8}, {"learning_rate": 0.1}, {"augment": "default"}),
        *({"device": "gpu:0"}, {"precision": "bfloat16"}),
    ):
        with pytest.raises(BadInputError, match=f"{model!r} is no network and has no such setting") as told:
            TrainingConfig(model=model, **settings)
        assert next(iter(settings)) in str(told.value)
    assert TrainingConfig(model=model, device="cpu", folds=3, limit=5).augmentation().active == ()
    with pytest.raises(BadInputError, match=r"no network.*expected swift, seed"):
        registry.get(model).build(SCHEMA)


def test_the_mean_face_counts_known_labels_by_their_weights(tmp_path: Path) -> None:
    images, points = spots(60)
    points[::2, 1] = np.nan
    points[:, 2] = np.nan
    weights = np.isfinite(points).all(axis=2).astype(np.float32)
    weights[1, 0] = 0.5
    given = lesson(model="mean", points=points, weights=weights)
    target = place(tmp_path)
    outcome = train_mean(given, target, Job(), None)
    found, std = ArrayModel.read(target.path).model.answer(images[:2])
    assert np.array_equal(found[0], found[1])
    rows = given.train
    expected = np.average(points[rows, 0], axis=0, weights=weights[rows, 0])
    np.testing.assert_allclose(found[0, 0], expected, rtol=1e-6)
    np.testing.assert_allclose(found[0, 1], np.nanmean(points[rows, 1], axis=0), rtol=1e-6)
    assert found[0, 2].tolist() == [7.5, 5.5]
    np.testing.assert_allclose(std[0, 1], np.sqrt(np.nanvar(points[rows, 1], axis=0).mean()), rtol=1e-5)
    assert std[0, 2] == pytest.approx(16 / np.sqrt(12))
    gap = (found[0] - points[given.validation])[weights[given.validation] > 0]
    assert outcome.last["val_rmse"] == pytest.approx(np.sqrt(np.mean(gap**2)), rel=1e-5)
    assert outcome.size == target.path.stat().st_size


def test_a_mean_face_without_a_deviation_is_told(tmp_path: Path) -> None:
    face = MeanFace(SCHEMA, np.zeros((3, 2)), np.ones(3))
    packed = face.pack()
    del packed.arrays["std"]  # type: ignore[attr-defined]
    packed.write(tmp_path / "arrays.npz")
    with pytest.raises(RunError, match=r"arrays\.npz.*found no array std"):
        ArrayModel.read(tmp_path / "arrays.npz")
