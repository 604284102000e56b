from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.intervals import Sampling
from fkd_core.evaluation.null_model import mean_face, null_model
from tests.helpers.arrays import random_points

NAN = float("nan")


def test_the_mean_face_is_the_mean_of_what_is_known():
    points = np.array([[[1.0, 2], [NAN, NAN]], [[3, 8], [NAN, NAN]], [[NAN, 5], [NAN, NAN]]], np.float32)
    np.testing.assert_array_equal(mean_face(points), [[2, 5], [NAN, NAN]])
    assert np.isnan(mean_face(points[:0])).all()


def test_error_and_ratio_by_hand():
    truth = np.array([[[10.0, 10], [NAN, NAN]], [[14, 10], [20, 20]]])
    gap = np.array([[[1.0, 0], [NAN, NAN]], [[0, 1], [7, 7]]])
    face = np.array(
        [[12.0, 10], [NAN, NAN]]
    )  # knows nothing of the second keypoint, which counts for neither
    found = null_model(gap, truth, face)
    assert found.rmse == pytest.approx(math.sqrt((4 + 0 + 4 + 0) / 4))
    assert found.ratio == pytest.approx(math.sqrt(2 / 4) / math.sqrt(2))
    assert found.coordinates == 4


def test_on_its_own_training_faces_its_error_is_their_spread():
    points = random_points(500, missing=0.2).astype(np.float64)
    face = mean_face(points)
    found = null_model(face - points, points, face, sampling=Sampling(20))
    known = ~np.isnan(points)
    variance = np.nanvar(points, axis=0)
    assert found.rmse == pytest.approx(math.sqrt((variance * known.sum(axis=0)).sum() / known.sum()))
    assert (found.ratio, found.interval) == (1, (1, 1))


def test_the_interval_holds_the_ratio():
    points = random_points(100)
    gap = np.random.default_rng(1).normal(0, 3, points.shape)
    found = null_model(gap, points, mean_face(points), sampling=Sampling(300))
    assert found.interval[0] < found.ratio < found.interval[1]
    assert found.ratio == pytest.approx(3 / found.rmse, rel=0.05)


def test_a_yardstick_without_error_or_knowledge_measures_nothing():
    same = np.ones((3, 2, 2))
    value = null_model(same, same, np.ones((2, 2)), sampling=Sampling(10)).to_dict()
    assert value == {"rmse": 0, "ratio": None, "interval": None, "coordinates": 12}
    value = null_model(same, same, np.full((2, 2), NAN), sampling=Sampling(10)).to_dict()
    assert value == {"rmse": None, "ratio": None, "interval": None, "coordinates": 0}
    with pytest.raises(ValueError, match=r"received \(3, 2, 2\), \(3, 2, 2\) and \(3, 2\)"):
        null_model(same, same, np.ones((3, 2)))
