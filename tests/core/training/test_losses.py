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
