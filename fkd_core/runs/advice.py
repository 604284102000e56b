"""What the curves of a training say of it while it goes on: diverging, overfitting, no more improving."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

Kind = Literal["diverging", "overfitting", "stalled"]
Values = NDArray[np.float64]

_LOOKED_AT = 240
"""Epochs that are looked at; of more, evenly spread ones and the latest, which keeps a long history cheap."""
_LATEST = 60
_SMOOTH = 5
"""Epochs whose median stands for one: a single bad one says nothing."""
_GROWN = 1.5
"""Error of training, as a multiple of the least before, from which on it diverges."""
_OVERFITTED = 0.02
"""Share by which the validation error must have risen above its least."""
_FITTED = 0.02
"""Share by which the training error must have fallen meanwhile."""
_OVERFITTED_EPOCHS = 8
"""Epochs that must have followed the best one."""
_STILL = 0.01
"""Share by which an error must fall to count as improving."""
_FEWEST = 5
"""Epochs in either half of a stretch that is said to be without improvement."""
_STALLED_EPOCHS = 15
_STALLED_SHARE = 0.3
"""Share of the training that must have gone by without improvement."""
_SURE = 3.0
"""How many standard deviations of its noise a change must exceed."""
_RATE_LEFT = 0.05
"""Learning rate, as a share of its highest, below which nothing is expected to improve any more."""


@attrs.frozen
class Advice:
    """Something that the owner of a training should know while it goes on.

    Args:
        kind: `diverging`, `overfitting` or `stalled`.
        epoch: since which it is so.
        text: what was seen and what to do, in two sentences.
    """

    kind: Kind
    epoch: int
    text: str


def advise(history: Sequence[dict[str, Any]]) -> tuple[Advice, ...]:
    """What is to be said of a training after its latest epoch; takes less than a millisecond.

    Looks at the latest fold and, where a training was extended, at its latest part: a learning rate that
    rises anew moves all curves up for a while.

    Args:
        history: records of its epochs, in their order; see `fkd_core.training.fit.fit`. Older ones and those
            of other kinds of models, in which some figures are missing, do.
    """
    curves = _Curves.of(history)
    if curves is None:
        return ()
    diverging = _diverging(curves)
    if diverging is not None:
        return (diverging,)
    found = (_overfitting(curves), _stalled(curves))
    return tuple(advice for advice in found if advice is not None)[:1]


class Adviser:
    """Says each kind of advice once, when it first appears.

    Args:
        history: epochs that were there before; what is to be said of them counts as said.
    """

    def __init__(self, history: Sequence[dict[str, Any]] = ()) -> None:
        self._history = list(history)
        self._said = {advice.kind for advice in advise(self._history)}

    def hear(self, record: dict[str, Any]) -> tuple[Advice, ...]:
        """Take in an epoch; returns what is new to be said."""
        self._history.append(record)
        fresh = tuple(advice for advice in advise(self._history) if advice.kind not in self._said)
        self._said |= {advice.kind for advice in fresh}
        return fresh

    def listen(self, log: Callable[[str], None], event: str, data: dict[str, Any]) -> None:
        """Hear a job's event and log what is new to be said."""
        if event == "epoch":
            for advice in self.hear(data):
                log(f"Warning: {advice.text}")


@attrs.frozen(eq=False)
class _Curves:
    """Figures of the looked-at epochs of one network, in their order; NaN where one is missing."""

    epochs: Values
    train: Values
    validation: Values
    rates: Values
    lost: int | None
    """epoch whose loss was no number"""

    @classmethod
    def of(cls, history: Sequence[dict[str, Any]]) -> _Curves | None:
        if not history:
            return None
        fold = history[-1].get("fold")
        # The folds follow each other.
        first = 0 if fold is None else bisect_left(history, fold, key=lambda record: record.get("fold") or 0)
        chosen = [history[index] for index in _looked_at(first, len(history))]
        columns = [_column(chosen, key) for key in ("epoch", "rmse", "val_rmse", "learning_rate")]
        last = chosen[-1]
        bad = "loss" in last and _number(last["loss"]) != _number(last["loss"])
        lost = int(last.get("epoch") or len(history)) if bad else None
        rises = np.flatnonzero(np.diff(columns[3]) > 1e-9 * np.abs(columns[3][1:]))
        start = int(rises[-1]) + 1 if len(rises) else 0
        epochs, train, validation, rates = (column[start:] for column in columns)
        return cls(epochs, train, validation, rates, lost)


