from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.calibration import EXPECTED, LEVEL, RADIUS, Coverage, calibration, inside
from fkd_core.evaluation.intervals import Sampling
from fkd_core.schema import KeypointSchema

TWO = KeypointSchema("two", ("a", "b"))
NAN = float("nan")


def test_the_region_by_hand():
    assert pytest.approx(2.145966) == RADIUS
    gap = np.array([[[2.1, 0], [0, -2.2]], [[3, 4], [NAN, NAN]], [[1, NAN], [9, 9]], [[0, 0], [0, 0]]])
    std = np.array([[1, 1], [2.5, 1], [1, NAN], [0, np.inf]])
    # 5 px lie within 2.5 deviations of 2.146; a point on a region of no size is inside it
    np.testing.assert_array_equal(inside(gap, std), [[1, 0], [1, NAN], [NAN, NAN], [1, NAN]])


def test_shares_by_hand():
    gap = np.array([[[1.0, 0], [9, 9]], [[9, 9], [NAN, NAN]], [[0, 1], [0, 1]]])
    std = np.ones((3, 2), np.float32)
    rules = {"x": np.array([True, False, True]), "y": np.array([False, True, False])}
    found = calibration(gap, std, TWO, rules=rules)
    assert found.overall == Coverage(pytest.approx(3 / 5), 5, found.overall.interval)
    assert [(part.share, part.count) for part in found.per_keypoint.values()] == [
        (pytest.approx(2 / 3), 3),
        (pytest.approx(1 / 2), 2),
    ]
    assert {name: (part.share, part.count) for name, part in found.per_rule.items()} == {
        "x": (pytest.approx(3 / 4), 4),
        "y": (0, 1),
    }


@pytest.mark.parametrize("seed", range(3))
def test_drawn_gaussians_are_inside_nine_times_in_ten(seed):
    random = np.random.default_rng(seed)
    std = random.uniform(0.3, 4, (2000, 2))
    gap = random.normal(0, 1, (2000, 2, 2)) * std[..., None]
    found = calibration(gap, std, TWO, sampling=Sampling(200))
    error = math.sqrt(0.9 * 0.1 / 4000)
    assert found.overall.share == pytest.approx(LEVEL, abs=4 * error)
    assert found.overall.expected is True
    low, high = found.overall.interval
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.3)
    assert calibration(gap, std / 2, TWO).overall.expected is False
    assert calibration(gap, std * 2, TWO).overall.expected is False


def test_the_expected_band_includes_its_ends():
    assert [Coverage(share, 20).expected for share in (*EXPECTED, 0.8499, 0.9501, NAN)] == [
        True, True, False, False, None,
    ]  # fmt: skip


def test_a_network_that_does_not_say_is_unknown():
    value = calibration(np.zeros((3, 2, 2)), np.full((3, 2), NAN), TWO, sampling=Sampling(20)).to_dict()
    assert value["count"] == 0
    assert value["inside"] is value["interval"] is value["as_expected"] is None
    assert value["per_keypoint"]["a"] == {"inside": None, "interval": None, "count": 0}
    assert value["per_rule"] == {}


def test_keypoints_that_all_lie_inside_are_not_certain():
    found = calibration(np.zeros((20, 2, 2)), np.ones((20, 2)), TWO, sampling=Sampling(20))
    assert found.per_keypoint["a"].interval[0] == pytest.approx(0.8389, abs=1e-4)


def test_deviations_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"shape \(3, 2\), received \(3, 3\)"):
        inside(np.zeros((3, 2, 2)), np.ones((3, 3)))
    with pytest.raises(ValueError, match=r"must not be negative, received -1\.0"):
        inside(np.zeros((1, 2, 2)), np.array([[NAN, -1.0]]))
