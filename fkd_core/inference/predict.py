"""Keypoints of faces from a network of Keras: reading it, and asking it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.inference.rules import Prediction, Rule
from fkd_core.inference.tables import as_table, predict_tables, predict_with
from fkd_core.inference.views import FAST, VIEWS, View
from fkd_core.jobs import Job
from fkd_core.models.layers import RuleTable
from fkd_core.models.registry import ONE_RULE
from fkd_core.runs import layout
from fkd_core.schema import KeypointSchema

_LENGTHS = (64, 16, 4, 1)


def load_model(path: Path) -> keras.Model:
    """Read a saved network in Keras's safe mode: no code in the file is run, nothing is unpickled.

    Raises:
        RunError: if the file is missing, damaged or not a network; the message names it.
    """
    if path.name == layout.ARRAYS:
        raise RunError(
            "this model is no network: Keras cannot read it, and it has no ONNX file",
            where=path,
            expected="a run of a network, such as swift",
            todo="Predict with it as it is, or choose another run",
        )
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


class KerasNetwork:
    """A network of Keras as one that `fkd_core.inference.tables` can ask.

    Args:
        model: maps float32 `(N, H, W, 1)` in 0..255 to a table `(N, R, K, 7)` or to points `(N, K, 2)`.
        batch_size: faces at a time.
    """

    def __init__(self, model: keras.Model, batch_size: int = 256) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, received {batch_size}")
        self._model = model
        self.batch_size = batch_size
        self.rules = rule_names(model)
        self.size: tuple[int, int] = tuple(model.input_shape[1:3])
        self.keypoints: int = model.output_shape[-2]

    def table(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The table `(B, R, K, 7)` of at most `batch_size` faces, uint8 `(B, H, W)`."""
        # A short batch is filled up, because each new length would be compiled anew.
        lengths = [self.batch_size, *(length for length in _LENGTHS if length < self.batch_size)]
        length = min(length for length in lengths if length >= len(faces))
        filled = np.zeros((length, *faces.shape[1:], 1), np.float32)
        filled[: len(faces), ..., 0] = faces
        found = keras.ops.convert_to_numpy(self._model.predict_on_batch(filled))
        return as_table(np.array(found[: len(faces)], np.float32))


def rule_names(model: keras.Model) -> tuple[str, ...]:
    """Names of the marking rules that a network knows; one name where it knows of no rules."""
    for layer in model.layers:
        if isinstance(layer, RuleTable):
            return layer.rules
    return ONE_RULE


def predict(
    model: keras.Model,
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    *,
    batch_size: int = 256,
    views: Sequence[View] = VIEWS,
    rule: Rule = None,
    job: Job | None = None,
) -> NDArray[np.float32]:
    """Keypoints of every face, float32 `(N, K, 2)` in pixels; see `predict_with`."""
    return predict_full(model, images, schema, batch_size=batch_size, views=views, rule=rule, job=job).points


def predict_full(
    model: keras.Model | Sequence[keras.Model],
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    *,
    batch_size: int = 256,
    views: Sequence[View] = VIEWS,
    rule: Rule = None,
    asked: NDArray[np.bool_] | None = None,
    job: Job | None = None,
) -> Prediction:
    """Keypoints of every face and how sure they are; see `fkd_core.inference.tables.predict_with`."""
    network = KerasNetwork(model, batch_size)
    return predict_with([network], images, schema, views=views, rule=rule, asked=asked, job=job)


def predict_batches(
    model: keras.Model, images: NDArray[np.uint8], schema: KeypointSchema, *, batch_size: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The number of the first face and the table `(B, R, K, 7)` of each batch in turn, seen once."""
    return predict_tables([KerasNetwork(model, batch_size)], images, schema, views=FAST)
