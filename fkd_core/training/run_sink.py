"""The folder of a run as the place where a training leaves what it makes."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.runs import Run, RunWriter
from fkd_core.runs.watched import WatchedFaces, keep_faces
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.sink import save_model
from fkd_core.training.tensorboard import EventFiles


class RunSink:
    """Leaves epochs, weights and checkpoints in a run's folder.

    Args:
        writer: of the run.
        fold: number of the fold that is trained, from 1; None where the run is one network.
        epochs_before: epochs of the folds before it.
        events: writes each epoch for TensorBoard too.
    """

    def __init__(
        self,
        writer: RunWriter,
        fold: int | None = None,
        epochs_before: int = 0,
        events: EventFiles | None = None,
    ) -> None:
        self._writer, self._fold, self._before = writer, fold, epochs_before
        self._events = events
        self._stale = fold is None

    def epoch(self, record: dict[str, Any]) -> dict[str, Any]:
        """Append the figures of an epoch, counted through all folds."""
        if self._fold is not None:
            record = {**record, "epoch": self._before + record["epoch"], "fold": self._fold}
        self._writer.epoch(record)
        if self._events is not None:
            self._events.write(record)
        return record

    def faces(self, epoch: int, rows: NDArray[np.int64], points: NDArray[np.float32]) -> dict[str, Any]:
        """Keep what the watched faces look like to the network, the epoch counted through all folds."""
        return keep_faces(self._writer.folder, WatchedFaces(rows, points, self._before + epoch))

    def save_best(self, model: keras.Model) -> None:
        """Keep the weights that have validated best so far."""
        save_model(model, self._writer.weights_path("best", self._fold))

    def save_last(self, model: keras.Model) -> None:
        """Keep the weights as they are now; what the run predicted by other ones is removed."""
        if self._stale:
            run = Run.open(self._writer.folder)
            for split in run.predicted_splits():
                run.drop_predictions(split)
            self._stale = False
        save_model(model, self._writer.weights_path("last", self._fold))

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep what is needed to go on."""
        checkpoint.write(self._writer.checkpoint_path(self._fold))
