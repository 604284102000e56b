"""Activations in ONNX, as layers of their own and as the last step of other layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras

from fkd_core.errors import RunError
from fkd_core.inference.convert.graph import Graph, Tensor, array_of

Activation = Callable[[Graph, str], str]
"""Appends the nodes of an activation to the graph, given a name; returns the name of the result."""


def activate(graph: Graph, tensor: Tensor, function: Any, where: str) -> Tensor:
    """The tensor after an activation function of Keras.

    Raises:
        RunError: if the function is not in the table; `where` names the layer that has it.
    """
    if function is None or function is keras.activations.linear:
        return tensor
    if function not in _FUNCTIONS:
        raise RunError(
            "this activation cannot be exported",
            where=where,
            expected=", ".join(sorted(known.__name__ for known in _FUNCTIONS)),
            found=getattr(function, "__name__", function),
        )
    return tensor.named(_FUNCTIONS[function](graph, tensor.name))


def activation(graph: Graph, layer: keras.layers.Activation, inputs: list[Tensor]) -> Tensor:
    """`Activation`."""
    return activate(graph, inputs[0], layer.activation, layer.name)


def relu(graph: Graph, layer: keras.layers.ReLU, inputs: list[Tensor]) -> Tensor:
    """`ReLU`, with a slope below zero or a ceiling where it has them."""
    (tensor,) = inputs
    if layer.threshold:
        raise RunError("a ReLU with a threshold cannot be exported", where=layer.name, found=layer.threshold)
    if layer.negative_slope:
        name = graph.node("LeakyRelu", [tensor.name], alpha=float(layer.negative_slope))
    else:
        name = graph.node("Relu", [tensor.name])
    if layer.max_value is not None:
        name = graph.node("Min", [name, graph.weight(layer.max_value)])
    return tensor.named(name)


def leaky_relu(graph: Graph, layer: keras.layers.LeakyReLU, inputs: list[Tensor]) -> Tensor:
    """`LeakyReLU`."""
    (tensor,) = inputs
    return tensor.named(graph.node("LeakyRelu", [tensor.name], alpha=float(layer.negative_slope)))


def prelu(graph: Graph, layer: keras.layers.PReLU, inputs: list[Tensor]) -> Tensor:
    """`PReLU`: its slope below zero was learned."""
    (tensor,) = inputs
    slope = graph.like(tensor, array_of(layer.alpha)[None])
    return tensor.named(graph.node("PRelu", [tensor.name, slope]))


def softmax(graph: Graph, layer: keras.layers.Softmax, inputs: list[Tensor]) -> Tensor:
    """`Softmax` along one axis."""
    (tensor,) = inputs
    if not isinstance(layer.axis, int):
        raise RunError("a softmax along several axes cannot be exported", where=layer.name, found=layer.axis)
    return tensor.named(graph.node("Softmax", [tensor.name], axis=graph.axis(tensor, layer.axis)))


def _plain(operator: str, **attributes: float) -> Activation:
    return lambda graph, name: graph.node(operator, [name], **attributes)


def _silu(graph: Graph, name: str) -> str:
    return graph.node("Mul", [name, graph.node("Sigmoid", [name])])


def _gelu(graph: Graph, name: str) -> str:
    share = graph.node("Erf", [graph.node("Mul", [name, graph.weight(math.sqrt(0.5))])])
    half = graph.node("Mul", [name, graph.weight(0.5)])
    return graph.node("Mul", [half, graph.node("Add", [share, graph.weight(1)])])


_FUNCTIONS: dict[Any, Activation] = {
    keras.activations.elu: _plain("Elu", alpha=1.0),
    keras.activations.gelu: _gelu,
    keras.activations.hard_sigmoid: _plain("HardSigmoid", alpha=1 / 6, beta=0.5),
    keras.activations.hard_silu: _plain("HardSwish"),
    keras.activations.leaky_relu: _plain("LeakyRelu", alpha=0.2),
    keras.activations.relu: _plain("Relu"),
    keras.activations.sigmoid: _plain("Sigmoid"),
    keras.activations.silu: _silu,
    keras.activations.softplus: _plain("Softplus"),
    keras.activations.softsign: _plain("Softsign"),
    keras.activations.tanh: _plain("Tanh"),
}
