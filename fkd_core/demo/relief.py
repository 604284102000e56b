"""The height of the face above its picture plane, from which light and shadow follow."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
import numpy.typing as npt

from fkd_core.demo.canvas import OVERSAMPLING, SIDE, Image
from fkd_core.demo.head import Floats, View, gap, lips, midline, nose_ridge, outline
from fkd_core.demo.traits import Traits

STEP = 0.85
U = np.arange(-66, 67, dtype=np.float32) * np.float32(STEP)
V = np.arange(-58, 81, dtype=np.float32) * np.float32(STEP)
"""The raster of all fields: columns and rows of the head's picture plane, in model units."""

U.setflags(write=False)
V.setflags(write=False)


def to_canvas(field: Image, view: View) -> Image:
    """A field of the head's plane resampled onto the canvas."""
    turn = view.tilt * STEP * OVERSAMPLING
    origin = (view.place([U[0], V[0]]) + 0.5) * OVERSAMPLING - 0.5
    matrix = np.column_stack([turn, origin])
    warped = cv2.warpAffine(
        field, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.float32)


@attrs.frozen(eq=False)
class Relief:
    """Heights on the raster, in model units."""

    height: Image


def bells(flat: npt.ArrayLike, width: npt.ArrayLike, tall: npt.ArrayLike, amount: npt.ArrayLike) -> Image:
    """The sum of bells on the raster, centred on points `(n, 2)` of the head's plane; `n` of each measure."""
    at = np.asarray(flat, dtype=np.float32)
    wide, high, much = (np.asarray(x, dtype=np.float32)[:, None] for x in (width, tall, amount))
    # Beyond this a bell is nothing, but numbers near the smallest float would slow all that follows.
    across = np.exp(-np.minimum(((U - at[:, :1]) / wide) ** 2, 30))
    down = much * np.exp(-np.minimum(((V - at[:, 1:]) / high) ** 2, 30))
    total: Image = down.T @ across
    return total


def bump(flat: npt.ArrayLike, width: float, tall: float) -> Image:
    """A single bell of height 1 on the raster."""
    return bells(np.asarray(flat)[None], [width], [tall], [1.0])


def build(traits: Traits, view: View) -> Relief:
    """The relief of a face as it is turned."""
    edge = view.flat(outline(traits))
    crown, chin = int(edge[:, 1].argmin()), int(edge[:, 1].argmax())
    right = _side(edge, crown, chin)
    left = _side(edge[::-1], len(edge) - 1 - crown, len(edge) - 1 - chin)
    profile = midline(traits)
    seen = view.flat(profile)
    order = np.maximum.accumulate(seen[:, 1])
    depth = profile @ view.rotation.T[:, 2]
    middle = np.interp(V, order, seen[:, 0]).astype(np.float32)[:, None]
    middle = np.clip(middle, left[:, None] + 8, np.maximum(right[:, None] - 8, left[:, None] + 8.1))
    rise = np.interp(V, order, depth).astype(np.float32)[:, None]
    reach = np.where(U[None] > middle, right[:, None] - middle, middle - left[:, None])
    t2 = np.minimum(np.abs(U[None] - middle) / np.maximum(reach, 1.0), 1.0) ** 2
    skull = np.float32(34.0) * (np.sqrt(np.maximum(1 - t2 * (0.42 + 0.58 * t2), 0.0)) - 1)
    height = _nose(traits, view) + rise + skull
    bumps = np.array([(*point, *rest) for point, *rest in _bumps(traits)], np.float32)
    height += bells(view.flat(bumps[:, :3]), bumps[:, 3], bumps[:, 4], bumps[:, 5])
    return Relief(np.asarray(cv2.GaussianBlur(height, (0, 0), 0.9), np.float32))


def _side(edge: Floats, crown: int, chin: int) -> Image:
    """Where one side of the outline runs in each row of the raster."""
    count = len(edge)
    line = edge[[(crown + i) % count for i in range((chin - crown) % count + 1)]]
    return np.asarray(np.interp(V, np.maximum.accumulate(line[:, 1]), line[:, 0]), np.float32)


