"""Keypoints of faces from a trained network, with or without averaging over mirror images."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.inference.rules import Prediction, Rule, averaged, mixed
from fkd_core.jobs import Job
from fkd_core.models.layers import CHANNELS, RuleTable
from fkd_core.models.registry import ONE_RULE
from fkd_core.schema import KeypointSchema


def load_model(path: Path) -> keras.Model:
    """Read a saved network in Keras's safe mode: no code in the file is run, nothing is unpickled.

    Raises:
        RunError: if the file is missing, damaged or not a network; the message names it.
    """
    if not path.is_file():
        raise RunError("there is no such file", where=path, todo="Train again, or choose another run")
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise RunError("the file is damaged", where=path, found=f"a bad checksum in {damaged}")
        model: keras.Model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except RunError:
        raise
    except Exception as error:  # Keras reports damage by whatever fails first, of any type
        raise RunError(
            "the file cannot be read as a network",
            where=path,
            expected="a .keras file written by FKD",
            found=str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__,
            todo="Train again, or choose another run",
        ) from error
    return ready(model)


def ready(model: keras.Model) -> keras.Model:
    """Prepare a network for prediction; compiling it whole takes longer than it saves on a CPU."""
    if keras.backend.backend() == "tensorflow":
        model.jit_compile = False
    return model


def predict(
    model: keras.Model,
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    *,
    batch_size: int = 256,
    mirror: bool = True,
    rule: Rule = None,
    job: Job | None = None,
) -> NDArray[np.float32]:
    """Keypoints of every face, float32 `(N, K, 2)` in pixels; see `predict_full`."""
    return predict_full(
        model, images, schema, batch_size=batch_size, mirror=mirror, rule=rule, job=job
    ).points


def predict_full(
    model: keras.Model | Sequence[keras.Model],
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    *,
    batch_size: int = 256,
    mirror: bool = True,
    rule: Rule = None,
    asked: NDArray[np.bool_] | None = None,
    job: Job | None = None,
) -> Prediction:
    """Keypoints of every face and how sure they are, batch by batch; not clipped to the frame.

    Args:
        model: maps float32 `(N, H, W, 1)` in 0..255 to a table `(N, R, K, 7)` or to points `(N, K, 2)`; of
            several the answers are averaged.
        images: uint8 `(N, H, W)`, may be memory-mapped.
        schema: the keypoints of the network.
        batch_size: faces at a time.
        mirror: average with the prediction for the mirrored face, which is slower and more exact.
        rule: the marking rule to follow; see `fkd_core.inference.rules.mixed`.
        asked: bool `(N, K)`, which keypoints somebody marked or wants of each face, where that is known.
        job: is told how far the work is and may stop it.

    Raises:
        RunError: if the network was made for other faces or keypoints.
        BadInputError: if there is no such rule.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    models = [model] if isinstance(model, keras.Model) else list(model)
    names = rule_names(models[0])
    if any(rule_names(other) != names for other in models):
        raise RunError(
            "these networks do not go together",
            expected=f"the marking rules {', '.join(names)} in each",
            found="others",
        )
    tables = []
    streams = [predict_batches(each, images, schema, batch_size=batch_size, mirror=mirror) for each in models]
    for parts in zip(*streams, strict=True):
        table = averaged([part for _, part in parts])
        tables.append(table)
        job.progress(parts[0][0] + len(table), len(images), "Predicting")
    table = np.concatenate([np.empty((0, len(names), len(schema), len(CHANNELS)), np.float32), *tables])
    return mixed(table, names, rule=rule, asked=asked)


def rule_names(model: keras.Model) -> tuple[str, ...]:
    """Names of the marking rules that a network knows; one name where it knows of no rules."""
    for layer in model.layers:
        if isinstance(layer, RuleTable):
            return layer.rules
    return ONE_RULE


def predict_batches(
    model: keras.Model, images: NDArray[np.uint8], schema: KeypointSchema, *, batch_size: int, mirror: bool
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The number of the first face and the table `(B, R, K, 7)` of each batch in turn; see `predict_full`."""
    _check(model, images, schema)
    for start, batch in _batches(images, batch_size):
        found = _forward(model, batch, batch_size)
        if mirror:
            found = averaged([found, _mirrored(_forward(model, batch[:, :, ::-1], batch_size), schema)])
        yield start, found


def _check(model: keras.Model, images: NDArray[np.uint8], schema: KeypointSchema) -> None:
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(f"images must be uint8 (N, H, W), received {images.dtype} {images.shape}")
    wanted = (tuple(model.input_shape[1:3]), model.output_shape[-2])
    given = (tuple(images.shape[1:]), len(schema))
    if wanted != given:
        raise RunError(
            "the network was trained for other faces",
            expected=f"{wanted[0][0]} x {wanted[0][1]} pixels and {wanted[1]} keypoints",
            found=f"{given[0][0]} x {given[0][1]} pixels and {given[1]} keypoints",
        )


def _batches(images: NDArray[np.uint8], size: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    if size < 1:
        raise ValueError(f"batch_size must be at least 1, received {size}")
    for start in range(0, len(images), size):
        yield start, np.asarray(images[start : start + size])


def _forward(model: keras.Model, batch: NDArray[np.uint8], size: int) -> NDArray[np.float32]:
    """One pass; a short batch is filled up, because each new length would be compiled anew."""
    steps = [size, *(s for s in (64, 16, 4, 1) if s < size)]
    length = min(s for s in steps if s >= len(batch))
    faces = np.zeros((length, *batch.shape[1:], 1), np.float32)
    faces[: len(batch), ..., 0] = batch
    found = keras.ops.convert_to_numpy(model.predict_on_batch(faces))
    found = np.array(found[: len(batch)], np.float32)
    if found.ndim == 4:
        return found
    table = np.zeros((len(found), 1, found.shape[1], len(CHANNELS)), np.float32)
    table[:, 0, :, :2] = found
    # A network that gives points alone does not say how sure they are.
    table[..., 2] = np.nan
    return table


def _mirrored(table: NDArray[np.float32], schema: KeypointSchema) -> NDArray[np.float32]:
    """The table of mirrored faces as that of the faces themselves."""
    table = table[:, :, list(schema.mirror)]
    table[..., :2] += table[..., 5:]
    table[..., 0] = schema.size[1] - 1 - table[..., 0]
    return table
