"""From light on the canvas to grey levels in the frame."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.demo.canvas import FRAME, Image, shrink


def develop(px: Image, skin: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """The frame as a small camera would give it: exposure, contrast, blur, vignette and noise.

    Grey levels are spread like those of the competition's faces, whose means lie at 118 ± 33 and whose
    deviations at 43 ± 12; dark skin stays darker than fair skin in the same light.
    """
    frame = shrink(px)
    frame = np.maximum(frame, 0) ** np.float32(rng.uniform(0.62, 0.85))
    blur = float(rng.choice([0.0, rng.uniform(0.3, 0.6), rng.uniform(0.6, 0.95)], p=[0.56, 0.36, 0.08]))
    if blur:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), blur), np.float32)
    mean = float(np.clip(rng.normal(121 + 70 * (skin - 0.6), 22), 58, 190))
    spread = float(np.clip(rng.normal(50, 9), 28, 68)) * min(1.0, 0.45 + mean / 190)
    frame = (frame - frame.mean()) * (spread / max(float(frame.std()), 1e-3)) + mean
    frame = _shoulder(frame)
    y, x = np.mgrid[-1 : 1 : FRAME * 1j, -1 : 1 : FRAME * 1j]
    frame *= 1 - rng.uniform(0, 0.12) * (x * x + y * y)
    grain = rng.choice([rng.uniform(0.5, 2.0), rng.uniform(2.0, 5.0)], p=[0.8, 0.2])
    frame += grain * rng.standard_normal(frame.shape, dtype=np.float32)
    return np.clip(np.round(frame), 0, 255).astype(np.uint8)


def _shoulder(grey: Image) -> Image:
    """Roll off lights above 205 and darks below 25 as film does, rather than cutting them."""
    high = np.maximum(grey - 205, 0)
    low = np.maximum(25 - grey, 0)
    rolled = np.clip(grey, 25, 205) + 50 * (1 - np.exp(-high / 50)) - 25 * (1 - np.exp(-low / 25))
    return np.asarray(rolled, np.float32)
