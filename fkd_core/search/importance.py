"""How much each setting mattered: shares of the differences between trials, told apart by an additive model.

A greedy search varies one setting at a time around others, so trials of one value are not alike in all else.
Means by value would blame a setting for its company. Instead the logarithm of the score is fitted as a sum of
one effect for each setting, and each effect's variance over the space, not over the trials, is its share: the
main effects of a functional analysis of variance (Hooker, Generalized Functional ANOVA Diagnostics, 2007,
https://doi.org/10.1198/106186007X237892).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.search.record import FINISHED, PRUNED, Trial
from fkd_core.search.space import Choices, Parameter, Space

FEWEST = 4
"""Trials below which nothing can be told."""
_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_GRID = 33


@attrs.frozen
class Importance:
    """What mattered.

    Args:
        shares: of the settings, as in the space; they add up to 1.
        explained: share of the variance between trials that the model foretells of a trial it was not fitted
            to; near or below 0 the shares mean nothing.
        trials: how many it was fitted to.
    """

    shares: dict[str, float]
    explained: float
    trials: int

    def to_dict(self) -> dict[str, Any]:
        """A plain value for JSON."""
        return attrs.asdict(self)


def importance(space: Space, trials: Sequence[Trial]) -> Importance | None:
    """How much each setting of a search mattered to the score.

    Args:
        space: what was searched.
        trials: those that were given up early count with the score they had reached.

    Returns:
        None if fewer than `FEWEST` trials can be used, or all have one score.
    """
    used = [t for t in trials if t.status in (FINISHED, PRUNED) and t.score is not None and t.score > 0]
    used = [t for t in used if all(name in t.settings for name in space.names)]
    if len(used) < FEWEST:
        return None
    scores = np.log([t.score or 1.0 for t in used])
    spread = float(scores.std())
    if spread < 1e-9:
        return None
    target = (scores - scores.mean()) / spread
    blocks = [
        _columns(parameter, [t.settings[parameter.name] for t in used]) for parameter in space.parameters
    ]
    design = np.concatenate(blocks, axis=1)
    centre = design.mean(axis=0)
    penalty, explained = _choose_penalty(design - centre, target)
    weights = _ridge(design - centre, target, penalty)
    shares, start = {}, 0
    for parameter, block in zip(space.parameters, blocks, strict=True):
        over = _columns(parameter, _spread(parameter))
        shares[parameter.name] = float(np.var(over @ weights[start : start + block.shape[1]]))
        start += block.shape[1]
    whole = sum(shares.values())
    if whole <= 0:
        return None
    return Importance({name: share / whole for name, share in shares.items()}, explained, len(used))


def _columns(parameter: Parameter, values: Sequence[Any]) -> NDArray[np.float64]:
    """What the model sees of a setting: one column a choice, or its place in the range, squared too."""
    if isinstance(parameter, Choices):
        return np.array([[float(value == choice) for choice in parameter.values] for value in values])
    low, high = parameter.low, parameter.high
    if parameter.log:
        place = [math.log(max(float(value), 1e-300) / low) / math.log(high / low) for value in values]
    else:
        place = [(float(value) - low) / (high - low) for value in values]
    at = 2 * np.array(place) - 1
    return np.stack([at, 1.5 * at**2 - 0.5], axis=1)


def _spread(parameter: Parameter) -> list[Any]:
    if isinstance(parameter, Choices):
        return list(parameter.values)
    steps = np.linspace(0, 1, _GRID)
    if parameter.log:
        return list(parameter.low * (parameter.high / parameter.low) ** steps)
    return list(parameter.low + (parameter.high - parameter.low) * steps)


def _ridge(design: NDArray[np.float64], target: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
    gram = design.T @ design + penalty * np.eye(design.shape[1])
    return np.asarray(np.linalg.solve(gram, design.T @ target), np.float64)


def _choose_penalty(design: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[float, float]:
    """The penalty with the smallest error on trials left out in turn, and what it explains of them."""
    best = (_PENALTIES[-1], -math.inf)
    for penalty in _PENALTIES:
        gram = design.T @ design + penalty * np.eye(design.shape[1])
        hat = design @ np.linalg.solve(gram, design.T)
        left_out = (target - hat @ target) / np.maximum(1e-6, 1 - np.diag(hat) - 1 / len(target))
        explained = 1 - float(np.mean(left_out**2)) / float(np.mean(target**2))
        if explained > best[1]:
            best = (penalty, explained)
    return best
