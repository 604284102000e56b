"""Parallel coordinates: heights of values, and the line that a click means."""

from __future__ import annotations

import pytest

from fkd_core.search.record import FINISHED, Trial
from fkd_core.search.space import Choices, Range, Space
from fkd_gui.search.parallel import lines, nearest, place

RATE = Range("learning_rate", 1e-4, 1e-2, log=True)
WIDTH = Choices("width", (16, 32))
SPACE = Space("swift", (RATE, WIDTH))


def trial(number: int, rate: float, width: int, rmse: float | None) -> Trial:
    return Trial(number, {"learning_rate": rate, "width": width}, FINISHED, score=rmse, rmse=rmse)


def test_values_have_heights_of_their_scale() -> None:
    assert place(RATE, 1e-3) == pytest.approx(0.5)
    assert place(RATE, 1.0) == 1.0
    assert place(WIDTH, 16) == 0.25
    assert place(WIDTH, 32) == 0.75


def test_the_lowest_error_is_at_the_top_and_trials_without_one_are_left_out() -> None:
    drawn = lines(SPACE, [trial(0, 1e-4, 16, 4.0), trial(1, 1e-2, 32, 1.0), trial(2, 1e-3, 16, None)])
    assert drawn.numbers == (0, 1)
    assert drawn.heights.tolist() == [[0.0, 0.25, 0.0], [1.0, 0.75, 1.0]]
    assert [axis.title for axis in drawn.axes] == ["learning rate", "width", "RMSE px"]
    assert next(text for _, text in drawn.axes[2].ticks) == "1.00"


def test_a_click_means_the_nearest_line_within_reach() -> None:
    drawn = lines(SPACE, [trial(0, 1e-4, 16, 4.0), trial(1, 1e-2, 32, 1.0)])
    assert nearest(drawn, 0.0, 0.95, 12, ratio=200) == 1
    assert nearest(drawn, 1.5, 0.12, 12, ratio=200) == 0
    assert nearest(drawn, 0.0, 0.5, 12, ratio=200) is None
    assert nearest(drawn, -1.0, 0.95, 12, ratio=200) is None
    assert nearest(lines(SPACE, []), 0.5, 0.5, 12, ratio=200) is None
