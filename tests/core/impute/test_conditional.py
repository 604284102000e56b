from __future__ import annotations

import numpy as np
import pytest

from fkd_core.impute.conditional import Conditional
from fkd_core.impute.fitting import fit
from tests.core.impute.faces import HIDDEN, cut_down, linear_faces, plain_faces


def off(values: np.ndarray, truth: np.ndarray) -> float:
    return float(np.sqrt(np.mean((values - truth) ** 2)))


@pytest.fixture(scope="module")
def learnt() -> Conditional:
    return fit(plain_faces(600, seed=1))


def test_points_that_follow_linearly_are_recovered() -> None:
    faces = linear_faces(400, seed=2)
    filled = fit(linear_faces(300, seed=1)).fill(cut_down(faces))
    assert np.abs(filled.values - faces).max() < 0.02
    assert np.sqrt(filled.variance).max() < 0.1


def test_any_pattern_is_filled_and_nothing_known_is_touched(learnt: Conditional) -> None:
    faces = plain_faces(60, seed=3)
    holes = faces.copy()
    random = np.random.default_rng(4)
    holes[random.random(holes.shape[:2]) < random.random((60, 1))] = np.nan
    holes[0], holes[1], holes[2, 3, 0] = np.nan, faces[1], np.nan
    filled = learnt.fill(holes)
    known = ~np.isnan(holes)
    np.testing.assert_array_equal(filled.values[known], holes[known])
    assert np.isfinite(filled.values).all()
    assert ((filled.variance > 0) == ~known).all()


def test_a_row_without_labels_gets_the_mean(learnt: Conditional) -> None:
    filled = learnt.fill(np.full((2, 15, 2), np.nan))
    np.testing.assert_array_equal(filled.values, np.tile(learnt.means[-1].reshape(15, 2), (2, 1, 1)))


def test_the_known_ones_tell_of_the_missing_ones_and_how_surely(learnt: Conditional) -> None:
    faces = plain_faces(2000, seed=5)
    filled = learnt.fill(cut_down(faces))
    error = (filled.values - faces)[:, HIDDEN]
    mean_error = learnt.means[-1].reshape(15, 2)[HIDDEN] - faces[:, HIDDEN]
    assert off(error, 0) < 0.5 * off(mean_error, 0)
    within = np.hypot(error[..., 0], error[..., 1]) <= 2.146 * np.sqrt(
        filled.variance[:, HIDDEN].mean(axis=2)
    )
    assert 0.85 <= within.mean() <= 0.95


def test_more_known_keypoints_make_it_surer(learnt: Conditional) -> None:
    face = plain_faces(1, seed=6)
    more = cut_down(face)
    fewer = more.copy()
    fewer[:, 10] = np.nan
    assert (learnt.fill(more).variance[0, 13] < learnt.fill(fewer).variance[0, 13]).all()


def test_a_wrong_label_does_not_pull_the_missing_ones_along(learnt: Conditional) -> None:
    face = plain_faces(1, seed=7)
    right = cut_down(face)
    wrong = right.copy()
    wrong[0, 1] += 25
    filled = learnt.fill(wrong)
    assert off(filled.values[0, HIDDEN], face[0, HIDDEN]) < off(learnt.fill(right).values, face) + 2
    np.testing.assert_array_equal(filled.values[0, 1], wrong[0, 1])
    assert filled.variance[0, 1].tolist() == [0, 0]


def test_the_answer_may_be_in_another_groups_way() -> None:
    higher = plain_faces(200, seed=8)
    lower = higher.copy()
    lower[:, 13, 1] += 4
    points = np.concatenate([higher, lower])
    learnt = fit(points, groups=np.repeat([0, 1], 200))
    holes = plain_faces(20, seed=10)
    holes[:, 13] = np.nan
    own = learnt.fill(holes, np.zeros(20, int))
    other = learnt.fill(holes, np.zeros(20, int), answers=np.ones(20, int))
    shift = (other.values - own.values)[:, 13]
    np.testing.assert_allclose(shift, np.tile([0.0, 4.0], (20, 1)), atol=0.5)


def test_keypoints_that_no_row_had_stay_empty() -> None:
    points = plain_faces(50)
    points[:, 4] = np.nan
    filled = fit(points).fill(cut_down(plain_faces(5)))
    assert np.isnan(filled.values[:, 4]).all()
    assert np.isnan(filled.variance[:, 4]).all()
    assert np.isfinite(np.delete(filled.values, 4, axis=1)).all()


def test_no_rows_are_no_trouble(learnt: Conditional) -> None:
    assert learnt.fill(np.empty((0, 15, 2))).values.shape == (0, 15, 2)
