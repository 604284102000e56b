"""Draws one changed face and moves its keypoints along."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.augment.elastic import Bend
from fkd_core.augment.values import Values

_IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_LEAST_BLUR = 0.05
"""standard deviation in pixels below which a blur cannot be seen in eight bits"""


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


def tilted(matrix: Floats, perspective: tuple[float, float], size: tuple[int, int]) -> Floats:
    """The 3 x 3 homography that does an affine map and then tilts the face about the middle of the frame.

    Args:
        matrix: 2 x 3.
        perspective: share by which the left and the upper edge come nearer; below 0 they go away.
        size: height and width.
    """
    height, width = size
    x, y = (width - 1) / 2, (height - 1) / 2
    to_middle = np.array([[1.0, 0.0, -x], [0.0, 1.0, -y], [0.0, 0.0, 1.0]])
    back = np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])
    tilt = np.array(
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [perspective[0] / max(x, 1), perspective[1] / max(y, 1), 1.0]]
    )
    made: Floats = back @ tilt @ to_middle @ np.vstack([matrix, [0.0, 0.0, 1.0]])
    return made


class Motion:
    """Where the picture of a face goes, for its pixels and its keypoints alike.

    Args:
        values: how it is changed.
        size: height and width of the frame.
    """

    def __init__(self, values: Values, size: tuple[int, int]) -> None:
        self._size = size
        self._matrix = affine(
            size, rotation=values.rotation, scale=values.scale, shift=values.shift, mirror=values.mirror
        )
        self._tilt = tilted(self._matrix, values.perspective, size) if any(values.perspective) else None
        self._bend = None if values.knots is None else Bend(values.knots, size)

    def move(self, points: NDArray[np.float32]) -> Floats:
        """Where keypoints `(K, 2)` come to lie, under the names that they had; NaN where one was."""
        if self._tilt is None:
            moved: Floats = points @ self._matrix[:, :2].T + self._matrix[:, 2]
        else:
            raised = points @ self._tilt[:, :2].T + self._tilt[:, 2]
            moved = raised[:, :2] / raised[:, 2:]
        return moved if self._bend is None else self._bend.move(moved)

    def draw(self, image: NDArray[np.uint8]) -> Any:
        """The moved face `(H, W)`, its edge drawn on where nothing is known; each pixel is found once."""
        height, width = self._size
        how: dict[str, Any] = {"flags": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
        if self._bend is not None:
            return self._draw_bent(image)
        if self._tilt is not None:
            return cv2.warpPerspective(image, self._tilt, (width, height), **how)
        if np.array_equal(self._matrix, _IDENTITY):
            return image
        return cv2.warpAffine(image, self._matrix, (width, height), **how)

    def _draw_bent(self, image: NDArray[np.uint8]) -> Any:
        height, width = self._size
        assert self._bend is not None
        y, x = np.mgrid[:height, :width]
        places = np.stack([x, y], axis=-1) + self._bend.field()
        whole = self._tilt if self._tilt is not None else np.vstack([self._matrix, [0.0, 0.0, 1.0]])
        back = np.linalg.inv(whole)
        raised = places @ back[:, :2].T + back[:, 2]
        found = (raised[..., :2] / raised[..., 2:]).astype(np.float32)
        return cv2.remap(
            image, found[..., 0], found[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )


def changes_light(values: Values) -> bool:
    """Whether any grey level may change beside what moving the face does."""
    return values.cover is not None or values.blur >= _LEAST_BLUR or values.gamma != 1


def light(image: Any, values: Values) -> Any:
    """Cover, blur and gamma of one face `(H, W)`, in this order: as in front of a camera."""
    if values.cover is not None:
        left, top, side, grey = values.cover
        height, width = image.shape
        x, y = round(left * width), round(top * height)
        image = image.copy()
        image[y : y + max(1, round(side * height)), x : x + max(1, round(side * width))] = grey
    if values.blur >= _LEAST_BLUR:
        image = cv2.GaussianBlur(image, (0, 0), values.blur, borderType=cv2.BORDER_REPLICATE)
    if values.gamma != 1:
        levels = 255 * (np.arange(256) / 255) ** values.gamma
        image = cv2.LUT(image, np.rint(levels).astype(np.uint8))
    return image


def expose(image: Any, values: Values, strip: NDArray[np.float32]) -> Any:
    """Contrast, brightness and noise of one face `(H, W)`.

    Args:
        image: uint8.
        values: how it is changed.
        strip: standard normal numbers, of which the face takes those from `values.grain` on.
    """
    gain = values.gain
    level = values.brightness + 128 * (1 - gain)
    if values.noise == 0:
        return cv2.convertScaleAbs(np.maximum(image * np.float32(gain) + np.float32(level), 0))
    grain = strip[values.grain : values.grain + image.size].reshape(image.shape)
    lit = cv2.addWeighted(image.astype(np.float32), gain, grain, values.noise, level)
    return np.clip(np.rint(lit), 0, 255).astype(np.uint8)
