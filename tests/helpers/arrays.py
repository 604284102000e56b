"""Keypoints and faces drawn at random, for tests of shapes and arithmetic."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Images, Points


def random_points(faces: int, *, seed: int = 0, missing: float = 0.0, spread: float = 40.0) -> Points:
    """`(faces, 15, 2)` around the middle of a 96-pixel frame; a share of the keypoints is NaN."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(48 - spread, 48 + spread, (faces, 15, 2)).astype(np.float32)
    points[rng.random((faces, 15)) < missing] = np.nan
    return points


def random_images(faces: int, *, seed: int = 0, size: tuple[int, int] = (96, 96)) -> Images:
    """`(faces, H, W)` uint8 noise."""
    return np.random.default_rng(seed).integers(0, 256, (faces, *size), dtype=np.uint8)
