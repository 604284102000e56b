"""What a search may choose among: named settings of a training, each with choices or a range."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from fkd_core.errors import BadInputError
from fkd_core.models import registry
from fkd_core.training.config import TrainingConfig

TRAINING_SETTINGS = ("learning_rate", "batch_size", "augment", "patience")
"""Settings of `TrainingConfig` that may be searched; split, seed and length are the same for all trials."""
POINTS = 4
"""Values that a grid takes from a range unless the range says how many."""
Value = float | int | str | bool
Settings = dict[str, Value]


@attrs.frozen
class Choices:
    """A setting with a list of values, tried in their order."""

    name: str
    values: tuple[Value, ...]

    def points(self) -> tuple[Value, ...]:
        """The values that a grid tries."""
        return self.values

    def to_dict(self) -> list[Value]:
        """As a space file has it."""
        return list(self.values)


@attrs.frozen
class Range:
    """A setting with a lowest and a highest value, both included.

    Args:
        name: of the setting.
        low: lowest value.
        high: highest value.
        log: whether equal ratios count alike, not equal differences.
        integer: whether only whole numbers are meant.
        count: values that a grid takes from it.
    """

    name: str
    low: float
    high: float
    log: bool = False
    integer: bool = False
    count: int = POINTS

    def points(self) -> tuple[Value, ...]:
        """The values that a grid tries, evenly spread."""
        steps = [i / (self.count - 1) for i in range(self.count)]
        if self.log:
            found = [self.low * (self.high / self.low) ** step for step in steps]
        else:
            found = [self.low + (self.high - self.low) * step for step in steps]
        if self.integer:
            return tuple(dict.fromkeys(round(value) for value in found))
        return tuple(float(f"{value:.6g}") for value in found)

    def to_dict(self) -> dict[str, Any]:
        """As a space file has it."""
        return {"low": self.low, "high": self.high, "log": self.log, "count": self.count}


Parameter = Choices | Range


@attrs.frozen
class Space:
    """A network and what of its training is searched, in the order in which `greedy` takes it.

    Args:
        model: name of a network.
        parameters: at least one.
        fixed: settings that all trials have.
    """

    model: str
    parameters: tuple[Parameter, ...]
    fixed: Mapping[str, Value] = attrs.field(factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what is searched."""
        return tuple(parameter.name for parameter in self.parameters)

    def defaults(self) -> Settings:
        """What the searched settings are where nothing was chosen yet: the network's own."""
        spec = registry.get(self.model)
        known = {**{name: getattr(spec.recipe, name, None) for name in TRAINING_SETTINGS}, **spec.options}
        return {name: known[name] for name in self.names if known.get(name) is not None}

    def training(self, settings: Mapping[str, Value]) -> dict[str, Any]:
        """Settings as `TrainingConfig.from_dict` takes them.

        Raises:
            BadInputError: if the network has no such setting or it cannot have such a value.
        """
        merged = {**self.fixed, **settings}
        options = registry.get(self.model).options
        config: dict[str, Any] = {"model": self.model}
        own = {name: value for name, value in merged.items() if name in options}
        config |= {name: value for name, value in merged.items() if name not in options}
        if own:
            config["options"] = own
        TrainingConfig.from_dict(config)
        return config

    def to_dict(self) -> dict[str, Any]:
        """The content of a space file."""
        return {
            "model": self.model,
            "search": {parameter.name: parameter.to_dict() for parameter in self.parameters},
            "fixed": dict(self.fixed),
        }

    @classmethod
    def from_dict(cls, value: Any, where: str = "search space") -> Space:
        """The inverse of `to_dict`; all that a person may have written is checked.

        Args:
            value: of a JSON file.
            where: what to call it in messages.

        Raises:
            BadInputError: if it is no search space; the message says what is wrong where.
        """
        if not isinstance(value, Mapping):
            raise _wrong(where, 'an object like {"model": …, "search": {…}}', type(value).__name__)
        unknown = sorted(set(value) - {"model", "search", "fixed"})
        if unknown:
            raise _wrong(where, "model, search and perhaps fixed", unknown[0])
        model = value.get("model", registry.DEFAULT)
        spec = registry.get(model if isinstance(model, str) else repr(model))
        if not spec.is_network:
            names = ", ".join(network.name for network in registry.networks())
            raise BadInputError(
                f"the model {spec.name!r} is no network, and only those are searched",
                where=where,
                expected=names,
                found=spec.name,
            )
        searched, fixed = value.get("search"), value.get("fixed", {})
        if not isinstance(searched, Mapping) or not searched:
            raise _wrong(f"{where}, search", "settings with values to try, at least one", searched)
        if not isinstance(fixed, Mapping):
            raise _wrong(f"{where}, fixed", "settings with a value each", fixed)
        allowed = (*TRAINING_SETTINGS, *spec.options)
        for name in (*searched, *fixed):
            if name not in allowed:
                raise _wrong(f"{where}, {name}", f"a setting of {spec.name!r}: {', '.join(allowed)}", name)
        both = sorted(set(searched) & set(fixed))
        if both:
            raise _wrong(f"{where}, {both[0]}", "either a value to keep or values to search", "both")
        parameters = tuple(_parameter(name, found, where) for name, found in searched.items())
        space = cls(spec.name, parameters, dict(fixed))
        space.training({})
        for parameter in parameters:
            for point in parameter.points():
                space.training({parameter.name: point})
        return space


