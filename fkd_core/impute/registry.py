"""The imputation methods by name, and one call that fills and says what it could not fill."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import attrs
import numpy as np

from fkd_core.arrays import Mask, Points, known_points
from fkd_core.errors import BadInputError
from fkd_core.impute.backfill import backfill
from fkd_core.impute.mean import mean
from fkd_core.impute.none import none
from fkd_core.jobs import Job
from fkd_core.schema import KeypointSchema


class Imputer(Protocol):
    """Fills NaN values and touches nothing else; the same seed gives the same result."""

    def __call__(self, points: Points, *, seed: int, shuffle: bool) -> Points:
        """Return `(N, K, 2)` float32, NaN only in columns where no row has a value."""


_METHODS: Mapping[str, Imputer] = MappingProxyType({"backfill": backfill, "mean": mean, "none": none})


@attrs.frozen(eq=False)
class Imputation:
    """What a method filled.

    Args:
        method: the method's name.
        points: `(N, K, 2)` float32 with the filled values.
        filled: `(N, K)` bool, keypoints that were unknown and now have both coordinates.
        never_known: names of keypoints that no row has; they stay NaN.
    """

    method: str
    points: Points
    filled: Mask
    never_known: tuple[str, ...]


def available() -> tuple[str, ...]:
    """The names of the methods, in alphabetical order."""
    return tuple(sorted(_METHODS))


def get(name: str) -> Imputer:
    """The method of that name.

    Raises:
        BadInputError: if there is none.
    """
    try:
        return _METHODS[name]
    except KeyError:
        raise BadInputError(
            "there is no such imputation method", expected=" or ".join(available()), found=repr(name)
        ) from None


def never_known(points: Points, schema: KeypointSchema) -> tuple[str, ...]:
    """Names of keypoints that have both coordinates in no row of `points` `(N, K, 2)`."""
    some = np.asarray(known_points(points).any(axis=0))
    return tuple(name for name, known in zip(schema.keypoints, some, strict=True) if not known)


def fill(
    method: str,
    points: Points,
    schema: KeypointSchema,
    *,
    seed: int = 0,
    shuffle: bool = True,
    job: Job | None = None,
) -> Imputation:
    """Run one method over all rows and say in the job's log what was filled and what could not be.

    Args:
        method: one of `available()`.
        points: `(N, K, 2)` in pixels, NaN where unknown.
        schema: names the K keypoints.
        seed: for methods that draw random numbers.
        shuffle: whether `backfill` shuffles the rows first.
        job: receives the log lines.

    Raises:
        BadInputError: if there is no such method.
        ValueError: if `points` does not fit the schema.
    """
    job = job or Job()
    imputer = get(method)
    if points.shape[1:] != (len(schema), 2):
        raise ValueError(f"points must have the shape (N, {len(schema)}, 2), received {points.shape}")
    result = imputer(points, seed=seed, shuffle=shuffle)
    filled = known_points(result) & ~known_points(points)
    left = tuple(name for name in never_known(result, schema) if len(result))
    job.log(f"{method}: {int(filled.sum())} keypoints filled in {int(filled.any(axis=1).sum())} faces")
    if left and method != "none":
        job.log(f"{method}: known in no face and left empty: {', '.join(n.replace('_', ' ') for n in left)}")
    return Imputation(method, result, filled, left)
