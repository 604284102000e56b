"""Faces whose keypoints go together, for tests of what is told from the known ones."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Points
from tests.helpers.marking import in_picture, marked_faces
from tests.helpers.projects import FOUR

HIDDEN = [keypoint for keypoint in range(15) if keypoint not in FOUR]


def linear_faces(count: int, *, seed: int = 0) -> Points:
    """`(count, 15, 2)`: eleven keypoints follow exactly, by one linear rule, from the four of `FOUR`."""
    random = np.random.default_rng(seed)
    four = random.normal(0, 3, (count, 8))
    map_ = np.random.default_rng(99).normal(0, 0.5, (8, 22))
    points = np.empty((count, 15, 2))
    points[:, list(FOUR)] = 48 + four.reshape(count, 4, 2)
    points[:, HIDDEN] = 40 + (four @ map_).reshape(count, 11, 2)
    return points.astype(np.float32)


def plain_faces(count: int, *, seed: int = 0) -> Points:
    """`(count, 15, 2)` faces of many sizes, tilts and places, every label with noise of 0.7 px."""
    return in_picture(marked_faces(count, seed=seed), seed=seed)


def cut_down(points: Points) -> Points:
    """The same with four keypoints each."""
    four = points.copy()
    four[:, HIDDEN] = np.nan
    return four
