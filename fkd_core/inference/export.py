"""Leaving a trained network as an ONNX file, which predicts without TensorFlow."""

from __future__ import annotations

import time
from pathlib import Path

import attrs
import keras
import numpy as np
from numpy.typing import NDArray
from onnx import helper

from fkd_core.errors import FkdError, RunError
from fkd_core.files import write_atomic
from fkd_core.inference.convert.walk import convert
from fkd_core.inference.onnx_file import ABOUT, About, seal
from fkd_core.inference.onnx_model import OnnxNetwork
from fkd_core.inference.predict import KerasNetwork, load_model, rule_names
from fkd_core.jobs import Job
from fkd_core.runs.layout import exported_beside
from fkd_core.schema import KeypointSchema

LIMIT = 0.01
"""The most that an exported network may differ from the trained one: pixels, or units of a logarithm."""
CHECKED = 16
"""Faces that both are asked about."""


@attrs.frozen
class Exported:
    """An export that succeeded.

    Args:
        path: the file.
        difference: the largest difference from Keras among the checked coordinates, in pixels.
        seconds: that it took.
    """

    path: Path
    difference: float
    seconds: float


def export_weights(
    weights: Path, schema: KeypointSchema, faces: NDArray[np.uint8], job: Job
) -> Exported | None:
    """Export a file of weights to the ONNX file beside it; where that fails, say so and go on without.

    Args:
        weights: a `.keras` file.
        schema: the keypoints of the network.
        faces: uint8 `(N, H, W)`, some of them are used for the check.
        job: hears how it went.

    Returns:
        What was exported; None if nothing was, and predictions go through Keras.
    """
    try:
        began = time.monotonic()
        exported = export_onnx(load_model(weights), exported_beside(weights), schema, faces)
    except FkdError as error:
        job.log(f"The run is complete, but TensorFlow must predict with it: it was not exported. {error}")
        return None
    seconds = time.monotonic() - began
    job.log(f"Exported in {seconds:.1f} s; differs from the trained network by {exported.difference:.1g} px")
    return attrs.evolve(exported, seconds=seconds)


def export_onnx(
    model: keras.Model, path: Path, schema: KeypointSchema, faces: NDArray[np.uint8] | None = None
) -> Exported:
    """Write a network as an ONNX file, after comparing the two.

    Args:
        model: functional, from float32 `(N, H, W, 1)` in 0..255 to a table `(N, R, K, 7)` or to points
            `(N, K, 2)`.
        path: the file; it appears whole or not at all.
        schema: the keypoints of the network.
        faces: uint8 `(N, H, W)`, some of them are used for the check; noise if None or if there are none.

    Raises:
        RunError: if the network has a layer that cannot be exported, or the exported one sees other things
            in the faces; nothing is written.
        ProjectError: if the file cannot be written.
    """
    began = time.monotonic()
    try:
        made = convert(model)
        helper.set_model_props(made, {ABOUT: About(schema, rule_names(model)).to_json()})
        content = seal(made.SerializeToString(deterministic=True))
        difference = compare(model, OnnxNetwork(content, path), _sample(faces, schema))
    except FkdError:
        raise
    except Exception as error:  # a training of an hour must not fail for want of its export
        raise RunError(
            "this network cannot be exported",
            where=model.name,
            found=f"{type(error).__name__}: {str(error)[:500]}",
        ) from error
    if not difference <= LIMIT:
        raise RunError(
            "the exported network does not see what the trained one does",
            where=path,
            expected=f"at most {LIMIT} px of difference",
            found=f"{difference:.3g} px",
        )
    write_atomic(path, content)
    return Exported(path, difference, time.monotonic() - began)


def compare(model: keras.Model, exported: OnnxNetwork, faces: NDArray[np.uint8]) -> float:
    """The largest difference between what two networks say of the same faces, in pixels or logarithms.

    The first face is asked about once more alone: neither may depend on how many faces come together.

    Returns:
        NaN if either says something that is no number.
    """
    expected = KerasNetwork(model, len(faces)).table(faces)
    differences = [exported.table(faces) - expected, exported.table(faces[:1]) - expected[:1]]
    # Points alone come with NaN in the place of their deviations, in both.
    said = np.s_[..., :2] if len(model.output_shape) == 3 else np.s_[...]
    return float(np.max([np.abs(difference[said]).max() for difference in differences]))


def _sample(faces: NDArray[np.uint8] | None, schema: KeypointSchema) -> NDArray[np.uint8]:
    if faces is None or not len(faces):
        return np.random.default_rng(0).integers(0, 256, (CHECKED, *schema.size), dtype=np.uint8)
    return np.asarray(faces[:: max(1, len(faces) // CHECKED)][:CHECKED])
