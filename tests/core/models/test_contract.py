"""One test that every network of the registry must pass."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from fkd_core.inference.predict import load_model, predict, predict_full, rule_names
from fkd_core.inference.views import FAST
from fkd_core.models import registry
from fkd_core.models.layers import CHANNELS
from fkd_core.models.registry import ONE_RULE
from fkd_core.schema import FKD_15, KeypointSchema
from fkd_core.training import losses
from fkd_core.training.sink import save_model

NAMES = [spec.name for spec in registry.networks()]
SMALL = KeypointSchema(name="small", keypoints=("a", "b", "c"), pairs=(("a", "b"),), size=(64, 48))


@pytest.mark.parametrize("name", NAMES)
def test_network_keeps_the_contract(name: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (5, *FKD_15.size), dtype=np.uint8)
    points = rng.uniform(20, 76, (5, 15, 2)).astype(np.float32)
    model = registry.get(name).build(FKD_15)
    assert model.output_shape in ((None, 15, 2), (None, 1, 15, len(CHANNELS)))

    before = predict(model, images, FKD_15, views=FAST)
    assert before.shape == (5, 15, 2)
    assert before.dtype == np.float32
    assert np.isfinite(before).all()

    model.compile(keras.optimizers.Adam(1e-3), losses.get("squared"), jit_compile=False)
    weights = np.ones((5, 15), np.float32)
    faces = images[..., None].astype(np.float32)
    found = []
    for _ in range(4):
        model.reset_metrics()
        found.append(
            float(model.train_on_batch(faces, points, sample_weight=weights, return_dict=True)["loss"])
        )
    assert np.isfinite(found).all()
    assert found[-1] < found[0]

    save_model(model, tmp_path / "network.keras")
    again = load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(
        predict(again, images, FKD_15), predict(model, images, FKD_15), rtol=1e-5, atol=1e-4
    )
    assert all(np.isfinite(value).all() for value in again.get_weights())


@pytest.mark.parametrize("name", NAMES)
def test_network_fits_another_schema_and_number_format(name: str) -> None:
    model = registry.get(name).build(SMALL, precision="bfloat16")
    found = model(np.full((2, 64, 48, 1), 128, np.float32))
    assert tuple(found.shape) in ((2, 3, 2), (2, 1, 3, len(CHANNELS)))
    assert found.dtype == "float32"
    assert {variable.dtype for variable in model.trainable_variables} == {"float32"}


@pytest.mark.parametrize("name", NAMES)
def test_marking_rules_are_kept_with_the_weights(name: str, tmp_path: Path) -> None:
    spec = registry.get(name)
    model = spec.build(SMALL, rules=("inner", "outer"))
    kept = ("inner", "outer") if spec.heeds_rules else ONE_RULE
    assert rule_names(model) == kept
    save_model(model, tmp_path / "network.keras")
    again = load_model(tmp_path / "network.keras")
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 48), dtype=np.uint8)
    found = predict_full(again, images, SMALL)
    assert found.rules == kept
    assert found.points.shape == (3, 3, 2)
    assert found.std.shape == (3, 3)
    np.testing.assert_allclose(found.rule_posterior, np.full((3, len(kept)), 1 / len(kept)), atol=1e-5)
    # Only a network that knows of rules can say how sure it is.
    assert np.isfinite(found.std).all() == spec.heeds_rules


@pytest.mark.parametrize("name", NAMES)
def test_scaling_the_input_takes_no_parameters(name: str) -> None:
    model = registry.get(name).build(SMALL)
    first = model.layers[1]
    assert isinstance(first, (keras.layers.Rescaling, keras.layers.LayerNormalization))
    assert first.count_params() == 0
