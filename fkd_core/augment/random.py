"""One seeded stream of training batches, each face changed at random, image and keypoints alike.

Coordinates follow OpenCV: `(0, 0)` is the centre of the top-left pixel, so a face of width W is
mirrored by `x -> W - 1 - x` and turned about `((W - 1) / 2, (H - 1) / 2)`. A batch is a function of
the faces, the settings, the seed, the epoch and its number in the epoch, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.schema import KeypointSchema


def _range_error(name: str, value: object, expected: str) -> BadInputError:
    return BadInputError("this augmentation cannot be used", where=name, expected=expected, found=value)


@attrs.frozen
class AugmentConfig:
    """Ranges of the random changes; 0 turns one off.

    Args:
        share: share of the faces that are changed at all.
        rotation: largest angle in degrees, either way.
        scale: largest relative change of size, either way.
        shift: largest shift along each axis in pixels, either way.
        mirror: probability of mirroring, left and right keypoints changing names.
        brightness: largest change of brightness in grey levels, either way.
        contrast: largest relative change of contrast, either way.
        noise: largest standard deviation of the noise in grey levels.
        whole: leave a face unchanged where the change would push a known keypoint out of the frame;
            if not, such keypoints become unknown.
    """

    share: float = 1.0
    rotation: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    mirror: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    noise: float = 0.0
    whole: bool = False

    def __attrs_post_init__(self) -> None:
        tops = {"share": 1.0, "rotation": 180.0, "scale": 0.9, "shift": 1000.0, "mirror": 1.0}
        tops |= {"brightness": 255.0, "contrast": 0.99, "noise": 255.0}
        for name, top in tops.items():
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 <= value <= top:
                raise _range_error(name, value, f"0 to {top:g}")

    def to_dict(self) -> dict[str, Any]:
        """A plain value for a run's configuration."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> AugmentConfig:
        """The inverse of `to_dict`.

        Raises:
            BadInputError: if a key is unknown or a value out of range.
        """
        unknown = sorted(set(value) - {field.name for field in attrs.fields(cls)})
        if unknown:
            known = ", ".join(field.name for field in attrs.fields(cls))
            raise _range_error(unknown[0], unknown[0], known)
        return cls(**value)


PRESETS: Mapping[str, AugmentConfig] = {
    "default": AugmentConfig(
        rotation=15, scale=0.12, shift=4, mirror=0.5, brightness=20, contrast=0.25, noise=3
    ),
    "notebook": AugmentConfig(share=0.75, rotation=15, shift=15, whole=True),
    "none": AugmentConfig(share=0),
}
"""Named settings: the one that serves best, the notebook's ranges, and no change at all."""


def preset(name: str) -> AugmentConfig:
    """The settings of that name.

    Raises:
        BadInputError: if there are none; the message lists those that exist.
    """
    if name not in PRESETS:
        raise BadInputError(
            f"there is no augmentation called {name!r}", expected=", ".join(PRESETS), found=name
        )
    return PRESETS[name]


@attrs.frozen(eq=False)
class Batch:
    """What a network is trained on in one step.

    Args:
        images: uint8 `(B, H, W)`.
        points: float32 `(B, K, 2)` in pixels, 0 where a keypoint is unknown.
        weights: float32 `(B, K)`, 0 where a keypoint is unknown or left the frame.
        rows: int64 `(B,)`, the rows of the face set.
        mirrored: bool `(B,)`, whether the face is mirrored.
    """

    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    rows: NDArray[np.int64]
    mirrored: NDArray[np.bool_]


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
        rng = np.random.default_rng((self.seed, 2, epoch, index))
        images = np.ascontiguousarray(self.images[rows])
        points = self.points[rows].astype(np.float32)
        weights = np.where(np.isfinite(points).all(axis=-1), self.weights[rows], 0).astype(np.float32)
        mirrored = self._change(images, points, weights, rng)
        return Batch(images, np.where(weights[..., None] > 0, points, 0), weights, rows, mirrored)

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
        partners = list(self.schema.mirror)
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
