"""The notebook's network, layer by layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from fkd_core.models.seed import build


def test_parameters_are_the_notebooks() -> None:
    model = build(1e-3, 32, 3)
    counts = [layer.count_params() for layer in model.layers if layer.count_params()]
    assert counts == [
        *(288, 128, 9216, 128, 18432, 256, 36864, 256),
        *(73728, 512, 147456, 512, 2359424, 3870),
    ]
    assert model.count_params() == 2_651_070
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == 2_650_174


@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 5])
def test_each_block_halves_the_map_and_doubles_the_filters(blocks: int) -> None:
    model = build(1e-3, 4, blocks)
    pools = [layer for layer in model.layers if isinstance(layer, keras.layers.MaxPooling2D)]
    side = 96 // 2**blocks
    assert len(pools) == blocks
    assert pools[-1].output.shape == (None, side, side, 4 * 2 ** (blocks - 1))
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.units for layer in dense] == [4 * 2 ** (blocks - 1), 30]
    assert [layer.activation.__name__ for layer in dense] == ["relu", "relu"]


def test_compiled_as_the_notebook_does() -> None:
    model = build(2e-3, 4, 1)
    rate = model.optimizer._learning_rate  # the schedule itself; the public attribute evaluates it
    assert isinstance(model.optimizer, keras.optimizers.Adam)
    assert rate.get_config() == {
        **rate.get_config(),
        "initial_learning_rate": 2e-3,
        "decay_steps": 1000,
        "decay_rate": 0.9,
        "staircase": False,
    }
    assert model.loss == "mse"
    assert [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)] == [0.15]
