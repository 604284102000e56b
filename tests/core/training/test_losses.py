from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.training import losses

TRUTH = np.zeros((2, 2, 2), np.float32)
FOUND = np.array([[[3, 4], [100, 100]], [[0, 0], [6, 0]]], np.float32)
KNOWN = np.array([[1, 0], [1, 1]], np.float32)


def test_unknown_keypoints_weigh_nothing() -> None:
    found = float(losses.get("squared")(TRUTH, FOUND, sample_weight=KNOWN))
    assert found == pytest.approx((12.5 + 0 + 18) / 3)


def test_huber_is_squared_near_and_linear_far() -> None:
    huber = losses.HuberLoss(delta=4)
    found = float(huber(TRUTH, FOUND, sample_weight=KNOWN))
    assert found == pytest.approx(((9 + 16) / 2 + 0 + (4 * (12 - 4)) / 2) / 3)


@pytest.mark.parametrize("name", ["squared", "huber"])
def test_a_batch_without_a_known_keypoint_costs_nothing(name: str) -> None:
    assert float(losses.get(name)(TRUTH, FOUND, sample_weight=np.zeros((2, 2), np.float32))) == 0


def test_an_unknown_loss_is_refused() -> None:
    with pytest.raises(BadInputError, match="squared, huber"):
        losses.get("wing")


def table(*places: float, std: float = 2.0, first: float = 0.5) -> np.ndarray:
    """Two faces, two keypoints; each rule puts every keypoint at `(place, 0)`."""
    found = np.zeros((2, len(places), 2, 7), np.float32)
    found[..., 0] = np.reshape(places, (1, -1, 1))
    found[..., 2] = np.log(std)
    found[..., 3] = np.log(1 / len(places))
    if len(places) == 2:
        found[..., 3] = np.log([[[first], [1 - first]]])
    return found


def marked(*rules: float, mirrored: float = 0) -> np.ndarray:
    marks = np.full((2, 2, 2), mirrored, np.float32)
    marks[..., 0] = np.reshape(rules, (2, 1))
    return np.concatenate([TRUTH, marks], axis=-1)


def test_a_face_is_judged_by_its_own_rule() -> None:
    found = np.asarray(losses.squared_error(marked(0, 1), table(2.0, 6.0)))
    np.testing.assert_allclose(found, [[2, 2], [18, 18]])


@pytest.mark.parametrize("name", ["squared", "huber"])
def test_a_table_costs_what_its_points_cost_and_what_is_misjudged(name: str) -> None:
    points, extra = table(2.0)[:, 0, :, :2], np.asarray(losses.doubts(TRUTH, table(2.0)))
    plain = float(losses.get(name)(TRUTH, points, sample_weight=KNOWN))
    assert float(losses.get(name)(TRUTH, table(2.0), sample_weight=KNOWN)) == pytest.approx(
        plain + extra.mean(), rel=1e-5
    )


def test_the_right_rule_and_the_right_deviation_cost_least() -> None:
    cost = [float(np.mean(losses.doubts(marked(0, 0), table(0, 9, first=p)))) for p in (0.9, 0.5, 0.1)]
    assert cost[0] < cost[1] < cost[2]
    found = [float(np.mean(losses.doubts(TRUTH, table(4.0, std=std)))) for std in (0.1, 4, 40)]
    assert found[1] == min(found)


def test_a_mirrored_face_is_judged_after_its_turn() -> None:
    found = table(2.0)
    found[..., 5] = -2
    assert np.asarray(losses.squared_error(marked(0, 0, mirrored=1), found)).max() == 0
    assert np.asarray(losses.squared_error(marked(0, 0), found)).min() == 2
