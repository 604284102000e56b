"""Eyes, painted as reflectance between the lids of the model; always both in one go."""

from __future__ import annotations

import numpy as np

from fkd_core.demo.canvas import Canvas, Image, ring
from fkd_core.demo.head import Floats, eye_lids
from fkd_core.demo.traits import Traits

_SIDES = (1, -1)


def eyes(traits: Traits, canvas: Canvas, iris_tone: float, shine: tuple[float, float]) -> dict[str, Image]:
    """Both eyes; gives back the pupils' masks on the canvas as `left_pupil` and `right_pupil`.

    `shine` is where the lamp is mirrored, right and down, -1 to 1.
    """
    parts = [[canvas.view.flat(part) for part in eye_lids(traits, side)] for side in _SIDES]
    upper, lower, centre = (np.stack([eye[i] for eye in parts]) for i in range(3))
    masks = _balls(traits, canvas, upper, lower, centre + np.array(traits.gaze), iris_tone, shine)
    _lids(traits, canvas, upper, lower)
    return masks


def _balls(
    traits: Traits,
    canvas: Canvas,
    upper: Floats,
    lower: Floats,
    middle: Floats,
    iris_tone: float,
    shine: tuple[float, float],
) -> dict[str, Image]:
    opening = canvas.cover(np.concatenate([upper, lower[:, ::-1]], 1))
    clip = canvas.spread(opening)
    white = min(0.86, 0.55 + 0.45 * traits.skin)
    canvas.paint(opening, white)
    corners = np.concatenate([upper[:, 0], upper[:, -1]])
    canvas.paint(canvas.cover(ring(corners, 2.2), 0.9), 0.62 * white, 0.6, clip)
    # A pale iris still looks darker than the face around it.
    iris_tone = min(iris_tone, 0.5 * traits.skin)
    squash = float(np.cos(np.deg2rad(traits.yaw)))
    canvas.paint(canvas.cover(ring(middle, 3.35, squash)), 0.55 * iris_tone, 1.0, clip)
    canvas.paint(canvas.cover(ring(middle, 2.7, squash), 0.3), iris_tone, 1.0, clip)
    lit = np.add(middle, (0, 1.1))
    canvas.paint(canvas.cover(ring(lit, 1.7, squash), 0.5), iris_tone * 1.7, 0.5, clip)
    pupils = ring(middle, 1.5, squash)
    canvas.paint(canvas.cover(pupils), 0.015, 1.0, clip)
    # The upper lid and its lashes throw a shadow on the ball.
    canvas.scale(canvas.trace(np.add(upper, (0, 0.7)), 1.1, 0.35), 0.5, clip)
    glint = np.add(middle, (1.1 * shine[0], -1.0 + 0.9 * shine[1]))
    canvas.paint(canvas.cover(ring(glint, 0.5)), 1.5, 0.9, clip)
    left, right = (canvas.spread(canvas.cover(pupil)) * clip for pupil in pupils)
    return {"left_pupil": left, "right_pupil": right}


def _lids(traits: Traits, canvas: Canvas, upper: Floats, lower: Floats) -> None:
    dark = 0.12 * traits.skin
    lash = 0.55 if traits.masculine else 0.7
    canvas.paint(canvas.trace(upper, lash + 0.45 * traits.makeup), dark * 0.7, 0.85)
    canvas.paint(canvas.trace(lower, 0.35), dark * 2.2, 0.35 + 0.4 * traits.makeup)
    t = np.linspace(0, 1, upper.shape[1])[:, None]
    above = 1.3 + 1.1 * min(1.0, traits.eye_opening)
    crease = upper - np.array([0, above]) * np.sin(np.pi * (0.1 + 0.85 * t)) ** 0.6
    canvas.scale(canvas.trace(crease[:, 2:], 0.5, 0.25), 0.55)
    canvas.scale(canvas.cover(np.concatenate([upper, crease[:, ::-1]], 1), 0.5), 1.06)
    if not traits.masculine:
        at = np.array([10, 14, 17, 20, 22, 24])
        reach = np.array([[[1.3, -1.1]], [[-1.3, -1.1]]]) * (0.7 + 0.8 * traits.makeup)
        tips = upper[:, at] + reach * (0.4 + 0.6 * at / 24)[None, :, None]
        canvas.paint(canvas.trace(np.stack([upper[:, at], tips], 2).reshape(-1, 2, 2), 0.3), dark, 0.75)
