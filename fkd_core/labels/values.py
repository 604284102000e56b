"""What is known about one keypoint of one face, and the packed arrays that carry many of them."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import distinct

_IN_RULE = "@"
"""Stands before the marking rule that a label was put into; no name of a run or a method can hold it."""


class OriginKind(StrEnum):
    """Where a coordinate came from."""

    HUMAN = "human"
    IMPUTED = "imputed"
    PREDICTED = "predicted"
    CORRECTED = "corrected"

    @classmethod
    def of(cls, origin: str) -> OriginKind:
        """The kind of an origin such as `imputed:backfill`, `predicted:run-1` or `predicted:offset@A`."""
        return cls(origin.partition(_IN_RULE)[0].partition(":")[0])


def in_rule(origin: str, rule: str) -> str:
    """An origin such as `predicted:offset` that also says by which marking rule the value was given."""
    return f"{origin}{_IN_RULE}{rule}"


def rule_in(origin: str) -> str | None:
    """The marking rule that an origin says a value was put into; None where it says nothing of it."""
    _, mark, rule = origin.partition(_IN_RULE)
    return rule if mark else None


class State(IntEnum):
    """What a person can say about a keypoint besides its place."""

    UNLABELLED = 0
    VISIBLE = 1
    OCCLUDED = 2
    """It has a place, but something covers it."""
    ABSENT = 3
    """It is not in the picture; it has no place."""


HUMAN = 0
CORRECTED = 1
FIRST_ORIGINS = ("human", "corrected")
"""Origins with a fixed code, so that untouched faces are all zeros."""

CHANGE = np.dtype(
    [
        ("face", "<u4"),
        ("keypoint", "<u2"),
        ("x", "<f4"),
        ("y", "<f4"),
        ("origin", "<u2"),
        ("state", "u1"),
        ("reviewed", "?"),
    ]
)
"""One keypoint of one face and the value it is given; NaN coordinates where it has no place."""


@attrs.frozen(eq=False)
class Edit:
    """A small value: what is to change, and why, in the words of the undo menu.

    Args:
        what: for people, such as `drag nose tip`.
        changes: array of dtype `CHANGE`; each (face, keypoint) at most once.

    Raises:
        ValueError: if a keypoint occurs twice or a value contradicts its state.
    """

    what: str
    changes: NDArray[Any]

    def __attrs_post_init__(self) -> None:
        if self.changes.dtype != CHANGE:
            raise ValueError(f"changes must have dtype CHANGE, received {self.changes.dtype}")
        keys = self.changes["face"].astype(np.int64) << 16 | self.changes["keypoint"]
        if len(distinct(keys)) != len(keys):
            raise ValueError("an edit must name each keypoint once, received one twice")
        placed = np.isfinite(self.changes["x"]) & np.isfinite(self.changes["y"])
        nowhere = np.isnan(self.changes["x"]) & np.isnan(self.changes["y"])
        wants = np.isin(self.changes["state"], (State.VISIBLE, State.OCCLUDED))
        wrong = np.flatnonzero(np.where(wants, ~placed, ~nowhere))
        if len(wrong):
            raise ValueError(
                "visible and occluded keypoints need a place and others have none,"
                f" received {self.changes[wrong[0]]}"
            )
        if (self.changes["state"] > max(State)).any():
            raise ValueError(f"states must be those of State, received {self.changes['state'].max()}")

    @property
    def faces(self) -> NDArray[np.intp]:
        """The faces that the edit touches, ascending."""
        return distinct(self.changes["face"]).astype(np.intp)


def changes_of(
    faces: NDArray[Any] | list[int],
    keypoints: NDArray[Any] | list[int],
    points: NDArray[Any] | list[Any],
    *,
    origin: int,
    state: int | NDArray[Any] = State.VISIBLE,
    reviewed: bool | NDArray[Any] = False,
) -> NDArray[Any]:
    """Pack changes: n faces, n keypoints and `(n, 2)` points with one origin code."""
    changes = np.zeros(len(faces), CHANGE)
    changes["face"] = faces
    changes["keypoint"] = keypoints
    points = np.asarray(points, np.float32).reshape(-1, 2)
    changes["x"], changes["y"] = points[:, 0], points[:, 1]
    changes["origin"] = origin
    changes["state"] = state
    changes["reviewed"] = reviewed
    return changes
