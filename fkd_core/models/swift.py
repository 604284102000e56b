"""The default network: small and quick on a processor, one location map a keypoint.

All costly work happens at a quarter of the face's resolution or less: a single strided convolution
takes 96 x 96 pixels to 24 x 24 cells, two further levels see the whole face, and their findings are
added back before the maps are read. There is no batch normalisation: on a processor it takes a third of
a step and half of the start-up. What it gives, a calm start, comes from residual blocks that begin as
the identity (Zhang et al., Fixup Initialization, 2019, https://arxiv.org/abs/1901.09321).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from fkd_core.errors import BadInputError
from fkd_core.models.layers import RuleTable
from fkd_core.models.registry import ONE_RULE
from fkd_core.schema import KeypointSchema

STRIDE = 4
DARKEST_CONTRAST = 10.0
"""Faces whose grey levels vary less than this are not stretched to full contrast."""


def for_schema(
    schema: KeypointSchema,
    *,
    width: int = 32,
    depth: int = 1,
    precision: str = "float32",
    rules: Sequence[str] = ONE_RULE,
) -> keras.Model:
    """The network for a schema, not compiled.

    Each face is brought to mean 0 and deviation 1 first, so its lighting matters little.

    Args:
        schema: gives the number of keypoints and the size of a face, a multiple of 16 pixels.
        width: channels at the finest level; the next ones have 2 and 3 times as many.
        depth: residual blocks at each level.
        precision: `float32` or `bfloat16`; the maps are read in float32 either way.
        rules: names of the marking rules; each has maps of its own on top of shared ones.

    Raises:
        BadInputError: if the size, the width or the depth cannot be used.
    """
    height, breadth = schema.size
    if height % 16 or breadth % 16 or not height or not breadth:
        raise BadInputError(
            "the network 'swift' cannot be built for this size of face",
            expected="height and width to be multiples of 16 pixels",
            found=f"{height} x {breadth}",
        )
    if width < 8:
        raise BadInputError("the network 'swift' cannot be built", expected="width 8 or more", found=width)
    if depth < 1:
        raise BadInputError("the network 'swift' cannot be built", expected="depth 1 or more", found=depth)
    dtype = "mixed_bfloat16" if precision == "bfloat16" else "float32"

    faces = keras.Input((height, breadth, 1), name="image")
    x = layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=DARKEST_CONTRAST**2, dtype="float32"
    )(faces)
    x = _convolve(x, width, dtype, kernel=2 * STRIDE, stride=STRIDE)
    fine = _residuals(x, depth, width, dtype)
    x = _convolve(fine, 2 * width, dtype, stride=2)
    middle = _residuals(x, depth, 2 * width, dtype)
    x = _convolve(middle, 3 * width, dtype, stride=2)
    coarse = _residuals(x, depth, 3 * width, dtype)
    x = _merge(coarse, middle, 2 * width, dtype)
    x = _merge(x, fine, width, dtype)
    maps = [layers.Conv2D(len(schema), 1, dtype=dtype, name="maps")(x)]
    if len(rules) > 1:
        own = layers.Conv2D(
            len(rules) * len(schema),
            1,
            use_bias=False,
            kernel_initializer="zeros",
            dtype=dtype,
            name="rule_maps",
        )
        maps.append(own(x))
    features = layers.GlobalAveragePooling2D(dtype=dtype, name="features")(coarse)
    table = RuleTable(STRIDE, rules, dtype="float32", name="table")([*maps, features])
    return keras.Model(faces, table, name="swift")


def _convolve(x: Any, channels: int, dtype: str, *, kernel: int = 3, stride: int = 1) -> Any:
    x = layers.Conv2D(
        channels, kernel, strides=stride, padding="same", kernel_initializer="he_normal", dtype=dtype
    )(x)
    return layers.ReLU(dtype=dtype)(x)


def _residuals(x: Any, count: int, channels: int, dtype: str) -> Any:
    for _ in range(count):
        y = _convolve(x, channels, dtype)
        y = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros", dtype=dtype)(y)
        x = layers.ReLU(dtype=dtype)(layers.Add(dtype=dtype)([x, y]))
    return x


def _merge(coarse: Any, fine: Any, channels: int, dtype: str) -> Any:
    coarse = layers.Conv2D(channels, 1, use_bias=False, dtype=dtype)(coarse)
    x = layers.Add(dtype=dtype)([layers.UpSampling2D(dtype=dtype)(coarse), fine])
    return _convolve(x, channels, dtype)
