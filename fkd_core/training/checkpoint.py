"""Everything that a training needs to go on from where it was, in one file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.files import plain, write_atomic

FORMAT = 1
_STATE = "state"


@attrs.frozen(eq=False)
class Checkpoint:
    """The state of a training between two steps.

    The batches need no random state: each is a function of the seed, the epoch and its number.

    Args:
        arrays: by name: weights, the optimiser's averages, averaged weights.
        state: plain JSON values: counters, figures of the epoch under way, seconds spent.
    """

    arrays: Mapping[str, NDArray[Any]]
    state: Mapping[str, Any]

    def write(self, path: Path) -> None:
        """Write the file; it appears whole, on the disk and not only in a cache, or not at all.

        Raises:
            ProjectError: if it cannot be written; one that was there before stays.
        """
        text = json.dumps(plain({"format": FORMAT, **self.state}), allow_nan=False)
        packed: dict[str, Any] = {**self.arrays, _STATE: np.frombuffer(text.encode(), np.uint8)}
        content = io.BytesIO()
        np.savez(content, **packed)
        write_atomic(path, content.getvalue())

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """Read a file that `write` wrote; nothing in it is run or unpickled.

        Raises:
            RunError: if it is missing, damaged or of a newer version; the message names it.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
                arrays = {name: packed[name] for name in packed.files}
            state = json.loads(arrays.pop(_STATE).tobytes().decode())
            version = state.pop("format")
        except FileNotFoundError:
            raise RunError("there is no checkpoint", where=path, todo="Train again from the start") from None
        except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile) as error:
            raise RunError(
                "the checkpoint is damaged",
                where=path,
                expected="a file written by FKD",
                found=str(error)[:200] or type(error).__name__,
                todo="Train again from the start; weights that this run saved before can still be used",
            ) from error
        if version != FORMAT:
            raise RunError(
                "this checkpoint was made by another version of FKD",
                where=path,
                expected=f"format {FORMAT}",
                found=f"format {version}",
                todo="Go on with that version, or train again from the start",
            )
        return cls(arrays, state)

    def group(self, name: str) -> list[NDArray[Any]]:
        """The arrays that `grouped` named after `name`, in their order."""
        found = [key for key in self.arrays if key.rpartition(".")[0] == name]
        return [self.arrays[key] for key in sorted(found, key=lambda key: int(key.rpartition(".")[2]))]


def grouped(name: str, arrays: list[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Arrays by `name.0`, `name.1`, …"""
    return {f"{name}.{index}": array for index, array in enumerate(arrays)}
