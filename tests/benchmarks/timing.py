"""Times of repeated steps, told as median and 99th percentile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def timed(step: Callable[[Any], object], over: Iterable[Any]) -> NDArray[np.float64]:
    """`(n, 2)` milliseconds that each step took: by the clock, and of the processor alone.

    The second does not count other programs that are busy on the same cores.
    """
    times = []
    for value in over:
        wall, own = time.perf_counter(), time.thread_time()
        step(value)
        times.append((time.perf_counter() - wall, time.thread_time() - own))
    return np.array(times) * 1000


def told(name: str, times: NDArray[np.float64]) -> str:
    """One line of a report."""
    wall, own = (np.percentile(times[:, i], [50, 99]) for i in (0, 1))
    return (
        f"{name:<44} median {wall[0]:7.2f} ms   p99 {wall[1]:7.2f} ms"
        f"   processor {own[0]:7.2f} / {own[1]:7.2f} ms   n {len(times)}"
    )
