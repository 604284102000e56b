"""The keypoints of the current face as an item model. It holds nothing: every cell reads the label table."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from fkd_core.labels.values import OriginKind, State
from fkd_core.schema import KeypointSchema
from fkd_gui.canvas import commands
from fkd_gui.session import Session

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WORDS = ("corner", "end", "center")


class Column(IntEnum):
    """What stands where."""

    NAME = 0
    X = 1
    Y = 2
    STATE = 3
    REVIEWED = 4


_TITLES = {
    Column.NAME: "Keypoint",
    Column.X: "x",
    Column.Y: "y",
}
"""the other columns show signs and need no words"""
_SPOKEN = {Column.STATE: "State", Column.REVIEWED: "Reviewed"}
KIND = Qt.ItemDataRole.UserRole
"""role of any column: the kind of origin, empty where there is none"""
STATE = KIND + 1
"""role of any column: the `State`"""
SHORT = KIND + 2
"""role of any column: the keypoint's name in fewer words"""


@lru_cache(maxsize=8)
def short_names(schema: KeypointSchema) -> tuple[str, ...]:
    """Names without words such as `corner`, where they still differ from each other."""
    full = [schema.label(k) for k in range(len(schema))]
    short = [" ".join(word for word in name.split() if word not in _WORDS) for name in full]
    return tuple(s if s and short.count(s) == 1 else f for s, f in zip(short, full, strict=True))


class KeypointModel(QAbstractTableModel):
    """One row for each keypoint of the schema; x and y can be edited as numbers."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._readers: dict[int, Callable[[int, Column], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.EditRole: self._number,
            Qt.ItemDataRole.TextAlignmentRole: lambda _, column: self._alignment(column),
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            Qt.ItemDataRole.ToolTipRole: lambda k, _: self._tip(k),
            KIND: lambda k, _: self._kind(k),
            STATE: lambda k, _: State(session.project.labels.table.state[session.face, k]),
            SHORT: lambda k, _: short_names(session.project.schema)[k],
        }
        # The face itself comes to the screen first: the eye looks there, and all cells take a while.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._refresh)
        session.face_changed.connect(self._soon.start)
        session.labels_changed.connect(self._labels_changed)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._session.project.schema)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES.get(Column(section), "")
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _SPOKEN.get(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(Column(section))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() in (Column.X, Column.Y) and self._session.project.read_only is None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        # Qt asks for a dozen roles of every cell each time that the face changes: the others cost nothing.
        read = self._readers.get(role)
        return None if read is None or not index.isValid() else read(index.row(), Column(index.column()))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() not in (Column.X, Column.Y):
            return False
        table, face, k = self._session.project.labels.table, self._session.face, index.row()
        point = table.points[face, k].astype(np.float64)
        height, width = self._session.project.schema.size
        if np.isnan(point).any():
            # A keypoint without a place begins in the middle; the other number follows.
            point[:] = width / 2, height / 2
        point[index.column() - Column.X] = float(value)
        commands.move(self._session, face, [k], point[None])
        return bool(np.allclose(table.points[face, k], point, atol=1e-3))

    def _text(self, k: int, column: Column) -> str:
        session = self._session
        table, face = session.project.labels.table, session.face
        if column == Column.NAME:
            return session.project.schema.label(k)
        if column == Column.STATE:
            return State(table.state[face, k]).name.lower()
        if column == Column.REVIEWED:
            return "✓" if table.reviewed[face, k] else ""
        value = table.points[face, k, column - Column.X]
        return f"{value:.1f}" if np.isfinite(value) else "–"

    def _number(self, k: int, column: Column) -> float | None:
        if column not in (Column.X, Column.Y):
            return None
        value = float(self._session.project.labels.table.points[self._session.face, k, column - Column.X])
        return round(value, 2) if np.isfinite(value) else None

    def _spoken(self, k: int, column: Column) -> str:
        if column == Column.NAME:
            return f"{self._text(k, column)}, {self._origin(k) or 'no value'}"
        if column == Column.REVIEWED:
            return "reviewed" if self._text(k, column) else "not reviewed"
        return self._text(k, column)

    def _tip(self, k: int) -> str:
        name, state = self._text(k, Column.NAME), self._text(k, Column.STATE)
        return " · ".join(part for part in (name, state, self._origin(k)) if part)

    def _kind(self, k: int) -> str:
        origin = self._origin(k)
        return OriginKind.of(origin).value if origin else ""

    def _origin(self, k: int) -> str:
        return self._session.project.labels.table.origin_text(self._session.face, k)

    @staticmethod
    def _alignment(column: Column) -> Qt.AlignmentFlag:
        if column in (Column.X, Column.Y):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if column == Column.REVIEWED:
            return Qt.AlignmentFlag.AlignCenter
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def _refresh(self) -> None:
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def _labels_changed(self, faces: Any) -> None:
        if self._session.face in faces:
            self._refresh()
