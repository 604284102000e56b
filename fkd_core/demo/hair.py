"""Hair of every style, in two goes: what lies behind the face, and what lies on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fkd_core.demo import long_hair, short_hair
from fkd_core.demo.brush import Brush, bezier
from fkd_core.demo.canvas import Canvas
from fkd_core.demo.hairline import edge
from fkd_core.demo.head import smooth
from fkd_core.demo.light import Light
from fkd_core.demo.traits import Traits

_STYLES: dict[str, Callable[[Brush], None]] = {
    "bald": short_hair.bald,
    "receding": short_hair.receding,
    "crop": short_hair.crop,
    "fringe": short_hair.fringe,
    "swept": short_hair.swept,
    "curly": short_hair.curly,
    "tied": long_hair.tied,
    "long": long_hair.long,
    "bob": long_hair.bob,
}


def behind(traits: Traits, canvas: Canvas, light: Light, rng: np.random.Generator) -> None:
    """The hair that lies behind neck and cheeks; painted before them."""
    brush = Brush(traits, canvas, light, rng)
    if traits.hair_style in ("long", "bob"):
        bottom = 82.0 if traits.hair_style == "long" else 42.0
        half = smooth(
            [
                [0, -52, -30],
                [30, -44, -30],
                [44, -22, -30],
                [47, 10, -32],
                [48, bottom, -34],
                [0, bottom + 3, -40],
            ],
            6,
        )
        brush.ground(np.concatenate([half, half[::-1] * (-1, 1, 1)]), 1.0, 1.0, 0.4)
        x = rng.uniform(-50, 50, 160)
        top = np.stack([0.93 * x, rng.uniform(-10, 20, 160), np.full(160, -30.0)], 1)
        tip = np.stack([x, bottom + rng.normal(0, 2, 160), np.full(160, -34.0)], 1)
        brush.strands(bezier(top, 0.7 * top + 0.3 * tip, 0.3 * top + 0.7 * tip, tip), 0.5, 0.5, 0.0)
    elif traits.hair_style == "curly":
        s = np.linspace(-1.15, 1.15, 30)
        brush.ground(edge(traits, s, 6.0 + 8.0 * traits.hair_volume), 2.0, 1.0, 0.45)


def front(traits: Traits, canvas: Canvas, light: Light, rng: np.random.Generator) -> None:
    """The hair that lies on forehead and cheeks; painted after them."""
    _STYLES[traits.hair_style](Brush(traits, canvas, light, rng))
