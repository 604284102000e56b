"""The coordinates that a competition asks for: which of which test face, in which order."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray


@attrs.frozen(eq=False)
class LookupTable:
    """One row for each coordinate that is asked.

    Attributes:
        row_ids: int64 `(R,)`, as the submission must name them, in this order.
        image_ids: int64 `(R,)`, ids of test faces.
        coordinates: int64 `(R,)`, index into the schema's `columns`: keypoint × 2, + 1 for y.
    """

    row_ids: NDArray[np.int64]
    image_ids: NDArray[np.int64]
    coordinates: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row_ids)

    def to_array(self) -> NDArray[np.int64]:
        """`(R, 3)` for the project's file."""
        return np.stack([self.row_ids, self.image_ids, self.coordinates], axis=1)

    @classmethod
    def from_array(cls, array: NDArray[Any]) -> LookupTable:
        """The inverse of `to_array`.

        Raises:
            ValueError: if the array is not one of `(R, 3)` whole numbers.
        """
        if array.ndim != 2 or array.shape[1] != 3 or not np.issubdtype(array.dtype, np.integer):
            raise ValueError(f"array must be (R, 3) whole numbers, received {array.dtype} {array.shape}")
        rows = np.asarray(array, np.int64)
        return cls(rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy())

    def asked(self, image_ids: NDArray[np.int64], keypoints: int) -> NDArray[np.bool_]:
        """`(N, K)`: which keypoints of the faces with these ids are asked."""
        asked = np.zeros((len(image_ids), keypoints), np.bool_)
        position = find_ids(image_ids, self.image_ids)
        known = position >= 0
        asked[position[known], self.coordinates[known] // 2] = True
        return asked

    def counts(self, image_ids: NDArray[np.int64], keypoints: int) -> NDArray[np.int64]:
        """`(N, K)`: how many coordinates (0, 1 or 2) of each keypoint of these faces are asked."""
        counts = np.zeros((len(image_ids), keypoints), np.int64)
        position = find_ids(image_ids, self.image_ids)
        known = position >= 0
        np.add.at(counts, (position[known], self.coordinates[known] // 2), 1)
        return counts


def find_ids(image_ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where each of `wanted` stands in `image_ids`, in any order; -1 where it does not."""
    if not len(image_ids):
        return np.full(len(wanted), -1, np.intp)
    order = np.argsort(image_ids)
    found = np.searchsorted(image_ids, wanted, sorter=order).clip(max=len(image_ids) - 1)
    positions = order[found]
    return np.where(image_ids[positions] == wanted, positions, -1)
