from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import Cancelled
from fkd_core.impute.fitting import fit
from fkd_core.jobs import Job
from tests.core.impute.faces import HIDDEN, cut_down, plain_faces
from tests.helpers.arrays import random_points


def off(points: np.ndarray) -> float:
    """Error on faces that were not learnt from."""
    faces = plain_faces(300, seed=50)
    return float(np.sqrt(np.mean((fit(points).fill(cut_down(faces)).values - faces)[:, HIDDEN] ** 2)))


def test_rows_with_gaps_teach_as_well() -> None:
    whole = plain_faces(40)
    more = plain_faces(200, seed=1)
    more[np.random.default_rng(2).random(more.shape[:2]) < 0.3] = np.nan
    assert off(np.concatenate([whole, more])) < 0.97 * off(whole)


def test_wrong_labels_hardly_matter() -> None:
    right = plain_faces(400)
    wrong = right.copy()
    random = np.random.default_rng(3)
    hit = random.random(wrong.shape[:2]) < 0.02
    wrong[hit] += random.normal(0, 25, (int(hit.sum()), 2)).astype(np.float32)
    assert off(wrong) < 1.1 * off(right)
    for axis in (0, 1):
        spread = np.sqrt(fit(wrong).scatter.diagonal()[axis::2] / fit(right).scatter.diagonal()[axis::2])
        assert spread.max() < 1.5


def test_the_same_rows_give_the_same_in_any_memory_order() -> None:
    points = random_points(40, missing=0.4)
    first, second, third = fit(points), fit(points.copy()), fit(np.asfortranarray(points))
    for other in (second, third):
        assert first.means.tobytes() == other.means.tobytes()
        assert first.scatter.tobytes() == other.scatter.tobytes()


def test_each_group_has_its_own_mean_and_few_rows_are_drawn_to_that_of_all() -> None:
    points = plain_faces(620)
    points[:300, 10, 1] += 3
    points[600:, 10, 1] += 3
    groups = np.repeat([0, 1, 2], [300, 300, 20])
    shifts = (fit(points, groups=groups).means[:, 21] - fit(points, groups=groups).means[1, 21]).tolist()
    assert abs(shifts[0] - 3) < 0.6
    assert 0.5 < shifts[2] < shifts[0]


def test_a_group_has_the_mean_of_all_where_it_has_no_labels() -> None:
    # Other faces, marked lower: what this says of the four keypoints says nothing of the others.
    lower = cut_down(plain_faces(400, seed=1))
    lower[..., 1] += 5
    points = np.concatenate([plain_faces(300), lower])
    learnt = fit(points, groups=np.repeat([0, 1], [300, 400]))
    hidden = np.repeat(HIDDEN, 2) * 2 + np.tile([0, 1], len(HIDDEN))
    np.testing.assert_array_equal(learnt.means[1, hidden], learnt.means[-1, hidden])
    np.testing.assert_allclose(learnt.means[-1, hidden], learnt.means[0, hidden], atol=0.2)
    assert learnt.means[1, 21] - learnt.means[0, 21] > 4


def test_rows_that_do_not_count_say_where_means_are_but_not_how_values_spread() -> None:
    points = plain_faces(400)
    middle = points.mean(axis=0)
    wild = middle + 1.8 * (plain_faces(400, seed=1) - middle) + np.float32(1)
    both, groups = np.concatenate([points, wild]), np.repeat([0, 1], 400)
    counted = groups == 0
    learnt = fit(both, groups=groups, counted=counted)
    alone = fit(points)
    np.testing.assert_allclose(learnt.scatter.diagonal(), alone.scatter.diagonal(), rtol=0.1)
    assert fit(both, groups=groups).scatter.diagonal().mean() > 1.2 * alone.scatter.diagonal().mean()
    assert not np.array_equal(learnt.means[0], learnt.means[1])


def test_nothing_counted_says_nothing_of_the_spread() -> None:
    learnt = fit(plain_faces(30), counted=np.zeros(30, bool))
    assert not learnt.told.any()
    assert np.isnan(learnt.fill(cut_down(plain_faces(2))).variance[:, HIDDEN]).all()
    assert np.isfinite(learnt.fill(cut_down(plain_faces(2))).values).all()


@pytest.mark.parametrize(
    "points",
    [
        plain_faces(1),
        np.where(np.eye(15, dtype=bool)[..., None], plain_faces(15), np.nan),
        np.full((20, 15, 2), 30.0),
        np.where(np.arange(30)[:, None, None] < 15, plain_faces(30), np.float32(48)),
        random_points(6, missing=0.5),
    ],
    ids=["one row", "one label a row", "all equal", "half equal", "few rows"],
)
def test_poor_rows_give_finite_answers(points: np.ndarray) -> None:
    learnt = fit(points.astype(np.float32))
    filled = learnt.fill(cut_down(plain_faces(7, seed=4)))
    assert np.isfinite(filled.values).all()
    assert not np.isnan(learnt.scatter).any()
    told = filled.variance[~np.isnan(filled.variance)]
    assert (told >= 0).all()


def test_one_row_cannot_say_how_values_spread() -> None:
    filled = fit(plain_faces(1)).fill(cut_down(plain_faces(2, seed=1)))
    assert np.isnan(filled.variance[:, HIDDEN]).all()


def test_nothing_known_at_all_is_no_trouble() -> None:
    learnt = fit(np.full((4, 15, 2), np.nan, np.float32))
    assert np.isnan(learnt.fill(plain_faces(2)).values).sum() == 0
    assert np.isnan(learnt.fill(cut_down(plain_faces(2))).values[:, HIDDEN]).all()


def test_it_can_be_stopped() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        fit(plain_faces(20), job=job)


@pytest.mark.parametrize(
    "options",
    [
        {"groups": np.zeros(3, int)},
        {"counted": np.ones(3, bool)},
        {"groups": np.full(4, -2)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(options: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"must be \(4,\), groups from -1 on, received"):
        fit(plain_faces(4), **options)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(N, K, 2\), received \(4, 30\)"):
        fit(np.zeros((4, 30)))
