"""From what a network says under every marking rule to one answer: points, deviations, likely rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError

Rule = str | NDArray[np.integer[Any]] | None
AUTO = "auto"
SURE = 1e-4


@attrs.frozen(eq=False)
class Prediction:
    """Keypoints of faces and how far to trust them.

    Args:
        points: float32 `(N, K, 2)` in pixels.
        std: float32 `(N, K)`, standard deviation along one axis in pixels; NaN where the network
            does not say.
        rule_posterior: float32 `(N, R)`, probability of each marking rule for each face.
        rules: names of the rules.
    """

    points: NDArray[np.float32]
    std: NDArray[np.float32]
    rule_posterior: NDArray[np.float32]
    rules: tuple[str, ...]


def averaged(tables: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The mean of several tables `(N, R, K, 7)` of the same faces: of several views, or of an ensemble."""
    if not tables:
        raise ValueError("tables must not be empty, received none")
    mean: NDArray[np.float32] = np.mean(np.stack(tables), axis=0, dtype=np.float32)
    return mean


def mixed(
    table: NDArray[np.float32],
    rules: Sequence[str],
    *,
    rule: Rule = None,
    asked: NDArray[np.bool_] | None = None,
) -> Prediction:
    """One answer for each face out of those for every rule.

    Where the rule is not known the answer is the mean over the rules, weighed by how likely each is given
    the image, and given that the keypoint is one that somebody marks: this has the least expected squared
    error. Its variance is that within the rules and that between them.

    Args:
        table: float32 `(N, R, K, 7)`; see `fkd_core.models.layers.RuleTable`.
        rules: names of the rules.
        rule: a name for all faces; or integers `(N,)`, the number of each face's rule, below 0 where it is
            not known; None or `auto` where none is known.
        asked: bool `(N, K)`, the keypoints known or wanted of each face. Which ones they are tells more
            of the rule; without it each keypoint is judged by itself.

    Raises:
        BadInputError: if there is no such rule.
        ValueError: if shapes do not fit.
    """
    faces, count, keypoints = table.shape[:3]
    if count != len(rules):
        raise ValueError(f"rules must be {count} names, received {list(rules)}")
    numbers = _numbers(rule, rules, faces)
    likely = table[..., 3].astype(np.float64)
    known = np.clip(np.exp(table[..., 4].astype(np.float64)), SURE, 1 - SURE)
    if asked is None:
        pattern = np.zeros((faces, count))
        each = likely + np.log(known)
    else:
        if asked.shape != (faces, keypoints):
            raise ValueError(f"asked must be {(faces, keypoints)}, received {asked.shape}")
        pattern = np.where(asked[:, None], np.log(known), np.log1p(-known)).sum(axis=-1)
        each = likely + pattern[..., None]
    shares = _softmax(each)
    posterior = _softmax(likely.mean(axis=-1) + pattern)
    own = numbers >= 0
    shares[own] = np.eye(count)[numbers[own]][..., None]
    posterior[own] = np.eye(count)[numbers[own]]
    points = table[..., :2].astype(np.float64)
    mean = (shares[..., None] * points).sum(axis=1)
    within = np.exp(2 * table[..., 2].astype(np.float64))
    between = ((points - mean[:, None]) ** 2).mean(axis=-1)
    variance = (shares * (within + between)).sum(axis=1)
    return Prediction(
        mean.astype(np.float32),
        np.sqrt(variance).astype(np.float32),
        posterior.astype(np.float32),
        tuple(rules),
    )


def _numbers(rule: Rule, rules: Sequence[str], faces: int) -> NDArray[np.int64]:
    if rule is None or (isinstance(rule, str) and rule == AUTO and AUTO not in rules):
        return np.full(faces, -1 if len(rules) > 1 else 0)
    if isinstance(rule, str):
        if rule not in rules:
            raise BadInputError(
                f"there is no marking rule called {rule!r}", expected=", ".join([AUTO, *rules]), found=rule
            )
        return np.full(faces, rules.index(rule))
    numbers = np.asarray(rule, np.int64)
    if numbers.shape != (faces,) or (numbers >= len(rules)).any():
        raise ValueError(f"rule must be {faces} numbers below {len(rules)}, received {rule}")
    return numbers


def _softmax(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along axis 1."""
    heights = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = heights / heights.sum(axis=1, keepdims=True)
    return shares
