from __future__ import annotations

import numpy as np

from fkd_core.review.mates import compare

NAN = np.nan


def test_what_the_network_gets_wrong_in_both_pictures_does_not_count() -> None:
    gaps = np.array([[[5.0, 0.0]], [[5.5, 0.0]], [[0.0, 1.0]]])
    found = compare(gaps, np.array([7, 7, 8]))
    np.testing.assert_allclose(found.gaps[:, 0], [[-0.5, 0], [0.5, 0], [0, 1]])
    np.testing.assert_array_equal(found.row, [1, 0, -1])
    np.testing.assert_allclose(found.between[:2, 0], [[-0.5, 0], [0.5, 0]])
    np.testing.assert_array_equal(found.blamed[:, 0], [False, True, False])
    assert np.isnan(found.between[2, 0]).all()


def test_a_label_that_differs_from_its_mates_keeps_its_gap() -> None:
    gaps = np.array([[[9.0, 0.0]], [[0.3, 0.0]], [[0.0, 0.2]]])
    found = compare(gaps, np.zeros(3, int))
    assert np.linalg.norm(found.gaps[0, 0]) > 8
    assert np.linalg.norm(found.gaps[1:, 0], axis=-1).max() < 0.5
    np.testing.assert_allclose(found.between[0, 0], [8.7, 0])
    np.testing.assert_array_equal(found.blamed[:, 0], [True, True, False])


def test_labels_of_different_rules_and_missing_ones_are_not_compared() -> None:
    gaps = np.array([[[4.0, 0.0], [1.0, 0.0]], [[4.0, 0.0], [NAN, NAN]]])
    apart_by_rule = compare(gaps, np.zeros(2, int), np.array([0, 1]))
    np.testing.assert_array_equal(apart_by_rule.gaps, gaps)
    np.testing.assert_array_equal(apart_by_rule.row, [-1, -1])
    together = compare(gaps, np.zeros(2, int), np.zeros(2, int))
    np.testing.assert_array_equal(together.gaps[0], [[0, 0], [1, 0]])
    assert np.isnan(together.gaps[1, 1]).all()
    assert np.isnan(together.between[0, 1]).all()
