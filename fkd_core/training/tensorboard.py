"""A training's figures as files for TensorBoard, written by TensorFlow's own writer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from fkd_core.errors import BadInputError

FOLDER = "tensorboard"
"""In the run's folder."""
_SCALARS = (
    *("loss", "rmse", "val_loss", "val_rmse", "val_mae", "val_argmax_match"),
    *("learning_rate", "images_per_second", "memory_mb", "gpu_memory_mb"),
)


def check_backend() -> None:
    """Find out before the training that its files can be written.

    Raises:
        BadInputError: if another backend than TensorFlow runs.
    """
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise BadInputError(
            "files for TensorBoard are written by TensorFlow alone",
            where="tensorboard",
            expected="the backend tensorflow",
            found=backend,
            todo="Leave --tensorboard out, or train without KERAS_BACKEND in the environment",
        )


class EventFiles:
    """Writes each epoch's figures, at its number.

    Args:
        folder: of the run.
        keypoints: their names.
    """

    def __init__(self, folder: Path, keypoints: tuple[str, ...]) -> None:
        import tensorflow as tf

        self._tf = tf
        self._keypoints = keypoints
        self._writer = tf.summary.create_file_writer(str(folder / FOLDER))

    def write(self, record: dict[str, Any]) -> None:
        """Write the record of an epoch; what is None in it is left out."""
        values = {name: record.get(name) for name in _SCALARS}
        errors = record.get("val_keypoints") or [None] * len(self._keypoints)
        values |= {
            f"val_keypoints/{name}": error for name, error in zip(self._keypoints, errors, strict=True)
        }
        tf = self._tf
        known = [
            tf.compat.v1.Summary.Value(tag=tag, simple_value=value)
            for tag, value in values.items()
            if value is not None
        ]
        with self._writer.as_default():
            # Not by tf.summary.scalar, which is a part of the package tensorboard.
            tf.summary.experimental.write_raw_pb(
                tf.compat.v1.Summary(value=known).SerializeToString(), step=record["epoch"]
            )
        self._writer.flush()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
