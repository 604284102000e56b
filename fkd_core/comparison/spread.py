"""How far predictions move from face to face, beside how far the labels do.

A model that makes the same prediction every time has no spread at all, however small its error; one that sees
where the keypoints are has that of the labels. The published notebook said the first of its random forest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.evaluation.plain import number

_STILL, _LITTLE, _PART, _ALL = 0.005, 0.5, 0.85, 1.15
_UNKNOWN = float("nan")


@attrs.frozen
class Spread:
    """The spread of a run's predictions over faces.

    Attributes:
        run: its name.
        predicted: standard deviation of a predicted coordinate over the faces, in pixels, all coordinates
            together; NaN where no keypoint is known of two faces.
        labels: the same of the labels, on the same coordinates.
        per_keypoint: by name, the ratio of the two; NaN where unknown.
    """

    run: str
    predicted: float
    labels: float
    per_keypoint: Mapping[str, float] = attrs.field(factory=dict)

    @property
    def ratio(self) -> float:
        """The spread of the predictions as a multiple of that of the labels; NaN if unknown."""
        return self.predicted / self.labels if self.labels > 0 else _UNKNOWN

    def describe(self) -> str:
        """What that says of the run, in a sentence; empty if it is unknown."""
        ratio = self.ratio
        if math.isnan(ratio):
            return ""
        if ratio < _STILL:
            return f"{self.run} makes the same prediction every time: its keypoints do not move at all."
        moves = (
            f"{self.run} moves its keypoints {ratio:.2f} times as far from face to face as the labels do"
            f" ({self.predicted:.2f} and {self.labels:.2f} px): "
        )
        if ratio < _LITTLE:
            return f"{moves}not the same prediction every time, but not far from it."
        if ratio < _PART:
            return f"{moves}it follows the face in part."
        return f"{moves}{'it follows the face.' if ratio <= _ALL else 'more than there is to see.'}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {
            "predicted": number(self.predicted),
            "labels": number(self.labels),
            "ratio": number(self.ratio),
            "per_keypoint": {name: number(value) for name, value in self.per_keypoint.items()},
            "says": self.describe(),
        }

    @classmethod
    def from_dict(cls, run: str, value: Mapping[str, Any]) -> Spread:
        """The inverse of `to_dict`.

        Raises:
            KeyError: if something is missing.
        """
        per_keypoint = {name: _known(each) for name, each in value["per_keypoint"].items()}
        return cls(run, _known(value["predicted"]), _known(value["labels"]), per_keypoint)


def spread_of(
    run: str, points: NDArray[np.float32], truth: NDArray[np.float32], names: tuple[str, ...]
) -> Spread:
    """Measure the spread of predictions on the coordinates that are known.

    Args:
        run: name for messages.
        points: `(n, K, 2)` pixels.
        truth: `(n, K, 2)`, NaN where unknown.
        names: of the K keypoints.
    """
    known = np.isfinite(truth) & np.isfinite(points)
    counts = known.sum(axis=0)
    # Of a coordinate that one face alone knows there is no spread.
    known &= counts > 1
    squares = [_squares(each, known, counts) for each in (points, truth)]
    total = float(known.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = np.sqrt(squares[0].sum(axis=1) / squares[1].sum(axis=1))
    sizes = [math.sqrt(float(each.sum()) / total) if total else _UNKNOWN for each in squares]
    finite = [float(ratio) if np.isfinite(ratio) else _UNKNOWN for ratio in ratios]
    return Spread(run, sizes[0], sizes[1], dict(zip(names, finite, strict=True)))


def _squares(
    values: NDArray[np.float32], known: NDArray[np.bool_], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """`(K, 2)`, sums over faces of squared differences from the mean over faces."""
    there = np.where(known, values, 0).astype(np.float64)
    mean = there.sum(axis=0) / np.maximum(counts, 1)
    return np.asarray((np.where(known, values - mean, 0) ** 2).sum(axis=0), np.float64)


def _known(value: float | None) -> float:
    return _UNKNOWN if value is None else float(value)
