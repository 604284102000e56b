"""Layers in ONNX that work on images: convolutions, pooling, padding, resizing. All hold channels first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from fkd_core.errors import RunError
from fkd_core.inference.convert.activations import activate
from fkd_core.inference.convert.graph import Graph, Tensor, array_of


def convolution(graph: Graph, layer: keras.layers.Conv2D, inputs: list[Tensor]) -> Tensor:
    """`Conv2D`, in groups too."""
    kernel = array_of(layer.kernel).transpose(3, 2, 0, 1)
    return _convolve(graph, layer, inputs[0], kernel, layer.bias, layer.groups)


def depthwise_convolution(graph: Graph, layer: keras.layers.DepthwiseConv2D, inputs: list[Tensor]) -> Tensor:
    """`DepthwiseConv2D`: a convolution with a group for each channel."""
    kernel = _depthwise(array_of(layer.kernel))
    return _convolve(graph, layer, inputs[0], kernel, layer.bias, inputs[0].sides[2])


def separable_convolution(graph: Graph, layer: keras.layers.SeparableConv2D, inputs: list[Tensor]) -> Tensor:
    """`SeparableConv2D`: a depthwise one, then one of single pixels."""
    depthwise = _depthwise(array_of(layer.depthwise_kernel))
    pointwise = array_of(layer.pointwise_kernel).transpose(3, 2, 0, 1)
    image = graph.first(_checked(layer, inputs[0]))
    window = _window(layer, image, layer.kernel_size, layer.strides, layer.dilation_rate)
    name = graph.node("Conv", [image.name, graph.weight(depthwise)], group=image.sides[2], **window)
    weights = [graph.weight(pointwise), *([graph.weight(array_of(layer.bias))] if layer.use_bias else [])]
    made = image.named(graph.node("Conv", [name, *weights]))
    return activate(graph, made, layer.activation, layer.name)


def max_pooling(graph: Graph, layer: keras.layers.MaxPooling2D, inputs: list[Tensor]) -> Tensor:
    """`MaxPooling2D`."""
    image = graph.first(_checked(layer, inputs[0]))
    window = _window(layer, image, layer.pool_size, layer.strides)
    return image.named(graph.node("MaxPool", [image.name], **window))


def average_pooling(graph: Graph, layer: keras.layers.AveragePooling2D, inputs: list[Tensor]) -> Tensor:
    """`AveragePooling2D`; what lies beyond the edge does not count."""
    image = graph.first(_checked(layer, inputs[0]))
    window = _window(layer, image, layer.pool_size, layer.strides)
    return image.named(graph.node("AveragePool", [image.name], **window))


def global_average(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """`GlobalAveragePooling2D`."""
    return _over_all(graph, layer, inputs[0], "GlobalAveragePool")


def global_max(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """`GlobalMaxPooling2D`."""
    return _over_all(graph, layer, inputs[0], "GlobalMaxPool")


def upsampling(graph: Graph, layer: keras.layers.UpSampling2D, inputs: list[Tensor]) -> Tensor:
    """`UpSampling2D` by whole factors, nearest or bilinear."""
    image = graph.first(_checked(layer, inputs[0]))
    ways = {
        "nearest": {
            "mode": "nearest",
            "nearest_mode": "floor",
            "coordinate_transformation_mode": "asymmetric",
        },
        "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
    }
    if layer.interpolation not in ways:
        raise RunError(
            "this way of resizing cannot be exported",
            where=layer.name,
            expected=" or ".join(ways),
            found=layer.interpolation,
        )
    scales = graph.weight([1, 1, *layer.size])
    return image.named(graph.node("Resize", [image.name, "", scales], **ways[layer.interpolation]))


def padding(graph: Graph, layer: keras.layers.ZeroPadding2D, inputs: list[Tensor]) -> Tensor:
    """`ZeroPadding2D`."""
    image = graph.first(_checked(layer, inputs[0]))
    (top, bottom), (left, right) = layer.padding
    pads = graph.numbers(0, 0, top, left, 0, 0, bottom, right)
    return image.named(graph.node("Pad", [image.name, pads]))


def cropping(graph: Graph, layer: keras.layers.Cropping2D, inputs: list[Tensor]) -> Tensor:
    """`Cropping2D`."""
    image = graph.first(_checked(layer, inputs[0]))
    height, width, _ = image.sides
    (top, bottom), (left, right) = layer.cropping
    bounds = [graph.numbers(top, left), graph.numbers(height - bottom, width - right), graph.numbers(2, 3)]
    return image.named(graph.node("Slice", [image.name, *bounds]))


def _convolve(
    graph: Graph,
    layer: Any,
    tensor: Tensor,
    kernel: npt.NDArray[np.float32],
    bias: Any,
    groups: int,
) -> Tensor:
    image = graph.first(_checked(layer, tensor))
    weights = [graph.weight(kernel), *([] if bias is None else [graph.weight(array_of(bias))])]
    window = _window(layer, image, layer.kernel_size, layer.strides, layer.dilation_rate)
    made = image.named(graph.node("Conv", [image.name, *weights], group=groups, **window))
    return activate(graph, made, layer.activation, layer.name)


def _depthwise(kernel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """From `(h, w, C, M)` to `(C * M, 1, h, w)`."""
    height, width, channels, multiplier = kernel.shape
    return kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)


def _over_all(graph: Graph, layer: Any, tensor: Tensor, operator: str) -> Tensor:
    image = graph.first(_checked(layer, tensor))
    pooled = image.named(graph.node(operator, [image.name]))
    if layer.keepdims:
        return pooled
    return Tensor(graph.node("Flatten", [pooled.name]), (None, image.sides[2]))


def _checked(layer: Any, tensor: Tensor) -> Tensor:
    if layer.data_format != "channels_last":
        raise RunError(
            "a network that holds channels first cannot be exported",
            where=layer.name,
            expected="channels_last",
            found=layer.data_format,
        )
    return tensor


def _window(
    layer: Any,
    image: Tensor,
    size: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int] = (1, 1),
) -> dict[str, Any]:
    """How a window moves over the image; what is missing at the edges is shared as TensorFlow does."""
    before, after = [0, 0], [0, 0]
    if layer.padding == "same":
        for axis in (0, 1):
            side, stride = image.sides[axis], strides[axis]
            steps = -(-side // stride)
            missing = max((steps - 1) * stride + (size[axis] - 1) * dilation[axis] + 1 - side, 0)
            before[axis] = missing // 2
            after[axis] = missing - before[axis]
    elif layer.padding != "valid":
        raise RunError(
            "this padding cannot be exported",
            where=layer.name,
            expected="same or valid",
            found=layer.padding,
        )
    window: dict[str, Any] = {"kernel_shape": list(size), "strides": list(strides), "pads": before + after}
    if tuple(dilation) != (1, 1):
        window["dilations"] = list(dilation)
    return window
