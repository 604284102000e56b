from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.metrics import (
    argmax_match,
    cumulative_errors,
    differences,
    distances,
    face_nme,
    inter_ocular,
    mae,
    nme,
    pck,
    rmse,
)
from fkd_core.schema import FKD_15, KeypointSchema
from tests.helpers.arrays import random_points

LEFT, RIGHT = FKD_15.index("left_eye_center"), FKD_15.index("right_eye_center")


@pytest.fixture
def truth():
    return random_points(30, missing=0.3)


@pytest.fixture
def predicted(truth):
    guess = random_points(30, seed=9)
    return np.where(np.isnan(truth), guess, truth + np.random.default_rng(1).normal(0, 2, truth.shape))


def test_rmse_and_mae_by_hand():
    truth = np.array([[[10, 20], [30, np.nan]], [[np.nan, np.nan], [50, 60]]])
    predicted = np.array([[[13.0, 20], [30, 99]], [[0, 0], [46, 60]]])
    assert rmse(predicted, truth) == pytest.approx(math.sqrt((9 + 0 + 0 + 16 + 0) / 5))
    assert mae(predicted, truth) == pytest.approx((3 + 4) / 5)


def test_rmse_and_mae_by_a_plain_loop(predicted, truth):
    gaps = [
        float(guess) - float(right)
        for guess, right in zip(predicted.ravel(), truth.ravel(), strict=True)
        if not math.isnan(right)
    ]
    assert rmse(predicted, truth) == pytest.approx(math.sqrt(sum(gap**2 for gap in gaps) / len(gaps)))
    assert mae(predicted, truth) == pytest.approx(sum(map(abs, gaps)) / len(gaps))


def test_unknown_truth_weighs_nothing(predicted, truth):
    other = np.where(np.isnan(truth), 1e6, predicted)
    for metric in (rmse, mae):
        assert metric(other, truth) == metric(predicted, truth)
    assert pck(other, truth) == pck(predicted, truth)
    assert nme(other, truth, FKD_15) == nme(predicted, truth, FKD_15)


def test_mask_has_the_effect_of_unknown_truth(predicted, truth):
    mask = np.random.default_rng(2).random(truth.shape[:2]) < 0.5
    cut = np.where(mask[..., np.newaxis], truth, np.nan)
    assert rmse(predicted, truth, mask) == rmse(predicted, cut)
    assert mae(predicted, truth, mask) == mae(predicted, cut)
    assert pck(predicted, truth, mask=mask) == pck(predicted, cut)


def test_perfect_predictions():
    truth = random_points(5)
    assert rmse(truth, truth) == mae(truth, truth) == 0
    assert nme(truth, truth, FKD_15) == (0, 0)
    assert pck(truth, truth) == {1: 1, 2: 1, 3: 1}
    assert argmax_match(truth, truth) == 1


def test_nothing_known_gives_nan_everywhere():
    nothing, guess = np.full((3, 15, 2), np.nan), random_points(3)
    assert all(map(math.isnan, (rmse(guess, nothing), mae(guess, nothing), argmax_match(guess, nothing))))
    assert all(map(math.isnan, pck(guess, nothing).values()))
    value, left_out = nme(guess, nothing, FKD_15)
    assert math.isnan(value)
    assert left_out == 3
    assert math.isnan(rmse(guess[:0], nothing[:0]))


def test_pck_counts_keypoints_up_to_and_including_the_limit():
    truth = np.full((1, 5, 2), 40.0)
    predicted = truth.copy()
    predicted[0, :, 0] += [0, 1, 1.5, 3, 3.01]
    assert pck(predicted, truth) == {1: 0.4, 2: 0.6, 3: 0.8}
    assert pck(predicted, truth, limits=(10,)) == {10: 1.0}


def test_a_keypoint_with_one_coordinate_has_no_distance():
    truth = np.array([[[10.0, np.nan], [10, 10]]])
    np.testing.assert_array_equal(distances(np.full((1, 2, 2), (13.0, 14.0)), truth), [[np.nan, 5]])


