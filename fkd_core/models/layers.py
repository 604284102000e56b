"""Layers that networks here share; importing this module lets saved networks be read."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="fkd")
class SoftArgmax(keras.layers.Layer):  # type: ignore[misc]  # Keras publishes no types
    """Turns one map of scores a keypoint into the expected position of that keypoint.

    Input `(N, h, w, K)`, output float32 `(N, K, 2)` in pixels of a face of `h * stride` by
    `w * stride`, where coordinate 0 is the centre of the first pixel: cell `i` is centred at
    `(i + 0.5) * stride - 0.5`. Source: Nibali et al., Numerical Coordinate Regression with
    Convolutional Neural Networks, 2018, https://arxiv.org/abs/1801.07372. One score a cell and
    keypoint is learned that is the same for every face: where the keypoint usually is. So a face that
    shows nothing is given the usual place.

    Args:
        stride: pixels of the face to a cell of the map.
    """

    def __init__(self, stride: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if stride < 1:
            raise ValueError(f"stride must be at least 1, received {stride}")
        self.stride = stride

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the scores that all faces share, all alike at first."""
        self.usual = self.add_weight(shape=input_shape[1:], initializer="zeros", name="usual")

    def call(self, maps: Any) -> Any:
        """Expected positions."""
        _, height, width, keypoints = maps.shape
        maps = ops.cast(maps, "float32") + self.usual
        shares = ops.softmax(ops.reshape(maps, (-1, height * width, keypoints)), axis=1)
        y, x = np.divmod(np.arange(height * width), width)
        grid = (np.stack([x, y], axis=-1) + 0.5) * self.stride - 0.5
        return ops.einsum("npk,pc->nkc", shares, ops.convert_to_tensor(grid.astype(np.float32)))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """`(N, K, 2)`."""
        return (input_shape[0], input_shape[3], 2)

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs."""
        return {**super().get_config(), "stride": self.stride}
