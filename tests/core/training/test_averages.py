from __future__ import annotations

import keras
import numpy as np
import pytest

from fkd_core.training.averages import EVERY, Averages


def network(value: float) -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.full((1, 1), value, np.float32)])
    return model


def value(model: keras.Model) -> float:
    return float(model.get_weights()[0][0, 0])


def test_no_average_is_the_latest_weights() -> None:
    model, twin = network(1.0), network(0.0)
    averages = Averages(model, 0)
    model.set_weights([np.full((1, 1), 7, np.float32)])
    averages.update(EVERY)
    averages.copy_to(twin)
    assert value(twin) == 7


def test_the_average_forgets_the_first_weights_and_lags_behind_the_latest() -> None:
    model, twin = network(1000.0), network(0.0)
    averages = Averages(model, 0.1)
    for step in range(1, 401):
        model.set_weights([np.full((1, 1), step, np.float32)])
        averages.update(step)
    averages.copy_to(twin)
    assert 320 < value(twin) < 400


def test_weights_that_are_not_finite_are_not_taken_in() -> None:
    model, twin = network(1.0), network(0.0)
    averages = Averages(model, 0.1)
    model.set_weights([np.full((1, 1), np.nan, np.float32)])
    averages.update(EVERY)
    averages.copy_to(twin)
    assert value(twin) == 1


def test_a_share_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="received 1"):
        Averages(network(0), 1)
