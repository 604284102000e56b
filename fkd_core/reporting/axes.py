"""Where values lie on a plot, and which of them are written at its edges."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np

from fkd_core.arrays import Floats


@attrs.frozen
class Axis:
    """Maps values to coordinates.

    Args:
        low, high: values at its ends.
        start, end: coordinates of its ends.
        log: whether equal ratios are equally far apart.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, values: Floats | float) -> Floats:
        """Coordinates of values."""
        values = np.asarray(values, np.float64)
        low, high = self.low, self.high
        if self.log:
            values, low, high = np.log(np.maximum(values, 1e-300)), math.log(low), math.log(high)
        return np.asarray(self.start + (values - low) / (high - low) * (self.end - self.start))

    def ticks(self, count: int = 5) -> list[float]:
        """Round values within the ends, about `count` of them."""
        if not self.log:
            return round_values(self.low, self.high, count)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        # Over many powers of ten there is no room for what lies between them, then not for each of them.
        factors = (1, 2, 5) if len(powers) <= count - 1 else (1,)
        step = -(-len(powers) // (count + 1)) if factors == (1,) else 1
        found = [factor * 10.0**power for power in powers[::step] for factor in factors]
        return [value for value in found if self.low <= value <= self.high]


def round_values(low: float, high: float, count: int = 5) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten from `low` to `high`, at most about `count` of them."""
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def span_of(parts: Sequence[Floats], *, zero: bool = False) -> tuple[float, float]:
    """From the smallest to the largest finite value of all parts, with a little room; 0 to 1 without any."""
    known = [part[np.isfinite(part)] for part in parts]
    values = np.concatenate(known) if known else np.empty(0)
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if zero:
        low = min(low, 0.0)
    room = 0.05 * (high - low) or abs(high) * 0.1 or 1.0
    return (low if zero and low == 0 else low - room), high + room
