"""Glasses: a frame before the eyes and what its lenses mirror."""

from __future__ import annotations

import numpy as np

from fkd_core.demo.canvas import Canvas
from fkd_core.demo.head import Floats, smooth
from fkd_core.demo.light import Light
from fkd_core.demo.traits import Traits


def wear(traits: Traits, canvas: Canvas, rng: np.random.Generator, light: Light) -> None:
    """A frame before the eyes, with a trace of what the lenses mirror."""
    if traits.glasses == "none":
        return
    view = canvas.view
    square = {"round": 2.0, "square": 4.0, "aviator": 2.6, "half": 3.2}[traits.glasses]
    tall = {"round": 8.4, "square": 7.2, "aviator": 9.4, "half": 6.8}[traits.glasses]
    wide = 10.6 if traits.glasses != "round" else 9.6
    thick = (
        float(rng.uniform(0.45, 1.5))
        if traits.glasses in ("round", "square")
        else float(rng.uniform(0.4, 0.8))
    )
    metal = float(rng.choice([0.02, 0.05, 0.45])) if thick < 0.9 else float(rng.uniform(0.01, 0.12))
    tint = float(rng.choice([1.0, 1.0, 1.0, 0.8, 0.55]))
    middle = 18.4 * traits.eye_gap
    angle = np.linspace(0, 2 * np.pi, 49)
    c, s = np.cos(angle), np.sin(angle)
    for side in (-1, 1):
        x = np.sign(c) * np.abs(c) ** (2 / square) * wide
        y = np.sign(s) * np.abs(s) ** (2 / square) * tall
        if traits.glasses == "aviator":
            x = x * (1 - 0.13 * np.maximum(y / tall, 0))
            y = np.where(y < 0, 0.72 * y, y)
        lens = np.stack([side * (middle + x), 1.6 + y, 9 - 0.011 * (middle + x) ** 2], 1)
        flat = view.flat(lens)
        if tint < 1:
            canvas.scale(canvas.cover(flat), tint)
        _mirror(canvas, flat, rng, light)
        drawn = flat[24:49] if traits.glasses == "half" else flat
        canvas.scale(canvas.trace([np.add(drawn, (0.2, 1.1))], thick, 0.6), 0.8)
        canvas.paint(canvas.trace([drawn], thick), metal, 0.92)
        if metal < 0.3:
            canvas.paint(canvas.trace([np.add(flat[30:40], (0, -0.15))], 0.25), metal + 0.35, 0.5)
        hinge = np.array(
            [
                [side * (middle + wide), -0.8, 4],
                [side * (middle + wide + 3), -1.2, -2],
                [side * 41.0 * traits.face_width, 0.6, -30],
            ]
        )
        canvas.paint(canvas.trace([view.flat(hinge)], max(0.7, thick)), metal, 0.92)
    nose = middle - wide
    bridge = smooth(
        [[-nose - 0.4, 0.5, 8.5], [-0.5 * nose, -1.0, 10], [0.5 * nose, -1.0, 10], [nose + 0.4, 0.5, 8.5]]
    )
    canvas.paint(canvas.trace([view.flat(bridge)], max(0.6, thick)), metal, 0.92)


def _mirror(canvas: Canvas, lens: Floats, rng: np.random.Generator, light: Light) -> None:
    if rng.random() > 0.5:
        return
    inside = canvas.spread(canvas.cover(lens))
    low, high = lens.min(0), lens.max(0)
    at = low + (high - low) * rng.uniform(0.15, 0.7, 2)
    slab = np.array([[0, -12], [4, -12], [-3, 12], [-7, 12]]) + at
    patch = canvas.cover(slab, 0.7)
    canvas.paint(patch, 0.9 * light.key + 0.2, float(rng.uniform(0.08, 0.35)), inside)
