"""Figures as JSON can hold them: None for what is unknown."""

from __future__ import annotations

import math

from fkd_core.evaluation.intervals import Interval


def number(value: float) -> float | None:
    """The value, or None for NaN."""
    return None if math.isnan(value) else value


def interval(ends: Interval) -> list[float] | None:
    """Both ends, or None if they are unknown."""
    return None if any(map(math.isnan, ends)) else list(ends)


def axes(value: tuple[float, float]) -> dict[str, float | None]:
    """A value along x and one along y."""
    return {"x": number(value[0]), "y": number(value[1])}
