"""The published notebook's network: plain convolutions, one dense layer, trained on filled-in keypoints."""

from __future__ import annotations

import keras
from keras import layers

from fkd_core.errors import BadInputError
from fkd_core.schema import FKD_15, KeypointSchema

DECAY_STEPS = 1000
DECAY_RATE = 0.9
DROPOUT = 0.15


def build(learning_rate: float, filters: int, blocks: int) -> keras.Model:
    """The network for the competition's fifteen keypoints, compiled the way the notebook does.

    `build(1e-3, 32, 3)` has 2,651,070 parameters. Its loss is the mean squared error in pixels,
    its optimiser Adam with the learning rate times 0.9 every 1000 steps, continuously.

    Args:
        learning_rate: at the first step.
        filters: channels of the first block; each further block doubles them.
        blocks: 1 to 5 blocks of two convolutions and a max-pool.

    Raises:
        BadInputError: if `blocks` or `filters` is out of range.
    """
    model = for_schema(FKD_15, filters=filters, blocks=blocks)
    decay = keras.optimizers.schedules.ExponentialDecay(
        learning_rate, decay_steps=DECAY_STEPS, decay_rate=DECAY_RATE
    )
    model.compile(optimizer=keras.optimizers.Adam(decay), loss="mse", metrics=["accuracy"])
    return model


def for_schema(
    schema: KeypointSchema, *, filters: int = 32, blocks: int = 3, precision: str = "float32"
) -> keras.Model:
    """The network for any schema, not compiled; see `build`."""
    if not 1 <= blocks <= 5:
        raise BadInputError("the network 'seed' cannot be built", expected="1 to 5 blocks", found=blocks)
    if filters < 1:
        raise BadInputError("the network 'seed' cannot be built", expected="1 filter or more", found=filters)
    height, width = schema.size
    if min(height, width) < 2**blocks:
        raise BadInputError(
            f"faces of {height} x {width} pixels are too small for {blocks} blocks",
            expected=f"at least {2**blocks} pixels",
            found=min(height, width),
        )
    dtype = "mixed_bfloat16" if precision == "bfloat16" else "float32"
    faces = keras.Input((height, width, 1), name="image")
    x = layers.Rescaling(1 / 255, dtype=dtype)(faces)
    channels = filters
    for block in range(blocks):
        channels = filters * 2**block
        for _ in range(2):
            x = layers.Conv2D(channels, 3, padding="same", use_bias=False, dtype=dtype)(x)
            x = layers.LeakyReLU(dtype=dtype)(x)
            x = layers.BatchNormalization(dtype=dtype)(x)
        x = layers.MaxPooling2D(dtype=dtype)(x)
    x = layers.Flatten(dtype=dtype)(x)
    x = layers.Dense(channels, activation="relu", dtype=dtype)(x)
    x = layers.Dropout(DROPOUT, dtype=dtype)(x)
    x = layers.Dense(2 * len(schema), activation="relu", dtype="float32")(x)
    points = layers.Reshape((len(schema), 2), name="points")(x)
    return keras.Model(faces, points, name="seed")
