"""Where two submissions differ."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from fkd_core.arrays import Floats
from fkd_core.evaluation.plain import number
from fkd_core.lookup import LookupTable, find_ids
from fkd_core.schema import KeypointSchema

SHOWN = 20
_SAME = 0.0005
"""Pixels below which a coordinate counts as unchanged: files keep six digits."""


@attrs.frozen
class Changed:
    """One coordinate of two submissions.

    Args:
        row_id: in the submission.
        image_id: of the test face.
        row: of the face among the test faces, 0-based.
        keypoint: its name.
        axis: `x` or `y`.
        before, now: in pixels.
    """

    row_id: int
    image_id: int
    row: int
    keypoint: str
    axis: str
    before: float
    now: float

    @property
    def by(self) -> float:
        """How far it moved, in pixels, with its sign."""
        return self.now - self.before


@attrs.frozen
class Differences:
    """How a submission differs from an earlier one.

    Args:
        number: of the earlier one in the project's history.
        run: that made it.
        changed: coordinates that are not the same.
        rms: root mean squared difference over all coordinates, in pixels.
        largest: the coordinates that moved furthest, the furthest first.
    """

    number: int
    run: str
    changed: int
    rms: float
    largest: tuple[Changed, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number,
            "run": self.run,
            "changed": self.changed,
            "rms": number(self.rms),
            "largest": [attrs.asdict(each) | {"by": each.by} for each in self.largest],
        }


def differences(
    lookup: LookupTable,
    before: Floats,
    now: Floats,
    ids: Any,
    schema: KeypointSchema,
    *,
    number: int,
    run: str,
    count: int = SHOWN,
) -> Differences:
    """Compare two submissions of one lookup table.

    Args:
        before, now: `(R,)` pixels, in the order of the lookup table.
        ids: `(M,)` ids of the test faces.
        number, run: of the earlier one.
        count: how many coordinates to list.

    Raises:
        ValueError: if they do not have a value for each row of the lookup table.
    """
    if before.shape != (len(lookup),) or now.shape != before.shape:
        raise ValueError(f"both must have {len(lookup)} values, received {before.shape} and {now.shape}")
    moved = now - before
    size = np.abs(moved)
    order = np.argsort(-np.nan_to_num(size, nan=0.0), kind="stable")[:count]
    rows = find_ids(ids, lookup.image_ids)
    return Differences(
        number=number,
        run=run,
        changed=int((size > _SAME).sum()),
        rms=float(np.sqrt(np.mean(moved**2))) if len(moved) else 0.0,
        largest=tuple(
            Changed(
                row_id=int(lookup.row_ids[at]),
                image_id=int(lookup.image_ids[at]),
                row=int(rows[at]),
                keypoint=schema.keypoints[int(lookup.coordinates[at]) // 2],
                axis="xy"[int(lookup.coordinates[at]) % 2],
                before=float(before[at]),
                now=float(now[at]),
            )
            for at in order.tolist()
            if size[at] > _SAME
        ),
    )
