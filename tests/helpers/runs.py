"""Runs that look trained: random weights in a finished run's folder, exported or not."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from fkd_core.inference.export import export_onnx
from fkd_core.models import registry
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter
from fkd_core.schema import FKD_15, KeypointSchema
from fkd_core.training.sink import save_model


def random_network(
    name: str = "swift",
    schema: KeypointSchema = FKD_15,
    *,
    rules: tuple[str, ...] = ("inner", "outer"),
    seed: int = 0,
    **options: int,
) -> keras.Model:
    """A network of the registry in which no weight is left at the value that it starts from."""
    model = registry.get(name).build(schema, options, rules=rules)
    random = np.random.default_rng(seed)
    for weight in model.weights:
        noise = random.uniform(-0.05, 0.05, weight.shape)
        weight.assign(keras.ops.convert_to_numpy(weight) + noise.astype(np.float32))
    if name == "seed":
        # Without training all points lie within a pixel, where hardly anything could differ.
        for weight in model.layers[-2].weights:
            weight.assign(100 * keras.ops.convert_to_numpy(weight))
    return model


def make_run(project: Path, name: str, model: keras.Model, *, exported: bool = True) -> Run:
    """A finished run of a project with the network's weights, exported beside them unless told otherwise."""
    with Project(project) as opened:
        fingerprint = opened.manifest.fingerprint
    with RunWriter.create(
        project / "runs",
        model=model.name,
        config={},
        seed=0,
        data={"fingerprint": fingerprint, "rules": []},
        split={"train": [0, 1, 2], "validation": [3, 4, 5]},
        name=name,
    ) as writer:
        weights = writer.weights_path("best")
        save_model(model, weights)
        if exported:
            export_onnx(model, weights.with_suffix(".onnx"), FKD_15)
    return Run.open(writer.folder)
