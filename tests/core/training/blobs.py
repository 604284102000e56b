"""Faces simple enough to learn in a few steps: a dark dot for each keypoint on a light ground."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.schema import KeypointSchema

TINY = KeypointSchema(
    name="tiny",
    keypoints=("left_eye", "right_eye", "mouth"),
    pairs=(("left_eye", "right_eye"),),
    size=(32, 32),
)


def blobs(faces: int, seed: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Images uint8 `(faces, 32, 32)` and points float32 `(faces, 3, 2)` of the schema `TINY`."""
    rng = np.random.default_rng(seed)
    centres = np.array([[22, 12], [10, 12], [16, 24]], np.float32)
    points = (centres + rng.uniform(-3, 3, (faces, 3, 2))).astype(np.float32)
    y, x = np.mgrid[:32, :32]
    images = np.full((faces, 32, 32), 200.0)
    for face, places in enumerate(points):
        for depth, (px, py) in zip((150, 150, 100), places, strict=True):
            images[face] -= depth * np.exp(-((x - px) ** 2 + (y - py) ** 2) / 4)
    images += rng.normal(0, 3, images.shape)
    return cv2.convertScaleAbs(images), points
