"""How long work has taken and will still take, and how durations are written."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


def duration(seconds: float) -> str:
    """A duration for people: `0:42`, `12:05` or `2:03:10`."""
    whole = max(0, math.floor(seconds + 0.5))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


class Pace:
    """Elapsed and remaining time of one piece of work.

    Args:
        seconds: how long the work was allowed to take; None if it ends when it is done.
        clock: gives seconds that only grow.
        before: seconds that it had taken before anyone looked.
    """

    def __init__(
        self,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        before: float = 0.0,
    ) -> None:
        self._limit = seconds
        self._clock = clock
        self._began = clock() - before
        self._first: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None
        self._total: float | None = None

    def report(self, done: float, total: float | None) -> None:
        """Note how far the work is.

        The rate is taken from the first report on: what comes before it is preparation.
        """
        now = (self._clock(), done)
        # a count that falls belongs to a new stage of the work
        if self._first is None or (self._last is not None and done < self._last[1]):
            self._first = now
        self._last = now
        self._total = total

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._began

    @property
    def remaining(self) -> float | None:
        """Seconds that are left, None while that cannot be told."""
        if self._limit is not None:
            return max(0.0, self._limit - self.elapsed)
        if self._first is None or self._last is None or not self._total:
            return None
        took, did = self._last[0] - self._first[0], self._last[1] - self._first[1]
        if took <= 0 or did <= 0:
            return None
        since = self._clock() - self._last[0]
        return max(0.0, (self._total - self._last[1]) * took / did - since)
