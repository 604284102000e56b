"""Labels of made-up faces, marked by rules that a test chooses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Images, Points

MEAN = np.array(
    [
        (18, 0), (-18, 0), (11, 0), (25, 0), (-11, 0), (-25, 0), (8, -9), (30, -9),
        (-8, -9), (-30, -9), (0, 22), (14, 40), (-14, 40), (0, 36), (0, 46),
    ],
    float,
)  # fmt: skip
"""Keypoints between eyes 36 pixels apart, in the order of the competition."""


def marked_faces(faces: int, *, seed: int = 0, noise: float = 0.7) -> Floats:
    """`(faces, 15, 2)` in the frame of the eyes: pose and an open mouth vary, and every label has noise."""
    random = np.random.default_rng(seed)
    points = np.tile(MEAN, (faces, 1, 1))
    points[:, 10:, 0] += random.normal(0, 3, (faces, 1))  # the head turns
    points[:, 10:, 1] += random.normal(0, 2, (faces, 1))  # and nods
    points[:, 14, 1] += random.exponential(2, faces)  # mouths open
    points[:, 2:] += random.normal(0, noise, (faces, 13, 2))
    return points


def in_picture(framed: Floats, *, seed: int = 0) -> Points:
    """The same faces where pictures have them: scaled, tilted and moved, 96 × 96 pixels."""
    random = np.random.default_rng(seed)
    faces = len(framed)
    size, tilt = random.uniform(0.8, 1.1, faces), random.normal(0, 0.1, faces)
    turn = size[:, None, None] * np.stack(
        [np.stack([np.cos(tilt), -np.sin(tilt)], 1), np.stack([np.sin(tilt), np.cos(tilt)], 1)], 1
    )
    moved = np.einsum("nij,nkj->nki", turn, framed) + random.normal([48, 38], 2, (faces, 1, 2))
    return moved.astype(np.float32)


def lower_nose_and_lip(framed: Floats, rows: slice) -> Floats:
    """Another rule in these rows: nose tip 3 px and top lip 4 px lower, eye corners 2 px further out."""
    changed = framed.copy()
    changed[rows, 10, 1] += 3
    changed[rows, 13, 1] += 4
    changed[rows, 3, 0] += 2
    changed[rows, 5, 0] -= 2
    return changed


def plain_images(faces: int, *, seed: int = 0, side: int = 24) -> Images:
    """Noise: nothing can be told from it."""
    return np.random.default_rng(seed).integers(0, 256, (faces, side, side), dtype=np.uint8)


def two_looks(other: NDArray[np.bool_], *, seed: int = 0, side: int = 24) -> Images:
    """Noise with a darker band across it in the faces of another source, in each face more or less dark."""
    images = plain_images(len(other), seed=seed, side=side)
    darker = np.random.default_rng(seed).normal(np.where(other, 0.55, 0.2), 0.1)
    band = slice(side // 6, side // 2)
    images[:, band] = images[:, band] * np.clip(1 - darker, 0, 1)[:, None, None]
    return images
