"""The error of each keypoint at the latest validation, beside what it was at the one before. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class KeypointErrors:
    """Root mean square error of each keypoint in pixels, None where no face had it, and the values before.

    Attributes:
        epoch: of the validation, counted from 1.
        values: `(K,)` in the order of the schema.
        before: `(K,)` of the validation before it; empty where there was none.
        epoch_before: of that one.
    """

    epoch: int
    values: tuple[float | None, ...]
    before: tuple[float | None, ...] = ()
    epoch_before: int = 0

    def then(self, record: Mapping[str, Any]) -> KeypointErrors:
        """These after one more epoch; the same where it told nothing of keypoints."""
        found = _values(record)
        if not found:
            return self
        epoch = int(record.get("epoch", 0))
        if len(found) != len(self.values) or epoch <= self.epoch:
            return KeypointErrors(epoch, found)
        return KeypointErrors(epoch, found, self.values, self.epoch)

    @property
    def worst(self) -> int | None:
        """The keypoint with the largest error; None where none is known."""
        known = [k for k, value in enumerate(self.values) if value is not None]
        return max(known, key=lambda k: self.values[k] or 0.0, default=None)

    def order(self, *, largest_first: bool) -> list[int]:
        """Keypoints as they are listed; those without a value come last."""
        places = list(range(len(self.values)))
        if largest_first:
            places.sort(key=lambda k: -1.0 if (value := self.values[k]) is None else value, reverse=True)
        return places


def errors_of(records: Sequence[Mapping[str, Any]]) -> KeypointErrors | None:
    """The latest errors that the records of epochs tell, beside those before; None where none tells any."""
    found: list[Mapping[str, Any]] = []
    for record in reversed(records):
        if _values(record):
            found.append(record)
            if len(found) == 2:
                break
    latest = KeypointErrors(0, ())
    for record in reversed(found):
        latest = latest.then(record)
    return latest if found else None


def _values(record: Mapping[str, Any]) -> tuple[float | None, ...]:
    values = record.get("val_keypoints")
    if not isinstance(values, Sequence):
        return ()
    return tuple(float(v) if isinstance(v, (int, float)) else None for v in values)
