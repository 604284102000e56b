from __future__ import annotations

import pytest

from fkd_core.errors import BadInputError
from fkd_core.training.schedule import StepPlan, TimePlan, factor


def test_cosine_rises_then_falls_to_nothing() -> None:
    values = [factor("cosine", step / 100, step) for step in range(101)]
    assert values[0] < 0.05
    assert max(values) > 0.99
    assert values[-1] == pytest.approx(0, abs=1e-9)
    top = values.index(max(values))
    assert values[: top + 1] == sorted(values[: top + 1])
    assert values[top:] == sorted(values[top:], reverse=True)


@pytest.mark.parametrize(("step", "expected"), [(0, 1.0), (1000, 0.9), (2000, 0.81), (500, 0.9**0.5)])
def test_exponential_is_the_notebooks(step: int, expected: float) -> None:
    assert factor("exponential", 0.5, step) == pytest.approx(expected)


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(BadInputError, match="cosine, exponential"):
        factor("stairs", 0, 0)


def test_a_plan_by_steps_heeds_no_clock() -> None:
    plan = StepPlan(200)
    assert plan.progress(50, 1e9) == 0.25
    assert plan.progress(200, 0) == 1
    assert plan.total(3, 5.0) == 200


def drive(plan: TimePlan, step_seconds: list[float]) -> tuple[int, float, list[float]]:
    """Steps taken, the moment of the end, and the progress before each step, on a made-up machine."""
    now, steps, seen = plan.start, 0, []
    while (progress := plan.progress(steps, now)) < 1:
        seen.append(progress)
        now += step_seconds[min(steps, len(step_seconds) - 1)]
        steps += 1
    return steps, now, seen


def test_a_plan_by_time_ends_on_time_with_the_rate_at_nothing() -> None:
    steps, end, seen = drive(TimePlan(start=10, end=70, reserve=5), [0.25])
    assert steps == 220
    assert end == pytest.approx(65, abs=0.25)
    assert factor("cosine", seen[-1], steps) < 1e-3


@pytest.mark.parametrize("later", [0.1, 0.8])
def test_a_plan_by_time_follows_a_machine_that_changes_speed(later: float) -> None:
    steps, end, seen = drive(TimePlan(start=0, end=60, reserve=2), [0.25] * 100 + [later])
    assert end == pytest.approx(58, abs=later)
    assert factor("cosine", seen[-1], steps) < 2e-3
    assert seen == sorted(seen)


def test_a_plan_by_time_foretells_its_steps() -> None:
    assert TimePlan(start=0, end=100).total(step=20, now=10.0) == 200


def test_no_time_at_all_is_over_at_once() -> None:
    assert TimePlan(start=10, end=5).progress(1, 10.5) == 1
