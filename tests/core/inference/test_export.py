"""One test that every network of the registry must pass when it is exported, and how an export is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from fkd_core.errors import RunError
from fkd_core.inference.convert import vectors, walk
from fkd_core.inference.export import LIMIT, export_onnx, export_weights
from fkd_core.inference.onnx_model import OnnxNetwork
from fkd_core.inference.predict import KerasNetwork, predict_full
from fkd_core.inference.tables import predict_with
from fkd_core.inference.views import FAST
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.schema import FKD_15, KeypointSchema
from fkd_core.training.sink import save_model
from tests.core.training.blobs import TINY, blobs
from tests.helpers.runs import random_network

NAMES = [spec.name for spec in registry.networks()]
SMALL = KeypointSchema(name="small", keypoints=("a", "b", "c"), pairs=(("a", "b"),), size=(64, 48))


def noise(count: int, schema: KeypointSchema) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, *schema.size), dtype=np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_an_exported_network_sees_what_the_trained_one_does(name: str, tmp_path: Path) -> None:
    model = random_network(name)
    exported = export_onnx(model, tmp_path / "best.onnx", FKD_15)
    assert exported.difference <= LIMIT
    assert exported.path == tmp_path / "best.onnx"
    network, trained = OnnxNetwork.read(exported.path), KerasNetwork(model)
    assert network.about.schema == FKD_15
    assert network.rules == trained.rules
    assert (network.size, network.keypoints) == (trained.size, trained.keypoints)
    for count in (1, 3, 64):
        faces = noise(count, FKD_15)
        found, expected = network.table(faces), trained.table(faces)
        assert found.shape == expected.shape
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=0, atol=LIMIT)
        # Faces that all look alike would prove little.
        assert count == 1 or np.ptp(expected[..., :2], axis=0).max() > 1


@pytest.mark.parametrize("name", NAMES)
def test_mirrored_and_by_rule_it_predicts_the_same(name: str, tmp_path: Path) -> None:
    model = random_network(name, SMALL)
    network = OnnxNetwork.read(export_onnx(model, tmp_path / "best.onnx", SMALL).path)
    faces = noise(40, SMALL)
    asked = np.random.default_rng(0).random((40, 3)) < 0.5
    for options in (
        {"views": FAST},
        {"rule": network.rules[-1]},
        {"rule": np.arange(40) % (len(network.rules) + 1) - 1},
        {"asked": asked},
    ):
        found = predict_with([network], faces, SMALL, **options)
        expected = predict_full(model, faces, SMALL, **options)
        assert found.rules == expected.rules
        np.testing.assert_allclose(found.points, expected.points, rtol=0, atol=LIMIT)
        np.testing.assert_allclose(found.std, expected.std, rtol=LIMIT)
        np.testing.assert_allclose(found.rule_posterior, expected.rule_posterior, atol=1e-4)


def test_a_difference_is_refused_and_nothing_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(walk._LAYERS, keras.layers.ReLU, vectors.nothing)
    with pytest.raises(RunError, match=r"best\.onnx: the exported .*at most 0.01 px of difference, found \d"):
        export_onnx(random_network(schema=TINY, width=8), tmp_path / "best.onnx", TINY, blobs(20)[0])
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    model = random_network("seed", TINY, filters=4, blocks=1)
    model.weights[-1].assign(np.full(model.weights[-1].shape, np.nan))
    with pytest.raises(RunError, match="found nan px"):
        export_onnx(model, tmp_path / "best.onnx", TINY)
    assert list(tmp_path.iterdir()) == []


def test_an_error_within_a_library_is_told_as_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setitem(walk._LAYERS, keras.layers.ReLU, fail)
    with pytest.raises(RunError, match="swift: this network cannot be exported; found ZeroDivisionError: by"):
        export_onnx(random_network(schema=TINY, width=8), tmp_path / "best.onnx", TINY)


def test_weights_are_exported_beside_them_and_the_job_hears_it(tmp_path: Path) -> None:
    weights, heard = tmp_path / "best.keras", []
    save_model(random_network(schema=TINY, width=8), weights)
    job = Job(lambda event, data: heard.append((event, data["text"])))
    exported = export_weights(weights, TINY, blobs(3)[0], job)
    assert exported is not None
    assert exported.path == tmp_path / "best.onnx"
    assert OnnxNetwork.read(exported.path).rules == ("inner", "outer")
    ((event, text),) = heard
    assert event == "log"
    assert text.startswith("Exported in ")
    assert text.endswith(" px")


def test_an_export_that_fails_is_told_and_stops_nothing(tmp_path: Path) -> None:
    faces = keras.Input((*TINY.size, 1))
    odd = keras.layers.UnitNormalization(name="unknown")(keras.layers.Flatten()(faces))
    points = keras.layers.Reshape((3, 2))(keras.layers.Dense(6)(odd))
    weights, heard = tmp_path / "best.keras", []
    save_model(keras.Model(faces, points), weights)
    assert export_weights(weights, TINY, blobs(3)[0], Job(lambda _, data: heard.append(data["text"]))) is None
    assert "unknown: this layer cannot be exported" in heard[0]
    assert "TensorFlow must predict" in heard[0]
    assert [path.name for path in tmp_path.iterdir()] == ["best.keras"]


def test_a_file_that_cannot_be_written_stops_nothing_either(tmp_path: Path) -> None:
    weights, heard = tmp_path / "best.keras", []
    save_model(random_network(schema=TINY, width=8), weights)
    (tmp_path / "best.onnx").mkdir()
    assert export_weights(weights, TINY, blobs(3)[0], Job(lambda _, data: heard.append(data["text"]))) is None
    assert "best.onnx: this file cannot be written" in heard[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.keras", "best.onnx"]


def test_new_weights_take_the_export_of_the_old_ones_away(tmp_path: Path) -> None:
    weights = tmp_path / "best.keras"
    model = random_network(schema=TINY, width=8)
    save_model(model, weights)
    assert export_weights(weights, TINY, blobs(3)[0], Job()) is not None
    save_model(model, weights)
    assert [path.name for path in tmp_path.iterdir()] == ["best.keras"]
