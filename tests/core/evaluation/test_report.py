from __future__ import annotations

import json
import math

import numpy as np
import pytest

from fkd_core.evaluation.metrics import argmax_match, mae, nme, pck, rmse
from fkd_core.evaluation.report import evaluate
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points


@pytest.fixture
def truth():
    points = random_points(40, missing=0.3)
    points[0] = np.nan  # a face of which nothing is known
    points[:, 4] = np.nan  # a keypoint that no face has
    points[10:20] = random_points(10, seed=3)  # and some whole faces
    points[10:20, 4] = np.nan
    return points


@pytest.fixture
def predicted(truth):
    noise = np.random.default_rng(1).normal(0, 2, truth.shape)
    return np.where(np.isnan(truth), 50, truth + noise).astype(np.float32)


def test_the_figures_are_those_of_the_metrics(predicted, truth):
    report = evaluate(predicted, truth, FKD_15)
    assert report.rmse == rmse(predicted, truth)
    assert report.mae == mae(predicted, truth)
    value, left_out = nme(predicted, truth, FKD_15)
    assert report.nme == pytest.approx(value)
    assert report.without_eyes == left_out - 1  # the face without any keypoint is none of the faces
    assert {float(limit): share for limit, share in report.pck.items()} == pck(predicted, truth)
    assert math.isnan(report.argmax_match)
    assert math.isnan(argmax_match(predicted, truth))


def test_counts(predicted, truth):
    report = evaluate(predicted, truth, FKD_15)
    known = ~np.isnan(truth[..., 0])
    assert report.faces == 39
    assert report.points == known.sum()
    assert [row.count for row in report.per_keypoint] == known.sum(axis=0).tolist()
    assert [row.name for row in report.per_keypoint] == list(FKD_15.keypoints)


def test_rows_of_the_keypoints_add_up_to_the_whole(predicted, truth):
    report = evaluate(predicted, truth, FKD_15)
    rows = [row for row in report.per_keypoint if row.count]
    assert len(rows) == 14
    assert sum(row.mae * row.count for row in rows) / report.points == pytest.approx(report.mae)
    squares = sum(row.rmse**2 * row.count for row in rows) / report.points
    assert math.sqrt(squares) == pytest.approx(report.rmse)


def test_dictionary_has_exactly_the_agreed_keys_and_is_json(predicted, truth):
    value = evaluate(predicted, truth, FKD_15, draws=10).to_dict()
    assert list(value) == [
        "rmse",
        "mae",
        "nme",
        "pck",
        "argmax_match",
        "per_keypoint",
        "faces",
        "points",
    ]
    assert list(value["pck"]) == ["1", "2", "3"]
    assert list(value["per_keypoint"]) == list(FKD_15.keypoints)
    assert value["per_keypoint"]["right_eye_inner_corner"] == {"rmse": None, "mae": None, "count": 0}
    assert value["argmax_match"] is None
    assert json.loads(json.dumps(value, allow_nan=False)) == value


def test_intervals_hold_the_figures_and_follow_the_seed(predicted, truth):
    report = evaluate(predicted, truth, FKD_15, draws=300, seed=4)
    figures = {"rmse": report.rmse, "mae": report.mae, "nme": report.nme}
    figures |= {f"pck {limit}": share for limit, share in report.pck.items()}
    assert set(report.intervals) == set(figures)
    for name, value in figures.items():
        low, high = report.intervals[name]
        assert low < value < high
    assert evaluate(predicted, truth, FKD_15, draws=300, seed=4).intervals == report.intervals
    assert evaluate(predicted, truth, FKD_15, draws=300, seed=5).intervals != report.intervals
    assert evaluate(predicted, truth, FKD_15).intervals == {}


def test_no_faces_give_a_report_without_figures():
    nothing = np.empty((0, 15, 2), np.float32)
    value = evaluate(nothing, nothing, FKD_15, draws=10).to_dict()
    assert value["rmse"] is value["nme"] is value["pck"]["1"] is None
    assert value["faces"] == value["points"] == 0


def test_another_schema_is_refused(predicted, truth):
    with pytest.raises(ValueError, match="15 keypoints"):
        evaluate(predicted[:, 1:], truth[:, 1:], FKD_15)
