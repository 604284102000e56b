"""Where the lines of parallel coordinates run, and which one a point is near: pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.search.record import Trial
from fkd_core.search.space import Choices, Parameter, Range, Space, Value
from fkd_gui.search.trial_table import setting_text, value_text

_TICKS = 4
_BESIDE = 0.05
"""how far beside the outer axes a click still counts, in axes"""


@attrs.frozen
class Axis:
    """One upright axis.

    Attributes:
        title: what it is.
        ticks: heights 0 to 1 and their texts.
    """

    title: str
    ticks: tuple[tuple[float, str], ...]


@attrs.frozen(eq=False)
class Lines:
    """Parallel coordinates of trials.

    Attributes:
        axes: of the settings, then of the error, lowest at the top.
        numbers: of the trials that are drawn.
        heights: float `(N, A)`, 0 to 1.
    """

    axes: tuple[Axis, ...]
    numbers: tuple[int, ...]
    heights: NDArray[np.float64]


def lines(space: Space, trials: Sequence[Trial]) -> Lines:
    """The lines of those trials that have all settings and an error."""
    drawn = [t for t in trials if t.rmse is not None and t.rmse > 0]
    drawn = [t for t in drawn if all(name in t.settings for name in space.names)]
    columns = [
        [place(parameter, trial.settings[parameter.name]) for trial in drawn]
        for parameter in space.parameters
    ]
    axes = [Axis(setting_text(parameter.name), _ticks(parameter)) for parameter in space.parameters]
    errors = np.log([trial.rmse or 1 for trial in drawn]) if drawn else np.array([])
    low, high = (float(errors.min()), float(errors.max())) if drawn else (0.0, 1.0)
    across = max(high - low, 1e-9)
    columns.append([1 - (float(error) - low) / across for error in errors])
    marks = [low + across * step / (_TICKS - 1) for step in range(_TICKS)] if drawn and high > low else [low]
    axes.append(
        Axis(
            "RMSE px",
            tuple((1 - (mark - low) / across, f"{math.exp(mark):.2f}") for mark in marks) if drawn else (),
        )
    )
    heights = np.array(columns, np.float64).T.reshape(len(drawn), len(axes))
    return Lines(tuple(axes), tuple(trial.number for trial in drawn), heights)


def place(parameter: Parameter, value: Value) -> float:
    """Height of a value on its axis, 0 to 1; what lies outside stays at the end."""
    if isinstance(parameter, Choices):
        if value in parameter.values:
            return (parameter.values.index(value) + 0.5) / len(parameter.values)
        return 0.0
    number = float(value)
    low, high = parameter.low, parameter.high
    if parameter.log:
        at = math.log(max(number, 1e-300) / low) / math.log(high / low)
    else:
        at = (number - low) / (high - low)
    return min(1.0, max(0.0, at))


def nearest(drawn: Lines, x: float, y: float, reach: float, *, ratio: float) -> int | None:
    """Number of the trial whose line runs nearest to a point.

    Args:
        drawn: the lines; axis `i` stands at x = i.
        x: of the point, in axes.
        y: of the point, 0 to 1.
        reach: farthest distance in pixels.
        ratio: pixels of one unit of y; distances are measured upright.
    """
    last = len(drawn.axes) - 1
    if not len(drawn.numbers) or not -_BESIDE <= x <= last + _BESIDE:
        return None
    x = min(max(x, 0.0), float(last))
    left = min(int(x), len(drawn.axes) - 2)
    heights = drawn.heights[:, left] + (x - left) * (drawn.heights[:, left + 1] - drawn.heights[:, left])
    slopes = drawn.heights[:, left + 1] - drawn.heights[:, left]
    # Upright distances of steep lines look longer than they are.
    away = np.abs(heights - y) * ratio / np.sqrt(1 + slopes**2)
    best = int(away.argmin())
    return drawn.numbers[best] if away[best] <= reach else None


def _ticks(parameter: Parameter) -> tuple[tuple[float, str], ...]:
    if isinstance(parameter, Choices):
        return tuple((place(parameter, value), value_text(value)) for value in parameter.values)
    shown = Range(
        parameter.name, parameter.low, parameter.high, parameter.log, parameter.integer, _TICKS
    ).points()
    return tuple((place(parameter, value), value_text(value)) for value in shown)
