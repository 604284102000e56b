"""Where hair begins and ends on the skull."""

from __future__ import annotations

import numpy as np

from fkd_core.demo.brush import Brush
from fkd_core.demo.head import Floats, smooth
from fkd_core.demo.traits import COVERS_EARS, Traits


def edge(traits: Traits, s: Floats, grow: float | Floats) -> Floats:
    """The outer edge of the hair; `s` runs from -1 at the left ear in the picture over the crown to 1."""
    angle = np.deg2rad(108) * s
    if traits.hair_style not in COVERS_EARS:
        grow = grow * (1 - 0.8 * np.clip((np.abs(s) - 0.55) / 0.45, 0, 1) ** 2)
    wide = (40.5 * traits.face_width + grow) * np.sin(angle)
    return np.stack([wide, -9 - (45 + grow) * np.cos(angle), -27 + 0 * s], -1)


def hairline(traits: Traits, s: Floats, height: float, temple: float) -> Floats:
    """Where the forehead ends; `temple` is how far the corners recede."""
    wide = traits.face_width
    right = [
        [0, -height, 3],
        [11 * wide, -height - 0.4 - 0.5 * temple, 1],
        [23 * wide, -height + 2.5 - 1.6 * temple, -5],
        [31.5 * wide, -height + 8 - temple, -12],
        [35.0 * wide, -14, -17],
        [37.3 * wide, -4, -21],
        [38.6 * wide, 5, -24],
    ]
    curve = smooth(right, 8)
    at = np.linspace(0, 1, len(curve))
    found = np.stack([np.interp(np.abs(s), at, curve[:, i]) for i in range(3)], -1)
    found[..., 0] *= np.sign(s)
    return found


def cap(
    brush: Brush, height: float, temple: float, grow: float, soft: float = 0.6, alpha: float = 1.0
) -> None:
    s = np.linspace(-1, 1, 41)
    ring = np.concatenate([edge(brush.traits, s, grow), hairline(brush.traits, s[::-1], height, temple)])
    brush.ground(ring, soft, alpha)
