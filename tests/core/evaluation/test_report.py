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


KEYS = {
    "": ["rmse", "mae", "nme", "pck", "bias", "intervals", "per_keypoint", "faces", "points", "without_eyes",
         "argmax_match", "cumulative", "per_rule", "worst", "null_model", "calibration"],
    "pck": ["1", "2", "3"],
    "bias": ["x", "y"],
    "intervals": ["rmse", "mae", "nme", "pck", "bias"],
    "per_keypoint": list(FKD_15.keypoints),
    "per_keypoint nose_tip": ["rmse", "interval", "mae", "bias", "count"],
    "cumulative": ["limit", "limits", "shares", "area", "area_interval", "failure_rate", "failure_interval",
                   "faces"],
    "per_rule": ["four", "all"],
    "per_rule all": ["rmse", "mae", "nme", "pck", "bias", "intervals", "per_keypoint", "faces", "points",
                     "without_eyes"],
    "null_model": ["rmse", "ratio", "interval", "coordinates"],
    "calibration": ["level", "expected", "inside", "interval", "count", "as_expected", "per_keypoint",
                    "per_rule"],
    "calibration per_rule": ["four", "all"],
    "calibration per_keypoint nose_tip": ["inside", "interval", "count"],
}  # fmt: skip


def whole(predicted, truth, **options):
    """A report with everything in it."""
    return evaluate(
        predicted,
        truth,
        FKD_15,
        std=np.full(truth.shape[:2], 2.0),
        rules=np.arange(len(truth)) % 3 - 1,
        rule_names=("four", "all"),
        mean_face=np.full((15, 2), 48.0),
        rows=np.arange(len(truth)) + 100,
        **{"draws": 10} | options,
    )


@pytest.mark.parametrize("path", KEYS)
def test_dictionary_has_exactly_the_agreed_keys(path, predicted, truth):
    value = whole(predicted, truth).to_dict()
    for key in path.split():
        value = value[key]
    assert list(value) == KEYS[path]


def test_dictionary_is_json_with_none_for_unknown(predicted, truth):
    value = whole(predicted, truth).to_dict()
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    nothing = {"rmse": None, "interval": None, "mae": None, "bias": {"x": None, "y": None}, "count": 0}
    assert value["per_keypoint"]["right_eye_inner_corner"] == nothing
    assert value["calibration"]["per_keypoint"]["right_eye_inner_corner"]["inside"] is None
    assert value["argmax_match"] is None
    low, high = value["intervals"]["pck"]["2"]
    assert low < value["pck"]["2"] < high
    plain = evaluate(predicted, truth, FKD_15).to_dict()
    assert list(plain) == KEYS[""]
    assert plain["per_rule"] is plain["null_model"] is plain["calibration"] is None
    assert plain["intervals"]["rmse"] is plain["intervals"]["pck"]["1"] is None
    assert plain["rmse"] == value["rmse"]


def test_intervals_hold_the_figures_and_follow_the_seed(predicted, truth):
    report = evaluate(predicted, truth, FKD_15, draws=300, seed=4)
    figures = {"rmse": report.rmse, "mae": report.mae, "nme": report.nme}
    figures |= {f"pck {limit}": share for limit, share in report.pck.items()}
    figures |= {"bias x": report.bias[0], "bias y": report.bias[1]}
    assert set(report.intervals) == set(figures)
    for name, value in figures.items():
        low, high = report.intervals[name]
        assert low < value < high
    for row in report.per_keypoint:
        assert row.interval[0] < row.rmse < row.interval[1] or not row.count
    assert evaluate(predicted, truth, FKD_15, draws=300, seed=4).intervals == report.intervals
    assert evaluate(predicted, truth, FKD_15, draws=300, seed=5).intervals != report.intervals
    assert evaluate(predicted, truth, FKD_15).intervals == {}


def test_the_figures_of_a_rule_are_those_of_its_faces_alone(predicted, truth):
    report = whole(predicted, truth)
    assert report.per_rule is not None
    assert list(report.per_rule) == ["four", "all"]
    for number, (name, part) in enumerate(report.per_rule.items()):
        faces = np.arange(len(truth)) % 3 - 1 == number
        alone = evaluate(predicted[faces], truth[faces], FKD_15, draws=10)
        assert (part.rmse, part.nme, part.bias) == (alone.rmse, alone.nme, alone.bias)
        assert part.intervals == alone.intervals
        assert part.faces == alone.faces
        assert report.calibration.per_rule[name].count == alone.points


def test_a_rule_without_a_measured_face_is_left_out_and_one_without_a_name_is_refused(predicted, truth):
    rules = np.full(len(truth), -1)
    rules[0], rules[1] = 1, 0  # of the first face nothing is known
    report = evaluate(predicted, truth, FKD_15, rules=rules, rule_names=("a", "b", "c"))
    assert list(report.per_rule) == ["a"]
    assert report.per_rule["a"].faces == 1
    with pytest.raises(ValueError, match="below 1, received 1"):
        evaluate(predicted, truth, FKD_15, rules=rules, rule_names=("a",))
    with pytest.raises(ValueError, match=r"shape \(40,\), received \(39,\)"):
        evaluate(predicted, truth, FKD_15, rules=rules[1:], rule_names=("a", "b"))


def test_worst_faces_bear_the_numbers_of_their_rows_and_their_rule(predicted, truth):
    predicted[17] += np.float32(30)
    report = whole(predicted, truth, worst=2)
    assert len(report.worst) == 2
    assert report.worst[0].row == 117
    assert report.worst[0].rule == "all"  # 17 % 3 - 1 = 1
    assert report.worst[0].rmse > report.worst[1].rmse
    assert whole(predicted, truth, worst=0).worst == ()


def test_no_faces_give_a_report_without_figures():
    nothing = np.empty((0, 15, 2), np.float32)
    value = whole(nothing, nothing).to_dict()
    assert value["rmse"] is value["nme"] is value["pck"]["1"] is value["null_model"]["ratio"] is None
    assert value["cumulative"]["area"] is value["calibration"]["inside"] is None
    assert value["calibration"]["as_expected"] is None
    assert value["faces"] == value["points"] == 0
    assert value["worst"] == []
    assert value["per_rule"] == {}
    json.dumps(value, allow_nan=False)


def test_one_face_has_figures_but_no_bootstrap_intervals(predicted, truth):
    value = whole(predicted[10:11], truth[10:11]).to_dict()
    assert value["rmse"] == pytest.approx(rmse(predicted[10:11], truth[10:11]))
    assert value["intervals"]["rmse"] is value["intervals"]["nme"] is value["intervals"]["pck"]["3"] is None
    assert value["null_model"]["interval"] is value["cumulative"]["area_interval"] is None
    assert value["null_model"]["ratio"] > 0
    assert value["calibration"]["interval"] is None


def test_faces_without_eyes_have_no_curve(predicted, truth):
    truth[:, 0] = np.nan
    value = whole(predicted, truth).to_dict()
    assert value["nme"] is None
    assert value["without_eyes"] == value["faces"] == 39
    assert value["cumulative"]["faces"] == 0
    assert value["cumulative"]["area"] is value["cumulative"]["failure_rate"] is None
    assert set(value["cumulative"]["shares"]) == {None}


def test_another_schema_is_refused(predicted, truth):
    with pytest.raises(ValueError, match="15 keypoints"):
        evaluate(predicted[:, 1:], truth[:, 1:], FKD_15)
