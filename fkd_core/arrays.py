"""The three arrays that everything is handed: faces, keypoints and which keypoints are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
"""Grey faces, `(N, H, W)`."""

Points = npt.NDArray[np.float32]
"""Keypoints, `(N, K, 2)`, x then y in pixels, NaN where unknown."""

Mask = npt.NDArray[np.bool_]
"""Which keypoints count, `(N, K)`."""

Floats = npt.NDArray[np.float64]


def known_points(points: npt.NDArray[np.floating[Any]]) -> Mask:
    """Which keypoints of `(…, K, 2)` have both coordinates: bool `(…, K)`."""
    unknown = np.isnan(points[..., 0]) | np.isnan(points[..., 1])
    return np.asarray(~unknown, dtype=np.bool_)


def out_of_frame(points: npt.NDArray[np.floating[Any]], size: tuple[int, int]) -> Mask:
    """Which keypoints of `(…, K, 2)` lie where no person may put one: bool `(…, K)`.

    Args:
        points: pixels; NaN is not outside.
        size: height and width of a face; the frame reaches from 0 to these, both included.
    """
    x, y = points[..., 0], points[..., 1]
    beyond = (x < 0) | (y < 0) | (x > size[1]) | (y > size[0])
    return np.asarray(beyond, dtype=np.bool_)


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The distinct integers of `(n,)`, ascending; an order of magnitude quicker than NumPy's by hashing."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return np.asarray(ordered[first])


def columns(points: Points) -> Iterator[npt.NDArray[np.float32]]:
    """Each x and each y of `(N, K, 2)` over all faces, as writable views `(N,)`."""
    # not by reshape, which copies arrays of another memory order
    for keypoint in range(points.shape[1]):
        yield points[:, keypoint, 0]
        yield points[:, keypoint, 1]


def check_points(points: npt.NDArray[Any], name: str = "points") -> None:
    """Make sure that an array holds keypoints.

    Raises:
        ValueError: unless the shape is `(N, K, 2)`, the values are floating point and none is infinite.
    """
    if points.ndim != 3 or points.shape[2] != 2:
        raise ValueError(f"{name} must have the shape (N, K, 2), received {points.shape}")
    if not np.issubdtype(points.dtype, np.floating):
        raise ValueError(f"{name} must be floating point, received {points.dtype}")
    if np.isinf(points).any():
        row = int(np.isinf(points).any(axis=(1, 2)).argmax())
        raise ValueError(f"{name} must be finite or NaN, received an infinite value in row {row}")


def check_images(images: npt.NDArray[Any], name: str = "images") -> None:
    """Make sure that an array holds faces.

    Raises:
        ValueError: unless the shape is `(N, H, W)` and the values are uint8.
    """
    if images.ndim != 3:
        raise ValueError(f"{name} must have the shape (N, H, W), received {images.shape}")
    if images.dtype != np.uint8:
        raise ValueError(f"{name} must be uint8, received {images.dtype}")
