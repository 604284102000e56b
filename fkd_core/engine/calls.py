"""What the child can be asked to do. Arguments and results are plain JSON values; arrays go by file.

Each call imports what it needs: a model that is no network is trained without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from fkd_core.jobs import Job
from fkd_core.schema import KeypointSchema
from fkd_core.training.begin import train


def list_devices(job: Job) -> list[dict[str, Any]]:
    """Names and descriptions of the devices that can train."""
    from fkd_core.models.devices import devices

    job.check()
    return [
        {"name": device.name, "kind": device.kind, "text": device.description or device.name}
        for device in devices()
    ]


def predict_file(
    job: Job,
    weights: list[str],
    images: str,
    output: str,
    schema: dict[str, Any],
    fast: bool = False,
    rule: str | None = None,
    rules: str | None = None,
    asked: str | None = None,
    std: str | None = None,
) -> int:
    """Predict the faces of a `.npy` file into another; returns how many.

    Args:
        job: is told how far the work is and may stop it.
        weights: `.keras` files; where there are several, what they say is averaged.
        images: uint8 `(N, H, W)`.
        output: takes the points, float32 `(N, K, 2)`.
        schema: of the keypoints.
        fast: show each face once, not in all of `fkd_core.inference.views.VIEWS`: quicker and less exact.
        rule: name of the marking rule to follow, None or `auto` if it is not known.
        rules: int `(N,)`, the name's number for each face in place of `rule`, below 0 where it is not known.
        asked: bool `(N, K)`, which keypoints are wanted of each face, which tells of its rule.
        std: takes the standard deviations, float32 `(N, K)`; they are dropped if None.
    """
    from fkd_core.inference.predict import KerasNetwork, load_model
    from fkd_core.inference.tables import predict_with
    from fkd_core.inference.views import views

    faces = np.load(images, mmap_mode="r", allow_pickle=False)
    found = predict_with(
        [KerasNetwork(load_model(Path(path))) for path in weights],
        faces,
        KeypointSchema.from_dict(schema),
        views=views(fast=fast),
        rule=rule if rules is None else np.load(rules, allow_pickle=False),
        asked=None if asked is None else np.load(asked, allow_pickle=False),
        job=job,
    )
    np.save(output, found.points)
    if std is not None:
        np.save(std, found.std)
    return len(found.points)


def list_layers(job: Job, weights: str) -> list[dict[str, Any]]:
    """The layers of a network: name, kind, shape of what it gives, and parameters.

    Args:
        job: may stop it.
        weights: a `.keras` file.
    """
    from fkd_core.inference.predict import load_model

    job.check()
    model = load_model(Path(weights))
    return [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "shape": _shape(layer),
            "parameters": int(layer.count_params()),
        }
        for layer in model.layers
    ]


def _shape(layer: Any) -> list[list[int | None]]:
    """One shape for each thing that a layer gives; the faces of a batch come first, as None."""
    given = layer.output
    parts = given if isinstance(given, (list, tuple)) else [given]
    return [[None if size is None else int(size) for size in part.shape] for part in parts]


CALLS: dict[str, Callable[..., Any]] = {
    "devices": list_devices,
    "layers": list_layers,
    "predict": predict_file,
    "train": train,
}
