"""How many keypoints are missing and how many filled in, kept up to date without looking at every face."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import OriginKind, State


class LabelCounts:
    """Counts over the faces of a slice; after an edit only its faces are counted anew.

    Args:
        table: the labels.
        span: the faces that count.
    """

    def __init__(self, table: LabelTable, span: slice) -> None:
        self._table, self._span = table, span
        self._missing, self._imputed = self._count(span)
        self.missing, self.imputed = int(self._missing.sum()), int(self._imputed.sum())

    def update(self, faces: NDArray[Any]) -> None:
        """Count faces anew whose labels changed."""
        faces = np.unique(faces[(faces >= self._span.start) & (faces < self._span.stop)])
        rows = faces - self._span.start
        missing, imputed = self._count(faces)
        self.missing += int(missing.sum()) - int(self._missing[rows].sum())
        self.imputed += int(imputed.sum()) - int(self._imputed[rows].sum())
        self._missing[rows], self._imputed[rows] = missing, imputed

    def _count(self, faces: slice | NDArray[Any]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """`(n,)` missing and imputed keypoints of n faces."""
        table = self._table
        empty = table.state[faces] == State.UNLABELLED
        imputed = table.kinds() == OriginKind.IMPUTED.value
        # Most projects have no imputed value, which the origins alone tell.
        filled = imputed[table.origin[faces]] & ~empty if imputed.any() else np.zeros_like(empty)
        return empty.sum(axis=1, dtype=np.int16), filled.sum(axis=1, dtype=np.int16)
