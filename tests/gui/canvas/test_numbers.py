"""Keypoints called by number."""

from __future__ import annotations

from fkd_gui.canvas.numbers import WAIT, NumberKeys


def test_one_figure_means_its_keypoint_at_once() -> None:
    numbers = NumberKeys(15)
    assert numbers.press("7", 0) == 6


def test_two_figures_soon_after_each_other_are_one_number() -> None:
    numbers = NumberKeys(15)
    assert [numbers.press("1", 5.0), numbers.press("2", 5.4)] == [0, 11]
    assert [numbers.press("1", 9.0), numbers.press("0", 9.9)] == [0, 9]


def test_two_figures_far_apart_are_two_numbers() -> None:
    numbers = NumberKeys(15)
    assert [numbers.press("1", 0), numbers.press("2", WAIT + 0.1)] == [0, 1]
    assert not numbers.waiting(2 * WAIT + 0.2)


def test_a_number_that_does_not_exist_begins_anew() -> None:
    numbers = NumberKeys(15)
    assert [numbers.press("1", 0), numbers.press("8", 0.1), numbers.press("3", 0.2)] == [0, 7, 2]
    assert NumberKeys(4).press("9", 0) is None
    assert NumberKeys(15).press("0", 0) is None
    assert NumberKeys(194).press("1", 0) == 0


def test_three_figures_where_there_are_so_many() -> None:
    numbers = NumberKeys(194)
    assert [numbers.press(digit, 0.1 * i) for i, digit in enumerate("128")] == [0, 11, 127]


def test_what_was_typed_can_be_forgotten() -> None:
    numbers = NumberKeys(15)
    numbers.press("1", 0)
    numbers.forget()
    assert numbers.press("2", 0.1) == 1
