"""How far the answers of a forest lie off, learned from the trees that did not see a face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats

_LEAST = 20
"""faces from which a line is drawn; fewer say only how large the error is"""
_ROUNDS = 20


@attrs.define(eq=False)
class OutOfBag:
    """Sums over the answers of the trees that did not see each of n faces.

    Attributes:
        targets: float64 `(n, 2k)`, the labels, off their mean.
        total, square: float64 `(n, 2k)`, sums of the answers and of their squares.
        count: float64 `(n,)`, trees that did not see the face.
    """

    targets: Floats
    total: Floats
    square: Floats
    count: Floats

    @classmethod
    def empty(cls, targets: Floats) -> Self:
        """Before the first tree."""
        return cls(targets, np.zeros_like(targets), np.zeros_like(targets), np.zeros(len(targets)))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], number: int, targets: Floats) -> Self:
        """What `arrays` named.

        Raises:
            KeyError: if something is missing.
            ValueError: if it belongs to other faces.
        """
        found = [np.array(arrays[f"{number}.{name}"], np.float64) for name in ("total", "square", "count")]
        if (
            found[0].shape != targets.shape
            or found[1].shape != targets.shape
            or found[2].shape != targets[:, 0].shape
        ):
            raise ValueError(f"sums must be of {targets.shape}, received {found[0].shape}")
        return cls(targets, *found)

    def arrays(self, number: int) -> dict[str, NDArray[Any]]:
        """To be kept, by names that begin with the group's number."""
        return {f"{number}.{name}": getattr(self, name) for name in ("total", "square", "count")}

    def add(self, faces: NDArray[np.int64], answers: Floats) -> None:
        """A tree answered `(u, 2k)` of faces that it did not see."""
        self.total[faces] += answers
        self.square[faces] += answers**2
        self.count[faces] += 1

    @staticmethod
    def error(bags: Sequence[OutOfBag]) -> float | None:
        """RMSE over the coordinates of all groups, in pixels; None if every face was seen by every tree."""
        squares, count = 0.0, 0
        for bag in bags:
            there = bag.count > 0
            gap = bag.total[there] / bag.count[there, None] - bag.targets[there]
            squares, count = squares + float((gap**2).sum()), count + gap.size
        return (squares / count) ** 0.5 if count else None

    def noise(self) -> Floats:
        """`(k, 2)`: floor and slope of the squared error over the variance among the trees, per keypoint.

        The line under which errors of a normal distribution are most likely; both numbers are 0 or more.
        Where few faces are out of the bag it is flat, as high as the labels scatter.
        """
        keypoints = self.targets.shape[1] // 2
        there = self.count > 1
        if there.sum() < _LEAST:
            flat = (self.targets**2).mean(axis=0).reshape(keypoints, 2).mean(axis=1)
            return np.stack([np.maximum(flat, 1e-4), np.zeros(keypoints)], axis=1)
        count = self.count[there, None]
        mean = self.total[there] / count
        spread = np.maximum(self.square[there] / count - mean**2, 0) * count / (count - 1)
        squares = ((mean - self.targets[there]) ** 2).reshape(len(count), keypoints, 2).mean(axis=2)
        spread = spread.reshape(len(count), keypoints, 2).mean(axis=2)
        return np.array([_line(spread[:, k], squares[:, k]) for k in range(keypoints)])


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Floor and slope, not below 0, of the line `y = floor + slope x` for squares y of normal errors.

    Each round weighs a face by how small its error is thought to be: the weights of the likelihood's score.
    """
    floor, slope = max(float(y.mean()), 1e-4), 0.0
    for _ in range(_ROUNDS):
        weight = 1 / np.maximum(floor + slope * x, 1e-4) ** 2
        weight /= weight.sum()
        x_mean, y_mean = float(weight @ x), float(weight @ y)
        scatter = float(weight @ (x - x_mean) ** 2)
        slope = max(0.0, float(weight @ ((x - x_mean) * (y - y_mean))) / scatter) if scatter > 0 else 0.0
        floor = y_mean - slope * x_mean
        if floor < 0:
            floor, slope = 0.0, y_mean / x_mean
    return max(floor, 1e-4), slope
