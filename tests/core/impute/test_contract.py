"""What every imputation method must do."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.impute import registry
from fkd_core.impute.context import Context, Seen
from fkd_core.jobs import Job
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points
from tests.helpers.competition import competition_points


@pytest.fixture(params=registry.available())
def method(request):
    return request.param


def seen_in(points):
    """What a network may see: every keypoint near the middle, whatever the labels say."""
    places = 48 + np.random.default_rng(8).normal(0, 5, points.shape).astype(np.float32)
    return Seen(places, np.ones(points.shape[:2], np.float32), np.ones(len(points), bool))


def impute(method, points, *, seed=0, shuffle=True, seen=None):
    context = Context(seed=seed, shuffle=shuffle, seen=seen if points.ndim != 3 or seen else seen_in(points))
    return registry.get(method).fill(points, context).points


@pytest.fixture
def points():
    some = random_points(60, missing=0.6)
    some[:, 4] = np.nan  # a keypoint that no row has
    some[7, 2, 0] = np.nan  # and one of which only y is known
    some[7, 2, 1] = 33.25
    return some


def test_known_values_are_untouched_bit_for_bit(method, points):
    before = points.copy()
    filled = impute(method, points, seed=3)
    known = ~np.isnan(points)
    assert filled[known].tobytes() == before[known].tobytes()
    assert points.tobytes() == before.tobytes()


def test_result_is_a_new_float32_array_of_the_same_shape(method, points):
    filled = impute(method, points, seed=3)
    assert filled.dtype == np.float32
    assert filled.shape == points.shape
    assert not np.shares_memory(filled, points)


@pytest.mark.parametrize("shuffle", [True, False])
def test_same_seed_gives_the_same_result(method, points, shuffle):
    first, second = (impute(method, points, seed=5, shuffle=shuffle) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("shuffle", [True, False])
def test_nothing_is_left_where_a_column_has_a_value(method, points, shuffle):
    filled = impute(method, points, seed=5, shuffle=shuffle)
    assert np.isnan(filled[:, 4]).all()
    left = np.isnan(np.delete(filled, 4, axis=1))
    assert left.any() == (method == "none")  # which leaves everything missing on purpose


def test_the_memory_order_of_the_points_does_not_matter(method, points):
    np.testing.assert_array_equal(
        impute(method, np.asfortranarray(points), seed=5), impute(method, points, seed=5)
    )


def test_one_value_fills_its_whole_column(method):
    points = np.full((5, 2, 2), np.nan, dtype=np.float32)
    points[3, 1, 0] = 12.5
    places = np.full(points.shape, 12.5, np.float32)
    seen = Seen(places, np.ones((5, 2), np.float32), np.ones(5, bool))
    filled = impute(method, points, seen=seen)
    expected = points.copy()
    if method != "none":
        expected[:, 1, 0] = 12.5
    np.testing.assert_array_equal(filled, expected)


def test_no_faces_and_no_gaps_are_no_trouble(method):
    assert impute(method, np.empty((0, 15, 2), np.float32)).shape == (0, 15, 2)
    whole = random_points(4)
    np.testing.assert_array_equal(impute(method, whole), whole)


def test_one_row_is_no_trouble(method):
    points = random_points(1)
    points[0, 3] = np.nan
    filled = impute(method, points)
    assert np.isnan(filled[0, 3]).all()
    np.testing.assert_array_equal(np.delete(filled, 3, axis=1), np.delete(points, 3, axis=1))


def test_the_deviations_stand_where_something_was_filled(method, points):
    result = registry.fill(method, points, FKD_15, context=Context(seen=seen_in(points)))
    assert result.std.dtype == np.float32
    says = method in ("model", "shape")
    np.testing.assert_array_equal(np.isfinite(result.std), result.filled & says)
    assert (result.std[result.filled & says] > 0).all()


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
        impute(method, bad, seen=seen_in(random_points(3)))


def test_unknown_method_is_refused_with_those_that_there_are():
    with pytest.raises(BadInputError, match="backfill or mean or model or none or shape, found 'median'"):
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
    with pytest.raises(ValueError, match=r"\(N, 15, 2\), received \(60, 14, 2\)"):
        registry.fill("mean", points[:, 1:], FKD_15)


@pytest.mark.faces
def test_real_rows_are_filled_whole(method):
    points = competition_points()
    filled = impute(method, points, seed=1)
    known = ~np.isnan(points)
    assert filled[known].tobytes() == points[known].tobytes()
    assert np.isnan(filled).any() == (method == "none")
