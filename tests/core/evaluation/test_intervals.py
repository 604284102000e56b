from __future__ import annotations

import numpy as np
import pytest

from fkd_core.evaluation.intervals import bootstrap


def test_interval_of_a_mean_is_that_of_the_normal_law():
    values = np.random.default_rng(0).normal(5, 2, (400, 1))
    low, high = bootstrap(values, np.ones_like(values), draws=2000)[0]
    half = 1.96 * values.std() / np.sqrt(400)
    assert low == pytest.approx(values.mean() - half, abs=0.03)
    assert high == pytest.approx(values.mean() + half, abs=0.03)


def test_the_seed_decides():
    values, ones = np.random.default_rng(0).random((50, 2)), np.ones((50, 2))
    np.testing.assert_array_equal(bootstrap(values, ones, seed=1), bootstrap(values, ones, seed=1))
    assert not np.array_equal(bootstrap(values, ones, seed=1), bootstrap(values, ones, seed=2))


def test_faces_that_count_nothing_change_nothing_and_none_gives_nan():
    totals, counts = np.array([[2.0], [0], [0]]), np.array([[1.0], [0], [0]])
    np.testing.assert_array_equal(bootstrap(totals, counts, draws=50), [[2, 2]])
    assert np.isnan(bootstrap(np.zeros((3, 1)), np.zeros((3, 1)), draws=5)).all()
    assert np.isnan(bootstrap(np.zeros((0, 2)), np.zeros((0, 2)), draws=5)).all()


def test_senseless_requests_are_refused():
    ones = np.ones((3, 1))
    with pytest.raises(ValueError, match=r"received 0 and 0\.95"):
        bootstrap(ones, ones, draws=0)
    with pytest.raises(ValueError, match="received 10 and 95"):
        bootstrap(ones, ones, draws=10, level=95)
    with pytest.raises(ValueError, match="one shape"):
        bootstrap(ones, np.ones((3, 2)))
