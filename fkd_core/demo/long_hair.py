"""Styles of hair that is longer than the head."""

from __future__ import annotations

import numpy as np

from fkd_core.demo.brush import Brush, bezier
from fkd_core.demo.hairline import cap, edge, hairline
from fkd_core.demo.head import smooth
from fkd_core.demo.short_hair import bangs


def tied(brush: Brush) -> None:
    traits, rng, count = brush.traits, brush.rng, 240
    height = float(rng.uniform(28, 33))
    cap(brush, height, 1, 2.0, 0.7)
    s = rng.uniform(-1, 1, count)
    root, end = hairline(traits, s, height, 1), edge(traits, 0.72 * s - 0.1 * traits.parting, 2.0)
    root += rng.normal(0, 0.35, root.shape)
    one, two = root + (end - root) * 0.3, root + (end - root) * 0.7
    one[:, 0] += 1.5 * np.sign(s)
    brush.strands(bezier(root, one, two, end), 0.45)


def sheets(brush: Brush, bottom: float, out: float, wave: float) -> None:
    """Hair parted on top that falls beside the face."""
    traits, rng, count = brush.traits, brush.rng, 140
    part = 11.0 * traits.parting * (abs(traits.parting) > 0.4)
    wide = 40.0 * traits.face_width
    height = float(rng.uniform(30, 35))
    for side in (-1, 1):
        far = abs(side * wide - part) / wide
        d = rng.beta(1.0, 1.1, count)
        full = 3.0 * traits.hair_volume
        through = [
            (part + side * rng.uniform(0, 1.5, count), -height - 19 * d, 3 - 21 * d),
            (part + side * far * (13 + 5 * d), -height + 1.5 - 17 * d, 2 - 16 * d),
            (side * (0.25 * part * side + 28 + 9 * d + full), -20 - 12 * d, -8 - 14 * d),
            (side * (wide - 3.5 + 8 * d + full), -4 - 6 * d, -16 - 8 * d),
            (side * (wide - 2.0 + (8 + out) * d + full), 16 + 0 * d, -18 - 8 * d),
            (side * (wide - 4.5 + (11 + out) * d + out), 0.5 * (16 + bottom) + 0 * d, -16 - 8 * d),
            (side * (wide - 8 + (12 + out) * d + 1.5 * out), bottom + rng.normal(0, 2.5, count), -16 - 8 * d),
        ]
        points = np.stack([np.stack(p, -1) for p in through], 1)
        points[:, 1:, 0] += rng.normal(0, 0.8, (count, 1))
        whole = smooth(points, 3)
        if wave:
            along = np.linspace(0, 1, whole.shape[1])[None]
            phase = rng.normal(0, 0.5, count)[:, None] + 13 * along
            whole[..., 0] += wave * np.sin(phase) * np.clip(3 * along - 0.8, 0, 1)
        order = np.argsort(d)
        brush.ground(np.concatenate([whole[order[2]], whole[order[-3]][::-1]]), 0.8)
        pieces = tuple(slice(start, start + 3) for start in range(0, whole.shape[1] - 1, 2))
        brush.strands(whole, 0.4, 0.85, 0.5, pieces)


def long(brush: Brush) -> None:
    wave = float(brush.rng.choice([0.0, brush.rng.uniform(0.8, 2.2)]))
    sheets(brush, 75.0, 4.0, wave)
    if brush.rng.random() < 0.22:
        bangs(brush, float(brush.rng.uniform(-19, -14)), 2.0, 260)


def bob(brush: Brush) -> None:
    sheets(
        brush,
        float(brush.rng.uniform(36, 52)),
        float(brush.rng.uniform(1, 6)),
        float(brush.rng.uniform(0, 1.2)),
    )
    if brush.rng.random() < 0.45:
        bangs(brush, float(brush.rng.uniform(-19, -14)), float(brush.rng.uniform(-4, 4)), 280)
