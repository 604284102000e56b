from __future__ import annotations

import keras
import numpy as np
import pytest

from fkd_core.training.muon import ConvolutionMuon, even


@pytest.mark.parametrize("shape", [(40, 20), (20, 40), (20, 20)])
def test_all_directions_of_a_step_are_of_one_size(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    matrix[:, 0] *= 30
    found = keras.ops.convert_to_numpy(even(keras.ops.convert_to_tensor(matrix)))
    before, after = (np.linalg.svd(m, compute_uv=False) for m in (matrix, found))
    assert before[0] / before[-1] > 30
    assert after[-1] > 0.3
    assert after[0] < 1.4
    assert np.sum(matrix * found) > 0


def read(layer: keras.layers.Layer) -> list[np.ndarray]:
    return [np.array(keras.ops.convert_to_numpy(v)) for v in layer.trainable_variables]


def step(layer: keras.layers.Layer, gradients: list[np.ndarray], **settings: object) -> list[np.ndarray]:
    """How each variable of a layer moves in one step."""
    optimizer = ConvolutionMuon(0.1, **settings)
    before = read(layer)
    optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients], layer.trainable_variables)
    return [new - old for new, old in zip(read(layer), before, strict=True)]


def convolution(name: str = "c", filters: int = 32) -> tuple[keras.layers.Layer, list[np.ndarray]]:
    layer = keras.layers.Conv2D(filters, 3, name=name)
    layer.build((None, 8, 8, 16))
    rng = np.random.default_rng(1)
    return layer, [rng.normal(size=v.shape).astype(np.float32) for v in layer.trainable_variables]


def test_kernels_step_evenly_and_biases_by_their_sign() -> None:
    layer, gradients = convolution()
    kernel, bias = step(layer, gradients, adam_ratio=3)
    matrix = kernel.reshape(-1, 32)
    assert np.linalg.cond(matrix) < 5
    # Root mean square 0.2 times the learning rate, less what the singular values lack of 1.
    assert np.sqrt(np.mean(matrix**2)) == pytest.approx(0.1 * 0.2, rel=0.3)
    assert (np.sign(kernel) == -np.sign(gradients[0])).mean() > 0.9
    np.testing.assert_allclose(bias, -0.3 * np.sign(gradients[1]), rtol=1e-3)


@pytest.mark.parametrize(("name", "filters"), [("maps", 32), ("c", 8)])
def test_layers_that_read_out_and_small_ones_step_by_sign(name: str, filters: int) -> None:
    layer, gradients = convolution(name, filters)
    kernel, _ = step(layer, gradients, adam_layers=("maps",))
    np.testing.assert_allclose(kernel, -0.1 * np.sign(gradients[0]), atol=0.01)


def test_it_is_restored_from_its_configuration() -> None:
    optimizer = ConvolutionMuon(0.1, weight_decay=0.02, adam_ratio=2, adam_layers=("maps",))
    again = ConvolutionMuon.from_config(optimizer.get_config())
    assert again.get_config() == optimizer.get_config()
