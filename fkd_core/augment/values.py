"""What is drawn for the faces of a batch, and what becomes of one face by it."""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.augment.changes import NUMBERS, SPECS
from fkd_core.augment.elastic import KNOTS
from fkd_core.augment.settings import AugmentConfig, Change

ONCE, TWICE = 3, 4
"""first words of the seeds of what was added to the stream later: whether a change is made, and how"""


@attrs.define(eq=False)
class Values:
    """How one face is changed; as it is made, not at all.

    Args:
        rotation: degrees, counter-clockwise as seen.
        scale: factor of the size.
        shift: pixels to the right and down.
        mirror: whether left and right change sides.
        perspective: what is gained in nearness at the left and at the top edge, as a share.
        knots: `(KNOTS, KNOTS, 2)` of a `Bend`; None for none.
        gain: factor of the distance from the middle grey.
        brightness: what is added to the grey levels.
        gamma: the exponent.
        noise: standard deviation in grey levels.
        grain: where the face's stretch of the strip of noise begins.
        blur: standard deviation in pixels.
        cover: left, top and side as shares of the frame, and a grey level; None for none.
    """

    rotation: float = 0.0
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    mirror: bool = False
    perspective: tuple[float, float] = (0.0, 0.0)
    knots: Floats | None = None
    gain: float = 1.0
    brightness: float = 0.0
    gamma: float = 1.0
    noise: float = 0.0
    grain: int = 0
    blur: float = 0.0
    cover: tuple[float, float, float, int] | None = None


def log_scale(value: float) -> float:
    """The logarithm of the factor that a relative change of size stands for: -x undoes x."""
    return math.copysign(float(np.log1p(abs(value))), value)


class Draw:
    """All that is random about one batch. What one change draws does not depend on the others' settings.

    Rotation, scale, shift, mirror, brightness, contrast and noise draw from one generator, as they always
    did: seeds give the batches that they gave before there were other changes. Each later change has a
    generator of its own, which is asked only while that change is on.

    Args:
        config: the settings.
        key: seed, epoch and number of the batch.
        faces: of the batch.
        grains: how many places a face's noise may begin at.
    """

    def __init__(self, config: AugmentConfig, key: tuple[int, int, int], faces: int, grains: int) -> None:
        self._config, self._key, self._faces = config, key, faces
        rng = np.random.default_rng((key[0], 2, *key[1:]))
        # All numbers are drawn whatever is switched on, so that turning one change off leaves the others.
        self._d = rng.uniform(-1, 1, (faces, 9))
        self._offsets = rng.integers(0, grains, faces)
        mirrored = rng.random(faces) < config.mirror.chance
        self.changed: NDArray[np.bool_] = rng.random(faces) < config.share
        self.mirrored: NDArray[np.bool_] = mirrored & self.changed
        self._made = {name: self._gate(name) for name in SPECS if config.change(name).on}
        self._more = {
            name: self._numbers(name) for name in ("perspective", "elastic", "gamma", "blur", "occlusion")
            if name in self._made
        }  # fmt: skip
        # Constant over the batch, and drawing is what most of a quick batch's time goes to.
        scale = config.scale
        low, high = (log_scale(scale.low), log_scale(scale.high)) if scale.on else (0.0, 0.0)
        self._log_scale = ((low + high) / 2, (high - low) / 2)
        self._wide = bool(self._more) or not all(made is None for made in self._made.values())

    def values(self, face: int) -> Values:
        """How one face of the batch is changed."""
        config, d = self._config, self._d[face]
        middle, half = self._log_scale
        made = Values(
            rotation=_between(config.rotation, float(d[0])),
            scale=float(np.exp(middle + d[1] * half)),
            shift=(_between(config.shift, float(d[2])), _between(config.shift, float(d[3]))),
            mirror=bool(self.mirrored[face]),
            gain=1 + _between(config.contrast, float(d[4])),
            brightness=_between(config.brightness, float(d[5])),
            noise=_from_low(config.noise, abs(float(d[6]))),
            grain=int(self._offsets[face]),
        )
        if self._wide:
            self._spare(made, face)
            self._add(made, face)
        return made

    def _gate(self, name: str) -> NDArray[np.bool_] | None:
        """To which faces a change is made; None for all. Mirroring has its own draw."""
        probability = self._config.change(name).probability
        if name == "mirror" or probability == 1:
            return None
        return self._rng(ONCE, name).random(self._faces) < probability

    def _numbers(self, name: str) -> Floats:
        rng = self._rng(TWICE, name)
        count = {"elastic": 1 + KNOTS * KNOTS * 2, "perspective": 2, "occlusion": 4}.get(name, 1)
        return rng.random((self._faces, count))

    def _rng(self, purpose: int, name: str) -> np.random.Generator:
        seed, epoch, index = self._key
        return np.random.default_rng((seed, purpose, NUMBERS[name], epoch, index))

    def _is_made(self, name: str, face: int) -> bool:
        if name not in self._made:
            return False
        gate = self._made[name]
        return gate is None or bool(gate[face])

    def _spare(self, values: Values, face: int) -> None:
        """Take back what a probability below 1 spares this face."""
        rest = Values()
        fields = {"rotation": "rotation", "shift": "shift", "scale": "scale", "contrast": "gain"}
        fields |= {"brightness": "brightness", "noise": "noise"}
        for name, field in fields.items():
            if not self._is_made(name, face):
                setattr(values, field, getattr(rest, field))

    def _add(self, values: Values, face: int) -> None:
        for name, numbers in self._more.items():
            if self._is_made(name, face):
                set_value(values, name, self._config.change(name), numbers[face])


def _between(change: Change, d: float) -> float:
    """A value of a range for `d` from -1 to 1; 0 while the change is off."""
    return change.middle + d * change.half


def _from_low(change: Change, share: float) -> float:
    return change.low + share * (change.high - change.low) if change.on else 0.0


def set_value(values: Values, name: str, change: Change, u: Floats) -> None:
    """Set one of the later changes by numbers from 0 to 1."""
    span = change.high - change.low
    if name == "perspective":
        values.perspective = (change.low + float(u[0]) * span, change.low + float(u[1]) * span)
    elif name == "elastic":
        strength = change.low + float(u[0]) * span
        values.knots = strength * (2 * u[1:].reshape(KNOTS, KNOTS, 2) - 1)
    elif name == "gamma":
        low, high = math.log(change.low), math.log(change.high)
        values.gamma = math.exp(low + float(u[0]) * (high - low))
    elif name == "blur":
        values.blur = change.low + float(u[0]) * span
    elif name == "occlusion":
        side = change.low + float(u[0]) * span
        values.cover = (float(u[1]) * (1 - side), float(u[2]) * (1 - side), side, int(u[3] * 256))
