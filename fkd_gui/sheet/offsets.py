"""How far a keypoint lies from where the rest of its face would have it. Pure functions over points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 65_536
"""faces at once: the arrays between stay below some tens of megabytes for any number of faces"""

_SPREAD = 4.0
"""square pixels that the other keypoints must spread over to say how a face is turned"""


def offsets_from_mean(
    points: NDArray[np.float32], keypoint: int, shape: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    """`(n,)` pixels between a keypoint and where the mean shape has it, laid over the face's other keypoints.

    NaN where it has no place, or fewer than two others say how the face stands.

    Args:
        points: `(n, K, 2)`, NaN where unknown.
        keypoint: the one that is judged; it has no say in how the shape is laid.
        shape: `(K, 2)`, the mean of all faces.

    Source: least squares of a similarity, Umeyama, "Least-squares estimation of transformation parameters
    between two point patterns", PAMI 13, 1991; in the plane it is one complex division.
    """
    blocks = [
        _offsets(points[start : start + _BLOCK], keypoint, shape) for start in range(0, len(points), _BLOCK)
    ]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def _offsets(
    points: NDArray[np.float32], keypoint: int, shape: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    model = np.ascontiguousarray(shape, np.float64).view(np.complex128)[:, 0]
    face = points.astype(np.float64, order="C").view(np.complex128)[..., 0]
    # As numbers: sums over keypoints are then products of matrices, which take a tenth of the time.
    known = (np.isfinite(points[..., 0]) & np.isfinite(model)).astype(np.float64)
    known[:, keypoint] = 0
    x, y = np.nan_to_num(model.real), np.nan_to_num(model.imag)
    placed = np.where(known > 0, face, 0)
    sums = known @ np.stack([np.ones_like(x), x, y, x * x + y * y], axis=1)
    count = sums[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        from_middle = (sums[:, 1] + 1j * sums[:, 2]) / count
        to_middle = placed @ np.ones(len(model)) / count
        spread = sums[:, 3] - count * np.abs(from_middle) ** 2
        turn = (placed @ (x - 1j * y) - count * from_middle.conj() * to_middle) / spread
        expected = turn * (model[keypoint] - from_middle) + to_middle
        off = np.abs(face[:, keypoint] - expected)
    off[(count < 2) | ~(spread > _SPREAD)] = np.nan
    return off.astype(np.float32)
