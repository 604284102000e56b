"""The notebook's claim, measured: how far predictions move from face to face, beside the labels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.comparison.measure import tabulate
from fkd_core.comparison.spread import Spread, spread_of
from fkd_core.schema import FKD_15


def labels() -> np.ndarray:
    truth = np.random.default_rng(0).normal(48, 4, (60, 15, 2)).astype(np.float32)
    truth[:, 3] = np.nan
    truth[20:, 4] = np.nan
    truth[1:, 5] = np.nan
    return truth


def moved(truth: np.ndarray, part: float) -> np.ndarray:
    """Predictions that follow the labels in part, off by two pixels everywhere."""
    mean = np.nanmean(truth[:, [k for k in range(15) if k != 3]], axis=(0, 1))
    return np.nan_to_num(mean + part * (truth - mean) + 2, nan=30).astype(np.float32)


@pytest.mark.parametrize("part", [0, 0.3, 1, 1.4])
def test_the_ratio_is_that_of_the_standard_deviations(part: float) -> None:
    truth = labels()
    found = spread_of("x", moved(truth, part), truth, FKD_15.keypoints)
    assert found.ratio == pytest.approx(part, abs=1e-4)
    assert found.per_keypoint[FKD_15.keypoints[4]] == pytest.approx(part, abs=1e-4)
    assert math.isnan(found.per_keypoint[FKD_15.keypoints[3]])
    assert math.isnan(found.per_keypoint[FKD_15.keypoints[5]]), "one face has no spread"
    assert found.labels == pytest.approx(4, rel=0.1)


def test_where_a_face_is_unknown_its_prediction_counts_nowhere() -> None:
    truth = labels()
    points = moved(truth, 0.5)
    points[np.isnan(truth)] = 1000
    assert spread_of("x", points, truth, FKD_15.keypoints).ratio == pytest.approx(0.5, abs=1e-4)


def test_it_is_said_in_words() -> None:
    said = {ratio: Spread("it", ratio * 4, 4.0).describe() for ratio in (0, 0.3, 0.7, 1, 1.5)}
    assert said[0] == "it makes the same prediction every time: its keypoints do not move at all."
    assert "0.30 times as far" in said[0.3]
    assert "1.20 and 4.00 px" in said[0.3]
    assert said[0.3].endswith("not the same prediction every time, but not far from it.")
    assert said[0.7].endswith("it follows the face in part.")
    assert said[1].endswith("it follows the face.")
    assert said[1.5].endswith("more than there is to see.")
    assert Spread("it", math.nan, math.nan).describe() == ""


def test_a_comparison_tells_it_of_each_run_and_it_comes_back_from_json() -> None:
    truth = labels()
    points = np.stack([moved(truth, part) for part in (0, 0.3)])
    found = tabulate(["mean", "forest"], points, truth, np.arange(60), FKD_15)
    assert [spread.ratio for spread in found.spreads] == pytest.approx([0, 0.3], abs=1e-4)
    assert len(found.describe_spreads().splitlines()) == 2
    plain = found.to_dict()["runs"][1]["spread"]
    assert plain["ratio"] == pytest.approx(0.3, abs=1e-4)
    assert plain["says"] in found.describe_spreads()
    assert plain["per_keypoint"][FKD_15.keypoints[3]] is None
    again = Spread.from_dict("forest", plain)
    assert again.describe() == found.spreads[1].describe()
