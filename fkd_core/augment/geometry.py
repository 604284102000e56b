"""Affine maps of faces and their keypoints.

A map is a 2×3 matrix `[A | b]` that takes a point `(x, y)` of the old picture to `A·(x, y) + b` in the
new one. Pixels: `(0, 0)` is the centre of the top-left pixel, x goes right, y goes down, so a face of
width 96 has pixel centres 0 to 95 and its mirror maps x to 95 - x.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Floats, Images, Mask
from fkd_core.schema import KeypointSchema

Border = Literal["constant", "replicate", "reflect"]
Interpolation = Literal["nearest", "linear", "cubic"]

_BORDERS = {
    "constant": cv2.BORDER_CONSTANT,
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT_101,
}
_INTERPOLATIONS = {"nearest": cv2.INTER_NEAREST, "linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC}


def identity() -> Floats:
    """The map that changes nothing."""
    return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def rotation(degrees: float, center: tuple[float, float] = (48.0, 48.0)) -> Floats:
    """The map that turns the picture counter-clockwise, as seen, about `center` (x, y) in pixels."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = center
    return np.array([[cos, sin, x - cos * x - sin * y], [-sin, cos, y + sin * x - cos * y]])


def translation(dx: float, dy: float) -> Floats:
    """The map that moves the picture `dx` pixels to the right and `dy` down."""
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])


def compose(first: Floats, then: Floats) -> Floats:
    """The one map that does `first` and afterwards `then`."""
    _check_matrix(first)
    _check_matrix(then)
    linear = then[:, :2] @ first[:, :2]
    return np.column_stack([linear, then[:, :2] @ first[:, 2] + then[:, 2]])


def transform_points(points: npt.NDArray[np.floating[Any]], matrix: Floats) -> Floats:
    """Move keypoints `(…, 2)` by a map, or those `(N, K, 2)` of each face by a map of its own.

    Args:
        points: in pixels, NaN where unknown.
        matrix: 2×3, or `(N, 2, 3)` for N faces.

    Returns:
        float64 of the same shape. Both coordinates are NaN where either was: the new x needs the old y.

    Raises:
        ValueError: if `matrix` is neither.
    """
    wide = np.asarray(points, dtype=np.float64)
    # sums are written out: a matrix product would let the BLAS in use decide the last bit
    x, y = wide[..., 0], wide[..., 1]
    if matrix.ndim == 3 and matrix.shape[1:] == (2, 3):
        (a, b, tx), (c, d, ty) = np.moveaxis(matrix, 0, -1)[..., np.newaxis]
    else:
        _check_matrix(matrix)
        (a, b, tx), (c, d, ty) = matrix
    return np.stack([a * x + b * y + tx, c * x + d * y + ty], axis=-1)


def warp(
    images: Images,
    matrix: Floats,
    *,
    border: Border = "constant",
    fill: int = 0,
    interpolation: Interpolation = "linear",
) -> Images:
    """Draw one face `(H, W)` or several `(N, H, W)` as a map moves them, in the same frame.

    Args:
        images: uint8.
        matrix: 2×3, old pixels to new ones.
        border: what stands where the old picture does not reach.
        fill: grey level of a constant border, 0 to 255.
        interpolation: how values between pixels are found.

    Raises:
        ValueError: if `matrix` is not 2×3 or `images` has another shape or type.
    """
    _check_matrix(matrix)
    if images.dtype != np.uint8 or images.ndim not in (2, 3):
        raise ValueError(f"images must be uint8 (H, W) or (N, H, W), received {images.dtype} {images.shape}")
    stack = images[np.newaxis] if images.ndim == 2 else images
    moved = np.empty(stack.shape, dtype=np.uint8)
    height, width = stack.shape[1:]
    flags, mode = _INTERPOLATIONS[interpolation], _BORDERS[border]
    for face, out in zip(stack, moved, strict=True):
        cv2.warpAffine(
            np.ascontiguousarray(face),
            matrix,
            (width, height),
            dst=out,
            flags=flags,
            borderMode=mode,
            borderValue=fill,
        )
    return moved[0] if images.ndim == 2 else moved


def inside(points: npt.NDArray[np.floating[Any]], size: tuple[int, int] = (96, 96)) -> Mask:
    """Which keypoints `(…, 2)` lie strictly between 0 and the frame's width and height.

    Args:
        points: in pixels. A coordinate that is NaN cannot be outside.
        size: height and width of the frame.

    Returns:
        bool `(…,)`, one for each keypoint. `.all(axis=-1)` says which faces lie inside as a whole.
    """
    height, width = size
    x, y = points[..., 0], points[..., 1]
    return ~((x <= 0) | (x >= width) | (y <= 0) | (y >= height))


def mirror_points(
    points: npt.NDArray[np.floating[Any]], schema: KeypointSchema, width: int | None = None
) -> npt.NDArray[np.floating[Any]]:
    """Keypoints `(…, K, 2)` of the mirrored face: x becomes width - 1 - x, left and right change names.

    Args:
        points: in pixels, NaN where unknown.
        schema: says which keypoints change places.
        width: of the face in pixels; the schema's if None.

    Raises:
        ValueError: if `points` does not have the schema's keypoints.
    """
    if points.shape[-2:] != (len(schema), 2):
        raise ValueError(f"points must have the shape (…, {len(schema)}, 2), received {points.shape}")
    mirrored = points[..., list(schema.mirror), :].copy()
    mirrored[..., 0] = (schema.size[1] if width is None else width) - 1 - mirrored[..., 0]
    return mirrored


def mirror_images(images: Images) -> Images:
    """Faces `(…, H, W)` mirrored left to right, as a contiguous copy."""
    return np.ascontiguousarray(images[..., ::-1])


def _check_matrix(matrix: Floats) -> None:
    if matrix.shape != (2, 3):
        raise ValueError(f"an affine map must be a 2×3 matrix, received the shape {matrix.shape}")
