"""The epochs of one run as columns of numbers, for curves and figures. No widgets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLUMNS = (
    *("epoch", "loss", "val_loss", "rmse", "val_rmse"),
    *("learning_rate", "images_per_second", "seconds", "fold", "memory_mb", "gpu_memory_mb"),
)

Values = NDArray[np.float64]
MANY = 1000
"""epochs from which lines are drawn as means"""


class EpochSeries:
    """Figures by epoch, growing at the end; what an epoch lacks is NaN."""

    def __init__(self, epochs: Iterable[Mapping[str, Any]] = ()) -> None:
        records = list(epochs)
        self.unit = str(records[-1].get("unit") or "epoch") if records else "epoch"
        """what one of these is called: a forest has trees"""
        self._count = len(records)
        self._data = np.full((max(256, 2 * len(records)), len(COLUMNS)), np.nan)
        if records:
            self._data[: len(records)] = self._rows(records)

    def __len__(self) -> int:
        return self._count

    def add(self, record: Mapping[str, Any]) -> None:
        """Append an epoch. One whose number is not above the last replaces what came from there on."""
        row = self._row(record, self._count + 1)
        self.unit = str(record.get("unit") or "epoch")
        self._count = int(np.searchsorted(self.column("epoch"), row[0]))
        if self._count == len(self._data):
            self._data = np.concatenate([self._data, np.full_like(self._data, np.nan)])
        self._data[self._count] = row
        self._count += 1

    def column(self, name: str) -> Values:
        """`(n,)` values of one of `COLUMNS`, NaN where unknown."""
        return self._data[: self._count, COLUMNS.index(name)]

    def known(self, name: str) -> tuple[Values, Values]:
        """Epochs and values of a column, where it has values."""
        values = self.column(name)
        there = np.isfinite(values)
        return self.column("epoch")[there], values[there]

    def joined(self, name: str) -> NDArray[np.int32]:
        """Whether each of the known values of a column belongs to the same network as the next one."""
        folds = np.nan_to_num(self.column("fold"))[np.isfinite(self.column(name))]
        same: NDArray[np.bool_] = np.append(folds[1:] == folds[:-1], True)
        return same[: len(folds)].astype(np.int32)

    def at(self, epoch: float) -> dict[str, float]:
        """All values of the recorded epoch nearest to `epoch`, without those unknown.

        Raises:
            ValueError: if there are no epochs.
        """
        if not self._count:
            raise ValueError("there are no epochs, received a series of length 0")
        numbers = self.column("epoch")
        epoch = min(max(epoch, numbers[0]), numbers[-1])
        right = int(np.searchsorted(numbers, epoch).clip(1, max(1, self._count - 1)))
        nearest = min(right - 1, right, key=lambda i: abs(numbers[min(i, self._count - 1)] - epoch))
        values = self._data[min(nearest, self._count - 1)]
        return {name: float(v) for name, v in zip(COLUMNS, values, strict=True) if math.isfinite(v)}

    @property
    def best(self) -> dict[str, float] | None:
        """The epoch with the lowest validation RMSE, or loss where that is not known."""
        for name in ("val_rmse", "val_loss", "rmse", "loss"):
            epochs, values = self.known(name)
            if len(values):
                return self.at(float(epochs[int(values.argmin())]))
        return None

    @classmethod
    def _rows(cls, records: list[Mapping[str, Any]]) -> Values:
        """`(n, columns)`; a column at a time, several times as quickly as epoch by epoch."""
        try:
            columns = [np.array([r.get(name) for r in records], np.float64) for name in COLUMNS]
        except (TypeError, ValueError):
            # something that is no number
            return np.array([cls._row(record) for record in records])
        for at in np.flatnonzero(np.isnan(columns[0])):
            cls._row(records[at])
        return np.stack(columns, axis=1)

    @staticmethod
    def _row(record: Mapping[str, Any], epoch: int | None = None) -> list[float]:
        row = [_number(record.get(name)) for name in COLUMNS]
        if math.isnan(row[0]):
            if epoch is None:
                raise ValueError(f"an epoch needs its number, received {dict(record)}")
            row[0] = float(epoch)
        return row


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def nice_end(epochs: int, planned: int | None) -> float:
    """Where the epoch axis ends: just beyond what there is, in few steps, never beyond the plan."""
    end = 10.0
    step = 10.0
    while end < epochs:
        end += step
        if end >= 10 * step:
            step *= 10
    return float(max(2, min(end, planned))) if planned else end


def view_range(columns: Iterable[Values], low_part: float = 0.04) -> tuple[float, float] | None:
    """Lowest and highest value worth showing; None if there are none.

    The first tenth of a training is far above the rest and would press it flat: it may leave the view.
    """
    kept = []
    for values in columns:
        late = values[len(values) // 10 :]
        kept.append(late[np.isfinite(late)])
    values = np.concatenate(kept) if kept else np.empty(0)
    if not values.size:
        return None
    low, high = float(values.min()), float(values.max())
    room = max(high - low, abs(high) * 0.02, 1e-12) * low_part
    return low - room, high + room


def window_of(series: EpochSeries) -> int:
    """How many epochs a point of a line is the mean of; 1 where every epoch is drawn."""
    return max(1, len(series) // 200) if len(series) > MANY else 1


def smoothed(epochs: Values, values: Values, window: int) -> tuple[Values, Values]:
    """Means of `window` epochs at a time, at the middle of their epochs; the input where it is shorter."""
    if window < 2 or len(values) < window:
        return epochs, values
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return epochs[window // 2 : window // 2 + len(values) - window + 1], (
        sums[window:] - sums[:-window]
    ) / window
