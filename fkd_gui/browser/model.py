"""Faces as an item model. It holds which faces, and nothing about them."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fkd_core.labels.values import State
from fkd_gui.session import Session

_ROOT = QModelIndex()
_MOST_RANGES = 64


class Role(IntEnum):
    """What the model tells besides texts."""

    FACE = Qt.ItemDataRole.UserRole
    SPLIT = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2


class FaceModel(QAbstractListModel):
    """The faces of a session that a filter lets through, in order.

    Attributes:
        faces: `(n,)` indices of the faces shown.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.faces: NDArray[np.intp] = np.arange(len(session.project))
        self._ascending = True
        session.labels_changed.connect(self._labels_changed)
        session.remarks.changed.connect(lambda face: self._labels_changed(np.array([face])))

    def set_faces(self, faces: NDArray[np.intp]) -> None:
        """Show these faces."""
        self.beginResetModel()
        self.faces = faces
        self._ascending = bool((np.diff(faces) > 0).all())
        self.endResetModel()

    def rows_of(self, faces: NDArray[np.intp]) -> NDArray[np.intp]:
        """Where faces are shown, ascending; those that are not shown are left out."""
        if not self._ascending:
            return np.flatnonzero(np.isin(self.faces, faces))
        rows = np.searchsorted(self.faces, faces)
        within = rows < len(self.faces)
        rows, faces = rows[within], faces[within]
        return np.sort(rows[self.faces[rows] == faces])

    def row_of(self, face: int) -> int | None:
        """Where a face is shown, None if it is not."""
        found = self.rows_of(np.array([face]))
        return int(found[0]) if len(found) else None

    def neighbour(self, face: int, by: int) -> int | None:
        """The face that stands after (1) or before (-1) a face; None at either end.

        A face that is not shown is reckoned to stand where it would in the order of the file; where the faces
        are sorted otherwise, before all of them.
        """
        shown = self.row_of(face)
        if shown is not None:
            row = shown + by
        elif self._ascending:
            row = int(np.searchsorted(self.faces, face)) - (by < 0)
        else:
            row = 0 if by > 0 else -1
        return int(self.faces[row]) if 0 <= row < len(self.faces) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.faces)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid() or index.row() >= len(self.faces):
            return None
        face = int(self.faces[index.row()])
        if role == Role.FACE:
            return face
        split, row = self.session.project.locate(face)
        if role == Role.SPLIT:
            return split
        if role == Role.ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            note = self.session.remarks.note(face)
            return f"{split} {row}\n{note}" if note else f"{split} {row}"
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{split} {row}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(face, f"{split} {row}")
        return None

    def _spoken(self, face: int, name: str) -> str:
        table = self.session.project.labels.table
        labelled = table.state[face] != State.UNLABELLED
        known = int(labelled.sum())
        remarks = self.session.remarks
        parts = [f"{name}, {known} of {len(labelled)} keypoints"]
        if known and table.reviewed[face][labelled].all():
            parts.append("reviewed")
        if remarks.bookmarked(face):
            parts.append("bookmark")
        if remarks.note(face):
            parts.append(f"note: {remarks.note(face)}")
        return ", ".join(parts)

    def _labels_changed(self, faces: NDArray[Any]) -> None:
        rows = self.rows_of(np.asarray(faces))
        if not len(rows):
            return
        ranges = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
        if len(ranges) > _MOST_RANGES:
            ranges = [rows]
        for block in ranges:
            self.dataChanged.emit(self.index(int(block[0])), self.index(int(block[-1])))
