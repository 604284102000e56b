from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.inference.rules import averaged, mixed

RULES = ("inner", "outer")


def table(probability: float = 0.75, known: float = 1.0) -> np.ndarray:
    """One face, two keypoints: at (10, 20) by the first rule and (14, 20) by the second."""
    found = np.zeros((1, 2, 2, 7), np.float32)
    found[0, 0, :, :2] = (10, 20)
    found[0, 1, :, :2] = (14, 20)
    found[0, :, :, 2] = np.log(2)
    found[0, 0, :, 3] = np.log(probability)
    found[0, 1, :, 3] = np.log(1 - probability)
    found[0, 1, 1, 4] = np.log(known)
    return found


@pytest.mark.parametrize("rule", [None, "auto", np.array([-1])])
def test_an_unknown_rule_gives_the_expected_place(rule: object) -> None:
    found = mixed(table(), RULES, rule=rule)
    np.testing.assert_allclose(found.points, [[[11, 20], [11, 20]]], rtol=1e-4)
    np.testing.assert_allclose(found.rule_posterior, [[0.75, 0.25]], rtol=1e-4)
    # Within: 2 px along each axis. Between: 0.75 * 1 + 0.25 * 9, halved since it lies along one axis.
    np.testing.assert_allclose(found.std**2, [[4 + 1.5, 4 + 1.5]], rtol=1e-3)


def test_the_expected_place_has_the_least_squared_error() -> None:
    rng = np.random.default_rng(0)
    truth = np.where(rng.random(4000) < 0.75, 10.0, 14.0)
    best = float(mixed(table(), RULES).points[0, 0, 0])
    error = [np.mean((truth - x) ** 2) for x in (best, 10.0, 14.0, best - 0.5, best + 0.5)]
    assert error[0] == min(error)


@pytest.mark.parametrize("rule", ["outer", np.array([1])])
def test_a_named_rule_is_followed(rule: object) -> None:
    found = mixed(table(), RULES, rule=rule)
    np.testing.assert_allclose(found.points, [[[14, 20], [14, 20]]])
    np.testing.assert_allclose(found.std, 2, rtol=1e-6)
    np.testing.assert_array_equal(found.rule_posterior, [[0, 1]])


def test_a_keypoint_that_a_rule_leaves_out_is_placed_by_the_other() -> None:
    found = mixed(table(0.5, known=1e-6), RULES)
    np.testing.assert_allclose(found.points[0, :, 0], [12, 10], atol=1e-2)


def test_the_keypoints_asked_for_tell_the_rule() -> None:
    both = mixed(table(0.5, known=0.01), RULES, asked=np.array([[True, True]]))
    one = mixed(table(0.5, known=0.01), RULES, asked=np.array([[True, False]]))
    assert both.points[0, 0, 0] < 10.1
    assert one.points[0, 0, 0] > 13.9
    np.testing.assert_allclose(both.rule_posterior.sum(axis=1), 1, rtol=1e-6)


def test_averaging_takes_the_mean_of_every_figure() -> None:
    np.testing.assert_allclose(averaged([table(), table() + 1]), table() + 0.5)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(BadInputError, match="auto, inner, outer"):
        mixed(table(), RULES, rule="middle")


@pytest.mark.parametrize("rule", [np.array([2]), np.array([0, 1])])
def test_numbers_that_are_no_rules_are_refused(rule: np.ndarray) -> None:
    with pytest.raises(ValueError, match="1 numbers below 2"):
        mixed(table(), RULES, rule=rule)


def test_asking_for_other_keypoints_is_refused() -> None:
    with pytest.raises(ValueError, match=r"asked must be \(1, 2\)"):
        mixed(table(), RULES, asked=np.ones((1, 3), bool))
