"""How the learning rate goes from the first step to the last, and when the last step is."""

from __future__ import annotations

import math

import attrs

from fkd_core.errors import BadInputError

WARM_UP = 0.05
DECAY_STEPS = 1000
DECAY_RATE = 0.9

SCHEDULES = ("cosine", "exponential")


def factor(schedule: str, progress: float, step: int) -> float:
    """The learning rate as a share of its highest value.

    `cosine` rises for the first twentieth and then falls to 0 at the end (Loshchilov and Hutter,
    2017, https://arxiv.org/abs/1608.03983); `exponential` is the notebook's, 0.9 to the power of
    step / 1000.

    Args:
        schedule: its name.
        progress: 0 at the first step, 1 at the end of the training.
        step: steps done.

    Raises:
        BadInputError: if there is no such schedule.
    """
    if schedule == "exponential":
        return float(DECAY_RATE ** (step / DECAY_STEPS))
    if schedule == "cosine":
        done = min(max(progress, 0.0), 1.0)
        rising = min(1.0, (done + 1e-3) / WARM_UP)
        return rising * 0.5 * (1 + math.cos(math.pi * done))
    raise BadInputError("there is no such schedule", expected=", ".join(SCHEDULES), found=schedule)


@attrs.define
class StepPlan:
    """Training for a fixed number of steps: progress depends on nothing but the step.

    Args:
        steps: how many.
        first: steps that came before.
    """

    steps: int
    first: int = 0

    def progress(self, step: int, now: float) -> float:  # noqa: ARG002 - a plan by time needs the clock
        """Share of the training that is done before `step`, 1 when it is over."""
        return (step - self.first) / self.steps

    def total(self, step: int, now: float) -> int:  # noqa: ARG002 - a plan by time needs the clock
        """How many steps the training will have had."""
        return self.first + self.steps


@attrs.define
class TimePlan:
    """Training until a moment, at whatever speed the machine has.

    Progress is the share of the time that has passed since the first step, so the learning rate
    reaches zero at the end even if the machine slows down or speeds up half-way.

    Args:
        start: when the steps began, in monotonic seconds, compilation excluded.
        end: when everything must be done.
        reserve: seconds kept back for the last validation and for saving.
        first: steps that came before.
    """

    start: float
    end: float
    reserve: float = 0.0
    first: int = 0

    def progress(self, step: int, now: float) -> float:
        """Share of the training that is done, 1 when there is no time for another step."""
        last = max(self.end - self.reserve, self.start + 1e-6)
        taken = step - self.first
        pace = (now - self.start) / taken if taken else 0.0
        return 1.0 if now + pace / 2 >= last else min((now - self.start) / (last - self.start), 1.0)

    def total(self, step: int, now: float) -> int:
        """How many steps the training will have had, if it goes on at its present mean speed."""
        taken = step - self.first
        if taken == 0 or now <= self.start:
            return step + 1
        left = max(0.0, self.end - self.reserve - now)
        return step + round(left * taken / (now - self.start))


Plan = StepPlan | TimePlan
