"""The imputation methods by name, and one call that fills and says what it could not fill."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask, Points, known_points
from fkd_core.errors import BadInputError
from fkd_core.impute.backfill import backfill
from fkd_core.impute.context import Context, Filling
from fkd_core.impute.mean import mean
from fkd_core.impute.model import model
from fkd_core.impute.none import none
from fkd_core.impute.shape import shape
from fkd_core.jobs import Job
from fkd_core.schema import KeypointSchema


class Imputer(Protocol):
    """Fills NaN values and touches nothing else; the same context gives the same result."""

    def __call__(self, points: Points, context: Context) -> Filling:
        """Points NaN only in columns where no row has a value, and how sure the filled ones are."""


class _ByColumn(Protocol):
    """A method that looks at nothing but the labels, each column by itself."""

    def __call__(self, points: Points, *, seed: int, shuffle: bool) -> Points: ...


@attrs.frozen(eq=False)
class Method:
    """One way to fill missing keypoints.

    Args:
        name: what it is called.
        text: what it does, in a line for people; without a full stop.
        fill: does it.
        shuffles: whether the order of the faces, and so seed and shuffle, matter.
        needs_run: whether it looks at the faces with a trained network.
        heeds_rules: whether it can answer in a marking rule that is asked for.
    """

    name: str
    text: str
    fill: Imputer
    shuffles: bool = False
    needs_run: bool = False
    heeds_rules: bool = False


def _by_column(fill: _ByColumn) -> Imputer:
    def filled(points: Points, context: Context) -> Filling:
        return Filling(fill(points, seed=context.seed, shuffle=context.shuffle))

    return filled


_METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method(
                "backfill",
                "Takes each missing keypoint from the next face that has it, after shuffling the faces",
                _by_column(backfill),
                shuffles=True,
            ),
            Method("mean", "Puts each missing keypoint where it is on average", _by_column(mean)),
            Method(
                "model",
                "Puts each missing keypoint where a network sees it, put right by the face’s own labels",
                model,
                needs_run=True,
                heeds_rules=True,
            ),
            Method("none", "Takes filled values away", _by_column(none)),
            Method(
                "shape",
                "Puts each missing keypoint where faces whose known keypoints lie alike have it",
                shape,
                heeds_rules=True,
            ),
        )
    }
)


@attrs.frozen(eq=False)
class Imputation:
    """What a method filled.

    Args:
        method: the method's name.
        points: `(N, K, 2)` float32 with the filled values.
        filled: `(N, K)` bool, keypoints that were unknown and now have both coordinates.
        std: `(N, K)` float32, standard deviation along one axis in pixels of the filled keypoints; NaN where
            nothing was filled or the method does not say.
        never_known: names of keypoints that no row has; they stay NaN.
    """

    method: str
    points: Points
    filled: Mask
    std: NDArray[np.float32]
    never_known: tuple[str, ...]


def available() -> tuple[str, ...]:
    """The names of the methods, in alphabetical order."""
    return tuple(sorted(_METHODS))


def get(name: str) -> Method:
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
    context: Context | None = None,
    job: Job | None = None,
) -> Imputation:
    """Run one method over all rows and say in the job's log what was filled and what could not be.

    Args:
        method: one of `available()`.
        points: `(N, K, 2)` in pixels, NaN where unknown.
        schema: names the K keypoints.
        seed: for methods that draw random numbers.
        shuffle: whether `backfill` shuffles the rows first.
        context: what else the method may use; `seed`, `shuffle` and `job` are put into it.
        job: receives the log lines.

    Raises:
        BadInputError: if there is no such method.
        ValueError: if `points` does not fit the schema, or the context lacks what the method needs.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    imputer = get(method).fill
    if points.shape[1:] != (len(schema), 2):
        raise ValueError(f"points must have the shape (N, {len(schema)}, 2), received {points.shape}")
    given = attrs.evolve(context or Context(), seed=seed, shuffle=shuffle, job=job)
    filling = imputer(points, given)
    filled = known_points(filling.points) & ~known_points(points)
    left = tuple(name for name in never_known(filling.points, schema) if len(points))
    job.log(f"{method}: {int(filled.sum())} keypoints filled in {int(filled.any(axis=1).sum())} faces")
    if left and method != "none":
        job.log(f"{method}: known in no face and left empty: {', '.join(n.replace('_', ' ') for n in left)}")
    return Imputation(method, filling.points, filled, _deviations(filling, points, filled), left)


def _deviations(filling: Filling, points: Points, filled: Mask) -> NDArray[np.float32]:
    std = np.full(filled.shape, np.nan, np.float32)
    if filling.variance is not None:
        missing = np.isnan(points[filled])
        total = np.where(missing, filling.variance[filled], 0.0).sum(axis=1)
        std[filled] = np.sqrt(total / missing.sum(axis=1))
    return std
