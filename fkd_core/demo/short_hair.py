"""Styles that leave neck and cheeks free."""

from __future__ import annotations

import numpy as np

from fkd_core.demo.brush import Brush, bezier
from fkd_core.demo.hairline import cap, edge, hairline


def short(brush: Brush, height: float, temple: float, grow: float, count: int, length: float) -> None:
    """Short hairs that stand off the hairline."""
    rng = brush.rng
    s = rng.uniform(-1, 1, count)
    inner, outer = hairline(brush.traits, s, height, temple), edge(brush.traits, s, grow)
    deep = rng.beta(0.8, 1.6, count)[:, None]
    root = inner + (outer - inner) * deep - (outer - inner) / 30
    # On top the hair stands up and leans towards the parting's far side; on the sides it lies down and back.
    side = np.clip((np.abs(s) - 0.35) / 0.3, 0, 1)[:, None]
    up = np.stack(
        [0.5 * brush.traits.parting + rng.normal(0, 0.35, count), np.full(count, -1.0), np.full(count, -0.4)],
        1,
    )
    down = np.stack(
        [0.25 * np.sign(s) + rng.normal(0, 0.18, count), np.full(count, 0.9), np.full(count, -0.3)], 1
    )
    away = up * (1 - side) + down * side
    reach = length * rng.uniform(0.5, 1.3, count)[:, None] * (1 - 0.45 * side)
    root -= away * reach * 0.5 * side
    tip = root + away * reach
    bend = rng.normal(0, 0.12, (count, 3)) * reach
    brush.strands(bezier(root, root + 0.3 * away * reach, root + 0.7 * away * reach + bend, tip), 0.45)


def bald(brush: Brush) -> None:
    if brush.rng.random() < 0.6:
        cap(brush, 30, 6, 0.5, 3.0, 0.22)


def receding(brush: Brush) -> None:
    cap(brush, 39, 8, 2.5, 1.6, 0.75)
    short(brush, 39, 8, 2.5, 220, 4.5)


def crop(brush: Brush) -> None:
    grow = 3.0 + 3.0 * brush.traits.hair_volume
    height = brush.rng.uniform(27, 32)
    temple = brush.rng.uniform(-1, 4)
    cap(brush, height, temple, grow, 0.8)
    short(brush, height, temple, grow, 340, brush.rng.uniform(4, 8))


def fringe(brush: Brush) -> None:
    grow, rng = 5.0 + 3.0 * brush.traits.hair_volume, brush.rng
    cap(brush, 27, 0, grow)
    short(brush, 28, 0, grow, 240, 11)
    bangs(brush, float(rng.uniform(-21, -14)), float(rng.uniform(-8, 8)), 280)


def bangs(brush: Brush, low: float, sweep: float, count: int) -> None:
    """A fringe in locks down to the row `low`."""
    rng = brush.rng
    x = rng.uniform(-33, 33, count)
    lock = np.round(x / 5.5 + rng.uniform(-0.2, 0.2, count))
    jag = 3.2 * np.sin(12.9 * lock + sweep) + 0.006 * x * x * (rng.random() - 0.2)
    tip = np.stack(
        [0.7 * x + 0.3 * 5.5 * lock + sweep, low + jag - rng.exponential(2.2, count), 9 - 0.02 * x * x], 1
    )
    root = np.stack([0.75 * x - 0.3 * sweep, np.full(count, -50.0), np.full(count, -18.0)], 1)
    high = np.stack([0.95 * x - 0.2 * sweep, np.full(count, -41.0), np.full(count, 4.0)], 1)
    near = tip + np.stack([-0.35 * sweep + 0 * x, np.full(count, -9.0), np.full(count, 1.0)], 1)
    curves = bezier(root, high, near, tip)
    edge = np.linspace(-31, 31, 15)
    sheet = np.stack([edge, low - 6 + 0 * edge, 8 - 0.02 * edge**2], 1)
    brush.ground(np.concatenate([sheet, sheet[::-1] * (1, 0, 1) - (0, 50, 12)]), 1.2, 0.9, 0.6)
    brush.strands(curves[: count // 2], 0.7, 0.85, 0.35)
    brush.strands(curves[count // 2 :], 0.4, 0.7, 0.35)


def swept(brush: Brush) -> None:
    traits, rng, count = brush.traits, brush.rng, 230
    side = 1.0 if traits.parting > 0 else -1.0
    grow = 5.0 + 4.0 * traits.hair_volume
    height = float(rng.uniform(26, 31))
    cap(brush, height, 1, grow)
    short(brush, height, 1, grow, 220, 10)
    s = np.sort(rng.uniform(-0.85, 0.85, count))
    root = hairline(traits, s, height, 1) + rng.normal(0, 0.5, (count, 3))
    end = edge(traits, np.clip(0.8 * s - 0.4 * side, -1, 1), grow)
    rise = (
        (2.0 + 5.0 * traits.hair_volume)
        * rng.uniform(0.5, 1.2, count)[:, None]
        * (1 - np.abs(s[:, None]) ** 2)
    )
    one = root + rise * np.array([-0.1 * side, -0.35, 0.6])
    two = 0.4 * root + 0.6 * end + rise * np.array([-0.6 * side, -0.3, 0.4])
    curves = bezier(root, one, two, end)[rng.permutation(count)]
    brush.strands(curves, 0.4, 0.8)


def curly(brush: Brush) -> None:
    traits, rng, count = brush.traits, brush.rng, 330
    grow = 7.0 + 8.0 * traits.hair_volume
    height = float(rng.uniform(24, 30))
    cap(brush, height, 1, grow, 2.0)
    s = rng.uniform(-1.12, 1.12, count)
    inner, outer = hairline(traits, np.clip(s, -1, 1), height, 0), edge(traits, s, grow)
    at = inner + (outer - inner) * rng.beta(0.9, 0.9, count)[:, None] + rng.normal(0, 0.9, (count, 3))
    turn = rng.uniform(0, 2 * np.pi, count)[:, None] + np.linspace(0, 4.4, 9)[None]
    radius = rng.uniform(0.9, 2.3, count)[:, None] * np.linspace(1, 0.55, 9)[None]
    curl = np.stack([radius * np.cos(turn), radius * np.sin(turn), 0 * turn], -1)
    brush.strands(at[:, None] + curl, 0.5, 0.8, 0.2)