def test_nme_is_the_mean_over_faces_of_distance_over_eye_distance():
    truth = np.full((3, 15, 2), np.nan)
    truth[:2, LEFT], truth[:2, RIGHT] = (60, 40), (30, 40)
    truth[1, LEFT] = (80, 40)  # 50 px between the eyes
    truth[2, LEFT] = (60, 40)  # no right eye: left out
    predicted = np.full((3, 15, 2), 40.0)
    predicted[:2, LEFT], predicted[:2, RIGHT] = truth[:2, LEFT] + (3, 4), truth[:2, RIGHT]
    np.testing.assert_allclose(inter_ocular(truth, FKD_15), [30, 50, np.nan])
    np.testing.assert_allclose(face_nme(predicted, truth, FKD_15), [2.5 / 30, 2.5 / 50, np.nan])
    value, left_out = nme(predicted, truth, FKD_15)
    assert value == pytest.approx((2.5 / 30 + 2.5 / 50) / 2)
    assert left_out == 1


def test_eyes_on_one_spot_are_left_out_instead_of_dividing_by_zero():
    truth = np.full((1, 15, 2), 40.0)
    value, left_out = nme(truth + 1, truth, FKD_15)
    assert math.isnan(value)
    assert left_out == 1


def test_a_schema_without_eye_centres_uses_the_middle_of_its_eyes():
    schema = KeypointSchema(
        "four", ("a", "b", "c", "d"), groups=(("left eye", ("a", "b", "a")), ("right eye", ("c", "d")))
    )
    truth = np.array([[[60, 40], [70, 40], [30, 40], [40, 40]]], dtype=float)
    np.testing.assert_allclose(inter_ocular(truth, schema), [30])
    assert np.isnan(inter_ocular(truth, KeypointSchema("bare", ("a", "b", "c", "d")))).all()


def test_argmax_match_looks_at_the_largest_number_only_and_at_whole_faces_only():
    truth = np.full((4, 15, 2), 40.0)
    truth[:, 14, 1] = 80
    predicted = np.random.default_rng(0).uniform(0, 10, truth.shape)
    predicted[:2, 14, 1] = 11  # far off, and a match all the same
    predicted[2, 13, 1] = 12
    predicted[3, 14, 1] = 11
    truth[3, 0] = np.nan
    assert argmax_match(predicted, truth) == pytest.approx(2 / 3)


def test_cumulative_errors_are_shares_of_the_faces_that_have_one():
    errors = np.array([0.3, np.nan, 0.1, 0.2, 0.2])
    np.testing.assert_allclose(cumulative_errors(errors, [0, 0.1, 0.2, 1]), [0, 0.25, 0.75, 1])
    assert np.isnan(cumulative_errors(np.array([np.nan]), [1.0])).all()


def test_predictions_must_be_there_where_the_truth_is(predicted, truth):
    row = int(np.flatnonzero(~np.isnan(truth[:, 3, 0]))[0])
    predicted[row, 3, 0] = np.nan
    with pytest.raises(ValueError, match=f"received 1 NaN coordinates, the first in row {row}"):
        differences(predicted, truth)


@pytest.mark.parametrize(
    ("predicted", "truth", "mask", "complaint"),
    [
        (np.zeros((2, 15, 2)), np.zeros((3, 15, 2)), None, "one shape"),
        (np.zeros((2, 30)), np.zeros((2, 30)), None, r"predicted must have the shape \(N, K, 2\)"),
        (np.full((2, 3, 2), np.inf), np.zeros((2, 3, 2)), None, "infinite value in row 0"),
        (np.zeros((2, 3, 2)), np.zeros((2, 3, 2)), np.ones((2, 3)), "mask must be bool"),
        (np.zeros((2, 3, 2)), np.zeros((2, 3, 2)), np.ones(3, bool), "mask must be bool"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(predicted, truth, mask, complaint):
    with pytest.raises(ValueError, match=complaint):
        rmse(predicted, truth, mask)


def test_inter_ocular_refuses_another_schema(truth):
    with pytest.raises(ValueError, match="must have 15 keypoints, received 14"):
        inter_ocular(truth[:, 1:], FKD_15)
