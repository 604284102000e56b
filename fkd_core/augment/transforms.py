"""The fixed changes a face can be copied with. Each moves keypoints and draws the face accordingly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import attrs
import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Floats, Images
from fkd_core.augment.geometry import mirror_images, mirror_points, transform_points, warp
from fkd_core.schema import KeypointSchema

AnyPoints = npt.NDArray[np.floating[Any]]


class Transform(Protocol):
    """One change, the same for every face."""

    @property
    def name(self) -> str:
        """What the change is called in counts and on screen."""

    @property
    def bounded(self) -> bool:
        """Whether a copy is dropped when one of its keypoints leaves the frame."""

    def move(self, points: AnyPoints) -> AnyPoints:
        """Keypoints `(N, K, 2)` of the changed faces."""

    def draw(self, image: Images, seed: Sequence[int]) -> Images:
        """The changed face `(H, W)`; `seed` decides what is random about it."""


@attrs.frozen
class Original:
    """The face as it is."""

    name: str = "original"
    bounded: bool = False

    def move(self, points: AnyPoints) -> AnyPoints:
        """The keypoints as they are."""
        return points

    def draw(self, image: Images, seed: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is random
        """The face as it is."""
        return image


@attrs.frozen(eq=False)
class Affine:
    """An affine map, the same for the face and its keypoints."""

    name: str
    matrix: Floats
    bounded: bool = False

    def move(self, points: AnyPoints) -> AnyPoints:
        """Keypoints moved by the map, in float64."""
        return transform_points(points, self.matrix)

    def draw(self, image: Images, seed: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is random
        """The face moved by the map; black where nothing is known."""
        return warp(image, self.matrix)


@attrs.frozen
class Mirror:
    """Left and right exchanged, in the picture and in the names of the keypoints."""

    schema: KeypointSchema
    width: int
    name: str = "mirror"
    bounded: bool = False

    def move(self, points: AnyPoints) -> AnyPoints:
        """Mirrored keypoints under their new names."""
        return mirror_points(points, self.schema, self.width)

    def draw(self, image: Images, seed: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is random
        """The mirrored face."""
        return mirror_images(image)


@attrs.frozen
class Brightness:
    """Every grey level multiplied by `factor` and clipped to 0..255."""

    factor: float = attrs.field(validator=attrs.validators.gt(0))
    bounded: bool = False

    @property
    def name(self) -> str:
        """For example `brightness ×1.2`."""
        return f"brightness ×{self.factor:g}"

    def move(self, points: AnyPoints) -> AnyPoints:
        """The keypoints as they are."""
        return points

    def draw(self, image: Images, seed: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is random
        """The brighter or darker face."""
        return _look_up(image, np.arange(256) * self.factor)


@attrs.frozen
class Contrast:
    """Every grey level moved away from the face's own mean by `factor` and clipped to 0..255."""

    factor: float = attrs.field(validator=attrs.validators.gt(0))
    bounded: bool = False

    @property
    def name(self) -> str:
        """For example `contrast ×0.8`."""
        return f"contrast ×{self.factor:g}"

    def move(self, points: AnyPoints) -> AnyPoints:
        """The keypoints as they are."""
        return points

    def draw(self, image: Images, seed: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is random
        """The face with more or less contrast."""
        middle = float(image.mean())
        return _look_up(image, (np.arange(256) - middle) * self.factor + middle)


@attrs.frozen
class Noise:
    """Independent normal noise of `sigma` grey levels on every pixel, clipped to 0..255."""

    sigma: float = attrs.field(validator=attrs.validators.ge(0))
    bounded: bool = False

    @property
    def name(self) -> str:
        """For example `noise 8`."""
        return f"noise {self.sigma:g}"

    def move(self, points: AnyPoints) -> AnyPoints:
        """The keypoints as they are."""
        return points

    def draw(self, image: Images, seed: Sequence[int]) -> Images:
        """The noisy face; the same for the same seed, whatever batch it is made in."""
        noise = np.random.default_rng(seed).standard_normal(image.shape, dtype=np.float32)
        return np.clip(np.rint(image + noise * np.float32(self.sigma)), 0, 255).astype(np.uint8)


def _look_up(image: Images, levels: npt.NDArray[np.floating[Any]]) -> Images:
    table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    # the stubs of OpenCV return any numeric array; a uint8 table gives uint8
    return np.asarray(cv2.LUT(np.ascontiguousarray(image), table), dtype=np.uint8)
