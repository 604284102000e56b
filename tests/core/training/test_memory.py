"""Memory errors of the backends are told from others, and what fits is found by trying."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from fkd_core.errors import DeviceMemoryError
from fkd_core.jobs import Job
from fkd_core.training.config import TrainingConfig
from fkd_core.training.fit import fit
from fkd_core.training.memory import is_out_of_memory, too_large
from fkd_core.training.sink import FolderSink
from tests.core.training.blobs import TINY, blobs


def no_memory() -> Exception:
    return tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[512,96,96,32]")


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (no_memory(), True),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 34359738368 bytes."), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (MemoryError(), True),
        (RuntimeError("shapes do not match"), False),
        (ValueError("out of memory of names"), False),
    ],
)
def test_memory_errors_are_told_from_others(error: Exception, is_it: bool) -> None:
    assert is_out_of_memory(error) is is_it


@pytest.mark.parametrize(("room", "fits"), [(100, 64), (64, 64), (63, 32), (1, 1)])
def test_the_largest_half_that_fits_is_named(room: int, fits: int) -> None:
    def step(size: int) -> None:
        if size > room:
            raise no_memory()

    error = too_large("gpu:0", 128, step)
    assert f"Train with --batch-size {fits}" in str(error)
    assert "the memory of gpu:0 is too small" in str(error)
    assert "steps of 128 faces" in str(error)


def test_a_device_without_room_for_one_face_and_another_error_are_told() -> None:
    def never(size: int) -> None:  # noqa: ARG001
        raise no_memory()

    def otherwise(size: int) -> None:  # noqa: ARG001
        raise RuntimeError("broken")

    assert "--device cpu" in str(too_large("gpu:0", 8, never))
    with pytest.raises(RuntimeError, match="broken"):
        too_large("gpu:0", 8, otherwise)


def test_a_training_that_does_not_fit_ends_with_the_size_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = keras.Model.train_on_batch

    def small(self: keras.Model, faces: np.ndarray, *rest: object, **named: object) -> object:
        if len(faces) > 10:
            raise no_memory()
        return real(self, faces, *rest, **named)

    monkeypatch.setattr(keras.Model, "train_on_batch", small)
    images, points = blobs(40)
    config = TrainingConfig.from_dict(
        {"model": "seed", "options": {"filters": 4, "blocks": 1}, "batch_size": 32, "epochs": 1}
    )
    rows, weights = np.arange(40), np.ones((40, 3), np.float32)
    with pytest.raises(DeviceMemoryError, match="Train with --batch-size 8"):
        fit(config, TINY, images, points, weights, rows, rows[:0], Job(), FolderSink(tmp_path))
