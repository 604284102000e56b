"""From a functional network of Keras to a whole ONNX model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import keras
import onnx
from onnx import TensorProto, helper

from fkd_core.errors import RunError
from fkd_core.inference.convert import activations, images, rules, vectors
from fkd_core.inference.convert.graph import IR_VERSION, OPSET, Graph, Tensor
from fkd_core.inference.onnx_file import FACES, FOUND
from fkd_core.models.layers import RuleTable, SoftArgmax

Convert = Callable[[Graph, Any, list[Tensor]], Tensor]

_LAYERS: dict[type[Any], Convert] = {
    keras.layers.Activation: activations.activation,
    keras.layers.Add: vectors.merging("Add"),
    keras.layers.Average: vectors.merging("Add", share=True),
    keras.layers.AveragePooling2D: images.average_pooling,
    keras.layers.BatchNormalization: vectors.batch_normalization,
    keras.layers.Concatenate: vectors.concatenation,
    keras.layers.Conv2D: images.convolution,
    keras.layers.Cropping2D: images.cropping,
    keras.layers.Dense: vectors.dense,
    keras.layers.DepthwiseConv2D: images.depthwise_convolution,
    keras.layers.Dropout: vectors.nothing,
    keras.layers.Flatten: vectors.reshaping,
    keras.layers.GaussianDropout: vectors.nothing,
    keras.layers.GaussianNoise: vectors.nothing,
    keras.layers.GlobalAveragePooling2D: images.global_average,
    keras.layers.GlobalMaxPooling2D: images.global_max,
    keras.layers.Identity: vectors.nothing,
    keras.layers.LayerNormalization: vectors.layer_normalization,
    keras.layers.LeakyReLU: activations.leaky_relu,
    keras.layers.Maximum: vectors.merging("Max"),
    keras.layers.MaxPooling2D: images.max_pooling,
    keras.layers.Minimum: vectors.merging("Min"),
    keras.layers.Multiply: vectors.merging("Mul"),
    keras.layers.PReLU: activations.prelu,
    keras.layers.Permute: vectors.permuting,
    keras.layers.ReLU: activations.relu,
    keras.layers.Rescaling: vectors.rescaling,
    keras.layers.Reshape: vectors.reshaping,
    keras.layers.SeparableConv2D: images.separable_convolution,
    keras.layers.Softmax: activations.softmax,
    keras.layers.SpatialDropout2D: vectors.nothing,
    keras.layers.Subtract: vectors.merging("Sub"),
    keras.layers.UpSampling2D: images.upsampling,
    keras.layers.ZeroPadding2D: images.padding,
    RuleTable: rules.rule_table,
    SoftArgmax: rules.soft_argmax,
}


def convert(model: keras.Model) -> onnx.ModelProto:
    """A network as ONNX: from uint8 faces `(N, H, W)`, any number of them, to what the network gives.

    Args:
        model: functional, in float32, from `(N, H, W, 1)` to one output.

    Raises:
        RunError: if it is of another kind or has a layer that ONNX is not taught yet; the message names it.
    """
    shape = model.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4 or shape[3] != 1 or None in shape[1:]:
        raise RunError(
            "this network cannot be exported",
            where=model.name,
            expected="one input (N, H, W, 1)",
            found=shape,
        )
    graph = Graph()
    height, width = shape[1:3]
    faces = graph.node("Cast", [FACES], to=TensorProto.FLOAT)
    faces = graph.node("Reshape", [faces, graph.numbers(-1, 1, height, width)])
    found = graph.last(follow(graph, model, Tensor(faces, shape, channels_first=True)))
    graph.nodes.append(helper.make_node("Identity", [found.name], [FOUND], name=FOUND))
    made = helper.make_model(
        helper.make_graph(
            graph.nodes,
            model.name,
            [helper.make_tensor_value_info(FACES, TensorProto.UINT8, ["N", height, width])],
            [helper.make_tensor_value_info(FOUND, TensorProto.FLOAT, ["N", *found.shape[1:]])],
            graph.weights,
        ),
        producer_name="fkd",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(made)
    return made


def follow(graph: Graph, model: keras.Model, start: Tensor) -> Tensor:
    """Append the nodes of a functional network to the graph, from its input to its output.

    The configuration that Keras saves a network with lists the layers in an order in which each comes after
    those that it hears, and says of each which ones those are.

    Raises:
        RunError: see `convert`.
    """
    config = model.get_config()
    if not {"layers", "input_layers", "output_layers"} <= set(config):
        raise RunError(
            "this network cannot be exported",
            where=model.name,
            expected="a functional network of Keras",
            found=type(model).__name__,
        )
    _only(config["input_layers"], model)
    name, last = _only(config["output_layers"], model)
    layers = {layer.name: layer for layer in model.layers}
    if isinstance(layers.get(name), keras.Model):
        # Of a network within the network Keras counts its own making as the first call, but only here.
        last -= 1
    made: dict[tuple[str, int], Tensor] = {}
    for entry in config["layers"]:
        layer = layers.get(entry["name"])
        if isinstance(layer, keras.layers.InputLayer):
            made[entry["name"], 0] = start
        for call, arguments in enumerate(entry["inbound_nodes"]):
            inputs = [made[source] for source in _sources(arguments)]
            made[entry["name"], call] = _one(graph, layer, entry, inputs)
    return made[name, last]


def _one(graph: Graph, layer: Any, entry: dict[str, Any], inputs: list[Tensor]) -> Tensor:
    if isinstance(layer, keras.Model):
        return follow(graph, layer, inputs[0])
    if type(layer) not in _LAYERS:
        raise RunError(
            "this layer cannot be exported",
            where=entry["name"],
            expected=", ".join(sorted(kind.__name__ for kind in _LAYERS)),
            found=entry["class_name"],
        )
    if layer.compute_dtype != "float32":
        raise RunError(
            "this layer cannot be exported", where=layer.name, expected="float32", found=layer.compute_dtype
        )
    result = _LAYERS[type(layer)](graph, layer, inputs)
    shapes = [tensor.shape for tensor in inputs]
    shape = layer.compute_output_shape(shapes if len(shapes) > 1 else shapes[0])
    return attrs.evolve(result, shape=tuple(shape))


def _sources(value: Any) -> list[tuple[str, int]]:
    """Layer and number of the call that each tensor comes from which a layer is called with, in order."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, call, _ = value["config"]["keras_history"]
            return [(name, call)]
        return [source for item in value.values() for source in _sources(item)]
    if isinstance(value, (list, tuple)):
        return [source for item in value for source in _sources(item)]
    return []


def _only(value: Any, model: keras.Model) -> tuple[str, int]:
    """The one input or output of a network, which Keras writes down as `[name, call, tensor]`."""
    if not (isinstance(value, (list, tuple)) and value and isinstance(value[0], str)):
        raise RunError(
            "this network cannot be exported",
            where=model.name,
            expected="one input and one output",
            found=value,
        )
    return value[0], int(value[1])
