"""Every layer that can be exported gives in ONNX what it gives in Keras; any other is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import onnxruntime
import pytest
from keras import layers

from fkd_core.errors import RunError
from fkd_core.inference.convert import vectors, walk
from fkd_core.inference.convert.walk import convert
from fkd_core.inference.onnx_file import FACES, FOUND
from fkd_core.models.layers import RuleTable, SoftArgmax

HEIGHT, WIDTH, CHANNELS = 13, 10, 6
"""Sides that no stride divides, all different: axes that change places would show."""

ACTIVATIONS = (
    "elu",
    "gelu",
    "hard_sigmoid",
    "hard_silu",
    "leaky_relu",
    "linear",
    "relu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "tanh",
)

# Each is called with an image of six channels.
LAYERS: dict[str, Callable[[Any], Any]] = {
    "add": lambda x: layers.Add()([x, layers.ReLU()(x), x]),
    "average": lambda x: layers.Average()([x, layers.ReLU()(x), x]),
    "average pooling": layers.AveragePooling2D(3, strides=2),
    "average pooling, same": layers.AveragePooling2D(3, strides=2, padding="same"),
    "batch normalization": layers.BatchNormalization(),
    "batch normalization, bare": layers.BatchNormalization(center=False, scale=False, epsilon=0.1),
    "batch normalization of a vector": lambda x: layers.BatchNormalization()(layers.Flatten()(x)),
    "concatenate": lambda x: layers.Concatenate()([x, layers.ReLU()(x)]),
    "concatenate rows": lambda x: layers.Concatenate(axis=1)([x, layers.ReLU()(x)]),
    "convolution": layers.Conv2D(4, 3),
    "convolution, dilated": layers.Conv2D(4, 3, padding="same", dilation_rate=2),
    "convolution, even and strided": layers.Conv2D(
        4, (4, 2), strides=(3, 2), padding="same", activation="relu"
    ),
    "convolution in groups": layers.Conv2D(4, 3, groups=2, use_bias=False),
    "cropping": layers.Cropping2D(((1, 2), (3, 0))),
    "dense": lambda x: layers.Dense(5, activation="tanh")(layers.Flatten()(x)),
    "dense along channels": layers.Dense(5, use_bias=False),
    "depthwise convolution": layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="silu"),
    "depthwise convolution, strided": layers.DepthwiseConv2D(3, strides=2, use_bias=False),
    "dropout": layers.Dropout(0.5),
    "flatten": layers.Flatten(),
    "gaussian dropout": layers.GaussianDropout(0.5),
    "gaussian noise": layers.GaussianNoise(0.5),
    "global average": layers.GlobalAveragePooling2D(),
    "global average, kept": layers.GlobalAveragePooling2D(keepdims=True),
    "global maximum": layers.GlobalMaxPooling2D(),
    "identity": layers.Identity(),
    "layer normalization": layers.LayerNormalization(),
    "layer normalization of the image": layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False),
    "layer normalization of rows": layers.LayerNormalization(axis=[1, 3], epsilon=0.01),
    "leaky relu": layers.LeakyReLU(0.1),
    "maximum": lambda x: layers.Maximum()([x, layers.ReLU()(x)]),
    "maximum pooling": layers.MaxPooling2D(3, strides=2, padding="same"),
    "minimum": lambda x: layers.Minimum()([x, layers.ReLU()(x)]),
    "multiply, squeezed and excited": lambda x: layers.Multiply()(
        [x, layers.Dense(CHANNELS, "sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))]
    ),
    "network in a network": lambda x: inner()(x),
    "permute": layers.Permute((2, 3, 1)),
    "prelu": layers.PReLU(shared_axes=[1], alpha_initializer="random_normal"),
    "relu": layers.ReLU(),
    "relu with a ceiling": layers.ReLU(max_value=0.5),
    "relu with a slope": layers.ReLU(max_value=0.5, negative_slope=0.3),
    "rescaling": layers.Rescaling(0.5, offset=-1),
    "rescaling of channels": layers.Rescaling(np.arange(CHANNELS), offset=np.arange(CHANNELS) - 2.0),
    "reshape": layers.Reshape((WIDTH, -1, 2)),
    "separable convolution": layers.SeparableConv2D(4, 3, strides=2, padding="same", depth_multiplier=2),
    "separable convolution without bias": layers.SeparableConv2D(4, 3, use_bias=False, activation="relu"),
    "shared layer": lambda x: twice(layers.Dense(5), x),
    "soft argmax": SoftArgmax(4),
    "softmax": layers.Softmax(),
    "softmax of rows": layers.Softmax(axis=1),
    "spatial dropout": layers.SpatialDropout2D(0.5),
    "subtract": lambda x: layers.Subtract()([x, layers.ReLU()(x)]),
    "table of one rule": lambda x: RuleTable(4, ["all"])([x, layers.GlobalAveragePooling2D()(x)]),
    "table of two rules": lambda x: RuleTable(4, ["a", "b"])(
        [x, layers.Conv2D(2 * CHANNELS, 1)(x), layers.GlobalAveragePooling2D()(x)]
    ),
    "upsampling": layers.UpSampling2D((2, 3)),
    "upsampling, bilinear": layers.UpSampling2D((2, 3), interpolation="bilinear"),
    "zero padding": layers.ZeroPadding2D(((1, 2), (3, 0))),
    **{f"activation {name}": layers.Activation(name) for name in ACTIVATIONS},
}


def inner() -> keras.Model:
    faces = keras.Input((HEIGHT, WIDTH, CHANNELS))
    return keras.Model(faces, layers.Add()([layers.Conv2D(CHANNELS, 1)(faces), faces]))


def twice(layer: keras.Layer, x: Any) -> Any:
    return layers.Add()([layer(x), layer(layers.ReLU()(x))])


def by_root_mean_square(x: Any) -> Any:
    with pytest.warns(UserWarning, match="deprecated"):
        return layers.LayerNormalization(rms_scaling=True, name="rms")(x)


def network(of: Callable[[Any], Any]) -> keras.Model:
    """One whose weights are all random, the means and variances too."""
    keras.utils.set_random_seed(3)
    faces = keras.Input((HEIGHT, WIDTH, 1))
    image = layers.Conv2D(CHANNELS, 3, padding="same")(layers.Rescaling(1 / 100, offset=-1)(faces))
    model = keras.Model(faces, of(image))
    random = np.random.default_rng(3)
    for weight in model.weights:
        weight.assign(keras.ops.convert_to_numpy(weight) + random.uniform(-0.2, 0.2, weight.shape))
    return model


def both(model: keras.Model, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What the exported network and that of Keras give for the same faces."""
    faces = np.random.default_rng(count).integers(0, 256, (count, HEIGHT, WIDTH), dtype=np.uint8)
    session = onnxruntime.InferenceSession(convert(model).SerializeToString())
    expected = model(faces[..., None].astype(np.float32), training=False)
    return session.run([FOUND], {FACES: faces})[0], keras.ops.convert_to_numpy(expected)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_gives_the_same_for_any_number_of_faces(name: str) -> None:
    model = network(LAYERS[name])
    for count in (1, 3):
        found, expected = both(model, count)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
        assert np.ptp(expected) > 0


