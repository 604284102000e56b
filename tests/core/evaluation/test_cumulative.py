from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.cumulative import LIMIT, cumulative
from fkd_core.evaluation.intervals import Sampling, share_interval


def test_the_curve_by_hand():
    # heights: 1/4 from 0, 2/4 from 0.02, 3/4 from 0.05; the fourth face fails
    found = cumulative(np.array([0.05, np.nan, 0.0, 0.2, 0.02]), limit=0.1)
    assert found.faces == 4
    assert found.area == pytest.approx((0.25 * 0.02 + 0.5 * 0.03 + 0.75 * 0.05) / 0.1)
    assert found.failure_rate == 0.25
    assert (found.limits[0], found.limits[-1], len(found.limits)) == (0, 0.1, 51)
    at = dict(zip(np.round(found.limits, 3), found.shares, strict=True))
    assert (at[0.0], at[0.01], at[0.02], at[0.04], at[0.06], at[0.1]) == (0.25, 0.25, 0.5, 0.5, 0.75, 0.75)


def test_perfect_predictions_fill_the_area_and_failures_leave_it_empty():
    perfect, failed = cumulative(np.zeros(7)), cumulative(np.full(7, 2 * LIMIT))
    assert (perfect.area, perfect.failure_rate, set(perfect.shares)) == (1, 0, {1.0})
    assert (failed.area, failed.failure_rate, set(failed.shares)) == (0, 1, {0.0})


def test_an_error_at_the_limit_is_no_failure():
    found = cumulative(np.array([LIMIT, np.nextafter(LIMIT, 1)]))
    assert found.failure_rate == 0.5
    assert found.shares[-1] == 0.5


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_that_under_a_fine_curve(seed):
    errors = np.random.default_rng(seed).gamma(2, 0.03, 50)
    fine = (np.arange(100_000) + 0.5) / 100_000 * LIMIT
    heights = np.searchsorted(np.sort(errors), fine, side="right") / 50
    found = cumulative(errors)
    assert found.area == pytest.approx(heights.mean(), abs=1e-4)
    assert found.failure_rate == pytest.approx(1 - found.shares[-1])
    assert list(found.shares) == sorted(found.shares)


def test_intervals_hold_the_figures():
    errors = np.random.default_rng(0).gamma(2, 0.03, 50)
    found = cumulative(errors, sampling=Sampling(300))
    assert found.area_interval[0] < found.area < found.area_interval[1]
    assert found.failure_interval == share_interval(round(found.failure_rate * 50), 50)
    assert all(map(math.isnan, cumulative(errors).area_interval + cumulative(errors).failure_interval))


def test_faces_without_an_error_give_no_curve():
    value = cumulative(np.full(3, np.nan), sampling=Sampling(10)).to_dict()
    assert value["faces"] == 0
    assert set(value["shares"]) == {None}
    names = ("area", "area_interval", "failure_rate", "failure_interval")
    assert {value[name] for name in names} == {None}


def test_a_curve_without_length_is_refused():
    for limit in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="limit must be above 0"):
            cumulative(np.zeros(2), limit=limit)
