"""The colour of the face before light falls on it: tone, blemishes, lines, stubble and beard."""

from __future__ import annotations

import cv2
import numpy as np

from fkd_core.demo.canvas import Canvas, Image
from fkd_core.demo.head import Floats, eye_lids, lips, nose_ridge, outline, smooth
from fkd_core.demo.relief import U, V, bells, bump, to_canvas
from fkd_core.demo.traits import Traits


def noise(rng: np.random.Generator, size: tuple[int, int], grain: float) -> Image:
    """Smooth noise of mean 0 and deviation 1; `grain` is the size of its blots in samples."""
    small = tuple(max(4, int(np.ceil(n / max(grain, 1.0))) + 3) for n in size)
    coarse = rng.standard_normal(small, dtype=np.float32)
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def tone(traits: Traits, canvas: Canvas, rng: np.random.Generator) -> Image:
    """Reflectance of the skin on the canvas."""
    shape = (len(V), len(U))
    field = np.full(shape, traits.skin, np.float32)
    field *= 1 + 0.03 * noise(rng, shape, 22) + 0.025 * noise(rng, shape, 7) + 0.03 * noise(rng, shape, 2.4)
    view = canvas.view
    red = -0.06 if traits.skin > 0.5 else -0.03
    tip = nose_ridge(traits)[2]
    old = -0.07 - 0.12 * traits.age
    spots = np.array(
        [
            (-22, 17, 0, 9, 7, red),
            (22, 17, 0, 9, 7, red),
            (*tip, 5, 4, red),
            (-17, 5.5, 1, 7, 3, old),
            (17, 5.5, 1, 7, 3, old),
            (-18.5, -3.6, 1, 7.5, 2.6, -0.3 * traits.makeup),
            (18.5, -3.6, 1, 7.5, 2.6, -0.3 * traits.makeup),
        ]
    )
    field *= 1 + bells(view.flat(spots[:, :3]), spots[:, 3], spots[:, 4], spots[:, 5])
    if traits.stubble:
        field *= 1 - np.float32(0.36 * traits.stubble) * _shaven(traits, view.flat([0, 38, 9]), rng)
    return to_canvas(field, view)


def _shaven(traits: Traits, mouth: Floats, rng: np.random.Generator) -> Image:
    """Where a beard would grow, speckled."""
    low = np.clip((V - (mouth[1] - 4)) / 12, 0, 1)[:, None]
    side = (
        np.clip((np.abs(U - mouth[0]) - 13) / 14, 0, 1)[None]
        * np.clip((V - mouth[1] + 26) / 14, 0, 1)[:, None]
    )
    lip = bump((mouth[0] - 7, mouth[1] - 6), 6, 3.2) + bump((mouth[0] + 7, mouth[1] - 6), 6, 3.2)
    grown = np.clip(np.maximum(np.maximum(low, side), 0.8 * lip), 0, 1)
    speckle = 0.8 + 0.3 * rng.standard_normal(grown.shape, dtype=np.float32)
    return np.asarray(grown * np.clip(speckle, 0, 1.5) * (1 - 0.35 * traits.age), np.float32)


def freckles(traits: Traits, canvas: Canvas, rng: np.random.Generator) -> None:
    """Spots across nose and cheeks, and a mole or two on some."""
    count = int(90 * traits.freckles)
    u = rng.normal(0, 15, count)
    _spots(canvas, u, 11 + np.abs(rng.normal(0, 5, count)), 0.55, 0.82)
    moles = int(rng.integers(0, 3))
    _spots(canvas, rng.uniform(-26, 26, moles), rng.uniform(8, 48, moles), 1.0, float(rng.uniform(0.35, 0.7)))


def _spots(canvas: Canvas, u: Floats, v: Floats, size: float, factor: float) -> None:
    at = canvas.view.flat(np.stack([u, v, 6 - 0.015 * u * u], 1))
    dots = np.stack([at, np.add(at, (0.15, 0))], 1)
    if len(dots):
        canvas.scale(canvas.trace(dots, size, 0.25), factor)


def lines(traits: Traits, canvas: Canvas) -> None:
    """Folds that smiling, frowning, raised brows and years leave."""
    view, old, grin = canvas.view, traits.age, max(0.0, traits.smile)
    mouth, tip = lips(traits), nose_ridge(traits)[2]
    corner = mouth.top[-1]
    both = np.array([[[1.0, 1, 1]], [[-1.0, 1, 1]]])
    fold = smooth(
        [
            [8.0 * traits.nose_width, tip[1] + 0.5, 9],
            [12.5 + 2 * grin, tip[1] + 5, 7],
            [corner[0] + 4.0, corner[1] - 3.5, 3],
            [corner[0] + 4.5, corner[1] + 3 + 2 * old, 1],
        ]
    )
    _fold(canvas, view.flat(fold * both), 0.05 + 0.15 * grin + 0.24 * max(0.0, old - 0.3), 1.1)
    _, lower, _ = eye_lids(traits, 1)
    bag = lower + np.array([0, 2.6, 0]) * np.sin(np.linspace(0.15, 0.9, 25) * np.pi)[:, None]
    _fold(canvas, view.flat(bag[2:20] * both), 0.06 + 0.3 * max(0.0, old - 0.35) + 0.1 * grin, 0.7)
    if old > 0.5 or grin > 0.6:
        feet = [lower[-1] + np.array([[1.5, b * 0.3, -1], [6.0, b * 1.6, -5]]) for b in (-1.8, 0.4, 2.4)]
        crow = np.concatenate([np.stack(feet) * flip for flip in both])
        _fold(canvas, view.flat(crow), 0.22 * max(old - 0.35, 0.4 * grin), 0.4)
    if traits.frown:
        crease = np.array([[2.6, -12, 8], [2.0, -8.5, 8], [2.6, -6, 7]])
        _fold(canvas, view.flat(crease * both), 0.3 * traits.frown, 0.5)
    deep = 0.22 * max(0.0, old - 0.5) + 0.12 * max(0.0, traits.brow_raise - 0.3)
    t = np.linspace(-1, 1, 15)
    rows = [
        np.stack([19 * t, row - 1.2 * np.cos(3 * t) - traits.brow_raise, 7 - 9 * t * t], 1)
        for row in (-17.0, -21.5, -26.0)
    ]
    _fold(canvas, view.flat(np.stack(rows)), deep, 0.7)