def test_every_layer_of_the_table_is_tried() -> None:
    tried: set[type] = set()
    for of in LAYERS.values():
        tried |= {type(layer) for layer in network(of).layers}
    assert set(walk._LAYERS) <= tried


def test_what_channels_first_and_last_layers_make_of_each_other() -> None:
    def mixture(x: Any) -> Any:
        turned = layers.Reshape((HEIGHT, WIDTH, CHANNELS))(layers.Flatten()(x))
        both_ways = layers.Concatenate()([x, layers.Add()([turned, x]), layers.Dense(2)(turned)])
        return layers.Dense(3)(layers.Flatten()(layers.Conv2D(4, 3)(both_ways)))

    found, expected = both(network(mixture), 2)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_a_turned_image_is_not_turned_again() -> None:
    def mixture(x: Any) -> Any:
        dense = layers.Dense(4)(x)
        return layers.Concatenate()([layers.Conv2D(3, 1)(dense), layers.Conv2D(3, 1)(dense), dense])

    operators = [node.op_type for node in convert(network(mixture)).graph.node]
    # To the dense layer, from there to both convolutions, and to what Keras gives.
    assert operators.count("Transpose") == 3


@keras.saving.register_keras_serializable(package="fkd-tests")
class Odd(layers.Layer):
    """A layer that nobody taught to the export."""

    def call(self, x: Any) -> Any:
        return x


@keras.saving.register_keras_serializable(package="fkd-tests")
class Louder(layers.ReLU):
    """Not what the layer does that it is made from."""

    def call(self, x: Any) -> Any:
        return 2 * super().call(x)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (Odd(name="strange"), "strange: this layer cannot be exported; expected Activation, .*found Odd"),
        (Louder(name="loud"), "loud: this layer cannot be exported; .*found Louder"),
        (lambda x: keras.ops.sqrt(x), "this layer cannot be exported; .*found Sqrt"),
        (layers.Dense(3, "mish", name="fishy"), "fishy: this activation .*expected elu, .*found mish"),
        (layers.ReLU(threshold=0.1, name="late"), "late: a ReLU with a threshold .*found 0.1"),
        (layers.Softmax(axis=(1, 2), name="flat"), r"flat: a softmax along several axes .*found \(1, 2\)"),
        (layers.UpSampling2D(interpolation="bicubic", name="up"), "up: .*nearest or bilinear, found bicubic"),
        (lambda x: by_root_mean_square(x), "rms: a norm by root mean square"),
        (
            layers.Conv2D(3, 1, dtype="mixed_bfloat16", name="half"),
            "half: .*expected float32, found bfloat16",
        ),
        (layers.GlobalMaxPooling2D(data_format="channels_first", name="old"), "old: .*channels_last, found"),
        (lambda x: layers.Add(name="ranks")([x, layers.Flatten()(x)[:, :CHANNELS]]), "cannot be exported"),
    ],
)
def test_what_cannot_be_exported_is_refused_by_name(of: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(RunError, match=words):
        convert(network(of))


def test_networks_of_another_kind_are_refused() -> None:
    faces, colour = keras.Input((HEIGHT, WIDTH, 1)), keras.Input((HEIGHT, WIDTH, 3))
    for model, words in (
        (keras.Sequential([faces, layers.Flatten()], name="row"), "row: .*expected a functional network"),
        (keras.Model(colour, layers.Flatten()(colour), name="gaudy"), "gaudy: .*one input .N, H, W, 1."),
        (keras.Model([faces, colour], layers.Flatten()(faces), name="pair"), "pair: .*expected one input"),
        (
            keras.Model(faces, [layers.Flatten()(faces), faces], name="fork"),
            "fork: .*one input and one output",
        ),
    ):
        with pytest.raises(RunError, match=words):
            convert(model)


def test_a_layer_that_is_left_out_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(walk._LAYERS, layers.ReLU, vectors.nothing)
    found, expected = both(network(layers.ReLU()), 2)
    assert np.abs(found - expected).max() > 0.1
