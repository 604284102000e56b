"""Hair: a dark ground and several hundred strands, each lit by where it lies on the skull."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
import numpy.typing as npt

from fkd_core.demo.canvas import Canvas
from fkd_core.demo.head import Floats, smooth
from fkd_core.demo.light import Light
from fkd_core.demo.traits import Traits

COVERS_EARS = ("curly", "long", "bob")

_TONES = np.array([0.35, 0.55, 0.75, 0.95, 1.2, 1.5, 1.9, 2.4])
_BETWEEN = np.sqrt(_TONES[:-1] * _TONES[1:])
_STEPS = np.linspace(0, 1, 9)


@attrs.frozen(eq=False)
class Brush:
    """What every style paints with."""

    traits: Traits
    canvas: Canvas
    light: Light
    rng: np.random.Generator

    def ground(self, ring: Floats, soft: float = 0.5, alpha: float = 1.0, factor: float = 0.5) -> None:
        """Fill a closed ring of model points with the shade between the strands."""
        value = (
            self.traits.hair
            * factor
            * (1.1 + self.traits.hair)
            * (self.light.ambient + 0.45 * self.light.key)
        )
        self.canvas.paint(self.canvas.cover(self.canvas.view.flat(ring), soft), value, alpha)

    def strands(
        self,
        curves: Floats,
        width: float = 0.45,
        alpha: float = 0.8,
        shine: float = 1.0,
        pieces: tuple[slice, ...] = (slice(None),),
    ) -> None:
        """Paint curves `(n, T, 3)` in the tones that light and chance give them; long ones are lit in pieces."""
        own = self.rng.normal(0, 0.42 - 0.36 * self.traits.hair, len(curves))
        flat = self.canvas.view.flat(curves)
        lines: list[list[Floats]] = [[] for _ in _TONES]
        for piece in pieces:
            group = self._group(curves[:, piece], own, shine)
            for index, line in zip(group, flat[:, piece], strict=True):
                lines[index].append(line)
        values = self.traits.hair * _TONES + 0.02 * np.maximum(0.0, _TONES - 0.8) + 0.006
        self.canvas.comb(lines, values, width, alpha)

    def _group(self, curves: Floats, own: Floats, shine: float) -> npt.NDArray[np.intp]:
        middle = curves[:, curves.shape[1] // 2]
        normal = (middle - (0, -2, -30)) / (42, 54, 44)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        facing = normal @ np.array(self.light.direction())
        lit = self.light.ambient + self.light.key * (0.25 + 0.75 * np.maximum(facing, 0))
        lit += shine * 0.7 * self.light.key * np.maximum(1 - np.abs(facing - 0.72) / 0.16, 0)
        return np.searchsorted(_BETWEEN, lit * np.exp(own))


def bezier(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """Cubic curves `(n, 9, 3)` from `(n, 3)` control points."""
    t = _STEPS[None, :, None]
    a, b, c, d = (p[:, None, :] for p in (a, b, c, d))
    curve: Floats = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
    return curve


def _over(traits: Traits, s: Floats, grow: float | Floats) -> Floats:
    """The outer edge of the hair; `s` runs from -1 at the ear on the left of the picture over the crown to 1."""
    angle = np.deg2rad(108) * s
    if traits.hair_style not in COVERS_EARS:
        grow = grow * (1 - 0.8 * np.clip((np.abs(s) - 0.55) / 0.45, 0, 1) ** 2)
    wide = (40.5 * traits.face_width + grow) * np.sin(angle)
    return np.stack([wide, -9 - (45 + grow) * np.cos(angle), -27 + 0 * s], -1)


def _hairline(traits: Traits, s: Floats, height: float, temple: float) -> Floats:
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


def _cap(
    brush: Brush, height: float, temple: float, grow: float, soft: float = 0.6, alpha: float = 1.0
) -> None:
    s = np.linspace(-1, 1, 41)
    ring = np.concatenate([_over(brush.traits, s, grow), _hairline(brush.traits, s[::-1], height, temple)])
    brush.ground(ring, soft, alpha)


def _short(brush: Brush, height: float, temple: float, grow: float, count: int, length: float) -> None:
    """Short hairs that stand off the hairline."""
    rng = brush.rng
    s = rng.uniform(-1, 1, count)
    inner, outer = _hairline(brush.traits, s, height, temple), _over(brush.traits, s, grow)
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


def _bald(brush: Brush) -> None:
    if brush.rng.random() < 0.6:
        _cap(brush, 30, 6, 0.5, 3.0, 0.22)


def _receding(brush: Brush) -> None:
    _cap(brush, 39, 8, 2.5, 1.6, 0.75)
    _short(brush, 39, 8, 2.5, 220, 4.5)


def _crop(brush: Brush) -> None:
    grow = 3.0 + 3.0 * brush.traits.hair_volume
    height = brush.rng.uniform(27, 32)
    temple = brush.rng.uniform(-1, 4)
    _cap(brush, height, temple, grow, 0.8)
    _short(brush, height, temple, grow, 340, brush.rng.uniform(4, 8))


def _fringe(brush: Brush) -> None:
    grow, rng = 5.0 + 3.0 * brush.traits.hair_volume, brush.rng
    _cap(brush, 27, 0, grow)
    _short(brush, 28, 0, grow, 160, 6)
    _bangs(brush, float(rng.uniform(-21, -14)), float(rng.uniform(-8, 8)), 280)


def _bangs(brush: Brush, low: float, sweep: float, count: int) -> None:
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
    brush.strands(curves[: count // 2], 0.7, 0.85)
    brush.strands(curves[count // 2 :], 0.4, 0.7)


def _swept(brush: Brush) -> None:
    traits, rng, count = brush.traits, brush.rng, 230
    side = 1.0 if traits.parting > 0 else -1.0
    grow = 5.0 + 4.0 * traits.hair_volume
    height = float(rng.uniform(26, 31))
    _cap(brush, height, 1, grow)
    _short(brush, height, 1, grow, 160, 6)
    s = np.sort(rng.uniform(-0.85, 0.85, count))
    root = _hairline(traits, s, height, 1) + rng.normal(0, 0.5, (count, 3))
    end = _over(traits, np.clip(0.8 * s - 0.4 * side, -1, 1), grow)
    rise = (
        (2.0 + 5.0 * traits.hair_volume)
        * rng.uniform(0.5, 1.2, count)[:, None]
        * (1 - np.abs(s[:, None]) ** 2)
    )
    one = root + rise * np.array([-0.1 * side, -0.35, 0.6])
    two = 0.4 * root + 0.6 * end + rise * np.array([-0.6 * side, -0.3, 0.4])
    curves = bezier(root, one, two, end)[rng.permutation(count)]
    brush.strands(curves[::2], 0.8, 0.85)
    brush.strands(curves[1::2], 0.4, 0.7)


def _curly(brush: Brush) -> None:
    traits, rng, count = brush.traits, brush.rng, 330
    grow = 7.0 + 8.0 * traits.hair_volume
    height = float(rng.uniform(24, 30))
    _cap(brush, height, 1, grow, 2.0)
    s = rng.uniform(-1.12, 1.12, count)
    inner, outer = _hairline(traits, np.clip(s, -1, 1), height, 0), _over(traits, s, grow)
    at = inner + (outer - inner) * rng.beta(0.9, 0.9, count)[:, None] + rng.normal(0, 0.9, (count, 3))
    turn = rng.uniform(0, 2 * np.pi, count)[:, None] + np.linspace(0, 4.4, 9)[None]
    radius = rng.uniform(1.0, 2.6, count)[:, None] * np.linspace(1, 0.55, 9)[None]
    curl = np.stack([radius * np.cos(turn), radius * np.sin(turn), 0 * turn], -1)
    brush.strands(at[: count // 2, None] + curl[: count // 2], 1.0, 0.85, 0.3)
    brush.strands(at[count // 2 :, None] + curl[count // 2 :], 0.5, 0.8, 0.6)


def _tied(brush: Brush) -> None:
    traits, rng, count = brush.traits, brush.rng, 240
    height = float(rng.uniform(28, 33))
    _cap(brush, height, 1, 2.0, 0.7)
    s = rng.uniform(-1, 1, count)
    root, end = _hairline(traits, s, height, 1), _over(traits, 0.72 * s - 0.1 * traits.parting, 2.0)
    root += rng.normal(0, 0.35, root.shape)
    one, two = root + (end - root) * 0.3, root + (end - root) * 0.7
    one[:, 0] += 1.5 * np.sign(s)
    brush.strands(bezier(root, one, two, end), 0.45)


def _sheets(brush: Brush, bottom: float, out: float, wave: float) -> None:
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
        pieces = (slice(0, 5), slice(4, 8), slice(7, 11), slice(10, None))
        brush.strands(whole[::2], 0.8, 0.85, 0.8, pieces)
        brush.strands(whole[1::2], 0.4, 0.7, 0.8, pieces)


def _long(brush: Brush) -> None:
    wave = float(brush.rng.choice([0.0, brush.rng.uniform(0.8, 2.2)]))
    _sheets(brush, 75.0, 4.0, wave)
    if brush.rng.random() < 0.22:
        _bangs(brush, float(brush.rng.uniform(-19, -14)), 2.0, 260)


def _bob(brush: Brush) -> None:
    _sheets(
        brush,
        float(brush.rng.uniform(36, 52)),
        float(brush.rng.uniform(1, 6)),
        float(brush.rng.uniform(0, 1.2)),
    )
    if brush.rng.random() < 0.45:
        _bangs(brush, float(brush.rng.uniform(-19, -14)), float(brush.rng.uniform(-4, 4)), 280)


_STYLES: dict[str, Callable[[Brush], None]] = {
    "bald": _bald,
    "receding": _receding,
    "crop": _crop,
    "fringe": _fringe,
    "swept": _swept,
    "curly": _curly,
    "tied": _tied,
    "long": _long,
    "bob": _bob,
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
        brush.ground(_over(traits, s, 6.0 + 8.0 * traits.hair_volume), 2.0, 1.0, 0.45)


def front(traits: Traits, canvas: Canvas, light: Light, rng: np.random.Generator) -> None:
    """The hair that lies on forehead and cheeks; painted after them."""
    _STYLES[traits.hair_style](Brush(traits, canvas, light, rng))
