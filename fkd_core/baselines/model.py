"""Models that are no networks, read from their arrays, as something that can be asked like a network."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.baselines import forest, mean
from fkd_core.baselines.arrays import Packed, unusable
from fkd_core.models.registry import CHANNELS, ONE_RULE
from fkd_core.schema import KeypointSchema

BATCH = 64
_LEAST_STD = 1e-3


class Answering(Protocol):
    """A model: what it was made for, and what it answers."""

    @property
    def schema(self) -> KeypointSchema:
        """Its keypoints, and the size of its faces."""

    def answer(self, faces: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """Points `(B, K, 2)` and standard deviations `(B, K)` of faces, uint8 `(B, H, W)`."""

    def describe(self) -> str:
        """What it is, in a sentence or two."""


class ArrayModel:
    """A mean face or a forest as one that `fkd_core.inference.tables` can ask; any thread may ask it.

    It looks at each face once: a forest has learnt of upright faces of one size, and its trees see single
    pixels, so a turned or mirrored face would be another one to it.

    Args:
        model: that answers.
    """

    batch_size = BATCH
    rules = ONE_RULE
    one_view = True

    def __init__(self, model: Answering) -> None:
        self.model = model
        self.size = model.schema.size
        self.keypoints = len(model.schema)

    @classmethod
    def read(cls, path: Path) -> ArrayModel:
        """Read a model's file.

        Raises:
            RunError: if the file is missing, damaged or not by FKD; the message names it.
        """
        packed = Packed.read(path)
        if packed.kind == forest.NAME:
            return cls(forest.Forest.unpack(packed))
        if packed.kind == mean.NAME:
            return cls(mean.MeanFace.unpack(packed))
        raise unusable(path, f"a model called {packed.kind!r}")

    def describe(self) -> str:
        """What it is, in a sentence or two."""
        return self.model.describe()

    def table(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The table `(B, 1, K, 7)` of faces, uint8 `(B, H, W)`."""
        points, std = self.model.answer(faces)
        table = np.zeros((len(faces), 1, self.keypoints, len(CHANNELS)), np.float32)
        table[:, 0, :, :2] = points
        table[:, 0, :, 2] = np.log(np.maximum(std, _LEAST_STD))
        return table
