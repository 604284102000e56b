from __future__ import annotations

import numpy as np
import pytest

from fkd_core.training import losses
from fkd_core.training.validation import argmax_match, scores


def test_scores_heed_known_keypoints_alone() -> None:
    truth = np.array([[[1, 2], [np.nan, np.nan]], [[5, 5], [9, 9]]], np.float32)
    found = np.array([[[4, 6], [50, 50]], [[5, 5], [9, 8]]], np.float32)
    weights = np.array([[1, 0], [1, 1]], np.float32)
    result = scores(truth, found, weights, losses.get("squared"))
    assert result["val_rmse"] == pytest.approx(((9 + 16 + 1) / 6) ** 0.5)
    assert result["val_mae"] == pytest.approx((3 + 4 + 1) / 6)
    assert result["val_loss"] == pytest.approx(result["val_rmse"] ** 2)
    assert result["val_rmse_low"] < result["val_rmse"] < result["val_rmse_high"]


def test_no_known_keypoint_gives_no_score() -> None:
    nothing = np.zeros((2, 2), np.float32)
    points = np.zeros((2, 2, 2), np.float32)
    assert scores(points, points, nothing, losses.get("squared")) == {}


def test_argmax_match_compares_the_place_of_the_largest_coordinate() -> None:
    truth = np.array([[[1, 2], [3, 9]], [[1, 2], [8, 4]], [[1, 2], [3, 9]]], np.float32)
    found = np.array([[[0, 0], [1, 5]], [[7, 0], [1, 5]], [[1, 2], [3, 1]]], np.float32)
    known = np.array([[True, True], [True, True], [True, False]])
    # First: y of the second keypoint in both. Second: its x against its y. Third: y of the first in both.
    assert argmax_match(truth, found, known) == pytest.approx(2 / 3)
