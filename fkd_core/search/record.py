"""What a trial did, as readable JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from fkd_core.search.space import Value

RUNNING, FINISHED, PRUNED, FAILED, INTERRUPTED, SAME = (
    *("running", "finished", "pruned", "failed", "interrupted"),
    "same",
)
ENDED = (FINISHED, PRUNED, FAILED, SAME)
"""Statuses of trials that are over; `same` took the result of one with the same settings."""
_KEPT_POINTS = 2000


@attrs.define
class Trial:
    """One trial of a search.

    Attributes:
        number: from 0.
        settings: what it was trained with, of what is searched.
        status: one of this module's words.
        stage: of a greedy search, the setting whose values are tried; else empty.
        curve: `[epoch, validation loss, validation RMSE in pixels]` of the epochs that were validated.
        epoch: the last one that was trained.
        seconds: of training.
        score: the validation loss it counts by, the best or the last; None without one.
        rmse: in pixels, of the epoch that it counts by.
        message: how it ended, in a sentence.
        worker: host and process that trained it.
        started: ISO 8601, UTC.
        split: changes with the rows trained or validated on.
        labels: fingerprint of the project's labels when it began.
        same_as: number of the trial whose result it took.
    """

    number: int
    settings: dict[str, Value] = attrs.field(factory=dict)
    status: str = RUNNING
    stage: str = ""
    curve: list[list[float]] = attrs.field(factory=list)
    epoch: int = 0
    seconds: float = 0.0
    score: float | None = None
    rmse: float | None = None
    message: str = ""
    worker: str = ""
    started: str = ""
    split: str = ""
    labels: str = ""
    same_as: int | None = None

    def add(self, record: Mapping[str, Any], *, last: bool) -> None:
        """Take in the figures of an epoch; the score is that of the last or of the best one so far."""
        self.epoch, self.seconds = int(record["epoch"]), float(record.get("seconds") or 0)
        loss, rmse = record.get("val_loss"), record.get("val_rmse")
        if loss is None:
            return
        self.curve.append([self.epoch, float(loss), float(rmse) if rmse is not None else float("nan")])
        if len(self.curve) > _KEPT_POINTS:
            # Every second point of the older half: the shape stays, and the file small.
            half = _KEPT_POINTS // 2
            self.curve = self.curve[:half:2] + self.curve[half:]
        if last or self.score is None or loss < self.score:
            self.score, self.rmse = float(loss), None if rmse is None else float(rmse)

    def restart(self) -> None:
        """Forget what was trained."""
        self.curve, self.epoch, self.seconds, self.score, self.rmse = [], 0, 0.0, None, None

    @property
    def counts(self) -> bool:
        """Whether it may be the best one."""
        return self.status in (FINISHED, SAME) and self.score is not None

    def to_dict(self) -> dict[str, Any]:
        """A plain value for JSON."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Trial:
        """The inverse of `to_dict`; what it does not know is left out.

        Raises:
            TypeError: if it is no trial.
        """
        names = {field.name for field in attrs.fields(cls)}
        return cls(**{key: found for key, found in value.items() if key in names})


def best_of(trials: list[Trial]) -> Trial | None:
    """The trial with the lowest score, the first among equals; None if none counts."""
    return min((trial for trial in trials if trial.counts), key=lambda trial: trial.score or 0, default=None)
