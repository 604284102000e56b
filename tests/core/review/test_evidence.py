from __future__ import annotations

import numpy as np
import pytest

from fkd_core.review.evidence import log_right, round_scatter, scales_that_fit, wrong_over_right


def test_the_further_off_the_likelier_it_is_wrong() -> None:
    gaps = np.stack([np.array([0.0, 1, 3, 6, 12, 25]), np.zeros(6)], axis=-1)
    ratio = wrong_over_right(gaps, round_scatter(np.ones(6)))
    assert (np.diff(ratio) > 0).all()
    assert ratio[0] < -2
    assert ratio[4] > 4


def test_a_hard_face_must_lie_further_off() -> None:
    gaps = np.full((3, 2), 4.0)
    ratio = wrong_over_right(gaps, round_scatter(np.array([0.8, 1.5, 4.0])))
    assert (np.diff(ratio) < 0).all()
    assert ratio[0] > 2 > 0 > ratio[2]


def test_directions_in_which_a_place_is_unsure_excuse_more() -> None:
    scatter = np.array([[25.0, 0.0], [0.0, 1.0]])
    along, across = wrong_over_right(np.array([[6.0, 0.0], [0.0, 6.0]]), np.stack([scatter, scatter]))
    assert along < 0 < across


def test_right_labels_have_a_density() -> None:
    grid = np.stack(np.meshgrid(np.arange(-60, 60, 0.25), np.arange(-60, 60, 0.25)), axis=-1)
    scatter = np.broadcast_to([[4.0, 1.5], [1.5, 2.0]], (*grid.shape[:2], 2, 2))
    assert np.exp(log_right(grid, scatter)).sum() * 0.25**2 == pytest.approx(1, abs=2e-3)


def test_deviations_are_scaled_to_what_labels_show_and_wrong_ones_do_not_count() -> None:
    random = np.random.default_rng(0)
    errors = random.standard_t(5, (2000, 2, 2)) * np.array([2.0, 0.5])[:, None]
    errors[:100] = 40
    squared = (errors**2).sum(axis=-1)
    factors = scales_that_fit(squared, np.ones((2000, 2)))
    np.testing.assert_allclose(factors, [2.0, 0.5], rtol=0.15)


def test_a_few_labels_tell_nothing_of_their_deviation() -> None:
    squared = np.full((20, 2), np.nan)
    squared[:7, 0] = 100.0
    np.testing.assert_array_equal(scales_that_fit(squared, np.ones((20, 2))), [1, 1])


def test_what_is_unknown_stays_so() -> None:
    ratio = wrong_over_right(np.array([[np.nan, np.nan], [1.0, 1.0]]), round_scatter(np.ones(2)))
    assert np.isnan(ratio[0])
    assert np.isfinite(ratio[1])
