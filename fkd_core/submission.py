"""A submission: the coordinates that the lookup table asks for, checked before they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.files import write_atomic
from fkd_core.lookup import LookupTable, find_ids
from fkd_core.schema import KeypointSchema


@attrs.frozen
class Check:
    """One property of a submission.

    Attributes:
        text: what was looked at.
        ok: whether it is right.
        detail: what was found.
    """

    text: str
    ok: bool
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return attrs.asdict(self)


@attrs.frozen(eq=False)
class Submission:
    """Rows as they will be written.

    Attributes:
        row_ids: int64 `(R,)`.
        locations: float64 `(R,)`, pixels, within the frame.
        clipped: how many predictions lay outside the frame and were moved to its edge.
        checks: what was looked at.
    """

    row_ids: NDArray[np.int64]
    locations: NDArray[np.float64]
    clipped: int
    checks: tuple[Check, ...]

    @property
    def valid(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    def to_bytes(self) -> bytes:
        """The file's content: `RowId,Location`, six digits each."""
        rows = zip(self.row_ids.tolist(), self.locations.tolist(), strict=True)
        lines = ["RowId,Location", *(f"{row},{location:.6g}" for row, location in rows)]
        return ("\n".join(lines) + "\n").encode()

    def write(self, path: Path) -> None:
        """Write `RowId,Location`.

        Raises:
            BadInputError: if a check failed.
            ProjectError: if the file cannot be written.
        """
        wrong = [check for check in self.checks if not check.ok]
        if wrong:
            raise BadInputError(
                "the submission is not valid", where=path, expected=wrong[0].text, found=wrong[0].detail
            )
        if not path.absolute().parent.is_dir():
            raise BadInputError("there is no such folder", where=path.absolute().parent, todo="Make it first")
        write_atomic(path, self.to_bytes())


def build_submission(
    lookup: LookupTable, image_ids: NDArray[np.int64], points: NDArray[Any], schema: KeypointSchema
) -> Submission:
    """Join predictions to the lookup table, clip them to the frame and check the result.

    Args:
        lookup: what is asked.
        image_ids: `(N,)` ids of the predicted faces.
        points: `(N, K, 2)` predictions in pixels.
        schema: gives the frame.

    Raises:
        BadInputError: if a face is asked that has no prediction.
        ValueError: if there are not as many predictions as ids.
    """
    if points.shape != (len(image_ids), len(schema), 2):
        raise ValueError(f"points must be {(len(image_ids), len(schema), 2)}, received {points.shape}")
    positions = find_ids(image_ids, lookup.image_ids)
    missing = positions < 0
    if missing.any():
        raise BadInputError(
            "faces are asked for that have no prediction",
            expected=f"predictions of all {len(np.unique(lookup.image_ids))} faces of the lookup table",
            found=f"none for ImageId {lookup.image_ids[missing][0]}",
            todo="Predict the whole test split",
        )
    raw = points.reshape(len(points), -1).astype(np.float64)[positions, lookup.coordinates]
    height, width = schema.size
    limits = np.where(lookup.coordinates % 2 == 0, width, height)
    locations = np.clip(raw, 0, limits)
    return Submission(
        row_ids=lookup.row_ids,
        locations=locations,
        clipped=int(((locations != raw) & np.isfinite(raw)).sum()),
        checks=_checks(lookup, raw, locations, limits),
    )


def _checks(
    lookup: LookupTable,
    raw: NDArray[np.float64],
    locations: NDArray[np.float64],
    limits: NDArray[np.int64],
) -> tuple[Check, ...]:
    rows = len(locations)
    steps = np.diff(lookup.row_ids)
    in_order = rows > 0 and lookup.row_ids[0] == 1 and bool((steps == 1).all())
    # of the predictions: clipping makes a number of an infinite one
    unknown = int((~np.isfinite(raw)).sum())
    outside = int(((locations < 0) | (locations > limits)).sum())
    return (
        Check("as many rows as the lookup table", rows > 0, f"{rows:,} rows"),
        Check("row ids from 1 on, in order", in_order, "in order" if in_order else "out of order"),
        Check("a number in every row", unknown == 0, f"{unknown:,} rows without a number"),
        Check("every coordinate in the frame", outside == 0, f"{outside:,} rows outside"),
    )
