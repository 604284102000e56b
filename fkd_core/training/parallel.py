"""Steps of a training on the devices that it was given: one, or several of one machine at once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.models import devices
from fkd_core.models.devices import Device

Faces = NDArray[np.float32]


class Steps(Protocol):
    """Where a network is built and how it takes a step."""

    def scope(self) -> AbstractContextManager[Any]:
        """Within this the network that is trained is built and compiled."""

    def take(self, model: keras.Model, faces: Faces, truth: Faces, weights: Faces) -> dict[str, float]:
        """Train the network on one batch; returns its loss and metrics."""


def steps_on(device: Device) -> Steps:
    """The steps on a device, or on several at once.

    With several, each batch is dealt out to them, each computes the gradients of its part, and all take the
    same step along their mean. The loss is then the mean of the parts' losses, so where known keypoints are
    spread unevenly it is not quite that of the whole batch.

    Raises:
        BadInputError: if the backend cannot use several devices at once.
    """
    if len(device.members) == 1:
        return _Single(device)
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return _Mirrored(device)
    if backend == "jax":
        return _Sharded(device)
    raise BadInputError(
        "several devices cannot train together here",
        expected="TensorFlow or JAX",
        found=f"the backend {backend}",
        todo=f"Train on one device, such as --device {device.members[0]}",
    )


class _Single:
    def __init__(self, device: Device) -> None:
        self._device = device

    def scope(self) -> AbstractContextManager[Any]:
        return devices.on(self._device)

    def take(self, model: keras.Model, faces: Faces, truth: Faces, weights: Faces) -> dict[str, float]:
        logs = model.train_on_batch(faces, truth, sample_weight=weights, return_dict=True)
        return {name: float(value) for name, value in logs.items()}


class _Mirrored:
    """TensorFlow: the same variables on each device."""

    def __init__(self, device: Device) -> None:
        import tensorflow as tf

        self._tf = tf
        self._strategy = tf.distribute.MirroredStrategy([name.upper() for name in device.members])

    def scope(self) -> AbstractContextManager[Any]:
        scope: AbstractContextManager[Any] = self._strategy.scope()
        return scope

    def take(self, model: keras.Model, faces: Faces, truth: Faces, weights: Faces) -> dict[str, float]:
        # `train_on_batch` would hand the whole batch to every device.
        model.make_train_function()
        model.reset_metrics()
        logs = model.train_function(iter([tuple(self._dealt(whole) for whole in (faces, truth, weights))]))
        return {name: float(value) for name, value in logs.items()}

    def _dealt(self, whole: Faces) -> Any:
        count = self._strategy.num_replicas_in_sync
        return self._strategy.experimental_distribute_values_from_function(
            lambda context: self._tf.constant(whole[context.replica_id_in_sync_group :: count])
        )


class _Sharded(_Single):
    """JAX: one program over all devices."""

    def __init__(self, device: Device) -> None:
        super().__init__(device)
        self._whole = keras.distribution.DataParallel(devices=list(device.members), auto_shard_dataset=False)
        self._count = len(device.members)

    def scope(self) -> AbstractContextManager[Any]:
        scope: AbstractContextManager[Any] = self._whole.scope()
        return scope

    def take(self, model: keras.Model, faces: Faces, truth: Faces, weights: Faces) -> dict[str, float]:
        # JAX deals out equal parts only.
        even = len(faces) - len(faces) % self._count
        with self._whole.scope():
            return super().take(model, faces[:even], truth[:even], weights[:even])
