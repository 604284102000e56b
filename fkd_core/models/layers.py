"""Layers that networks here share; importing this module lets saved networks be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from fkd_core.models.registry import CHANNELS

LEAST_SPREAD = 0.1
LOG_STD_RANGE = (-3.0, 5.0)


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


@keras.saving.register_keras_serializable(package="fkd")
class RuleTable(keras.layers.Layer):  # type: ignore[misc]  # Keras publishes no types
    """Reads the maps of every marking rule and says how far each reading is to be trusted.

    Called with `[shared, own, features]`: maps `(N, h, w, K)` that all rules share, maps
    `(N, h, w, R * K)` of what each rule adds to them, left out where there is one rule, and features
    of the whole face `(N, C)`.
    Output float32 `(N, R, K, 7)`; the last axis is `CHANNELS`:

    - `x`, `y`: the expected position in pixels, found as in `SoftArgmax`;
    - `log_std`: logarithm of the standard deviation along one axis in pixels;
    - `log_rule`: logarithm of the probability that the face is marked by this rule, from the image alone;
    - `log_known`: logarithm of the share of the rule's training faces in which the keypoint is known;
    - `turn_x`, `turn_y`: what must be added to `x` and `y` where the face was mirrored, so that they fit the
      mirrored labels. It is nothing where labels count from the centre of the first pixel and both sides of
      the face are marked alike, and one pixel along x where they count from its edge.

    The deviation is read from the spread of the map and from the features, and no gradient of it reaches
    either, so asking for it does not change the points.

    Args:
        stride: pixels of the face to a cell of the map.
        rules: names of the marking rules.
    """

    def __init__(self, stride: int, rules: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if stride < 1:
            raise ValueError(f"stride must be at least 1, received {stride}")
        if not rules or len(set(rules)) < len(rules):
            raise ValueError(f"rules must have names that differ, received {list(rules)}")
        self.stride = stride
        self.rules = tuple(rules)

    def build(self, input_shape: Sequence[tuple[int | None, ...]]) -> None:
        """Make the weights: at first all faces, rules and keypoints are treated alike."""
        (_, height, width, keypoints), (_, channels) = input_shape[0], input_shape[-1]
        rules = len(self.rules)
        self.usual = self.add_weight(shape=(height, width, keypoints), initializer="zeros", name="usual")
        self.lean = self.add_weight(shape=(channels, rules), initializer="zeros", name="lean")
        self.lean_bias = self.add_weight(shape=(rules,), initializer="zeros", name="lean_bias")
        self.doubt = self.add_weight(shape=(channels, keypoints), initializer="zeros", name="doubt")
        self.doubt_bias = self.add_weight(shape=(rules, keypoints), initializer="zeros", name="doubt_bias")
        self.slope = self.add_weight(shape=(keypoints,), initializer="ones", name="slope")
        pairs = (rules, keypoints, 2)
        self.offset = self.add_weight(shape=pairs, initializer="zeros", name="offset_bias")
        self.turn = self.add_weight(shape=pairs, initializer="zeros", name="turn_bias")
        self.log_known = self.add_weight(
            shape=(rules, keypoints), initializer="zeros", trainable=False, name="log_known"
        )

    def call(self, inputs: Sequence[Any]) -> Any:
        """The table of every face."""
        shared, *own, features = (ops.cast(value, "float32") for value in inputs)
        _, height, width, keypoints = shared.shape
        rules, cells = len(self.rules), height * width
        usual, stride = self.usual, float(self.stride)
        if height != usual.shape[0]:
            # A smaller picture of the face: fewer cells, each of more pixels.
            stride *= usual.shape[0] / height
            usual = ops.image.resize(usual, (height, width), data_format="channels_last")
        maps = ops.reshape(shared + usual, (-1, cells, 1, keypoints))
        if own:
            maps = maps + ops.reshape(own[0], (-1, cells, rules, keypoints))
        maps = ops.reshape(maps, (-1, cells, rules * keypoints))
        heights = ops.exp(maps - ops.stop_gradient(ops.max(maps, axis=1, keepdims=True)))
        y, x = np.divmod(np.arange(cells), width)
        centre = np.array([width, height]) / 2 * stride
        grid = (np.stack([x, y], axis=-1) + 0.5) * stride - centre
        # Moments about the centre of the frame, which keeps the numbers small.
        powers = np.column_stack([np.ones(cells), grid, (grid**2).sum(axis=1)]).astype(np.float32)
        sums = ops.einsum("npk,pc->nkc", heights, ops.convert_to_tensor(powers))
        means = sums[..., 1:] / sums[..., :1]
        offsets = means[..., :2]
        spread = ops.stop_gradient(means[..., 2] - ops.sum(ops.square(offsets), axis=-1)) / 2
        middle = ops.convert_to_tensor((centre - 0.5).astype(np.float32))
        points = ops.reshape(offsets + middle, (-1, rules, keypoints, 2))
        log_spread = 0.5 * ops.log(ops.maximum(ops.reshape(spread, (-1, rules, keypoints)), LEAST_SPREAD**2))
        seen = ops.matmul(ops.stop_gradient(features), self.doubt)[:, None]
        log_std = ops.clip(self.slope * log_spread + seen + self.doubt_bias, *LOG_STD_RANGE)
        lean = ops.log_softmax(ops.matmul(features, self.lean) + self.lean_bias, axis=-1)
        rest = [log_std, ops.broadcast_to(lean[..., None], ops.shape(log_std))]
        rest.append(ops.broadcast_to(self.log_known, ops.shape(log_std)))
        # In cells, so that they can move several pixels within a short training.
        points = points + self.offset * self.stride
        turn = ops.broadcast_to(self.turn * self.stride, ops.shape(points))
        return ops.concatenate([points, ops.stack(rest, axis=-1), turn], axis=-1)

    def compute_output_shape(self, input_shape: Sequence[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        """`(N, R, K, 7)`."""
        return (input_shape[0][0], len(self.rules), input_shape[0][3], len(CHANNELS))

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs."""
        return {**super().get_config(), "stride": self.stride, "rules": list(self.rules)}
