"""The expected score against what the formula says by hand, and against scores that are known."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.submitting.expected import expected_score
from fkd_core.submitting.patterns import common_patterns, nearest_pattern

NAMES = ("a", "b", "c")


def table(*rows: tuple[int, int, int], times: int = 1) -> np.ndarray:
    return np.repeat(np.array(rows, np.int64), times, axis=0)


def faces(errors: list[tuple[float, float, float]], times: int = 20) -> np.ndarray:
    """Gaps `(N, 3, 2)` of faces that are off by these errors along both axes, NaN where unknown."""
    return np.repeat(np.repeat(np.array(errors)[..., None], 2, axis=2), times, axis=0)


def test_each_pattern_is_judged_by_faces_like_it() -> None:
    gap = faces([(1, 2, 3), (5, np.nan, np.nan)])
    source = ~np.isnan(gap[..., 0])
    asked = table((2, 2, 2), (2, 0, 0), (2, 0, 0))
    score = expected_score(gap, source, asked, NAMES)
    whole = (2 * 1 + 2 * 4 + 2 * 9 + 2 * 2 * 25) / 10
    assert score.rmse == pytest.approx(np.sqrt(whole))
    one, three = score.patterns
    assert (one.keypoints, one.asked_faces, one.coordinates, one.faces) == (("a",), 2, 4, 20)
    assert one.rmse == pytest.approx(5)
    assert three.rmse == pytest.approx(np.sqrt(14 / 3))
    assert (score.stand_in, score.unknown) == (0, 0)
    # Every face of a pattern errs alike, so nothing can vary.
    assert score.interval == pytest.approx((score.rmse, score.rmse))
    assert score.site == pytest.approx((score.rmse, score.rmse))


def test_where_a_pattern_has_no_face_others_stand_in() -> None:
    gap = faces([(1, 2, 3)])
    score = expected_score(gap, np.ones((20, 3), bool), table((2, 2, 2), (2, 0, 0), (2, 0, 0)), NAMES)
    assert score.stand_in == pytest.approx(0.4)
    assert score.patterns[0].rmse == pytest.approx(1)
    assert score.patterns[0].faces == 0


def test_a_single_coordinate_counts_once() -> None:
    score = expected_score(faces([(1, 3, 0)]), np.ones((20, 3), bool), table((1, 2, 0)), NAMES)
    assert score.rmse == pytest.approx(np.sqrt((1 + 2 * 9) / 3))
    assert score.patterns[0].coordinates == 3


def test_keypoints_that_nobody_knows_are_left_out_and_told() -> None:
    gap = faces([(1, 1, np.nan)])
    score = expected_score(gap, np.ones((20, 3), bool), table((2, 2, 2)), NAMES)
    assert score.rmse == pytest.approx(1)
    assert score.unknown == pytest.approx(1 / 3)


def test_nothing_known_is_unknown() -> None:
    score = expected_score(np.full((3, 3, 2), np.nan), np.ones((3, 3), bool), table((2, 2, 2)), NAMES)
    assert np.isnan(score.rmse)
    assert score.to_dict()["rmse"] is None
    assert score.to_dict()["interval"] is None


def test_the_intervals_hold_what_they_say() -> None:
    """In most of 60 drawn competitions the true error and the site's score lie in their intervals."""
    random = np.random.default_rng(3)
    asked = np.repeat(table((2, 2, 2), (2, 0, 0)), 60, axis=0)
    truth = np.sqrt((60 * 6 * 1 + 60 * 2 * 4) / (60 * 8))
    inside, site_inside = 0, 0
    for trial in range(60):
        gap = np.concatenate([random.normal(0, 1, (80, 3, 2)), random.normal(0, 2, (80, 3, 2))])
        gap[80:, 1:] = np.nan
        score = expected_score(gap, ~np.isnan(gap[..., 0]), asked, NAMES, draws=300, seed=trial)
        inside += score.interval[0] <= truth <= score.interval[1]
        new = np.concatenate([random.normal(0, 1, 60 * 6), random.normal(0, 2, 60 * 2)])
        site_inside += score.site[0] <= np.sqrt((new**2).mean()) <= score.site[1]
        assert score.site[1] - score.site[0] > score.interval[1] - score.interval[0]
    assert 50 <= inside <= 60
    assert 50 <= site_inside <= 60


def test_patterns_are_the_frequent_ones_and_faces_go_to_the_nearest() -> None:
    asked = np.array([[1, 1, 1]] * 50 + [[1, 0, 0]] * 49 + [[1, 1, 0]], bool)
    patterns = common_patterns(asked)
    assert patterns.tolist() == [[True] * 3, [True, False, False]]
    assert nearest_pattern(patterns, np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1]], bool)).tolist() == [0, 1, 0]
    assert common_patterns(np.zeros((4, 3), bool)).shape == (0, 3)
    assert len(common_patterns(np.eye(3, dtype=bool)[np.arange(90) % 3])) == 3
    with pytest.raises(ValueError, match="received none"):
        nearest_pattern(np.zeros((0, 3), bool), asked)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="must fit 3 keypoints"):
        expected_score(np.zeros((2, 3, 2)), np.ones((2, 2), bool), table((2, 2, 2)), NAMES)
