"""A running average of a network's weights, which scores better than the weights of any one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

EVERY = 4


class Averages:
    """Keeps the average of a network's weights over the latest share of the training.

    The horizon grows with the training, so it suits a short one and a long one alike; source:
    Karras et al., Analyzing and Improving the Training Dynamics of Diffusion Models, 2023,
    section 3.1, https://arxiv.org/abs/2312.02696. Weights that are not finite are never taken in.

    Args:
        model: the network that is trained.
        share: horizon as a share of the steps so far; 0 keeps the latest weights.

    Attributes:
        values: the average of each of the network's weights.
    """

    def __init__(self, model: keras.Model, share: float) -> None:
        if not 0 <= share < 1:
            raise ValueError(f"share must be in 0..1, received {share}")
        self._model = model
        self._share = share
        self.values = self._read()

    def update(self, step: int) -> None:
        """Take in the weights after `step` steps; most steps do nothing, because neighbours hardly differ."""
        if self._share and step % EVERY == 0:
            self._take(1 / (1 + self._share * step / EVERY))

    def copy_to(self, model: keras.Model) -> None:
        """Give a network of the same shape the average, or the latest weights where nothing is averaged."""
        if not self._share:
            self._take(1.0)
        for variable, value in zip(model.weights, self.values, strict=True):
            variable.assign(value)

    def restore(self, values: Sequence[NDArray[Any]]) -> None:
        """Go on from averages that were kept."""
        for old, kept in zip(self.values, values, strict=True):
            old[...] = kept

    def _take(self, part: float) -> None:
        fresh = self._read()
        if not all(np.isfinite(value).all() for value in fresh):
            return
        for old, new in zip(self.values, fresh, strict=True):
            # The counters of random layers are whole numbers, of which the latest is wanted; and all of the
            # latest must be no bit off it.
            mixes = part < 1 and np.issubdtype(old.dtype, np.floating)
            old[...] = old + part * (new - old) if mixes else new

    def _read(self) -> list[NDArray[Any]]:
        return [np.array(ops.convert_to_numpy(variable)) for variable in self._model.weights]
