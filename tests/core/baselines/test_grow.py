"""Growing a forest: what it learns, by which seed, how far it is, and what is left when it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from fkd_core.baselines import grow
from fkd_core.baselines.forest import Tree
from fkd_core.baselines.grow import as_tree, grow_tree, train_forest
from fkd_core.baselines.model import ArrayModel
from fkd_core.baselines.options import ForestOptions
from fkd_core.errors import BadInputError, Cancelled, RunError
from fkd_core.jobs import Job
from fkd_core.training.checkpoint import Checkpoint
from tests.core.baselines.faces import lesson, place, spots


class Heard(Job):
    """A job that keeps what it hears, and is cancelled at a tree."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__(self._hear, interval=0)
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._stop_at = stop_at

    def _hear(self, event: str, data: dict[str, Any]) -> None:
        self.events.append((event, data))
        if event == "epoch" and data["epoch"] == self._stop_at:
            self.cancel()

    def of(self, event: str) -> list[dict[str, Any]]:
        return [data for name, data in self.events if name == event]


def answers(path: Path) -> tuple[np.ndarray, np.ndarray]:
    return ArrayModel.read(path).model.answer(spots(30, seed=5)[0])


def test_it_learns_and_tells_its_error_tree_by_tree(tmp_path: Path) -> None:
    job = Heard()
    target = place(tmp_path, job)
    given = lesson(300, 100, trees=40)
    outcome = train_forest(given, target, job, None)
    records = job.of("epoch")
    assert [record["epoch"] for record in records] == list(range(1, 41))
    assert {record["unit"] for record in records} == {"tree"}
    assert records[-1]["val_rmse"] < 0.8 * records[0]["val_rmse"]
    found, std = ArrayModel.read(target.path).model.answer(given.images[given.validation])
    gap = found - given.points[given.validation]
    assert records[-1]["val_rmse"] == pytest.approx(np.sqrt(np.mean(gap**2)), rel=1e-6)
    # The faces that a tree did not see tell the error as well as new ones do.
    assert records[-1]["rmse"] == pytest.approx(records[-1]["val_rmse"], rel=0.35)
    inside = np.hypot(gap[..., 0], gap[..., 1]) < 2.146 * std
    assert 0.8 < inside.mean() < 0.98
    assert (outcome.status, outcome.units) == ("done", 40)
    assert outcome.size == target.path.stat().st_size
    progress = job.of("progress")
    assert progress[-1]["text"] == "Growing tree 40 of 40"
    assert {data["total"] for data in progress} == {40}
    assert [data["done"] for data in progress] == sorted(data["done"] for data in progress)
    assert not target.checkpoint.exists()


@pytest.mark.parametrize(
    "options", [{}, {"max_depth": 4}, {"max_features": 0.05}, {"max_features": 0.2, "max_depth": 6}]
)
def test_a_tree_is_that_of_scikit_learns_forest(options: dict[str, Any]) -> None:
    images, points = spots(70)
    pixels, targets = images.reshape(70, -1).astype(np.float32), points.reshape(70, -1).astype(np.float64)
    chosen = ForestOptions(1, options.get("max_depth"), options.get("max_features", 1.0))
    found, drawn = grow_tree(pixels, targets, None, chosen, 17)
    by = RandomForestRegressor(n_estimators=1, random_state=17, **options)
    by.fit(pixels, targets)
    expected = as_tree(by.estimators_[0].tree_)
    for field in attrs.fields(Tree):
        np.testing.assert_array_equal(
            getattr(as_tree(found.tree_), field.name), getattr(expected, field.name)
        )
    np.testing.assert_array_equal(np.bincount(by.estimators_samples_[0], minlength=70), drawn)


def test_the_seed_decides_whatever_the_number_of_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for name, seed, cores in (("one", 1, 1), ("again", 1, 3), ("two", 2, 3)):
        monkeypatch.setattr(grow, "usable_cores", lambda cores=cores: cores)
        target = place(tmp_path, name=name)
        train_forest(lesson(seed=seed), target, Job(), None)
        found[name] = answers(target.path)
    for one, again, two in zip(*found.values(), strict=True):
        np.testing.assert_array_equal(one, again)
        assert (one != two).any()


