"""What counts as another rule: rows that can be told by their labels, medians that lie elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.rules.compare import largest_shift, told_apart


def noise(rows: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, 8))


def test_a_shift_of_every_row_is_told_and_one_of_some_rows_is_not() -> None:
    first, second = noise(300, 0), noise(200, 1)
    assert told_apart(first, second) == pytest.approx(0.5, abs=0.06)
    assert told_apart(first, second + [2, 0, 0, 0, 0, 2, 0, 0]) > 0.9
    some = second.copy()
    some[::4] += 4
    assert told_apart(first, some) < 0.7


def test_too_few_or_constant_rows_are_not_told() -> None:
    assert told_apart(noise(5, 0), noise(500, 1)) == 0.5
    assert told_apart(np.zeros((50, 3)), np.zeros((50, 3))) < 0.75
    assert told_apart(noise(50, 0)[:, :1], noise(50, 1)[:, :1] + 5) > 0.95


def test_a_shift_is_the_largest_that_chance_does_not_explain() -> None:
    first, second = noise(400, 0), noise(300, 1)
    assert largest_shift(first, second) == 0
    second[:, 2] -= 1.5
    second[:40] = 1e6
    first[:, 3] = np.nan
    assert largest_shift(first, second) == pytest.approx(1.5, abs=0.4)
    assert largest_shift(np.zeros((0, 8)), second) == 0
