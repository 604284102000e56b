"""One seeded stream of training batches, each face changed at random, image and keypoints alike.

Coordinates follow OpenCV: `(0, 0)` is the centre of the top-left pixel, so a face of width W is
mirrored by `x -> W - 1 - x` and turned about `((W - 1) / 2, (H - 1) / 2)`. A batch is a function of
the faces, the settings, the seed, the epoch and its number in the epoch, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.face import Motion, affine, changes_light, expose, light
from fkd_core.augment.presets import PRESETS, preset
from fkd_core.augment.settings import AugmentConfig
from fkd_core.augment.values import Draw, Values
from fkd_core.schema import KeypointSchema

__all__ = ["PRESETS", "AugmentConfig", "Batch", "RandomBatches", "affine", "change_face", "preset"]


@attrs.frozen(eq=False)
class Batch:
    """What a network is trained on in one step.

    Args:
        images: uint8 `(B, H, W)`.
        points: float32 `(B, K, 2)` in pixels, 0 where a keypoint is unknown.
        weights: float32 `(B, K)`, 0 where a keypoint is unknown or left the frame.
        rows: int64 `(B,)`, the rows of the face set.
        mirrored: bool `(B,)`, whether the face is mirrored.
        places: float32 `(B, K, 2)`, where known keypoints lie, also outside the frame; NaN where unknown.
        left: bool `(B, K)`, keypoints that would count but left the frame, so that they are unknown.
        kept: bool `(B,)`, faces that stay as they are because a keypoint would have left the frame.
    """

    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    rows: NDArray[np.int64]
    mirrored: NDArray[np.bool_]
    places: NDArray[np.float32]
    left: NDArray[np.bool_]
    kept: NDArray[np.bool_]


@attrs.frozen(eq=False)
class RandomBatches:
    """The stream of batches that training receives and a preview may show.

    Every epoch visits the rows in another order; rows that do not fill a last batch are left to the
    next epochs. With fewer rows than `batch_size`, a batch is all of them.

    Args:
        images: uint8 `(N, H, W)`, may be memory-mapped.
        points: float32 `(N, K, 2)`, NaN where unknown.
        weights: float32 `(N, K)`, 0 where a keypoint must not be used.
        rows: the rows to draw from, at least one.
        schema: says which names change places in a mirrored face.
        config: the random changes.
        batch_size: faces in a batch.
        seed: of the order and of the changes.
    """

    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    rows: NDArray[np.int64]
    schema: KeypointSchema
    config: AugmentConfig
    batch_size: int
    seed: int
    _grain: NDArray[np.float32] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if len(self.rows) == 0 or self.batch_size < 1:
            raise ValueError(
                f"rows and batch_size must not be empty, received {len(self.rows)} and {self.batch_size}"
            )
        size = self.images.shape[1] * self.images.shape[2]
        # Drawing fresh noise for each face would cost more than warping it; a face takes a random
        # stretch of one long strip instead.
        strip = np.random.default_rng((self.seed, 0)).standard_normal(size * 17, dtype=np.float32)
        object.__setattr__(self, "_grain", strip)

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return max(1, len(self.rows) // self.batch_size)

    def order(self, epoch: int) -> NDArray[np.int64]:
        """The rows in the order in which an epoch visits them.

        A face is visited in proportion to what its keypoints weigh, so that one with 15 known keypoints
        comes round oftener than one with 4. Where all weigh alike, each is visited once.
        """
        rng = np.random.default_rng((self.seed, 1, epoch))
        rows = rng.permutation(self.rows).astype(np.int64)
        shares = self.weights[rows].sum(axis=1, dtype=np.float64)
        if not shares.any() or np.ptp(shares) == 0:
            return rows
        # Even steps along the shares laid end to end: no face is more than one visit off its due.
        ends = np.cumsum(shares)
        steps = (np.arange(len(rows)) + rng.random()) * (ends[-1] / len(rows))
        chosen = np.searchsorted(ends, steps, side="right")
        return rng.permutation(rows[np.minimum(chosen, len(rows) - 1)])

    def batch(self, epoch: int, index: int) -> Batch:
        """Batch `index` of an epoch, counted from 0."""
        return self._batch(epoch, index, self.order(epoch))

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch in turn, from number `start` on."""
        order = self.order(epoch)
        for index in range(start, self.batches):
            yield self._batch(epoch, index, order)

    def _batch(self, epoch: int, index: int, order: NDArray[np.int64]) -> Batch:
        if not 0 <= index < self.batches:
            raise IndexError(f"batch must be in 0..{self.batches - 1}, received {index}")
        rows = order[index * self.batch_size : (index + 1) * self.batch_size]
        images = np.ascontiguousarray(self.images[rows])
        points = self.points[rows].astype(np.float32)
        weights = np.where(np.isfinite(points).all(axis=-1), self.weights[rows], 0).astype(np.float32)
        grains = self._grain.size - images.shape[1] * images.shape[2]
        draw = Draw(self.config, (self.seed, epoch, index), len(rows), grains)
        left, kept = np.zeros(weights.shape, np.bool_), np.zeros(len(rows), np.bool_)
        lit = _lit(self.config)
        for face in np.flatnonzero(draw.changed).tolist():
            values = draw.values(face)
            made = change_face(
                images[face], points[face], weights[face], values, self.schema, whole=self.config.whole
            )
            if made is None:
                kept[face] = True
                continue
            images[face], points[face], weights[face], left[face] = made
            if lit:
                images[face] = expose(images[face], values, self._grain)
        mirrored = draw.mirrored & ~kept
        shown = np.where(weights[..., None] > 0, points, 0)
        return Batch(images, shown, weights, rows, mirrored, points, left, kept)


def _lit(config: AugmentConfig) -> bool:
    chosen = (config.brightness, config.contrast, config.noise)
    return any(change.on and (change.low or change.high) for change in chosen)


def change_face(
    image: NDArray[np.uint8],
    points: NDArray[np.float32],
    weights: NDArray[np.float32],
    values: Values,
    schema: KeypointSchema,
    *,
    whole: bool = False,
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]] | None:
    """One face with everything but its exposure changed; see `fkd_core.augment.face.expose`.

    Args:
        image: uint8 `(H, W)`.
        points: float32 `(K, 2)`, NaN where unknown.
        weights: float32 `(K,)`, 0 where a keypoint must not be used.
        values: how it is changed.
        schema: says which names change places in a mirrored face.
        whole: whether a face must keep all its keypoints.

    Returns:
        Image, points, weights (0 where a keypoint left the frame), and which keypoints left it; None where
        `whole` forbids the change.
    """
    height, width = image.shape
    motion = Motion(values, (height, width))
    moved = motion.move(points)
    if values.mirror:
        partners = list(schema.mirror)
        moved, weights = moved[partners], weights[partners]
    inside = ((moved >= 0) & (moved <= (width - 1, height - 1))).all(axis=-1)
    left = (weights > 0) & ~inside
    if whole and left.any():
        return None
    drawn = motion.draw(image)
    if changes_light(values):
        drawn = light(drawn, values)
    return drawn, moved.astype(np.float32), np.where(inside, weights, 0).astype(np.float32), left
