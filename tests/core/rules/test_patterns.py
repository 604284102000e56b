"""Row patterns: the common ones stand alone, odd ones join the nearest."""

from __future__ import annotations

import numpy as np

from fkd_core.rules.patterns import fewest_rows, row_patterns


def known(*rows: tuple[str, int]) -> np.ndarray:
    return np.array([[letter == "1" for letter in text] for text, times in rows for _ in range(times)])


def test_common_patterns_stand_alone_and_odd_ones_join_the_nearest() -> None:
    patterns = row_patterns(known(("111111", 300), ("110001", 500), ("111110", 5), ("110000", 7)))
    assert patterns.tolist() == [1] * 300 + [0] * 500 + [1] * 5 + [0] * 7


def test_among_equally_near_ones_the_commonest_is_joined() -> None:
    patterns = row_patterns(known(("1100", 60), ("0011", 90), ("0110", 1)))
    assert patterns[-1] == patterns[60] == 0


def test_rows_without_labels_have_none() -> None:
    assert row_patterns(known(("111", 40), ("000", 3))).tolist() == [0] * 40 + [-1] * 3
    assert row_patterns(known(("000", 3))).tolist() == [-1] * 3
    assert row_patterns(np.zeros((0, 15), bool)).tolist() == []


def test_labels_missing_at_random_are_one_pattern() -> None:
    assert set(row_patterns(np.random.default_rng(0).random((400, 15)) < 0.5)) == {0}


def test_few_rows_are_one_pattern() -> None:
    assert row_patterns(known(("11", 3), ("10", 2))).tolist() == [0] * 5
    assert fewest_rows(40) == 30
    assert fewest_rows(7000) == 350
