"""Round numbers along an axis."""

from __future__ import annotations

import math


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from low to high, at most so many and at least one."""
    wanted = max(high - low, 1e-9) / max(1, most)
    decade = 10 ** math.floor(math.log10(wanted))
    step = next((f * decade for f in (1, 2, 5, 10) if f * decade >= wanted * 0.999), 10 * decade)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
