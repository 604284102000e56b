"""What every imputation method must do."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.impute import registry
from fkd_core.jobs import Job
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points
from tests.helpers.competition import competition_points


@pytest.fixture(params=registry.available())
def method(request):
    return request.param


@pytest.fixture
def points():
    some = random_points(200, missing=0.6)
    some[:, 4] = np.nan  # a keypoint that no row has
    some[7, 2, 0] = np.nan  # and one of which only y is known
    some[7, 2, 1] = 33.25
    return some


def test_known_values_are_untouched_bit_for_bit(method, points):
    before = points.copy()
    filled = registry.get(method)(points, seed=3, shuffle=True)
    known = ~np.isnan(points)
    assert filled[known].tobytes() == before[known].tobytes()
    assert points.tobytes() == before.tobytes()


def test_result_is_a_new_float32_array_of_the_same_shape(method, points):
    filled = registry.get(method)(points, seed=3, shuffle=True)
    assert filled.dtype == np.float32
    assert filled.shape == points.shape
    assert not np.shares_memory(filled, points)


@pytest.mark.parametrize("shuffle", [True, False])
def test_same_seed_gives_the_same_result(method, points, shuffle):
    impute = registry.get(method)
    first, second = (impute(points, seed=5, shuffle=shuffle) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("shuffle", [True, False])
def test_nothing_is_left_where_a_column_has_a_value(method, points, shuffle):
    filled = registry.get(method)(points, seed=5, shuffle=shuffle)
    assert np.isnan(filled[:, 4]).all()
    left = np.isnan(np.delete(filled, 4, axis=1))
    assert left.any() == (method == "none")  # which leaves everything missing on purpose


def test_the_memory_order_of_the_points_does_not_matter(method, points):
    impute = registry.get(method)
    np.testing.assert_array_equal(
        impute(np.asfortranarray(points), seed=5, shuffle=True), impute(points, seed=5, shuffle=True)
    )


def test_one_value_fills_its_whole_column(method):
    points = np.full((5, 2, 2), np.nan, dtype=np.float32)
    points[3, 1, 0] = 12.5
    filled = registry.get(method)(points, seed=0, shuffle=True)
    expected = points.copy()
    if method != "none":
        expected[:, 1, 0] = 12.5
    np.testing.assert_array_equal(filled, expected)


def test_no_faces_and_no_gaps_are_no_trouble(method):
    impute = registry.get(method)
    assert impute(np.empty((0, 15, 2), np.float32), seed=0, shuffle=True).shape == (0, 15, 2)
    whole = random_points(4)
    np.testing.assert_array_equal(impute(whole, seed=0, shuffle=True), whole)


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (np.zeros((3, 30), np.float32), r"\(N, K, 2\), received \(3, 30\)"),
        (np.zeros((3, 15, 2), np.int64), "floating point, received int64"),
        (np.full((3, 15, 2), np.inf, np.float32), "infinite value in row 0"),
    ],
)
def test_other_arrays_are_refused(method, bad, complaint):
    with pytest.raises(ValueError, match=complaint):
        registry.get(method)(bad, seed=0, shuffle=True)


def test_unknown_method_is_refused_with_those_that_there_are():
    with pytest.raises(BadInputError, match="backfill or mean or none, found 'median'"):
        registry.get("median")


def test_fill_reports_what_it_filled_and_what_it_could_not(points):
    lines = []
    job = Job(lambda _event, data: lines.append(data["text"]))
    result = registry.fill("mean", points, FKD_15, job=job)
    unknown = np.isnan(points).any(axis=2)
    unknown[:, 4] = False
    np.testing.assert_array_equal(result.filled, unknown)
    assert result.never_known == ("right_eye_inner_corner",)
    assert lines == [
        f"mean: {unknown.sum()} keypoints filled in {unknown.any(axis=1).sum()} faces",
        "mean: known in no face and left empty: right eye inner corner",
    ]


def test_fill_refuses_points_of_another_schema(points):
    with pytest.raises(ValueError, match=r"\(N, 15, 2\), received \(200, 14, 2\)"):
        registry.fill("mean", points[:, 1:], FKD_15)


@pytest.mark.faces
def test_real_rows_are_filled_whole(method):
    points = competition_points()
    filled = registry.get(method)(points, seed=1, shuffle=True)
    known = ~np.isnan(points)
    assert filled[known].tobytes() == points[known].tobytes()
    assert np.isnan(filled).any() == (method == "none")
