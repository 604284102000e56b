"""The faces that a network gets most wrong, which are the first to look at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask
from fkd_core.evaluation.plain import number
from fkd_core.schema import KeypointSchema

WORST = 10
"""How many of the worst faces are listed where nobody says."""


@attrs.frozen
class WorstFace:
    """A face with a large error.

    Args:
        row: its row among the faces of its split, 0-based.
        rmse: over its known coordinates, in pixels.
        points: its keypoints with both coordinates known.
        keypoint: name of the one that is furthest off; None where none has both coordinates.
        distance: how far that one is off, in pixels; NaN if there is none.
        rule: name of the marking rule that the row follows; None where nobody knows.
    """

    row: int
    rmse: float
    points: int
    keypoint: str | None
    distance: float
    rule: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return attrs.asdict(self) | {"rmse": number(self.rmse), "distance": number(self.distance)}


def worst_faces(
    gap: Floats,
    schema: KeypointSchema,
    count: int,
    *,
    rows: NDArray[np.integer[Any]] | None = None,
    rules: Mapping[str, Mask] = MappingProxyType({}),
) -> tuple[WorstFace, ...]:
    """The faces of the largest root mean squared error, the worst first; equal ones in the order of rows.

    Args:
        gap: `(N, K, 2)` predicted minus true pixels, NaN where the truth is unknown.
        schema: names the K keypoints.
        count: how many at most.
        rows: `(N,)` the row of each face; their positions if None.
        rules: marking rules by name, each with bool `(N,)`, the faces marked by it.

    Raises:
        ValueError: if `count` is negative or `rows` does not fit.
    """
    if count < 0:
        raise ValueError(f"count must be 0 or more, received {count}")
    numbers = np.arange(len(gap)) if rows is None else np.asarray(rows)
    if numbers.shape != (len(gap),):
        raise ValueError(f"rows must have the shape {(len(gap),)}, received {numbers.shape}")
    known = ~np.isnan(gap)
    measured = known.any(axis=(1, 2))
    squares = np.where(known, gap**2, 0.0).sum(axis=(1, 2))
    errors = np.full(len(gap), -np.inf)
    errors[measured] = np.sqrt(squares[measured] / known[measured].sum(axis=(1, 2)))
    order = np.lexsort((numbers, -errors))[: min(count, int(measured.sum()))]
    apart = np.hypot(gap[..., 0], gap[..., 1])
    found = []
    for face in order:
        placed = ~np.isnan(apart[face])
        furthest = int(np.nanargmax(apart[face])) if placed.any() else None
        found.append(
            WorstFace(
                row=int(numbers[face]),
                rmse=float(errors[face]),
                points=int(placed.sum()),
                keypoint=None if furthest is None else schema.keypoints[furthest],
                distance=float("nan") if furthest is None else float(apart[face, furthest]),
                rule=next((name for name, faces in rules.items() if faces[face]), None),
            )
        )
    return tuple(found)
