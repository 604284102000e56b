"""The labels of all faces in memory. Knows nothing of files."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.originals import Originals
from fkd_core.labels.values import CHANGE, FIRST_ORIGINS, OriginKind, State


class LabelTable:
    """Current and original labels as arrays.

    Args:
        points: `(N, K, 2)` float32 as the source had them, NaN where unlabelled; the table edits this array.

    Attributes:
        original: the points as the source had them, whatever was edited.
        points: `(N, K, 2)` float32, NaN where unknown.
        origin: `(N, K)` uint16 codes into `origins`; meaningless where unlabelled.
        state: `(N, K)` uint8 of `State`.
        reviewed: `(N, K)` bool, whether a person said that it is right.
        changed: `(N, K)` uint32, seconds since 1970 of the last edit, 0 where never.
    """

    def __init__(self, points: NDArray[np.float32]) -> None:
        if points.ndim != 3 or points.shape[2] != 2:
            raise ValueError(f"points must be (N, K, 2), received {points.shape}")
        self.points = points
        self.original = Originals(points)
        shape = points.shape[:2]
        self.origin: NDArray[np.uint16] = np.zeros(shape, np.uint16)
        self.state: NDArray[np.uint8] = np.asarray(np.isfinite(points).all(axis=2), np.uint8)
        self.reviewed: NDArray[np.bool_] = np.zeros(shape, np.bool_)
        self.changed: NDArray[np.uint32] = np.zeros(shape, np.uint32)
        self.origins: list[str] = list(FIRST_ORIGINS)

    def __len__(self) -> int:
        return len(self.points)

    def copy(self) -> LabelTable:
        """The same labels, to be changed apart from these."""
        made = LabelTable(self.original[:])
        edited = self.original.edited()
        made.original.keep(edited)
        made.points[edited] = self.points[edited]
        for part in ("origin", "state", "reviewed", "changed", "origins"):
            setattr(made, part, getattr(self, part).copy())
        return made

    @property
    def mask(self) -> NDArray[np.bool_]:
        """`(N, K)`, where a keypoint has a place."""
        return np.isin(self.state, (State.VISIBLE, State.OCCLUDED))

    def origin_code(self, origin: str) -> int:
        """The code of an origin, given one if it is new.

        Raises:
            ValueError: if the origin is of no known kind.
        """
        OriginKind.of(origin)
        if origin not in self.origins:
            self.origins.append(origin)
        return self.origins.index(origin)

    def origin_text(self, face: int, keypoint: int) -> str:
        """Where a keypoint's value came from, empty where it has none."""
        if self.state[face, keypoint] == State.UNLABELLED:
            return ""
        return self.origins[int(self.origin[face, keypoint])]

    def kinds(self) -> NDArray[np.str_]:
        """The kind of each origin code, as an array to index by `origin`."""
        return np.array([OriginKind.of(text).value for text in self.origins])

    def is_kind(self, kind: OriginKind) -> NDArray[np.bool_]:
        """`(N, K)`, where a keypoint has a value of this kind of origin."""
        codes = np.flatnonzero(self.kinds() == kind.value)
        found: NDArray[np.bool_] = np.isin(self.origin, codes) & (self.state != State.UNLABELLED)
        return found

    def placed_by_people(self, faces: slice | NDArray[Any]) -> NDArray[np.bool_]:
        """`(n, K)`: keypoints of n faces whose place came with the file or that a person chose.

        A value that a method or a network filled in is none, not even one that somebody has accepted.
        """
        kinds = np.isin(self.kinds(), (OriginKind.HUMAN.value, OriginKind.CORRECTED.value))
        placed = np.isin(self.state[faces], (State.VISIBLE, State.OCCLUDED))
        found: NDArray[np.bool_] = kinds[self.origin[faces]] & placed
        return found

    def current(self, faces: NDArray[Any], keypoints: NDArray[Any]) -> NDArray[Any]:
        """The values that n keypoints have now, as changes that would restore them."""
        values = np.zeros(len(faces), CHANGE)
        values["face"], values["keypoint"] = faces, keypoints
        values["x"] = self.points[faces, keypoints, 0]
        values["y"] = self.points[faces, keypoints, 1]
        values["origin"] = self.origin[faces, keypoints]
        values["state"] = self.state[faces, keypoints]
        values["reviewed"] = self.reviewed[faces, keypoints]
        return values

    def originals(self, faces: NDArray[Any], keypoints: NDArray[Any]) -> NDArray[Any]:
        """The values that n keypoints had in the source, as changes that would restore them."""
        values = np.zeros(len(faces), CHANGE)
        values["face"], values["keypoint"] = faces, keypoints
        values["x"], values["y"] = self.original.at(faces, keypoints).T
        values["state"] = np.where(np.isfinite(values["x"]), State.VISIBLE, State.UNLABELLED)
        return values

    def check(self, changes: NDArray[Any]) -> None:
        """Make sure that changes fit these labels.

        Raises:
            IndexError: if a face, keypoint or origin does not exist.
        """
        limits = {"face": len(self), "keypoint": self.points.shape[1], "origin": len(self.origins)}
        for field, limit in limits.items():
            highest = changes[field].max(initial=0)
            if len(changes) and highest >= limit:
                raise IndexError(f"{field} must be below {limit}, received {highest}")

    def put(self, changes: NDArray[Any], at: float) -> NDArray[Any]:
        """Write values and return those that were there.

        Raises:
            IndexError: if a face, keypoint or origin does not exist; nothing is changed.
        """
        self.check(changes)
        faces, keypoints = changes["face"], changes["keypoint"]
        before = self.current(faces, keypoints)
        self.original.keep(faces)
        self.points[faces, keypoints, 0] = changes["x"]
        self.points[faces, keypoints, 1] = changes["y"]
        self.origin[faces, keypoints] = changes["origin"]
        self.state[faces, keypoints] = changes["state"]
        self.reviewed[faces, keypoints] = changes["reviewed"]
        self.changed[faces, keypoints] = int(at)
        return before
