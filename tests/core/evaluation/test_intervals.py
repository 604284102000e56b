from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.evaluation.intervals import (
    UNKNOWN,
    Sampling,
    bootstrap,
    ratio_interval,
    ratio_intervals,
    root,
    share_interval,
)


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


def test_ratios_are_those_of_the_bootstrap_where_two_faces_add_to_them():
    random = np.random.default_rng(0)
    totals, counts = random.random((20, 3)), np.ones((20, 3), int)
    counts[1:, 1] = 0  # one face alone
    counts[:, 2] = 0
    totals[counts == 0] = 0
    drawn = ratio_intervals(totals, counts, Sampling(100, 7))
    np.testing.assert_allclose(drawn[0], bootstrap(totals[:, :1], np.ones((20, 1)), draws=100, seed=7)[0])
    assert np.isnan(drawn[1:]).all()
    assert ratio_intervals(totals, counts, Sampling()) == [UNKNOWN] * 3


def test_a_share_of_faces_is_never_certain():
    # Wilson's interval of 8 in 10 as textbooks print it, and the limit z² / (n + z²) where nothing was hit
    assert share_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    z2 = 1.959964**2
    assert share_interval(0, 20) == pytest.approx((0, z2 / (20 + z2)), abs=1e-6)
    assert share_interval(20, 20) == pytest.approx((20 / (20 + z2), 1), abs=1e-6)
    assert all(map(math.isnan, share_interval(0, 0)))
    for hits, count in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match=f"received {hits} of {count}"):
            share_interval(hits, count)


def test_wilsons_interval_holds_the_true_share_in_19_of_20_samples():
    hits = np.random.default_rng(0).binomial(60, 0.9, 4000)
    ends = np.array([share_interval(int(each), 60) for each in hits])
    inside = (ends[:, 0] <= 0.9) & (ends[:, 1] >= 0.9)
    assert inside.mean() == pytest.approx(0.95, abs=0.02)


def test_root_of_an_interval():
    assert root((4.0, 9.0)) == (2, 3)
    assert all(map(math.isnan, root(UNKNOWN)))


def test_the_interval_at_once_is_near_that_of_the_bootstrap():
    random = np.random.default_rng(3)
    counts = random.integers(0, 31, 300).astype(np.float64)
    totals = counts * random.gamma(2, 1, 300)
    drawn = bootstrap(totals[:, None], counts[:, None], draws=4000)[0]
    np.testing.assert_allclose(ratio_interval(totals, counts), drawn, rtol=0.02)


def test_faces_without_labels_change_no_interval():
    totals, counts = np.array([4.0, 9.0, 1.0]), np.array([2.0, 2.0, 1.0])
    more = ratio_interval(np.append(totals, 0), np.append(counts, 0))
    assert more == ratio_interval(totals, counts)


@pytest.mark.parametrize("faces", [0, 1])
def test_fewer_than_two_faces_tell_no_interval(faces):
    assert all(map(math.isnan, ratio_interval(np.ones(faces), np.ones(faces))))


def test_an_interval_of_other_shapes_is_refused():
    with pytest.raises(ValueError, match=r"received \(3,\), \(2,\)"):
        ratio_interval(np.ones(3), np.ones(2))
