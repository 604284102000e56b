"""What is seen around the face: a room out of focus, shoulders, neck and ears."""

from __future__ import annotations

import cv2
import numpy as np

from fkd_core.demo.canvas import FRAME, SIDE, Canvas, Image
from fkd_core.demo.head import gap, outline, smooth
from fkd_core.demo.light import Light
from fkd_core.demo.traits import Traits


def background(rng: np.random.Generator) -> Image:
    """A wall with a few blurred shapes, on the canvas."""
    small = np.empty((FRAME, FRAME), np.float32)
    base = rng.choice([rng.uniform(0.04, 0.3), rng.uniform(0.3, 1.0)])
    y, x = np.mgrid[-1 : 1 : FRAME * 1j, -1 : 1 : FRAME * 1j]
    slope = rng.normal(0, 0.22, 2)
    small[:] = base * (1 + slope[0] * x + slope[1] * y)
    for _ in range(int(rng.integers(0, 7))):
        left, top = rng.integers(-20, 90, 2)
        right, bottom = left + rng.integers(5, 60), top + rng.integers(5, 90)
        shade = float(base * rng.uniform(0.45, 1.7))
        if rng.random() < 0.75:
            cv2.rectangle(small, (int(left), int(top)), (int(right), int(bottom)), shade, -1)
        else:
            cv2.circle(small, (int(left), int(top)), int(rng.integers(4, 22)), shade, -1)
    blur = float(rng.uniform(0.8, 6.0))
    blurred = cv2.GaussianBlur(small, (0, 0), blur, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(blurred, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.float32)


def shoulders(traits: Traits, canvas: Canvas, light: Light, rng: np.random.Generator) -> None:
    """Clothes at the lower edge, under a neck that lies in the shadow of the chin."""
    view, drop = canvas.view, 0.4 * gap(traits)
    lx = light.direction()[0]
    half = 29.0 if traits.masculine else 23.5
    tone = traits.skin * (light.ambient + 0.62 * light.key)
    cloth = float(rng.uniform(0.03, 0.7)) * (light.ambient + 0.6 * light.key)
    slope = float(rng.uniform(46, 58)) + drop
    body = np.array(
        [
            [-half, slope - 6, -40],
            [half, slope - 6, -40],
            [62, slope + 9, -44],
            [95, slope + 40, -44],
            [95, 120, -44],
            [-95, 120, -44],
            [-95, slope + 40, -44],
            [-62, slope + 9, -44],
        ],
        float,
    )
    canvas.paint(canvas.cover(view.flat(body), 0.5), cloth)
    for side in (-1, 1):
        fold = smooth(
            [
                [side * (half + 4), slope + 1, -40],
                [side * (half + 12), slope + 14, -40],
                [side * (half + 10), 84, -40],
            ]
        )
        canvas.scale(canvas.trace([view.flat(fold)], 1.2, 1.0), 0.7)
    edge = np.array(
        [
            [half - 1, 22],
            [half - 0.5, slope - 10],
            [half + 3.5, slope - 1],
            [half - 3, slope + 12],
            [0, slope + 19],
        ],
        float,
    )
    if rng.random() < 0.4:
        edge[3:] = [[half - 9, slope + 26], [0, slope + 44]]
    right = np.column_stack([smooth(edge, 6), np.full(len(smooth(edge, 6)), -30.0)])
    neck = np.concatenate([right, right[::-1] * (-1, 1, 1)])
    patch = canvas.cover(view.flat(neck), 0.4)
    canvas.paint(patch, tone)
    inside = canvas.spread(patch)
    for side in (-1, 1):
        strip = np.array(
            [
                [side * (half + 5), 10, -30],
                [side * (half - 6), 10, -28],
                [side * (half - 8), 90, -28],
                [side * (half + 5), 90, -30],
            ]
        )
        canvas.scale(canvas.cover(view.flat(strip), 4.0), 0.62 + 0.3 * max(0.0, side * lx), inside)
    shadow = outline(traits) * (0.97, 1, 1) + (-7 * lx, 6.5, -12)
    canvas.scale(canvas.cover(view.flat(shadow), 2.2), 0.5, inside)
    if rng.random() < 0.35:
        lapel = canvas.trace(
            [view.flat(np.add(right, (1.0, 1.5, 0))), view.flat(np.add(right * (-1, 1, 1), (-1.0, 1.5, 0)))],
            2.4,
            0.2,
        )
        canvas.paint(lapel, min(1.0, cloth * 1.7 + 0.1), 0.9, 1 - inside)


def ears(traits: Traits, canvas: Canvas, light: Light) -> None:
    """Both ears; the head is painted over their inner halves."""
    view = canvas.view
    lx, _, lz = light.direction()
    wide = 39.5 * traits.face_width
    for side in (-1, 1):
        ring = smooth(
            [
                [wide - 6, -6, -30],
                [wide + 1.5, -8.5, -33],
                [wide + 5.4, -4, -36],
                [wide + 5.2, 4, -36],
                [wide + 3.0, 12, -33],
                [wide + 0.5, 17.5, -30],
                [wide - 3, 17, -28],
            ]
        ) * (side, 1, 1)
        lit = light.ambient * 0.9 + light.key * max(0.08, 0.5 * side * lx + 0.42 * lz)
        patch = canvas.cover(view.flat(ring), 0.15)
        canvas.paint(patch, traits.skin * lit)
        clip = canvas.spread(patch)
        hollow = smooth(
            [[wide + 0.5, -3.5, -33], [wide + 3.0, -2.5, -35], [wide + 3.0, 4, -35], [wide + 0.6, 9, -33]]
        ) * (side, 1, 1)
        canvas.scale(canvas.trace([view.flat(hollow)], 1.4, 0.6), 0.55, clip)
        rim = ring[4:24]
        canvas.scale(canvas.trace([view.flat(rim)], 0.8, 0.4), 1.18, clip)
