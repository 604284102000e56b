"""What random changes a training makes: which, how far, and how often."""
# ruff: noqa: RUF009 - what is called in the class makes fields, not values

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from fkd_core.augment.changes import SPECS, Spec
from fkd_core.errors import BadInputError

VERSION = 1
"""of the settings as files hold them"""


@attrs.frozen
class Change:
    """How one kind of change is made.

    Args:
        on: whether it is made at all.
        low, high: the range that its values are drawn from; they stay while it is off.
        probability: share of the changed faces that it is made to.
    """

    on: bool
    low: float
    high: float
    probability: float = 1.0

    @property
    def chance(self) -> float:
        """The share of the changed faces that it is made to, 0 while it is off."""
        return self.probability if self.on else 0.0

    @property
    def half(self) -> float:
        """Half the width of the range, 0 while it is off."""
        return (self.high - self.low) / 2 if self.on else 0.0

    @property
    def middle(self) -> float:
        """The middle of the range, 0 while it is off."""
        return (self.low + self.high) / 2 if self.on else 0.0


def usual(name: str, *, on: bool = False) -> Change:
    """A change with the range that it begins with."""
    spec = SPECS[name]
    return Change(on, spec.low, spec.high, spec.chance)


def _refusal(where: str, expected: object, found: object) -> BadInputError:
    return BadInputError("this augmentation cannot be used", where=where, expected=expected, found=found)


def _number(where: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise _refusal(where, f"a number from {low:g} to {high:g}", value)
    return float(value)


def _flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _refusal(where, "true or false", value)
    return value


def _checked(name: str, change: Change) -> Change:
    spec = SPECS[name]
    _flag(f"{name}, on", change.on)
    low = _number(f"{name}, low", change.low, spec.lowest, spec.highest)
    high = _number(f"{name}, high", change.high, spec.lowest, spec.highest)
    if low > high:
        raise _refusal(f"{name}, low", f"at most the range's other end, {high:g}", f"{low:g}")
    probability = _number(f"{name}, probability", change.probability, 0.0, 1.0)
    return Change(change.on, low, high, probability)


def _from_number(spec: Spec, value: float) -> Change:
    """The change that a lone number stands for, as in the settings of earlier versions; 0 is off."""
    if not spec.ranged:
        probability = _number(spec.name, value, 0.0, 1.0)
        return Change(value > 0, spec.low, spec.high, probability if value > 0 else spec.chance)
    if not spec.short:
        raise _refusal(spec.name, '{"on": …, "low": …, "high": …}', value)
    far = _number(spec.name, value, 0.0, spec.highest)
    return Change(True, -far if spec.two_sided else 0.0, far) if far else usual(spec.name)


def _from_mapping(name: str, value: Mapping[str, Any]) -> Change:
    known = [field.name for field in attrs.fields(Change)]
    unknown = sorted(map(str, set(value) - set(known)))
    if unknown:
        raise _refusal(f"{name}, {unknown[0]}", ", ".join(known), unknown[0])
    # Ends and probability that are left out are the usual ones; whoever names a change wants it.
    return _checked(name, attrs.evolve(usual(name, on=True), **value))


def _converter(name: str) -> Callable[[Any], Change]:
    def convert(value: Any) -> Change:
        if isinstance(value, Change):
            return _checked(name, value)
        if isinstance(value, Mapping):
            return _from_mapping(name, value)
        if isinstance(value, bool):
            return usual(name, on=value)
        if isinstance(value, (int, float)):
            return _from_number(SPECS[name], value)
        raise _refusal(name, "a number, or an object with on, low, high and probability", repr(value))

    return convert


def _change(name: str) -> Any:
    return attrs.field(factory=lambda: usual(name), converter=_converter(name))


@attrs.frozen
class AugmentConfig:
    """The random changes of a training. Each may be given as a `Change`, as a mapping of some of its values,
    as `True` or `False`, or as a number `n` for the range from -n to n (of those that go one way from 0 to n;
    of `mirror` the probability); 0 turns it off. See `fkd_core.augment.changes` for what each does.

    Args:
        share: share of the faces that are changed at all.
        whole: leave a face unchanged where the change would push a known keypoint out of the frame;
            if not, such keypoints become unknown.

    Raises:
        BadInputError: if a value is out of range.
    """

    share: float = 1.0
    rotation: Change = _change("rotation")
    shift: Change = _change("shift")
    scale: Change = _change("scale")
    mirror: Change = _change("mirror")
    perspective: Change = _change("perspective")
    elastic: Change = _change("elastic")
    brightness: Change = _change("brightness")
    contrast: Change = _change("contrast")
    gamma: Change = _change("gamma")
    noise: Change = _change("noise")
    blur: Change = _change("blur")
    occlusion: Change = _change("occlusion")
    whole: bool = False

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "share", _number("share", self.share, 0.0, 1.0))
        _flag("whole", self.whole)

    def change(self, name: str) -> Change:
        """One of the changes by its name."""
        found: Change = getattr(self, name)
        return found

    @property
    def active(self) -> tuple[str, ...]:
        """The changes that are made to some faces."""
        return tuple(name for name in SPECS if self.share and self.change(name).chance)

    def same_as(self, other: AugmentConfig) -> bool:
        """Whether both make the very same batches; ranges of what is off do not matter."""
        if self.active != other.active:
            return False
        if self.active and (self.share, self.whole) != (other.share, other.whole):
            return False
        return all(self.change(name) == other.change(name) for name in self.active)

    def describe(self) -> str:
        """What is on, in a line."""
        words = [described(name, self.change(name)) for name in self.active]
        if not words:
            return "no change"
        some = "" if self.share == 1 else f"{self.share:.0%} of the faces: "
        return some + ", ".join(words)

    def to_dict(self) -> dict[str, Any]:
        """A plain value for a run's configuration or a file."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> AugmentConfig:
        """The inverse of `to_dict`; also reads what earlier versions wrote, and files by hand.

        Raises:
            BadInputError: if a key is unknown, a value out of range, or the settings are of a later version.
        """
        chosen = dict(value)
        version = chosen.pop("version", VERSION)
        if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
            raise _refusal("version", f"at most {VERSION}, written by this version of FKD", version)
        known = [field.name for field in attrs.fields(cls)]
        unknown = sorted(map(str, set(chosen) - set(known)))
        if unknown:
            raise _refusal(unknown[0], ", ".join(known), unknown[0])
        return cls(**chosen)


def shown(spec: Spec, value: float, *, signed: bool | None = None) -> str:
    """A value with its unit, such as `-15°`, `+4 px` or `12 %`."""
    sign = "+" if (spec.two_sided if signed is None else signed) and value and spec.unit != "×" else ""
    if spec.unit == "%":
        return f"{value * 100:{sign}.3g} %"
    if spec.unit == "×":
        return f"×{value:.3g}"
    gap = "" if spec.unit == "°" else " "
    return f"{value:{sign}.3g}{gap}{spec.unit}"


def described(name: str, change: Change) -> str:
    """A change in a few words, such as `rotation ±15°` or `mirror in 50 %`."""
    spec = SPECS[name]
    often = "" if change.probability == 1 else f" in {change.probability:.0%}".replace("%", " %")
    if not spec.ranged:
        return name + often
    low, high = change.low, change.high
    if spec.two_sided and spec.rest == 0 and math.isclose(low, -high):
        return f"{name} ±{shown(spec, high, signed=False)}{often}"
    if low == 0 and not spec.two_sided:
        return f"{name} up to {shown(spec, high)}{often}"
    return f"{name} {shown(spec, low)} to {shown(spec, high)}{often}"
