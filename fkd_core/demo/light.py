"""Light that falls on a relief: direction, shadow, gloss."""

from __future__ import annotations

import attrs
import cv2
import numpy as np

from fkd_core.demo.canvas import Image
from fkd_core.demo.relief import STEP, Relief


@attrs.frozen
class Light:
    """Where light comes from and how strong it is.

    Args:
        azimuth: degrees, positive from the right of the picture.
        elevation: degrees above the face.
        key, fill, ambient: strengths of the lamp, of its opposite and of what comes from everywhere.
        hardness: 0 for an overcast sky, 1 for a bare lamp.
        gloss: how much the skin shines.
    """

    azimuth: float = 20.0
    elevation: float = 30.0
    key: float = 0.75
    fill: float = 0.1
    ambient: float = 0.3
    hardness: float = 0.5
    gloss: float = 0.15

    def direction(self) -> tuple[float, float, float]:
        """Unit vector towards the lamp: right, down, towards the viewer."""
        a, e = np.deg2rad([self.azimuth, self.elevation])
        return float(np.sin(a) * np.cos(e)), float(-np.sin(e)), float(np.cos(a) * np.cos(e))


def sample_light(rng: np.random.Generator) -> Light:
    """A lamp, a window or a cloudy day."""
    strong = rng.random() < 0.35
    spread = 30.0 if strong else 18.0
    return Light(
        azimuth=float(np.clip(rng.normal(0, spread), -62, 62)),
        elevation=float(np.clip(rng.normal(26, 13), -8, 55)),
        key=float(rng.uniform(0.75, 1.0) if strong else rng.uniform(0.5, 0.75)),
        fill=float(rng.uniform(0.02, 0.18)),
        ambient=float(rng.uniform(0.14, 0.28) if strong else rng.uniform(0.3, 0.45)),
        hardness=float(rng.uniform(0.5, 0.95) if strong else rng.uniform(0.1, 0.5)),
        gloss=float(rng.uniform(0.04, 0.3)),
    )


def shade(relief: Relief, light: Light) -> tuple[Image, Image]:
    """What reaches each point of the raster, and what shines back from the skin's surface."""
    z = relief.height
    dy, dx = np.gradient(z, STEP)
    dx, dy = np.clip(dx, -4, 4), np.clip(dy, -4, 4)
    nz = 1 / np.sqrt(1 + dx * dx + dy * dy)
    nx, ny = -dx * nz, -dy * nz
    lx, ly, lz = light.direction()
    facing = nx * lx + ny * ly + nz * lz
    wrap = np.float32(0.32 * (1 - light.hardness) + 0.08)
    lit = np.maximum((facing + wrap) / (1 + wrap), 0)
    lit *= 1 - np.float32(0.25 + 0.65 * light.hardness) * _cast(z, (lx, ly, lz))
    back = np.maximum(-nx * lx - ny * 0.2 + nz * 0.6, 0)
    hollow = z - cv2.GaussianBlur(z, (0, 0), 4.5 / STEP, borderType=cv2.BORDER_REPLICATE)
    open_sky = np.clip(1 + 0.055 * hollow, 0.5, 1.15) * (0.72 + 0.28 * nz) * (0.9 - 0.16 * ny)
    reached = light.key * lit + light.fill * back + light.ambient * open_sky
    reached *= np.clip(1 + 0.02 * hollow, 0.78, 1.06)
    length = float(np.hypot(np.hypot(lx, ly), lz + 1.0))
    half = lx / length, ly / length, (lz + 1.0) / length
    # Not 0: the powers below would reach the smallest floats, which are slow.
    mirror = np.maximum(nx * half[0] + ny * half[1] + nz * half[2], 0.1)
    mirror = mirror**2
    broad = mirror**4
    gloss = light.gloss * (0.28 * broad + 0.9 * broad**4) * np.minimum(lit * 1.3, 1)
    return reached, gloss


def _cast(z: Image, towards: tuple[float, float, float]) -> Image:
    """How much of the lamp is hidden by what stands between, 0 to 1, by marching towards it."""
    lx, ly, lz = towards
    level = float(np.hypot(lx, ly))
    if level < 0.05:
        return np.zeros_like(z)
    hidden = np.full_like(z, -10.0)
    rows, columns = z.shape
    for reach in (1.5, 2.6, 4.0, 5.6, 7.5, 9.6, 12.0, 15.0):
        matrix = np.array([[1, 0, reach * lx / level / STEP], [0, 1, reach * ly / level / STEP]])
        there = cv2.warpAffine(
            z,
            matrix,
            (columns, rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        np.maximum(
            hidden, (there - np.float32(reach * lz / level) - z) / np.float32(0.7 + 0.12 * reach), out=hidden
        )
    return np.asarray(cv2.GaussianBlur(np.clip(hidden + 0.15, 0, 1), (0, 0), 1.2), np.float32)
