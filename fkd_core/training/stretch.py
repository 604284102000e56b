"""The parts of a training that are planned at once: all of it, and what is added when that has ended."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import attrs

from fkd_core.training import schedule

RESERVE_SECONDS = 5.0
"""For writing the weights and exporting them."""


@attrs.frozen
class Stretch:
    """One part of a training, with a schedule of its own whose learning rate falls to its end.

    Args:
        epochs: passes over the faces; None where it goes by time.
        minutes: time for it.
        number: 0 for the training as it was begun, then counted up with each part that is added.
        first_step: steps before it.
        taken: batches of the epoch under way that were taken before it.
        begun: seconds of the training at which its time began.
        trained: seconds of training before it.
    """

    epochs: int | None = None
    minutes: float | None = None
    number: int = 0
    first_step: int = 0
    taken: int = 0
    begun: float = 0.0
    trained: float = 0.0

    def plan(
        self, batches: int, started: float, since_start: float | None = None
    ) -> schedule.StepPlan | schedule.TimePlan:
        """When its last step is.

        Args:
            batches: of an epoch.
            started: when the training began, in monotonic seconds.
            since_start: seconds of the training at which the steps of this part began; now if None.
        """
        if self.minutes is None:
            assert self.epochs is not None
            return schedule.StepPlan(self.epochs * batches - self.taken, self.first_step)
        end = started + self.begun + 60 * self.minutes
        start = time.monotonic() if since_start is None else started + since_start
        return schedule.TimePlan(start, end, RESERVE_SECONDS, self.first_step)

    def peak(self, batches: int) -> float:
        """The highest learning rate of this part, as a share of the recipe's.

        A short part must not undo what was learned. Had the training been planned as one, its rate would be
        sin²(π s / 2) where this part begins, s being the share of it that is added; taken is √2 sin(π s / 2),
        at most 1, which it is where the training is doubled. Measured with `swift`, 12 epochs on 1,500 faces
        of the competition, one seed: from 2.02 px one epoch more led to 2.02 (at the full rate 2.03, at twice
        sin² 2.01), three more led to 1.95 (1.92, 1.98).
        """
        if not self.number:
            return 1.0
        if self.minutes is None:
            assert self.epochs is not None
            added = float(self.epochs * batches - self.taken)
            share = added / (added + self.first_step)
        else:
            share = 60 * self.minutes / (60 * self.minutes + self.trained)
        return min(1.0, math.sqrt(2) * math.sin(math.pi * share / 2))

    @classmethod
    def added(
        cls, given: Mapping[str, Any], number: int, *, step: int, taken: int, begun: float, trained: float
    ) -> Stretch:
        """A part that is added.

        Args:
            given: `epochs` or `minutes` of it.
            number: of it.
            step: steps so far.
            taken: batches of the epoch under way.
            begun: seconds of the training at which its time begins.
            trained: seconds of training so far.
        """
        return cls(given.get("epochs"), given.get("minutes"), number, step, taken, begun, trained)
