"""Where a training leaves its epochs and weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.runs.layout import exported_beside
from fkd_core.runs.watched import WatchedFaces, keep_faces
from fkd_core.training.checkpoint import Checkpoint


class Sink(Protocol):
    """What a training hands its results to; a run folder is one."""

    def epoch(self, record: dict[str, Any]) -> dict[str, Any]:
        """Keep the figures of an epoch, plain JSON values, and give back what was kept."""

    def faces(self, epoch: int, rows: NDArray[np.int64], points: NDArray[np.float32]) -> dict[str, Any]:
        """Keep what the watched faces look like to the network after an epoch, and give back what was kept.

        Args:
            epoch: counted from 1.
            rows: int64 `(M,)`.
            points: float32 `(M, K, 2)` in pixels.
        """

    def save_best(self, model: keras.Model) -> None:
        """Keep the weights that have validated best so far."""

    def save_last(self, model: keras.Model) -> None:
        """Keep the weights as they are now."""

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep what is needed to go on, in place of what was kept before."""


class FolderSink:
    """Keeps epochs as JSON lines, weights as `.keras` files and a checkpoint in a folder.

    A file that is being written never takes the place of a whole one.

    Args:
        folder: an existing folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ValueError(f"folder must exist, received {folder}")
        self.folder = folder

    @property
    def best(self) -> Path:
        """The best weights."""
        return self.folder / "best.keras"

    @property
    def last(self) -> Path:
        """The latest weights."""
        return self.folder / "last.keras"

    def epoch(self, record: dict[str, Any]) -> dict[str, Any]:
        """Append a line to `epochs.jsonl`."""
        with (self.folder / "epochs.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        return record

    def faces(self, epoch: int, rows: NDArray[np.int64], points: NDArray[np.float32]) -> dict[str, Any]:
        """Write `faces.npz`."""
        return keep_faces(self.folder, WatchedFaces(rows, points, epoch))

    def save_best(self, model: keras.Model) -> None:
        """Write `best.keras`."""
        save_model(model, self.best)

    def save_last(self, model: keras.Model) -> None:
        """Write `last.keras`."""
        save_model(model, self.last)

    @property
    def checkpoint(self) -> Path:
        """What is needed to go on."""
        return self.folder / "checkpoint.npz"

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Write `checkpoint.npz`."""
        checkpoint.write(self.checkpoint)


def save_model(model: keras.Model, path: Path) -> None:
    """Write a network to a `.keras` file, which appears whole or not at all."""
    fresh = path.with_name(f".{path.stem}.new.keras")
    model.save(fresh)
    # An export never stands beside other weights than its own.
    exported_beside(path).unlink(missing_ok=True)
    fresh.replace(path)
