"""One training on several devices of a machine; a processor divided in two stands for two of them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import Any

import pytest

CODE = """
import json, sys, tempfile
from pathlib import Path
import numpy as np
import keras
if keras.backend.backend() == "tensorflow":
    import tensorflow as tf
    whole = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(whole, [tf.config.LogicalDeviceConfiguration()] * 2)
from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.models import devices
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.config import TrainingConfig
from fkd_core.training.fit import fit
from fkd_core.training.sink import FolderSink
from tests.core.training.blobs import TINY, blobs

images, points = blobs(48)
rows = np.arange(48)
def train(device, epochs=2, batch_size=16, resume=None):
    losses = []
    config = TrainingConfig.from_dict({"options": {"width": 8}, "batch_size": batch_size, "epochs": epochs,
        "device": device, "augment": "none", "precision": "float32"})
    job = Job(lambda event, data: losses.append(data["loss"]) if event == "epoch" else None)
    with tempfile.TemporaryDirectory() as folder:
        sink = FolderSink(Path(folder))
        result = fit(config, TINY, images, points, np.ones((48, 3), np.float32), rows[:40], rows[40:], job,
            sink, resume=resume)
        weights = keras.saving.load_model(sink.last, compile=False).get_weights()
        kept = Checkpoint.read(sink.checkpoint)
    return losses, result, weights, kept

alone, _, one, _ = train("cpu:0")
together, result, two, kept = train("cpu:0,cpu:1")
# A network that goes on from the end of the training has nothing left to do.
again, _, three, _ = train("cpu:0,cpu:1", resume=kept)
refused = []
for wrong in ("cpu:0,cpu:7", "cpu:0,cpu:0"):
    try:
        devices.choose(wrong)
    except BadInputError as error:
        refused.append(str(error))
try:
    train("cpu:0,cpu:1", batch_size=1)
except BadInputError as error:
    refused.append(str(error))
apart = max(float(abs(a - b).max()) for a, b in zip(one, two))
moved = max(float(abs(a - b).max()) for a, b in zip(two, three))
print(json.dumps({"alone": alone, "together": together, "device": result.device, "refused": refused,
    "apart": apart, "moved": moved}))
"""


def trained(backend: str) -> dict[str, Any]:
    environment = {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "TF_ENABLE_ONEDNN_OPTS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


@pytest.mark.trains
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_two_devices_take_the_steps_that_one_would(backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    said = trained(backend)
    assert said["device"] == "cpu:0,cpu:1"
    assert said["together"] == pytest.approx(said["alone"], rel=1e-3)
    assert said["together"][1] < said["together"][0]
    assert said["apart"] < 0.02
    assert said["moved"] == 0
    assert len(said["refused"]) == 3
    assert "batch size of 2 or more" in said["refused"][2]
