"""The mean face: the same answer for every picture, which any model must beat."""

from __future__ import annotations

import time

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.baselines.arrays import Packed, unusable
from fkd_core.baselines.lesson import Lesson, Outcome, Place
from fkd_core.jobs import Job
from fkd_core.schema import KeypointSchema
from fkd_core.training.checkpoint import Checkpoint

NAME = "mean"


@attrs.frozen(eq=False)
class MeanFace:
    """One face for all.

    Attributes:
        schema: of the keypoints.
        points: float64 `(K, 2)` pixels.
        std: float64 `(K,)`, standard deviation of the labels along one axis.
    """

    schema: KeypointSchema
    points: Floats
    std: Floats

    @classmethod
    def of(cls, schema: KeypointSchema, points: NDArray[np.float32], weights: Floats) -> MeanFace:
        """The mean of labels.

        A keypoint that nobody knows is in the middle of the frame, as uncertain as one that may be anywhere.

        Args:
            schema: of the keypoints.
            points: `(N, K, 2)`, NaN where unknown.
            weights: `(N, K)`, what each counts, 0 where it is unknown.
        """
        height, width = schema.size
        anywhere = max(height, width) / np.sqrt(12)
        total = weights.sum(axis=0)
        values = np.where((weights > 0)[..., None], points, 0).astype(np.float64)
        mean = np.tile([(width - 1) / 2, (height - 1) / 2], (len(schema), 1))
        np.divide(
            (weights[..., None] * values).sum(axis=0), total[:, None], out=mean, where=total[:, None] > 0
        )
        square = (weights[..., None] * (values - mean) ** 2).sum(axis=0).mean(axis=1)
        several = (weights > 0).sum(axis=0) > 1
        std = np.full(len(schema), anywhere)
        np.divide(square, total, out=std, where=several)
        return cls(schema, mean, np.where(several, np.sqrt(std), std))

    def answer(self, faces: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """The same for every face: points `(B, K, 2)` and standard deviations `(B, K)`."""
        count = len(faces)
        return np.tile(self.points, (count, 1, 1)), np.tile(self.std, (count, 1))

    def describe(self) -> str:
        """What it is, in a sentence."""
        return "The mean of each keypoint over the training labels, the same for every face."

    def pack(self) -> Packed:
        """The face as a file's content."""
        return Packed(NAME, self.schema, {"points": self.points, "std": self.std})

    @classmethod
    def unpack(cls, packed: Packed) -> MeanFace:
        """The inverse of `pack`.

        Raises:
            RunError: if it is no mean face; the message names the file.
        """
        count = len(packed.schema)
        std = packed.get("std", np.float64, count)
        if (std < 0).any():
            raise unusable(packed.where, "a deviation below 0")
        return cls(packed.schema, packed.get("points", np.float64, count, 2), std)


def train_mean(lesson: Lesson, place: Place, job: Job, kept: Checkpoint | None) -> Outcome:  # noqa: ARG001
    """Take the mean of the training labels; a `fkd_core.baselines.lesson.Trainer`."""
    job.check()
    rows = lesson.train
    weights = np.where(lesson.known[rows], lesson.weights[rows], 0).astype(np.float64)
    face = MeanFace.of(lesson.schema, lesson.points[rows], weights)
    size = place.save(face.pack())
    gap = (face.points - lesson.points[rows])[lesson.known[rows]].astype(np.float64)
    scores = lesson.scores(np.tile(face.points, (len(lesson.validation), 1, 1)))
    record = place.record(
        1,
        {
            "unit": "pass",
            "seconds": time.monotonic() - lesson.started,
            "rmse": float(np.sqrt(np.mean(gap**2))),
            "loss": float(np.mean(gap**2)),
            **scores,
        },
    )
    job.progress(1, 1, "The mean of the labels is taken")
    return Outcome("done", 1, size, record)
