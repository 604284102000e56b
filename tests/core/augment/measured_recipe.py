"""The random changes as they were when the default network's accuracy was measured, line by line.

Nothing here may follow the product: `test_measured_recipe` compares the two bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray


@attrs.frozen
class Settings:
    """Ranges of the changes of that time; 0 turns one off."""

    share: float = 1.0
    rotation: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    mirror: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    noise: float = 0.0
    whole: bool = False


DEFAULT = Settings(rotation=15, scale=0.12, shift=4, mirror=0.5, brightness=20, contrast=0.25, noise=3)
NOTEBOOK = Settings(share=0.75, rotation=15, shift=15, whole=True)
NONE = Settings(share=0)


@attrs.define(eq=False)
class MeasuredRecipe:
    """Batches of that time.

    Args:
        images: uint8 `(N, H, W)`.
        points: float32 `(N, K, 2)`, NaN where unknown.
        weights: float32 `(N, K)`.
        partners: the keypoint that each changes places with in a mirrored face.
        config: the changes.
        seed: of the changes.
    """

    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    partners: Sequence[int]
    config: Settings
    seed: int
    _grain: NDArray[np.float32] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        size = self.images.shape[1] * self.images.shape[2]
        self._grain = np.random.default_rng((self.seed, 0)).standard_normal(size * 17, dtype=np.float32)

    def batch(
        self, epoch: int, index: int, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Images, points (0 where unknown), weights, and which faces are mirrored, of some rows."""
        rng = np.random.default_rng((self.seed, 2, epoch, index))
        images = np.ascontiguousarray(self.images[rows])
        points = self.points[rows].astype(np.float32)
        weights = np.where(np.isfinite(points).all(axis=-1), self.weights[rows], 0).astype(np.float32)
        mirrored = self._change(images, points, weights, rng)
        return images, np.where(weights[..., None] > 0, points, 0), weights, mirrored

    def _change(
        self,
        images: NDArray[np.uint8],
        points: NDArray[np.float32],
        weights: NDArray[np.float32],
        rng: np.random.Generator,
    ) -> NDArray[np.bool_]:
        """Change the faces in place; returns which of them were mirrored."""
        config, faces = self.config, len(images)
        height, width = images.shape[1:]
        # All numbers are drawn whatever is switched on, so that turning one change off leaves the others.
        draws = rng.uniform(-1, 1, (faces, 9))
        offsets = rng.integers(0, self._grain.size - height * width, faces)
        mirrored = rng.random(faces) < config.mirror
        changed = rng.random(faces) < config.share
        mirrored &= changed
        partners = list(self.partners)
        for face in np.flatnonzero(changed):
            d = draws[face]
            matrix = affine(
                (height, width),
                rotation=float(d[0]) * config.rotation,
                scale=float(np.exp(d[1] * np.log1p(config.scale))),
                shift=(float(d[2]) * config.shift, float(d[3]) * config.shift),
                mirror=bool(mirrored[face]),
            )
            moved = points[face] @ matrix[:, :2].T + matrix[:, 2]
            kept = weights[face]
            if mirrored[face]:
                moved, kept = moved[partners], kept[partners]
            inside = ((moved >= 0) & (moved <= (width - 1, height - 1))).all(axis=-1)
            if config.whole and not inside[kept > 0].all():
                mirrored[face] = False
                continue
            points[face] = moved
            weights[face] = np.where(inside, kept, 0)
            image = images[face]
            if not np.array_equal(matrix, _IDENTITY):
                image = cv2.warpAffine(
                    image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                )
            images[face] = self._light(image, d[4:], int(offsets[face]))
        return np.asarray(mirrored, np.bool_)

    def _light(self, image: Any, d: NDArray[np.float64], offset: int) -> Any:
        config = self.config
        if not (config.brightness or config.contrast or config.noise):
            return image
        gain = 1 + float(d[0]) * config.contrast
        level = float(d[1]) * config.brightness + 128 * (1 - gain)
        deviation = abs(float(d[2])) * config.noise
        if deviation == 0:
            return cv2.convertScaleAbs(np.maximum(image * np.float32(gain) + np.float32(level), 0))
        grain = self._grain[offset : offset + image.size].reshape(image.shape)
        lit = cv2.addWeighted(image.astype(np.float32), gain, grain, deviation, level)
        return np.clip(np.rint(lit), 0, 255).astype(np.uint8)


_IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def affine(
    size: tuple[int, int],
    *,
    rotation: float = 0.0,
    scale: float = 1.0,
    shift: tuple[float, float] = (0.0, 0.0),
    mirror: bool = False,
) -> NDArray[np.float64]:
    """The 2 x 3 matrix that takes source pixels to changed ones, as `cv2.warpAffine` wants it.

    Args:
        size: height and width; the centre of the frame stays where it is but for the shift.
        rotation: degrees, counter-clockwise as seen.
        scale: factor of the size.
        shift: pixels to the right and down, after turning.
        mirror: whether left and right change sides first.
    """
    height, width = size
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    angle = np.deg2rad(rotation)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array([[cos, sin], [-sin, cos]])
    if mirror:
        linear = linear @ np.diag([-1.0, 1.0])
    return np.column_stack([linear, centre - linear @ centre + np.asarray(shift)])