def _nose(traits: Traits, view: View) -> Image:
    """Bridge and tip, leaning with the turn of the head."""
    ridge = nose_ridge(traits)
    foot = ridge * (1, 1, 0) + (0, 0, 6.0)
    seen, base = view.flat(smooth_line(ridge)), view.flat(smooth_line(foot))
    rows = np.maximum.accumulate(seen[:, 1])
    along = np.linspace(0, 1, len(rows))
    at = np.interp(V, rows, along, left=-1.0, right=2.0)
    line = np.interp(V, rows, seen[:, 0])
    lean = line - np.interp(V, rows, base[:, 0])
    tall = traits.nose_height
    amount = (
        np.interp(
            at, [-1, 0, 0.2, 0.42, 0.6, 0.7, 0.8, 0.9, 1.0], [0, 0.5, 2.6, 5.0, 8.0, 8.6, 7.0, 3.6, 0.9]
        )
        * tall
    )
    wide = np.interp(at, [0, 0.25, 0.5, 0.68, 0.85, 1], [6.5, 4.8, 4.7, 5.4, 4.9, 4.2]) * traits.nose_width
    right, left = np.maximum(wide - lean, 0.4 * wide), np.maximum(wide + lean, 0.4 * wide)
    table = np.stack([amount, line, right, left]).astype(np.float32)
    peak, axis, right, left = table[:, :, None]
    d = U[None] - axis
    reach = np.where(d > 0, right, left)
    ratio = (d / reach) ** 2
    return np.asarray(peak / (1 + ratio * (0.75 + 0.45 * ratio)), np.float32)


def smooth_line(points: Floats) -> Floats:
    """A line through the points with eight straight steps to a piece."""
    t = np.linspace(0, len(points) - 1, 8 * (len(points) - 1) + 1)
    return np.stack([np.interp(t, np.arange(len(points)), points[:, i]) for i in range(3)], axis=1)


def _bumps(traits: Traits) -> list[tuple[tuple[float, float, float], float, float, float]]:
    """Centre in space, width, height and amount of what stands out or sinks in."""
    grin, mouth = max(0.0, traits.smile), lips(traits)
    eye, tip = 18.0 * traits.eye_gap, nose_ridge(traits)[2]
    chin = 58.0 * traits.chin + 0.75 * gap(traits)
    old = traits.age
    sag, ridge = float(mouth.bottom[20, 1]), 2.4 if traits.masculine else 1.0
    found: list[tuple[tuple[float, float, float], float, float, float]] = [
        ((0, 31.5, 9), 1.7, 3.0, -0.8),
        ((0, 36.5, 9), 13.0, 9.0, 1.5),
        ((0, float(mouth.top[20, 1]) + 1.2, 11), 8.0, 1.5, 0.9),
        ((0, sag - 1.6, 11), 6.5 * traits.mouth_width, 1.9, 2.0),
        ((0, sag + 3.2, 8), 9.0, 2.4, -2.6),
        ((0, chin - 6.5, 8), 9.5, 5.5, 3.4),
        ((0, -8, 7), 5.0, 4.0, 0.3 * ridge),
        ((float(tip[0]), float(tip[1]) - 0.3, float(tip[2])), 3.8 * traits.nose_width, 3.2, 2.8),
    ]
    for side in (-1, 1):
        found += [
            ((side * 14.5, -7.6, 6), 10.0, 3.4, ridge),
            ((side * (eye + 0.5), -1.6, 1), 9.0, 4.8, -3.2),
            ((side * (eye - 8.5), 0.5, 2), 3.6, 5.0, -1.2),
            ((side * eye, 0.6, 1), 5.8, 3.8, 3.2),
            ((side * eye, 6.0, 2), 6.5, 2.2, -0.6 - 1.2 * old),
            ((side * 25, 15 - 2 * grin, -4), 9.5, 7.5, 3.2 * traits.cheeks),
            ((side * 20, 19 - 1.5 * grin, 2), 7.0, 6.0, 1.2 + 3.0 * grin),
            ((side * 26, 34, -8), 6.5, 9.0, -2.6 * (0.5 + old) + 1.6 * grin),
            ((side * 33, -12, -12), 5.0, 9.0, -2.0),
            ((side * 6.3 * traits.nose_width, float(tip[1]) + 2.4, 11), 2.7, 2.9, 3.6),
            ((side * float(mouth.top[-1, 0]) * 1.08, float(mouth.top[0, 1]) + 0.4, 5), 2.6, 3.0, -1.6),
        ]
    return found
