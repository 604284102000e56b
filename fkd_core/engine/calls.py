"""What the child can be asked to do. Arguments and results are plain JSON values; arrays go by file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from fkd_core.inference.predict import load_model, predict
from fkd_core.jobs import Job
from fkd_core.models.devices import devices
from fkd_core.schema import KeypointSchema
from fkd_core.training.start import train_run


def list_devices(job: Job) -> list[dict[str, Any]]:
    """Names and descriptions of the devices that can train."""
    job.check()
    return [
        {"name": device.name, "kind": device.kind, "text": device.description or device.name}
        for device in devices()
    ]


def predict_file(
    job: Job, weights: str, images: str, output: str, schema: dict[str, Any], mirror: bool = True
) -> int:
    """Predict the faces of a `.npy` file into another; returns how many."""
    faces = np.load(images, mmap_mode="r", allow_pickle=False)
    points = predict(
        load_model(Path(weights)), faces, KeypointSchema.from_dict(schema), mirror=mirror, job=job
    )
    np.save(output, points)
    return len(points)


CALLS: dict[str, Callable[..., Any]] = {
    "devices": list_devices,
    "predict": predict_file,
    "train": train_run,
}
