from __future__ import annotations

import numpy as np
import pytest

from fkd_core.impute.pattern import FREEDOM, Pattern, kinds_of, patterns_for


@pytest.fixture
def scatter() -> np.ndarray:
    turn = np.random.default_rng(0).normal(size=(4, 4))
    return turn @ turn.T + np.eye(4)


def pattern_of(scatter: np.ndarray, known: list[int], some: list[int]) -> Pattern:
    columns = np.arange(len(scatter))
    return next(patterns_for(scatter, np.isin(columns, known)[None], np.isin(columns, some)))


def test_gain_and_rest_are_those_of_a_regression(scatter: np.ndarray) -> None:
    rows = np.random.default_rng(1).multivariate_normal(np.zeros(4), scatter, 200_000)
    pattern = pattern_of(scatter, [0, 2], [0, 1, 2, 3])
    slope, *_ = np.linalg.lstsq(rows[:, [0, 2]], rows[:, [1, 3]], rcond=None)
    np.testing.assert_allclose(pattern.gain[np.ix_([0, 2], [1, 3])], slope, atol=0.02)
    rest = np.cov((rows[:, [1, 3]] - rows[:, [0, 2]] @ slope).T)
    np.testing.assert_allclose(pattern.rest[np.ix_([1, 3], [1, 3])], rest, atol=0.05)
    assert not pattern.gain[[1, 3]].any()
    assert not pattern.gain[:, [0, 2]].any()


def test_a_column_that_nobody_has_is_neither_known_nor_missing(scatter: np.ndarray) -> None:
    pattern = pattern_of(scatter, [0, 3], [0, 1, 2])
    assert pattern.known.tolist() == [True, False, False, False]
    assert pattern.missing.tolist() == [False, True, True, False]
    for matrix in (pattern.precision, pattern.gain, pattern.rest):
        assert not matrix[3].any()
        assert not matrix[:, 3].any()


def test_nothing_known_leaves_the_whole_scatter(scatter: np.ndarray) -> None:
    pattern = pattern_of(scatter, [], [0, 1, 2, 3])
    np.testing.assert_array_equal(pattern.rest, scatter)
    variance = pattern.variances(np.zeros((3, 4)))
    np.testing.assert_allclose(variance[0], np.diag(scatter) * FREEDOM / (FREEDOM - 2))


def test_a_stranger_counts_less_and_its_missing_columns_are_less_sure(scatter: np.ndarray) -> None:
    pattern = pattern_of(scatter, [0, 1], [0, 1, 2, 3])
    gaps = np.array([[0.1, 0.1, 0, 0], [30.0, -30.0, 0, 0]])
    usual, strange = pattern.weights(gaps)
    assert usual > 1 > 0.1 > strange
    variance = pattern.variances(gaps)[:, 2:]
    assert (variance[1] > 10 * variance[0]).all()


def test_more_kinds_than_fit_a_block_come_in_their_order(scatter: np.ndarray) -> None:
    kinds = np.random.default_rng(3).random((700, 4)) < 0.5
    found = [pattern.known for pattern in patterns_for(scatter, kinds, np.ones(4, bool))]
    np.testing.assert_array_equal(found, kinds)


def test_rows_are_gathered_by_what_they_know() -> None:
    known = np.array([[True, False], [True, True], [True, False], [False, False]])
    kinds, members = kinds_of(known)
    found = {tuple(kind): rows.tolist() for kind, rows in zip(kinds.tolist(), members, strict=True)}
    assert found == {(True, False): [0, 2], (True, True): [1], (False, False): [3]}
    assert kinds_of(known[:0])[1] == []
