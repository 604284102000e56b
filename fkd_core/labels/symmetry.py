"""Where the mirror of a face stands, and what the mean shape looks like on it. Pure functions over points."""

from __future__ import annotations

import math
from collections.abc import Collection

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Points, known_points
from fkd_core.schema import KeypointSchema

_SAMPLE = 4000
"""faces that say what the mean is; more of them do not move it by a tenth of a pixel"""


@attrs.frozen(eq=False)
class Midline:
    """The line between the two halves of a face.

    Attributes:
        normal: float64 `(2,)` of length 1, across the line.
        offset: of the line along its normal, in pixels.
    """

    normal: NDArray[np.float64]
    offset: float

    @property
    def tilt(self) -> float:
        """By how many degrees the face leans clockwise, as the picture shows it."""
        return math.degrees(math.atan2(self.normal[1], self.normal[0]))

    def reflect(self, points: Points) -> Floats:
        """`(…, 2)` points on the other side; NaN stays NaN."""
        points = np.asarray(points, np.float64)
        distance = points @ self.normal - self.offset
        return points - 2 * distance[..., None] * self.normal


def midline(points: Points, schema: KeypointSchema, without: Collection[int] = ()) -> Midline | None:
    """The line that the pairs of a face lie on both sides of; None if no pair is known.

    Args:
        points: `(K, 2)` of one face, NaN where unknown.
        without: keypoints that say nothing, such as those that are to be mirrored.
    """
    pairs = [(schema.index(one), schema.index(other)) for one, other in schema.pairs]
    known = known_points(points)
    sides = np.array([pair for pair in pairs if known[list(pair)].all() and not {*pair} & {*without}])
    if not len(sides):
        return None
    ones, others = (points[sides[:, side]].astype(np.float64) for side in (0, 1))
    across = (ones - others).sum(axis=0)
    length = float(np.hypot(*across))
    if length < 1e-3:
        return None
    normal = across / length
    return Midline(normal, float(((ones + others) / 2 @ normal).mean()))


def mean_shape(points: Points) -> Floats:
    """`(K, 2)`, where keypoints lie on average; NaN for those that no face knows.

    Args:
        points: `(N, K, 2)`, NaN where unknown; of many faces an even sample counts.
    """
    step = max(len(points) // _SAMPLE, 1)
    sample = points[::step].astype(np.float64)
    known = np.isfinite(sample)
    count = known.sum(axis=0)
    total = np.where(known, sample, 0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def laid_over(shape: Floats, points: Points) -> Floats:
    """A shape turned, scaled and moved so that it lies over a face as well as it can.

    Keypoints that lie far off the others' fit count little, so that one wrong label shows as wrong. With
    fewer than two keypoints in common the shape stays as it is.

    Args:
        shape: `(K, 2)`.
        points: `(K, 2)` of the face, NaN where unknown.

    Source: least squares of a similarity, Umeyama, "Least-squares estimation of transformation parameters
    between two point patterns", PAMI 13, 1991; in the plane it is one complex division.
    """
    both = np.isfinite(shape).all(axis=1) & np.isfinite(points).all(axis=1)
    if both.sum() < 2:
        return shape
    start, end = _complex(shape[both]), _complex(points[both].astype(np.float64))
    weights = np.ones(len(start))
    turn, shift = 1 + 0j, 0j
    for _ in range(4):
        from_middle, to_middle = (np.average(z, weights=weights) for z in (start, end))
        spread = (weights * np.abs(start - from_middle) ** 2).sum()
        if spread < 1e-6:
            return shape
        turn = (weights * np.conj(start - from_middle) * (end - to_middle)).sum() / spread
        shift = to_middle - turn * from_middle
        off = np.abs(turn * start + shift - end)
        weights = 1 / (1 + (off / max(float(np.median(off)) * 1.5, 0.5)) ** 2)
    placed = turn * _complex(shape) + shift
    return np.stack([placed.real, placed.imag], axis=1)


def _complex(points: Floats) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]
