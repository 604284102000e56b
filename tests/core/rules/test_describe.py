"""What is said of rules: rows, keypoints, offsets and how sure those are."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.rules.describe import describe
from fkd_core.rules.rule import letters, row_ranges
from fkd_core.schema import FKD_15
from tests.helpers.marking import in_picture, lower_nose_and_lip, marked_faces


def test_offsets_are_the_shifts_and_intervals_hold_them() -> None:
    points = in_picture(lower_nose_and_lip(marked_faces(900), slice(500, 900)))
    of_row = np.repeat([0, 1], [500, 400]).astype(np.int16)
    (first, second), reference = describe(["A", "B"], of_row, points, FKD_15)
    assert reference == "A"
    assert first.offsets == {}
    assert (first.rows, second.rows) == ((range(500),), (range(500, 900),))
    assert second.keypoints == FKD_15.keypoints
    for keypoint, axis, shift in (("nose_tip", "y", 3), ("left_eye_outer_corner", "x", 2)):
        low, high = getattr(second.offsets[keypoint], f"{axis}_interval")
        assert low < shift < high
        assert low < getattr(second.offsets[keypoint], axis) < high
        assert high - low < 1.2
    still = second.offsets["left_eyebrow_inner_end"]
    assert still.x_interval[0] < 0 < still.x_interval[1]
    assert second.offsets["left_eye_center"].x == pytest.approx(0)


def test_intervals_of_a_median_hold_it_in_about_95_of_100_samples() -> None:
    hits = 0
    for seed in range(150):
        points = in_picture(marked_faces(120, seed=seed), seed=seed)
        of_row = np.repeat([0, 1], 60).astype(np.int16)
        (_, second), _ = describe(["A", "B"], of_row, points, FKD_15, seed=seed)
        low, high = second.offsets["nose_tip"].x_interval
        hits += low <= 0 <= high
    assert 0.9 <= hits / 150 <= 0.995


def test_the_reference_is_the_first_that_marks_the_most() -> None:
    points = in_picture(marked_faces(100))
    points[:30, 2:10] = np.nan
    of_row = np.repeat([0, 1, 2], [30, 30, 40]).astype(np.int16)
    rules, reference = describe(["four", "B", "C"], of_row, points, FKD_15)
    assert reference == "B"
    assert rules[0].keypoints == FKD_15.keypoints[:2] + FKD_15.keypoints[10:]
    assert set(rules[0].offsets) == set(rules[0].keypoints)


def test_strays_do_not_say_what_their_rule_marks() -> None:
    points = in_picture(marked_faces(100))
    points[30:, 2:10] = np.nan
    strays = np.arange(100) < 30
    of_row = np.zeros(100, np.int16)
    assert len(describe(["A"], of_row, points, FKD_15)[0][0].keypoints) == 15
    ((rule,), _) = describe(["A"], of_row, points, FKD_15, strays=strays)
    assert rule.keypoints == FKD_15.keypoints[:2] + FKD_15.keypoints[10:]
    assert rule.faces == 100


def test_rules_without_rows_or_labels_say_nothing() -> None:
    points = np.full((4, 15, 2), np.nan, np.float32)
    rules, reference = describe(["A", "B"], np.zeros(4, np.int16), points, FKD_15)
    assert reference == "A"
    assert [rule.faces for rule in rules] == [4, 0]
    assert all(rule.keypoints == () and rule.offsets == {} for rule in rules)


def test_one_row_has_offsets_with_no_width() -> None:
    points = in_picture(marked_faces(2))
    (_, second), _ = describe(["A", "B"], np.array([0, 1], np.int16), points, FKD_15)
    offset = second.offsets["nose_tip"]
    assert offset.x_interval == (pytest.approx(offset.x), pytest.approx(offset.x))


def test_letters_and_ranges() -> None:
    assert [letters(i) for i in (0, 1, 25, 26, 27, 701, 702)] == ["A", "B", "Z", "AA", "AB", "ZZ", "AAA"]
    assert row_ranges(np.array([0, 1, 2, 5, 7, 8])) == (range(3), range(5, 6), range(7, 9))
    assert row_ranges(np.array([], int)) == ()
