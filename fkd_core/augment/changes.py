"""The twelve random changes: what each is called, how far it may go, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs


@attrs.frozen
class Spec:
    """One kind of random change.

    Args:
        name: in settings and files.
        title: on screen.
        what: what it does, in a sentence without a full stop.
        unit: of its values, on screen: `°`, `px`, `%` (values are shares), `×` or grey levels.
        lowest, highest: what its range may hold.
        low, high: the range that it begins with when it is switched on.
        slider: the part of the range that a slider offers; a number field reaches the rest.
        step: of a slider, in the unit of the values.
        rest: the value that changes nothing.
        chance: the share of faces that it begins with.
        short: whether a lone number `n` stands for the range from -n to n, or from 0 to n.
    """

    name: str
    title: str
    what: str
    unit: str
    lowest: float
    highest: float
    low: float
    high: float
    slider: tuple[float, float]
    step: float
    rest: float = 0.0
    chance: float = 1.0
    short: bool = True

    @property
    def two_sided(self) -> bool:
        """Whether it goes either way from where it changes nothing."""
        return self.lowest < self.rest

    @property
    def ranged(self) -> bool:
        """Whether it has a range at all; mirroring is done or it is not."""
        return self.highest > self.lowest


_ALL = (
    Spec(
        "rotation",
        "Rotation",
        "turns the face about the middle of the frame; above 0 counter-clockwise",
        "°",
        *(-180.0, 180.0, -15.0, 15.0),
        slider=(-45.0, 45.0),
        step=1.0,
    ),
    Spec(
        "shift",
        "Shift",
        "moves the face along each axis, across and down by themselves",
        "px",
        *(-1000.0, 1000.0, -4.0, 4.0),
        slider=(-24.0, 24.0),
        step=0.5,
    ),
    Spec(
        "scale",
        "Scale",
        "makes the face larger or smaller; -12 % undoes 12 %",
        "%",
        *(-0.9, 0.9, -0.12, 0.12),
        slider=(-0.5, 0.5),
        step=0.01,
    ),
    Spec(
        "mirror",
        "Mirror",
        "exchanges left and right, in the picture and in the names of the keypoints",
        "",
        *(1.0, 1.0, 1.0, 1.0),
        slider=(1.0, 1.0),
        step=1.0,
        chance=0.5,
    ),
    Spec(
        "perspective",
        "Perspective",
        "brings one side nearer and takes the other away, across and down by themselves",
        "%",
        *(-0.4, 0.4, -0.1, 0.1),
        slider=(-0.3, 0.3),
        step=0.01,
    ),
    Spec(
        "elastic",
        "Elastic",
        "bends the face like rubber; no point is moved further than this along an axis",
        "px",
        *(0.0, 6.0, 0.0, 3.0),
        slider=(0.0, 6.0),
        step=0.25,
    ),
    Spec(
        "brightness",
        "Brightness",
        "adds to all grey levels",
        "levels",
        *(-255.0, 255.0, -20.0, 20.0),
        slider=(-80.0, 80.0),
        step=1.0,
    ),
    Spec(
        "contrast",
        "Contrast",
        "spreads the grey levels about the middle one, or draws them together",
        "%",
        *(-0.99, 0.99, -0.25, 0.25),
        slider=(-0.75, 0.75),
        step=0.01,
    ),
    Spec(
        "gamma",
        "Gamma",
        "lights the dark parts (below 1) or darkens them (above 1); black and white stay",
        "×",
        *(0.2, 5.0, 0.75, 1.33),
        slider=(0.4, 2.5),
        step=0.05,
        rest=1.0,
        short=False,
    ),
    Spec(
        "noise",
        "Noise",
        "adds grain, with this standard deviation",
        "levels",
        *(0.0, 255.0, 0.0, 3.0),
        slider=(0.0, 30.0),
        step=0.5,
    ),
    Spec(
        "blur",
        "Blur",
        "blurs the face, with this standard deviation",
        "px",
        *(0.0, 10.0, 0.0, 1.0),
        slider=(0.0, 3.0),
        step=0.1,
    ),
    Spec(
        "occlusion",
        "Occlusion",
        "covers a square of one grey, its side this share of the frame's; keypoints below it stay known",
        "%",
        *(0.0, 0.9, 0.1, 0.3),
        slider=(0.0, 0.6),
        step=0.01,
        chance=0.5,
        short=False,
    ),
)

SPECS: Mapping[str, Spec] = MappingProxyType({spec.name: spec for spec in _ALL})
"""Every kind of change by its name, in the order in which they are shown."""

NUMBERS: Mapping[str, int] = MappingProxyType({spec.name: number for number, spec in enumerate(_ALL)})
"""The place of each change in what is drawn for it; never renumber, or seeds lose their meaning."""
