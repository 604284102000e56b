"""Predictions joined to what is asked, checked and written."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest

from fkd_core.errors import BadInputError, ProjectError
from fkd_core.lookup import LookupTable
from fkd_core.schema import FKD_15
from fkd_core.submission import build_submission
from tests.helpers.arrays import random_points

IDS = np.array([30, 10, 20])
ASKED = LookupTable(np.arange(1, 5), np.array([10, 10, 20, 30]), np.array([0, 21, 29, 4]))


def test_rows_are_joined_by_face_and_feature_in_the_order_asked() -> None:
    points = random_points(3)
    made = build_submission(ASKED, IDS, points, FKD_15)
    expected = [points[1, 0, 0], points[1, 10, 1], points[2, 14, 1], points[0, 2, 0]]
    np.testing.assert_allclose(made.locations, expected, rtol=0, atol=0)
    assert made.row_ids.tolist() == [1, 2, 3, 4]
    assert (made.clipped, made.valid) == (0, True)


def test_the_join_equals_a_plain_loop_on_random_tables() -> None:
    rng = np.random.default_rng(4)
    ids = rng.permutation(500)[:60]
    points = rng.uniform(-10, 110, (60, 15, 2)).astype(np.float32)
    asked = LookupTable(np.arange(1, 301), rng.choice(ids, 300), rng.integers(0, 30, 300))
    made = build_submission(asked, ids, points, FKD_15)
    clipped = 0
    for image, coordinate, location in zip(asked.image_ids, asked.coordinates, made.locations, strict=True):
        value = float(points[ids.tolist().index(image), coordinate // 2, coordinate % 2])
        clipped += not 0 <= value <= 96
        assert location == min(max(value, 0), 96)
    assert made.clipped == clipped > 20


def test_the_frame_may_be_wider_than_high() -> None:
    schema = attrs.evolve(FKD_15, size=(50, 80))
    points = np.full((3, 15, 2), 90, np.float32)
    assert build_submission(ASKED, IDS, points, schema).locations.tolist() == [80, 50, 50, 80]


def test_the_file_has_a_row_for_each_that_is_asked(tmp_path: Path) -> None:
    points = np.full((3, 15, 2), 12.3456789, np.float32)
    points[1, 0, 0], points[0, 2, 0] = -1, 200
    build_submission(ASKED, IDS, points, FKD_15).write(tmp_path / "submission.csv")
    assert (tmp_path / "submission.csv").read_bytes() == b"RowId,Location\n1,0\n2,12.3457\n3,12.3457\n4,96\n"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_prediction_that_is_no_number_is_refused(tmp_path: Path, value: float) -> None:
    points = random_points(3)
    points[1, 10, 1] = value
    made = build_submission(ASKED, IDS, points, FKD_15)
    assert (made.valid, made.clipped) == (False, 0)
    with pytest.raises(BadInputError, match="expected a number in every row, found 1 rows without a number"):
        made.write(tmp_path / "submission.csv")
    assert list(tmp_path.iterdir()) == []


def test_predictions_that_nobody_asked_for_may_be_missing() -> None:
    points = np.full((3, 15, 2), np.nan, np.float32)
    for row, coordinate in ((1, 0), (1, 21), (2, 29), (0, 4)):
        points[row, coordinate // 2, coordinate % 2] = 5
    assert build_submission(ASKED, IDS, points, FKD_15).valid


def test_a_face_without_a_prediction_is_named() -> None:
    with pytest.raises(BadInputError, match=r"predictions of all 3 faces.*found none for ImageId 20"):
        build_submission(ASKED, IDS[:2], random_points(2), FKD_15)
    with pytest.raises(BadInputError, match="none for ImageId 10"):
        build_submission(ASKED, IDS[:0], random_points(0), FKD_15)


@pytest.mark.parametrize("row_ids", [[1, 2, 4, 3], [0, 1, 2, 3], [1, 2, 3, 5]])
def test_row_ids_out_of_order_are_refused(tmp_path: Path, row_ids: list[int]) -> None:
    made = build_submission(attrs.evolve(ASKED, row_ids=np.array(row_ids)), IDS, random_points(3), FKD_15)
    with pytest.raises(BadInputError, match="row ids from 1 on, in order, found out of order"):
        made.write(tmp_path / "submission.csv")


def test_an_empty_table_makes_no_submission() -> None:
    empty = LookupTable(*(np.empty(0, np.int64) for _ in range(3)))
    assert not build_submission(empty, IDS, random_points(3), FKD_15).valid


def test_predictions_must_be_as_many_as_ids() -> None:
    with pytest.raises(ValueError, match=r"received \(2, 15, 2\)"):
        build_submission(ASKED, IDS, random_points(2), FKD_15)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    made = build_submission(ASKED, IDS, random_points(3), FKD_15)
    with pytest.raises(BadInputError, match="nowhere: there is no such folder"):
        made.write(tmp_path / "nowhere" / "submission.csv")
    with pytest.raises(ProjectError, match="this file cannot be written; found is a directory"):
        made.write(tmp_path)
