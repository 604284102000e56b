"""The same training on every backend of Keras that is installed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import pytest

PACKAGES = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}

CODE = """
import json, sys, tempfile
from pathlib import Path
import numpy as np
from fkd_core.jobs import Job
from fkd_core.training.config import TrainingConfig
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.fit import fit
from fkd_core.training.sink import FolderSink
from fkd_core.inference.predict import load_model, predict
from tests.core.training.blobs import TINY, blobs

if sys.argv[1] == "seed":
    import keras
    try:
        keras.layers.Dropout(0.1)
    except RuntimeError as error:
        print(json.dumps({"lacks": f"Keras has no Dropout with this version: {error}"}))
        sys.exit()
images, points = blobs(80)
weights, rows = np.ones((80, 3), np.float32), np.arange(80)
config = TrainingConfig.from_dict(
    {"model": sys.argv[1], "options": json.loads(sys.argv[2]), "batch_size": 16, "epochs": 2, "device": "cpu"}
)
losses = []
def hear(event, data):
    if event == "epoch":
        losses.append([data["loss"], data["val_rmse"]])
with tempfile.TemporaryDirectory() as folder:
    sink = FolderSink(Path(folder))
    fit(config, TINY, images, points, weights, rows[:64], rows[64:], Job(hear), sink)
    found = predict(load_model(sink.last), images[64:], TINY)
    # What is kept can be gone on with.
    fit(config, TINY, images, points, weights, rows[:64], rows[64:], Job(), sink,
        resume=Checkpoint.read(sink.checkpoint))
import keras
finite = bool(np.isfinite(found).all())
said = {"backend": keras.backend.backend(), "losses": losses, "finite": finite}
print(json.dumps(said))
"""


@pytest.mark.trains
@pytest.mark.parametrize(
    ("model", "options"), [("swift", {"width": 8}), ("seed", {"filters": 4, "blocks": 1})]
)
@pytest.mark.parametrize("backend", PACKAGES)
def test_one_training_on_each_backend(backend: str, model: str, options: dict[str, int]) -> None:
    if importlib.util.find_spec(PACKAGES[backend]) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-c", CODE, model, json.dumps(options)],
        env=os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    if "lacks" in said:
        pytest.skip(said["lacks"])
    assert said["backend"] == backend
    assert said["finite"]
    first, last = said["losses"]
    assert last[0] < first[0]
    assert last[1] is not None
