"""What the trainer of a model that is no network is handed, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.baselines.arrays import Packed
from fkd_core.evaluation.metrics import argmax_match
from fkd_core.jobs import Job
from fkd_core.runs import RunWriter, layout
from fkd_core.schema import KeypointSchema
from fkd_core.training.checkpoint import Checkpoint

Rows = NDArray[np.int64]


@attrs.frozen(eq=False)
class Lesson:
    """What to learn from.

    Attributes:
        schema: of the keypoints.
        images: uint8 `(N, H, W)`.
        points: float32 `(N, K, 2)`, NaN where unknown.
        weights: float32 `(N, K)`, what a keypoint counts; 0 where it is unknown or must not be learned.
        train: rows to learn from.
        validation: rows to be scored on, may be empty.
        seed: of everything random.
        options: of the model, all of them; see `fkd_core.models.registry`.
        started: when it began, in `time.monotonic()` seconds.
        alike: `(N,)`, the same number for rows that show one face; None if each shows another.
    """

    schema: KeypointSchema
    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    train: Rows
    validation: Rows
    seed: int
    options: Mapping[str, Any]
    started: float
    alike: Rows | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """`(N, K)`, which keypoints can be learned from and scored on."""
        return np.asarray((self.weights > 0) & np.isfinite(self.points).all(axis=2), np.bool_)

    def scores(self, predicted: NDArray[np.floating[Any]]) -> dict[str, float]:
        """`val_loss` (mean squared error), `val_rmse`, `val_mae` in pixels and `val_argmax_match` of what was
        predicted of the validation rows, `(V, K, 2)`; nothing if no keypoint of theirs is known."""
        known = self.known[self.validation]
        if not known.any():
            return {}
        truth = np.where(known[..., None], self.points[self.validation], np.nan)
        error = (predicted - truth)[known].astype(np.float64)
        square = float(np.mean(error**2))
        return {
            "val_loss": square,
            "val_rmse": square**0.5,
            "val_mae": float(np.mean(np.abs(error))),
            "val_argmax_match": argmax_match(np.asarray(predicted, np.float32), truth),
        }


class Place:
    """Where such a training leaves what it makes: a run's folder, or that of one of its folds.

    Args:
        writer: of the run.
        fold: number of the fold that is trained, from 1; None where there are none.
        before: records of the folds before it.
        job: hears of each record as the event `epoch`.
    """

    def __init__(self, writer: RunWriter, job: Job, fold: int | None = None, before: int = 0) -> None:
        self._writer, self._job, self._fold, self._before = writer, job, fold, before

    @property
    def path(self) -> Path:
        """The file of the model."""
        return self._writer.checkpoint_path(self._fold).with_name(layout.ARRAYS)

    @property
    def checkpoint(self) -> Path:
        """What is needed to go on."""
        return self._writer.checkpoint_path(self._fold)

    def record(self, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """Keep the figures of one unit of the training, counted from 1, and tell of them."""
        kept = {"epoch": self._before + number, **values}
        if self._fold is not None:
            kept["fold"] = self._fold
        self._writer.epoch(kept)
        self._job.emit("epoch", kept)
        return kept

    def save(self, packed: Packed) -> int:
        """Keep the model as it is now; returns the bytes of its file."""
        return packed.write(self.path)


@attrs.frozen
class Outcome:
    """How such a training ended.

    Attributes:
        status: `done` or `stopped`.
        units: records that it left.
        size: bytes of its file.
        last: the last record; empty if there is none.
    """

    status: str
    units: int
    size: int
    last: Mapping[str, Any] = attrs.field(factory=dict)


class Trainer(Protocol):
    """Trains one kind of model. Cancelled after it has something to predict with, it keeps that."""

    def __call__(self, lesson: Lesson, place: Place, job: Job, kept: Checkpoint | None) -> Outcome:
        """Train to the end, or go on from a checkpoint of its own.

        Raises:
            BadInputError: if an option cannot be used.
            Cancelled: if the job was stopped before there was anything to keep.
        """
