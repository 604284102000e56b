"""The same network looking at smaller faces, which is quicker and enough for the first part of a training."""

from __future__ import annotations

from typing import Any

import keras


def at_size(model: keras.Model, size: tuple[int, int]) -> keras.Model:
    """A network with the very layers and weights of another, for faces of another size.

    Only for networks whose layers do not depend on the size, such as convolutions and
    `fkd_core.models.layers.RuleTable`, whose points stay in pixels of the full face.

    Args:
        model: a functional network with one input `(N, H, W, C)`, not compiled.
        size: height and width of the faces it is to look at.
    """
    faces = keras.Input((*size, model.input_shape[-1]), name="image")

    def call(layer: keras.layers.Layer, *args: Any, **kwargs: Any) -> Any:
        return layer(*args, **kwargs)

    smaller: keras.Model = keras.models.clone_model(
        model, input_tensors=faces, clone_function=lambda layer: layer, call_function=call
    )
    return smaller