def read_space(path: Path) -> Space:
    """A search space from a JSON file.

    Raises:
        BadInputError: if the file cannot be read or is no search space.
    """
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise BadInputError("the search space cannot be read", where=path, found=error.strerror) from error
    except ValueError as error:
        raise BadInputError(
            "the search space is no JSON",
            where=path,
            expected='an object like {"model": "swift", "search": {"width": [16, 32]}}',
            found=str(error),
        ) from error
    return Space.from_dict(value, str(path))


def _parameter(name: str, found: Any, where: str) -> Parameter:
    place = f"{where}, {name}"
    if isinstance(found, list):
        plain = [value for value in found if isinstance(value, (int, float, str)) and not _is_nan(value)]
        if not found or len(plain) < len(found):
            raise _wrong(place, "a list of numbers or words, at least one", found)
        if len(set(found)) < len(found):
            raise _wrong(place, "each value once", found)
        return Choices(name, tuple(found))
    if not isinstance(found, Mapping):
        raise _wrong(place, 'a list such as [16, 32], or {"low": …, "high": …}', found)
    unknown = sorted(set(found) - {"low", "high", "log", "count"})
    if unknown:
        raise _wrong(place, "low, high and perhaps log and count", unknown[0])
    low, high = found.get("low"), found.get("high")
    for end, value in (("low", low), ("high", high)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise _wrong(f"{place}, {end}", "a number", value)
    assert low is not None
    assert high is not None
    if not low < high:
        raise _wrong(place, "low below high", f"{low:g} and {high:g}")
    log, count = found.get("log", False), found.get("count", POINTS)
    if not isinstance(log, bool):
        raise _wrong(f"{place}, log", "true or false", log)
    if log and low <= 0:
        raise _wrong(f"{place}, low", "a number above 0, as ratios count", low)
    if isinstance(count, bool) or not isinstance(count, int) or count < 2:
        raise _wrong(f"{place}, count", "a whole number, 2 or more", count)
    integer = isinstance(low, int) and isinstance(high, int)
    return Range(name, low, high, log, integer, count)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _wrong(where: str, expected: str, found: Any) -> BadInputError:
    return BadInputError(
        "this search space cannot be used",
        where=where,
        expected=expected,
        found="nothing" if found is None else found,
        todo="Correct the file and start the search again",
    )
