"""Eyebrows, nostrils and mouth, painted as reflectance along the model's own curves."""

from __future__ import annotations

import numpy as np

from fkd_core.demo.canvas import Canvas, Image, ring
from fkd_core.demo.head import Floats, brow, gap, lips, nose_ridge
from fkd_core.demo.traits import Traits


def brows(traits: Traits, canvas: Canvas, rng: np.random.Generator) -> None:
    """A soft band with single hairs over it; both ends are the keypoints."""
    value = min(traits.hair * 0.9, 0.62 * traits.skin)
    heavy = traits.brow_weight
    bands, hairs = [], []
    for side in (-1, 1):
        line = canvas.view.flat(brow(traits, side))
        t = np.linspace(0, 1, len(line))
        half = heavy * 1.75 * np.interp(t, [0, 0.12, 0.5, 1], [0.55, 1.0, 0.9, 0.12])[:, None]
        bands.append(np.concatenate([line - (0, 1) * half, (line + (0, 1) * half)[::-1]]))
        at = rng.uniform(0.0, 0.96, 34)
        root = np.stack([np.interp(at, t, line[:, i]) for i in (0, 1)], 1)
        root[:, 1] += rng.uniform(-0.7, 1.0, 34) * np.interp(at, t, half[:, 0])
        lean = np.stack([side * (0.6 + 1.9 * at), -1.9 * (1 - at) ** 1.2 + 0.5 * at], 1) * heavy**0.5
        hairs.append(np.stack([root, root + lean], 1))
    canvas.paint(canvas.cover(np.stack(bands), 0.35), value, min(0.85, 0.5 + 0.25 * heavy))
    canvas.paint(canvas.trace(np.concatenate(hairs), 0.3), value * 0.45, 0.65)


def nostrils(traits: Traits, canvas: Canvas) -> None:
    """Nostrils, wider the further the head is thrown back, and the crease under the tip."""
    view, tip = canvas.view, nose_ridge(traits)[2]
    seen = float(np.clip(0.85 - 0.045 * traits.pitch, 0.25, 1.5))
    wing = traits.nose_width
    angle = np.linspace(0, 2 * np.pi, 17)[:-1]
    hole = np.stack(
        [
            3.4 * wing + 1.5 * wing * np.cos(angle),
            tip[1] + 4.0 + 0.85 * seen * np.sin(angle) - 0.35 * np.cos(angle),
            12 + 0 * angle,
        ],
        1,
    )
    s = np.linspace(0, 1, 9)
    crease = np.stack(
        [wing * (7.6 + 0.9 * np.sin(np.pi * s) - 1.4 * s), tip[1] - 0.6 + 5.2 * s, 9 + 1.5 * s], 1
    )
    both = np.array([[[1.0, 1, 1]], [[-1.0, 1, 1]]])
    canvas.paint(canvas.cover(view.flat(hole * both), 0.3), 0.1 * traits.skin, 0.8)
    canvas.scale(canvas.trace(view.flat(crease * both), 0.5, 0.3), 0.68)
    s = np.linspace(-1, 1, 13)
    under = np.stack([5.2 * wing * s, tip[1] + 5.0 - 0.7 * np.abs(s), 11 - 2 * s * s], 1)
    canvas.scale(canvas.trace([view.flat(under)], 0.8, 0.6), 0.86)


def mouth(traits: Traits, canvas: Canvas, rng: np.random.Generator) -> Image:
    """Lips, and teeth, tongue and dark between them; gives back the mask of the whole mouth."""
    view, shape = canvas.view, lips(traits)
    top, inner_top = view.flat(shape.top), view.flat(shape.inner_top)
    inner_bottom, bottom = view.flat(shape.inner_bottom), view.flat(shape.bottom)
    whole = canvas.cover(np.concatenate([top, bottom[::-1]]))
    clip = canvas.spread(whole)
    tone = traits.skin * (traits.lip_tone - 0.22 * traits.makeup)
    bearded = max(traits.beard, traits.moustache)
    canvas.paint(canvas.cover(np.concatenate([top, inner_top[::-1]]), 0.12), tone * 0.86, 0.9, clip)
    canvas.paint(canvas.cover(np.concatenate([inner_bottom, bottom[::-1]]), 0.2), tone * 1.02, 0.82, clip)
    canvas.scale(canvas.trace([np.add(bottom[8:33], (0, 0.5))], 0.7, 0.5), 0.8)
    shine = 0.5 * (inner_bottom[13:28] + bottom[13:28])
    canvas.scale(canvas.trace([shine], 0.9, 0.5), 1.22 + 0.25 * traits.makeup, clip)
    seam = canvas.trace([0.5 * (inner_top + inner_bottom)], 0.45, 0.15)
    canvas.paint(seam, 0.14 * traits.skin, 0.9)
    canvas.scale(canvas.cover(ring(top[[0, -1]], 1.0), 0.5), 0.75)
    if gap(traits) > 0.25:
        _inside(traits, canvas, inner_top, inner_bottom, rng)
    if bearded < 0.3:
        canvas.scale(canvas.trace([top[4:37]], 0.35, 0.3), 1.08)
    return clip


def _inside(traits: Traits, canvas: Canvas, top: Floats, bottom: Floats, rng: np.random.Generator) -> None:
    hole = canvas.cover(np.concatenate([top, bottom[::-1]]))
    clip = canvas.spread(hole)
    canvas.paint(hole, 0.045)
    height = float(bottom[20, 1] - top[20, 1])
    if height > 5.0:
        tongue = (
            bottom[9:32] - np.array([0, 1.0]) * (0.33 * height) * np.sin(np.linspace(0, np.pi, 23))[:, None]
        )
        canvas.paint(canvas.cover(np.concatenate([tongue, bottom[9:32][::-1]]), 0.5), 0.22, 0.8, clip)
    shown = max(0.0, traits.smile)
    length = min(height * (0.62 + 0.4 * shown), 2.2 + 2.2 * shown)
    if length < 0.5:
        return
    edge = (
        top[3:38] + np.array([0, 1.0]) * length * np.sin(np.linspace(0.12, np.pi - 0.12, 35))[:, None] ** 0.35
    )
    teeth = canvas.cover(np.concatenate([top[3:38], edge[::-1]]), 0.1)
    canvas.paint(teeth, 0.5 + 0.36 * min(1.0, height / 4.0), 0.93, clip)
    ivory = canvas.spread(teeth) * clip
    between = [np.stack([top[20 + i], edge[17 + i]]) for i in (-12, -9, -6, -3, 0, 3, 6, 9, 12)]
    canvas.scale(canvas.trace(between, 0.2), 0.86, ivory)
    canvas.scale(canvas.trace([np.add(top, (0, 0.35))], 0.7, 0.3), 0.7, clip)
    ends = [np.concatenate([top[end], bottom[end][::-1]]) for end in (slice(0, 12), slice(29, 41))]
    canvas.scale(canvas.cover(np.stack(ends), 0.8), 0.6, clip)
    if height > 4.0 and rng.random() < 0.45:
        rise = min(1.6, 0.2 * height)
        lower = bottom[10:31] - np.array([0, rise])
        canvas.paint(canvas.cover(np.concatenate([lower, bottom[10:31][::-1]]), 0.3), 0.55, 0.8, clip)
