"""What a coming training will be fed, batch by batch, told in figures."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import attrs
import numpy as np

from fkd_core.augment.random import Batch, RandomBatches


@attrs.frozen(eq=False)
class Look:
    """One batch, where it stands in the training, and how long it took to make.

    Args:
        batch: the very one that training will be fed.
        number: counted from 1 over all epochs.
        epoch: counted from 1.
        index: in its epoch, counted from 0.
        batches: of an epoch.
        seconds: of one core.
    """

    batch: Batch
    number: int
    epoch: int
    index: int
    batches: int
    seconds: float

    @classmethod
    def at(cls, stream: RandomBatches, number: int) -> Look:
        """Make a batch.

        Raises:
            ValueError: if `number` is below 1.
        """
        if number < 1:
            raise ValueError(f"number must be at least 1, received {number}")
        epoch, index = divmod(number - 1, stream.batches)
        # Time of this thread alone: a window or a training beside it must not make it look slow.
        began = time.thread_time()
        batch = stream.batch(epoch + 1, index)
        return cls(batch, number, epoch + 1, index, stream.batches, time.thread_time() - began)

    @property
    def faces_per_second(self) -> float:
        """How many faces one core makes in a second."""
        return len(self.batch.rows) / max(self.seconds, 1e-6)

    @property
    def left(self) -> int:
        """Keypoints that left the frame and count as unknown."""
        return int(self.batch.left.sum())

    def digest(self) -> str:
        """A fingerprint of all that the network sees of the batch: the same one, the very same batch."""
        made = hashlib.sha256()
        for part in (self.batch.images, self.batch.points, self.batch.weights):
            made.update(np.ascontiguousarray(part).tobytes())
        return made.hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The batch in figures, for JSON."""
        batch = self.batch
        return {
            "batch": self.number,
            "epoch": self.epoch,
            "batches_per_epoch": self.batches,
            "faces": len(batch.rows),
            "rows": batch.rows,
            "mirrored": batch.mirrored,
            "kept_as_they_are": int(batch.kept.sum()),
            "keypoints": int((batch.weights > 0).sum()),
            "keypoints_left_the_frame": self.left,
            "left_the_frame": batch.left.sum(axis=1),
            "points": np.where(batch.weights[..., None] > 0, batch.points, np.nan),
            "faces_per_second_and_core": round(self.faces_per_second),
            "sha256": self.digest(),
        }
