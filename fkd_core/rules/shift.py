"""From the places of one marking rule to those of another, by the offsets measured between their faces."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask, Points
from fkd_core.evaluation.metrics import eye_center
from fkd_core.rules.describe import offset_between
from fkd_core.rules.geometry import STANDARD
from fkd_core.schema import KeypointSchema

FEWEST = 20
"""Faces on either side below which an offset is not measured."""

SMALLEST_MOVE = 0.1
"""Standard pixels; a keypoint that two rules place closer than this stays where a person put it."""


@attrs.frozen(eq=False)
class Shift:
    """How far each keypoint has to move from one rule to another, in standard pixels of the eye frame.

    Attributes:
        by: `(K, 2)` medians, NaN where too few faces of either rule have the keypoint.
        low, high: `(K, 2)` ends of their 95 % intervals.
        faces: `(K, 2)` how many faces of the one rule and of the other have the keypoint.
        scatter: `(K,)` how far apart the scatters of the two rules' places remain after the move: root mean
            square over both axes. No constant offset can mend it; where the faces of the two rules differ
            themselves, in pose or age, that is in it too.
    """

    by: Floats
    low: Floats
    high: Floats
    faces: NDArray[np.int64]
    scatter: Floats

    @property
    def measured(self) -> Mask:
        """`(K,)`, where the two rules can be compared."""
        return np.asarray(np.isfinite(self.by).all(axis=1))

    @property
    def moves(self) -> Mask:
        """`(K,)`, the keypoints that the two rules place differently."""
        return np.asarray(self.measured & (np.abs(np.nan_to_num(self.by)).max(axis=1) >= SMALLEST_MOVE))

    @property
    def uncertainty(self) -> Floats:
        """`(K,)` half of the interval: root mean square over both axes, in standard pixels."""
        return np.asarray(np.sqrt((((self.high - self.low) / 2) ** 2).mean(axis=1)))


def shift_between(framed: Floats, here: Mask, there: Mask, *, seed: int = 0) -> Shift:
    """Measure the way from the rule of some faces to that of others.

    Args:
        framed: `(N, K, 2)` labels in the frame of the eyes, see `in_eye_frame`.
        here: `(N,)` the faces of the rule that is left.
        there: `(N,)` the faces of the rule that is entered.
        seed: of the bootstrap.
    """
    count = framed.shape[1]
    by, low, high = (np.full((count, 2), np.nan) for _ in range(3))
    faces, scatter = np.zeros((count, 2), np.int64), np.full(count, np.nan)
    random = np.random.default_rng(seed)
    for keypoint in range(count):
        sides = [framed[rows, keypoint] for rows in (here, there)]
        sides = [side[np.isfinite(side).all(axis=1)] for side in sides]
        faces[keypoint] = [len(side) for side in sides]
        if min(faces[keypoint]) < FEWEST:
            continue
        offset = offset_between(sides[1], sides[0], random)
        assert offset is not None
        by[keypoint] = offset.x, offset.y
        low[keypoint], high[keypoint] = zip(offset.x_interval, offset.y_interval, strict=True)
        scatter[keypoint] = _unlike(sides[0] + by[keypoint], sides[1])
    return Shift(by, low, high, faces, scatter)


def moved(points: Points, shift: Shift, schema: KeypointSchema) -> Points:
    """Keypoints where the other rule has them, on the faces as they are: scaled and turned with the eyes.

    Args:
        points: `(N, K, 2)` pixels.
        shift: of the keypoints of the schema.
        schema: says which keypoints are the eyes, and how large the frame is, which no keypoint leaves.

    Returns:
        `(N, K, 2)` pixels; NaN where a keypoint or an eye centre is unknown, or the rules cannot be compared.
    """
    axis = eye_center(points, schema, "left") - eye_center(points, schema, "right")
    # In units of the distance between the eyes: with it as a complex number, one product turns and scales.
    along = axis[:, 0] + 1j * axis[:, 1]
    along[along == 0] = np.nan
    way = (shift.by[:, 0] + 1j * shift.by[:, 1]) / STANDARD * along[:, None]
    height, width = schema.size
    placed = points + np.stack([way.real, way.imag], axis=2)
    return np.clip(placed, 0, (width, height)).astype(np.float32)


def _unlike(here: Floats, there: Floats) -> float:
    """Distance of the scatters of two sets of places: quantile by quantile, ends aside.

    It is the least root mean square by which the places can differ if the faces are alike.

    Source: the 2-Wasserstein distance of distributions on a line, Villani, "Optimal Transport", 2009.
    """
    shares = np.linspace(0.05, 0.95, 91)
    gaps = np.quantile(here, shares, axis=0) - np.quantile(there, shares, axis=0)
    return float(np.sqrt((gaps**2).mean()))
