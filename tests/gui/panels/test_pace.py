from __future__ import annotations

import pytest

from fkd_gui.panels.pace import Pace, duration


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (725, "12:05"), (7390, "2:03:10"), (-3, "0:00")],
)
def test_durations_are_written_like_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_preparation_does_not_count_into_the_rate() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    clock.now += 20
    pace.report(0, 100)
    assert pace.remaining is None
    clock.now += 10
    pace.report(25, 100)
    assert pace.remaining == pytest.approx(30)
    clock.now += 5
    assert pace.remaining == pytest.approx(25)
    assert pace.elapsed == pytest.approx(35)


def test_a_time_limit_tells_what_is_left() -> None:
    clock = Clock()
    pace = Pace(60, clock)
    clock.now += 45
    assert pace.remaining == pytest.approx(15)
    clock.now += 45
    assert pace.remaining == 0


def test_a_new_stage_starts_the_rate_anew() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    pace.report(0, 10)
    clock.now += 100
    pace.report(10, 10)
    pace.report(0, 1000)
    clock.now += 1
    pace.report(100, 1000)
    assert pace.remaining == pytest.approx(9)


def test_an_unknown_total_has_no_end() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    pace.report(0, None)
    clock.now += 5
    pace.report(10, None)
    assert pace.remaining is None
