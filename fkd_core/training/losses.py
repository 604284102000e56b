"""Losses on the keypoints that are known; an unknown one weighs nothing."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from fkd_core.errors import BadInputError

HUBER_DELTA = 4.0


def squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of the squared errors in x and y, `(N, K)`."""
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


class SquaredLoss(keras.losses.Loss):  # type: ignore[misc]  # Keras publishes no types
    """Mean squared error in pixels over the known coordinates; its root is the competition's score.

    Points are `(N, K, 2)`; the sample weights `(N, K)` say how much each keypoint counts.
    """

    def __init__(self, name: str = "squared") -> None:
        super().__init__(name=name, reduction="mean_with_sample_weight", dtype="float32")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Errors `(N, K)`."""
        return squared_error(y_true, y_pred)


class HuberLoss(keras.losses.Loss):  # type: ignore[misc]  # Keras publishes no types
    """Like the squared error for errors up to 4 px, linear beyond, so that wrong labels pull less.

    Source: Huber, Robust Estimation of a Location Parameter, 1964.
    """

    def __init__(self, delta: float = HUBER_DELTA, name: str = "huber") -> None:
        super().__init__(name=name, reduction="mean_with_sample_weight", dtype="float32")
        self.delta = delta

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Errors `(N, K)`."""
        size = ops.abs(y_true - y_pred)
        near = ops.minimum(size, self.delta)
        return ops.mean(near * (2 * size - near), axis=-1)


_LOSSES = {"squared": SquaredLoss, "huber": HuberLoss}


def get(name: str) -> keras.losses.Loss:
    """The loss of that name.

    Raises:
        BadInputError: if there is none; the message lists those that exist.
    """
    if name not in _LOSSES:
        raise BadInputError(f"there is no loss called {name!r}", expected=", ".join(_LOSSES), found=name)
    return _LOSSES[name]()
