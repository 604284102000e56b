"""Layers in ONNX that work on tensors of any shape: dense ones, norms, merging, reshaping."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import keras
import numpy as np

from fkd_core.errors import RunError
from fkd_core.inference.convert.activations import activate
from fkd_core.inference.convert.graph import Graph, Tensor, array_of


def dense(graph: Graph, layer: keras.layers.Dense, inputs: list[Tensor]) -> Tensor:
    """`Dense`, along the last axis."""
    tensor = graph.last(inputs[0])
    name = graph.node("MatMul", [tensor.name, graph.weight(array_of(layer.kernel))])
    if layer.bias is not None:
        name = graph.node("Add", [name, graph.weight(array_of(layer.bias))])
    return activate(graph, tensor.named(name), layer.activation, layer.name)


def rescaling(graph: Graph, layer: keras.layers.Rescaling, inputs: list[Tensor]) -> Tensor:
    """`Rescaling` by a number, or by one for each channel."""
    (tensor,) = inputs
    name = tensor.name
    for operator, values in (("Mul", layer.scale), ("Add", layer.offset)):
        value = np.asarray(values, np.float32)
        value = value.reshape((1,) * (len(tensor.shape) - value.ndim) + value.shape)
        name = graph.node(operator, [name, graph.like(tensor, value)])
    return tensor.named(name)


def batch_normalization(graph: Graph, layer: keras.layers.BatchNormalization, inputs: list[Tensor]) -> Tensor:
    """`BatchNormalization` as it is after training: by the moving mean and variance."""
    (tensor,) = inputs
    mean, variance = array_of(layer.moving_mean), array_of(layer.moving_variance)
    scale = 1 / np.sqrt(variance + np.float32(layer.epsilon))
    if layer.gamma is not None:
        scale = scale * array_of(layer.gamma)
    shift = -mean * scale
    if layer.beta is not None:
        shift = shift + array_of(layer.beta)
    shape = _broadcast(tensor, [layer.axis])
    name = graph.node("Mul", [tensor.name, graph.like(tensor, scale.reshape(shape))])
    return tensor.named(graph.node("Add", [name, graph.like(tensor, shift.reshape(shape))]))


def layer_normalization(graph: Graph, layer: keras.layers.LayerNormalization, inputs: list[Tensor]) -> Tensor:
    """`LayerNormalization` along any axes."""
    (tensor,) = inputs
    if layer.rms_scaling:
        raise RunError("a norm by root mean square cannot be exported", where=layer.name)
    kept = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    axes = graph.numbers(*sorted(graph.axis(tensor, axis) for axis in kept))
    centred = graph.node("Sub", [tensor.name, graph.node("ReduceMean", [tensor.name, axes])])
    variance = graph.node("ReduceMean", [graph.node("Mul", [centred, centred]), axes])
    deviation = graph.node("Sqrt", [graph.node("Add", [variance, graph.weight(layer.epsilon)])])
    name = graph.node("Div", [centred, deviation])
    for operator, values in (("Mul", layer.gamma), ("Add", layer.beta)):
        if values is not None:
            weight = array_of(values).reshape(_broadcast(tensor, kept))
            name = graph.node(operator, [name, graph.like(tensor, weight)])
    return tensor.named(name)


def merging(operator: str, share: bool = False) -> Callable[[Graph, Any, list[Tensor]], Tensor]:
    """`Add`, `Subtract`, `Multiply`, `Maximum`, `Minimum`; with `share`, `Average`."""

    def merge(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
        if len({len(tensor.shape) for tensor in inputs}) > 1:
            raise RunError(
                "tensors of different ranks cannot be merged in an export",
                where=layer.name,
                found=", ".join(str(tensor.shape) for tensor in inputs),
            )
        order = graph.first if any(tensor.channels_first for tensor in inputs) else graph.last
        tensors = [order(tensor) for tensor in inputs]
        name = reduce(lambda a, b: graph.node(operator, [a, b]), (tensor.name for tensor in tensors))
        if share:
            name = graph.node("Mul", [name, graph.weight(1 / len(tensors))])
        return tensors[0].named(name)

    return merge


def concatenation(graph: Graph, layer: keras.layers.Concatenate, inputs: list[Tensor]) -> Tensor:
    """`Concatenate` along any axis but that of the faces."""
    order = graph.first if any(tensor.channels_first for tensor in inputs) else graph.last
    tensors = [order(tensor) for tensor in inputs]
    axis = graph.axis(tensors[0], layer.axis)
    return tensors[0].named(graph.node("Concat", [tensor.name for tensor in tensors], axis=axis))


def reshaping(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """`Flatten` and `Reshape`."""
    tensor = graph.last(inputs[0])
    shape = layer.compute_output_shape(tensor.shape)
    return Tensor(graph.node("Reshape", [tensor.name, graph.numbers(-1, *shape[1:])]), shape)


def permuting(graph: Graph, layer: keras.layers.Permute, inputs: list[Tensor]) -> Tensor:
    """`Permute`."""
    tensor = graph.last(inputs[0])
    return tensor.named(graph.node("Transpose", [tensor.name], perm=[0, *layer.dims]))


def nothing(_graph: Graph, _layer: Any, inputs: list[Tensor]) -> Tensor:
    """What only matters while a network is trained, such as `Dropout`."""
    return inputs[0]


def _broadcast(tensor: Tensor, kept: list[int]) -> tuple[int, ...]:
    """The shape of values that lie along some axes and are the same along all others."""
    axes = {axis % len(tensor.shape) for axis in kept}
    return tuple(int(side or 1) if axis in axes else 1 for axis, side in enumerate(tensor.shape))
