"""The brush that all hair is painted with: a dark ground, and strands lit by where they lie on the skull."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fkd_core.demo.canvas import Canvas
from fkd_core.demo.head import Floats
from fkd_core.demo.light import Light
from fkd_core.demo.traits import Traits

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

    def ground(self, ring: Floats, soft: float = 0.5, alpha: float = 1.0, factor: float = 0.62) -> None:
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
        """Paint curves `(n, T, 3)` in the tones of light and chance; long ones are lit in pieces."""
        own = self.rng.normal(0, 0.42 - 0.36 * self.traits.hair, len(curves))
        flat = self.canvas.view.flat(curves)
        tones = []
        for piece in pieces:
            # Chance at each joint, or the steps between tones would line up from strand to strand.
            joint = self.rng.normal(0, 0.13, len(curves)) if len(pieces) > 1 else 0.0
            tones.append(self._tone(curves[:, piece], own + joint, shine))
        values = self.traits.hair * _TONES + 0.02 * np.maximum(0.0, _TONES - 0.8) + 0.006
        self.canvas.comb([flat[:, piece] for piece in pieces], tones, values, width, alpha)

    def _tone(self, curves: Floats, own: Floats, shine: float) -> npt.NDArray[np.intp]:
        middle = curves[:, curves.shape[1] // 2]
        normal = (middle - (0, -2, -30)) / (42, 54, 44)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        facing = normal @ np.array(self.light.direction())
        lit = self.light.ambient + self.light.key * (0.25 + 0.75 * np.maximum(facing, 0))
        lit += shine * 0.7 * self.light.key * np.maximum(1 - np.abs(facing - 0.72) / 0.16, 0)
        tone: npt.NDArray[np.intp] = np.searchsorted(_BETWEEN, lit * np.exp(own))
        return tone


def bezier(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """Cubic curves `(n, 9, 3)` from `(n, 3)` control points."""
    t = _STEPS[None, :, None]
    a, b, c, d = (p[:, None, :] for p in (a, b, c, d))
    curve: Floats = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
    return curve