def test_another_picture_of_a_face_does_not_make_it_look_known(tmp_path: Path) -> None:
    """Where each face is there four times, trees that drew one copy say nothing of the error on new faces."""
    images, points = spots(60)
    copies = np.tile(np.arange(60), 4)
    rng = np.random.default_rng(1)
    # Two pixels of noise on the labels, the same on each copy, can be learnt by heart alone.
    points = points + rng.normal(0, 2, points.shape).astype(np.float32)
    plain = lesson(240, 0, trees=60)
    given = attrs.evolve(plain, images=images[copies], points=points[copies])
    errors, floors = [], []
    for name, alike in (("alone", None), ("alike", copies)):
        target = place(tmp_path, name=name)
        outcome = train_forest(attrs.evolve(given, alike=alike), target, Job(), None)
        errors.append(outcome.last["rmse"])
        fresh, truth = spots(200, seed=7)
        found, std = ArrayModel.read(target.path).model.answer(fresh)
        gap = found - (truth + rng.normal(0, 2, truth.shape))
        floors.append((np.hypot(gap[..., 0], gap[..., 1]) < 2.146 * std).mean())
    assert errors[0] < 0.7
    assert errors[1] > 1.9
    assert floors[0] < 0.6
    assert 0.8 < floors[1] < 0.98


def test_missing_labels_hide_no_others(tmp_path: Path) -> None:
    _, points = spots(60)
    points[::3, 2] = np.nan
    job = Heard()
    sparse = place(tmp_path, job, "sparse")
    train_forest(lesson(points=points), sparse, job, None)
    model = ArrayModel.read(sparse.path).model
    assert [group.keypoints.tolist() for group in model.groups] == [[0, 1], [2]]
    said = [data["text"] for data in job.of("log")]
    assert "40 faces teach a, b" in said
    assert "26 faces teach c" in said
    faces, truth = spots(30, seed=5)
    gaps = np.abs(model.answer(faces)[0] - truth).mean(axis=(0, 2))
    assert (gaps < 1.5).all(), "a keypoint that is known of fewer faces is learnt all the same"
    points[:, 2] = np.nan
    never = place(tmp_path, job, "never")
    train_forest(lesson(points=points), never, job, None)
    assert any("Never labelled" in data["text"] and "c" in data["text"] for data in job.of("log"))
    points[:] = np.nan
    with pytest.raises(BadInputError, match="nothing to learn from"):
        train_forest(lesson(points=points), place(tmp_path, name="nothing"), Job(), None)


def test_weights_count(tmp_path: Path) -> None:
    _, points = spots(60)
    points[::2] += 6
    weights = np.ones((60, 3), np.float32)
    weights[::2] = 1e-3
    target = place(tmp_path)
    train_forest(lesson(points=points, weights=weights, depth=1), target, Job(), None)
    found = answers(target.path)[0].mean(axis=0)
    assert np.abs(found - points[1::2].mean(axis=0)).max() < 1.5
    assert np.abs(found - points[::2].mean(axis=0)).max() > 3


def test_stopped_it_keeps_its_trees_and_goes_on_with_the_same(tmp_path: Path) -> None:
    whole = place(tmp_path, name="whole")
    train_forest(lesson(trees=9), whole, Job(), None)
    job = Heard(stop_at=4)
    target = place(tmp_path, job, "stopped")
    outcome = train_forest(lesson(trees=9), target, job, None)
    assert (outcome.status, outcome.units) == ("stopped", 4)
    assert ArrayModel.read(target.path).model.trees == 4
    kept = Checkpoint.read(target.checkpoint)
    outcome = train_forest(lesson(trees=9), target, Job(), kept)
    assert (outcome.status, outcome.units) == ("done", 9)
    assert [record["epoch"] for record in job.of("epoch")] == list(range(1, 10))
    for again, expected in zip(answers(target.path), answers(whole.path), strict=True):
        np.testing.assert_allclose(again, expected, rtol=0, atol=1e-6)
    points = spots(60)[1]
    points[3] = np.nan
    with pytest.raises(RunError, match=r"cannot go on.*Train a new one"):
        train_forest(lesson(trees=9, points=points), target, Job(), kept)


def test_stopped_before_its_first_tree_it_leaves_nothing(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    target = place(tmp_path)
    with pytest.raises(Cancelled):
        train_forest(lesson(), target, job, None)
    assert not target.path.exists()


def test_what_has_grown_is_saved_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grow, "SECONDS_BETWEEN_SAVES", -1.0)
    sizes = []
    target = place(
        tmp_path, Job(lambda event, _: sizes.append(target.path.exists()) if event == "epoch" else None)
    )
    train_forest(lesson(trees=3), target, Job(), None)
    assert sizes == [False, True, True]