def _fold(canvas: Canvas, line: Floats, depth: float, soft: float) -> None:
    """Darken one line `(T, 2)` or several `(n, T, 2)`."""
    if depth > 0.04:
        lines = line if line.ndim == 3 else line[None]
        canvas.scale(canvas.trace(lines, 0.7, soft), 1 - min(0.7, 1.6 * depth))


def beard(traits: Traits, canvas: Canvas, rng: np.random.Generator) -> None:
    """Beard and moustache as a dark ground under single hairs; the lips are painted after them."""
    view, mouth = canvas.view, lips(traits)
    value = min(traits.hair, traits.skin * 0.7)
    if traits.beard:
        edge = outline(traits)
        half = len(edge) // 2
        jaw = edge[11 * half // 20 : half + 1]
        down = jaw * (0.99, 1, 1) + (0, 1.5, 0)
        corner = mouth.top[-1]
        inside = smooth(
            [
                [0, mouth.bottom[20, 1] + 2.0, 9],
                [corner[0] * 0.7, mouth.bottom[20, 1] + 1.0, 8],
                [corner[0] + 2.2, corner[1] + 1.0, 4],
                [corner[0] + 5.0, corner[1] - 5.0, 2],
                [28, 24, -8],
                [jaw[0, 0] - 2.0, jaw[0, 1] - 3, -20],
            ],
            6,
        )
        path = np.concatenate([inside, down])
        ring = np.concatenate([path, path[::-1] * (-1, 1, 1)])
        patch = canvas.cover(view.flat(ring), 1.8)
        canvas.paint(patch, value * 1.15, 0.5 + 0.4 * traits.beard)
        _hairs(canvas, ring, 240, (0.0, 2.6), value, rng, canvas.spread(canvas.cover(view.flat(ring), 2.0)))
    if traits.moustache:
        corner, lip = mouth.top[-1], float(mouth.top[20, 1])
        base = nose_ridge(traits)[2, 1] + 5.8
        end = np.add(corner, (2.2, 2.5 + 3.0 * traits.beard, -1))
        line = smooth(
            [
                [0, 0.35 * base + 0.65 * lip, 11],
                [0.5 * corner[0], 0.2 * base + 0.8 * lip, 10],
                np.add(corner, (0.4, -1.8, 0)),
                end,
            ],
            6,
        )
        t = np.linspace(0, 1, len(line))
        thick = np.zeros_like(line)
        thick[:, 1] = (0.6 + 0.7 * traits.moustache) * np.interp(
            t, [0, 0.15, 0.45, 0.8, 1], [1.2, 1.7, 2.0, 1.3, 0.3]
        )
        path = np.concatenate([line - thick, (line + thick)[::-1]])
        ring = np.concatenate([path, path[::-1] * (-1, 1, 1)])
        canvas.paint(canvas.cover(view.flat(ring), 0.7), value * 1.1, 0.5 + 0.4 * traits.moustache)
        _hairs(canvas, ring, 130, (2.2, 1.6), value, rng, canvas.spread(canvas.cover(view.flat(ring), 0.8)))


def _hairs(
    canvas: Canvas,
    ring: Floats,
    count: int,
    lean: tuple[float, float],
    value: float,
    rng: np.random.Generator,
    clip: Image,
) -> None:
    """Short hairs inside a ring of model points, growing down and outwards."""
    flat = canvas.view.flat(ring)
    low, high = flat.min(0), flat.max(0)
    middle = float(flat[:, 0].mean())
    root = rng.uniform(low, high, (count, 2))
    grow = np.stack(
        [np.sign(root[:, 0] - middle) * lean[0] + rng.normal(0, 0.8, count), np.full(count, lean[1])], 1
    )
    hairs = np.stack([root, root + 0.5 * grow + rng.normal(0, 0.25, root.shape), root + grow], 1)
    for part, factor in ((hairs[::3], 0.5), (hairs[1::3], 0.85), (hairs[2::3], 1.9)):
        canvas.paint(canvas.trace(part, 0.3), value * factor + 0.01, 0.6, clip)