def _looked_at(first: int, end: int) -> list[int]:
    """Numbers of the records to look at: the latest, and of those before them evenly spread ones."""
    latest = max(first, end - _LATEST)
    stride = max(1, -(-(latest - first) // (_LOOKED_AT - _LATEST)))
    return [*range(first, latest, stride), *range(latest, end)]


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _column(records: Sequence[dict[str, Any]], key: str) -> Values:
    return np.array([_number(record.get(key)) for record in records], np.float64)


def _smooth(values: Values) -> Values:
    """Median of each value and those before it, `(n - _SMOOTH + 1,)`."""
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(values, _SMOOTH), axis=1))


def _noise(values: Values) -> float:
    """Standard deviation of what two neighbours differ by at random; a trend hardly adds to it."""
    if len(values) < 3:
        return 0.0
    second = np.diff(values, 2)
    return float(1.4826 * np.median(np.abs(second)) / np.sqrt(6))


def _diverging(curves: _Curves) -> Advice | None:
    if curves.lost is not None:
        return Advice(
            "diverging",
            curves.lost,
            f"The loss of epoch {curves.lost} is not a number. "
            "Stop this training, and train anew with a learning rate of a third or a tenth",
        )
    known = np.isfinite(curves.train)
    values, epochs = curves.train[known], curves.epochs[known]
    if len(values) < _SMOOTH + 3:
        return None
    smooth = _smooth(values)
    least = np.minimum.accumulate(smooth)
    now, best = float(np.median(values[-3:])), float(least[-1])
    high = values[_SMOOTH - 1 :] > _GROWN * least
    sure = now - best > _SURE * _noise(values)
    # A single leap that the training recovers from is none.
    if not (now > _GROWN * best and high[-3:].all() and sure):
        return None
    calm = np.flatnonzero(~high)
    since = int(epochs[_SMOOTH - 1 :][calm[-1] + 1])
    return Advice(
        "diverging",
        since,
        f"The training diverges since epoch {since}: its error is {now:.2f} px and was {best:.2f} px. "
        "Stop it, and train anew with a learning rate of a third or a tenth",
    )


def _overfitting(curves: _Curves) -> Advice | None:
    known = np.isfinite(curves.validation) & np.isfinite(curves.train)
    values, train, epochs = curves.validation[known], curves.train[known], curves.epochs[known]
    if len(values) < _SMOOTH + _OVERFITTED_EPOCHS:
        return None
    smooth, fitted = _smooth(values), _smooth(train)
    best = int(np.argmin(smooth))
    # The middle of the epochs whose median is the least.
    at = best + _SMOOTH // 2
    least, now = float(smooth[best]), float(np.median(values[-_OVERFITTED_EPOCHS:]))
    limit = max(_OVERFITTED * least, _SURE * _noise(values))
    late = len(values) - at > _OVERFITTED_EPOCHS
    if not (late and now > least + limit and smooth[-1] > least + limit):
        return None
    if not fitted[-1] < (1 - _FITTED) * fitted[best]:
        return None
    since = int(epochs[at])
    return Advice(
        "overfitting",
        since,
        f"The training overfits since about epoch {since}: its validation error rose from {least:.2f} to "
        f"{now:.2f} px while that of training went on falling. "
        "Stop it; then train with more random changes, more labelled faces or fewer epochs",
    )


def _stalled(curves: _Curves) -> Advice | None:
    highest = float(np.nan_to_num(curves.rates).max(initial=0.0))
    if highest and curves.rates[-1] < _RATE_LEFT * highest:
        return None
    last = float(curves.epochs[-1])
    span = max(_STALLED_EPOCHS, _STALLED_SHARE * (last - float(curves.epochs[0])))
    if last - curves.epochs[0] < span:
        return None
    if not _still(curves.train, curves.epochs, last - span):
        return None
    if np.isfinite(curves.validation).any() and not _still(curves.validation, curves.epochs, last - span):
        return None
    since = int(last - span)
    return Advice(
        "stalled",
        since,
        f"Nothing has improved since epoch {since} or before. More of the same will not help: stop it, "
        "and train with another learning rate, a larger network or more labelled faces",
    )


def _still(values: Values, epochs: Values, since: float) -> bool:
    """Whether an error has surely not fallen by what counts, from the first half of some epochs to the other.

    Where noise hides what happens, nothing is sure.
    """
    chosen = np.isfinite(values) & (epochs >= since)
    values, epochs = values[chosen], epochs[chosen]
    middle = (since + epochs[-1]) / 2 if len(values) else 0.0
    before, after = values[epochs < middle], values[epochs >= middle]
    if min(len(before), len(after)) < _FEWEST:
        return False
    # The standard deviation of a median is 1.25 times that of a mean.
    unsure = 1.25 * _noise(values) * np.sqrt(1 / len(before) + 1 / len(after))
    fallen = float(np.median(before) - np.median(after))
    return bool(fallen + 2 * unsure < _STILL * np.median(after))
