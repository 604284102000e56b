from __future__ import annotations

import numpy as np

from fkd_core.impute.shrinkage import SHARES, best_share, shrunk


def share_of(rows: np.ndarray, columns: list[int] | None = None) -> float:
    rows = rows - rows.mean(axis=0)
    chosen = np.arange(rows.shape[1]) if columns is None else np.array(columns)
    return best_share(rows.T @ rows / len(rows), [(chosen, rows[:, chosen])])


def test_noise_of_few_rows_is_not_trusted() -> None:
    assert share_of(np.random.default_rng(0).normal(size=(40, 20))) >= 0.8


def test_columns_that_follow_from_each_other_are() -> None:
    random = np.random.default_rng(0)
    base = random.normal(size=(200, 3)) * 5
    assert share_of(np.concatenate([base, base @ random.normal(size=(3, 5))], axis=1)) == 0


def test_the_more_rows_the_smaller_the_share() -> None:
    random = np.random.default_rng(0)
    turn = random.normal(size=(12, 12)) / 3 + np.eye(12)
    rows = random.normal(size=(5000, 12)) @ turn
    shares = [share_of(rows[:count]) for count in (20, 100, 5000)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[2]
    assert set(shares) <= set(SHARES)


def test_rows_that_know_some_columns_are_judged_by_those() -> None:
    rows = np.random.default_rng(0).normal(size=(300, 6))
    rows[:, 1] = 3 * rows[:, 0]
    assert share_of(rows, [0, 1]) == 0
    assert share_of(rows, [2, 3]) > 0


def test_too_few_rows_to_leave_one_out_trust_nothing() -> None:
    assert share_of(np.random.default_rng(0).normal(size=(2, 4))) == 1
    assert best_share(np.eye(4), []) == 1


def test_variances_stay() -> None:
    scatter = np.array([[4.0, 2.0], [2.0, 9.0]])
    np.testing.assert_array_equal(shrunk(scatter, 0.25), [[4.0, 1.5], [1.5, 9.0]])
    assert scatter[0, 1] == 2
