"""The points as the source had them, kept apart only of faces that were edited since."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import distinct

_ROOM = 64


class Originals:
    """Reads like a read-only array `(N, K, 2)` float32. Indexing gives copies.

    A face that nobody has edited has its original points still, so a second array of all of them would hold
    twice what is known: 120 MB for a million faces.

    Threads may read while another one edits: what is replaced is kept before the new value is written.

    Args:
        points: `(N, K, 2)` float32, the array that is going to be edited. Whoever writes into it calls `keep`
            first.
    """

    def __init__(self, points: NDArray[np.float32]) -> None:
        self._points = points
        self._place: NDArray[np.int32] = np.full(len(points), -1, np.int32)
        self._kept: NDArray[np.float32] = np.empty((0, *points.shape[1:]), np.float32)
        self._count = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """`(N, K, 2)`."""
        return self._points.shape

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, key: Any) -> NDArray[np.float32]:
        """Points of a face, of a slice of faces or of an array of them; of these as any array's are got."""
        face, *rest = key if isinstance(key, tuple) else (key,)
        if face is Ellipsis:
            return np.asarray(self[:][key])
        # In this order: a face that is edited meanwhile is found among the kept ones.
        found = np.array(self._points[face])
        place = self._place[face]
        edited = place >= 0
        if np.ndim(place) == 0:
            found = np.array(self._kept[place]) if edited else found
            return np.asarray(found[tuple(rest)])
        if edited.any():
            found[edited] = self._kept[place[edited]]
        return np.asarray(found[(slice(None), *rest)])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("the original points can only be copied")
        return np.asarray(self[:], dtype)

    def at(self, faces: NDArray[Any], keypoints: NDArray[Any]) -> NDArray[np.float32]:
        """`(n, 2)`: points of n keypoints, given by their faces and numbers."""
        found = np.array(self._points[faces, keypoints])
        place = self._place[faces]
        edited = place >= 0
        found[edited] = self._kept[place[edited], np.asarray(keypoints)[edited]]
        return found

    def edited(self) -> NDArray[np.intp]:
        """The faces that were kept, ascending."""
        return np.flatnonzero(self._place >= 0)

    def keep(self, faces: NDArray[Any]) -> None:
        """These faces are about to be edited."""
        new = distinct(faces[self._place[faces] < 0])
        if not len(new):
            return
        count = self._count + len(new)
        if count > len(self._kept):
            kept = np.empty((max(count, 2 * len(self._kept), _ROOM), *self.shape[1:]), np.float32)
            kept[: self._count] = self._kept[: self._count]
            self._kept = kept
        self._kept[self._count : count] = self._points[new]
        self._place[new] = np.arange(self._count, count)
        self._count = count
