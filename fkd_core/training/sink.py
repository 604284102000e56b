"""Where a training leaves its epochs and weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import keras

from fkd_core.runs.layout import exported_beside


class Sink(Protocol):
    """What a training hands its results to; a run folder is one."""

    def epoch(self, record: dict[str, Any]) -> None:
        """Keep the figures of an epoch: plain JSON values."""

    def save_best(self, model: keras.Model) -> None:
        """Keep the weights that have validated best so far."""

    def save_last(self, model: keras.Model) -> None:
        """Keep the weights as they are now."""


class FolderSink:
    """Keeps epochs as JSON lines and weights as `.keras` files in a folder.

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

    def epoch(self, record: dict[str, Any]) -> None:
        """Append a line to `epochs.jsonl`."""
        with (self.folder / "epochs.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def save_best(self, model: keras.Model) -> None:
        """Write `best.keras`."""
        save_model(model, self.best)

    def save_last(self, model: keras.Model) -> None:
        """Write `last.keras`."""
        save_model(model, self.last)


def save_model(model: keras.Model, path: Path) -> None:
    """Write a network to a `.keras` file, which appears whole or not at all."""
    fresh = path.with_name(f".{path.stem}.new.keras")
    model.save(fresh)
    # An export never stands beside other weights than its own.
    exported_beside(path).unlink(missing_ok=True)
    fresh.replace(path)
