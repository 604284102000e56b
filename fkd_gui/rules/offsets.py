"""How far each keypoint of the rules lies from that of one of them, as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from fkd_core.rules.picture import Picture
from fkd_core.rules.shift import Shift
from fkd_gui.rules.marks import rule_icon
from fkd_gui.theme import current, tabular

Index = QModelIndex | QPersistentModelIndex
_AXES = ("x", "y")
_ROOT = QModelIndex()


class OffsetTable(QAbstractTableModel):
    """One row for each keypoint; x and y of each other rule, with half of the 95 % interval."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._against = 0
        self._keypoints: tuple[str, ...] = ()
        self._rules: list[int] = []

    def show_offsets(self, picture: Picture, against: int, keypoints: tuple[str, ...]) -> None:
        """Show the offsets from a rule, by its position."""
        self.beginResetModel()
        self._picture, self._against, self._keypoints = picture, against, keypoints
        self._rules = [rule for rule in range(len(picture.names)) if rule != against]
        self.endResetModel()

    def rule(self, column: int) -> int:
        """Position of the rule that a column tells of."""
        return self._rules[column // 2]

    def redraw(self) -> None:
        """Icons follow the theme."""
        if self._rules:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() else len(self._keypoints)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() else 2 * len(self._rules)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Called by Qt."""
        if orientation == Qt.Orientation.Vertical:
            return self._keypoints[section] if role == Qt.ItemDataRole.DisplayRole else None
        if self._picture is None:
            return None
        rule, axis = self._rules[section // 2], _AXES[section % 2]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._picture.names[rule]} {axis}"
        if role == Qt.ItemDataRole.DecorationRole and axis == "x":
            return rule_icon(rule, current())
        if role == Qt.ItemDataRole.ToolTipRole:
            towards = "towards the person’s left eye" if axis == "x" else "downwards"
            reference = self._picture.names[self._against]
            name = self._picture.names[rule]
            return f"Rule {name} from rule {reference}, {towards}, pixels at 36 between the eyes"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        shift, keypoint, axis = self._shift(index), index.row(), index.column() % 2
        if shift is None:
            return None
        measured = bool(shift.measured[keypoint])
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(shift, keypoint, axis) if measured else "–"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            told = measured and shift.low[keypoint, axis] * shift.high[keypoint, axis] > 0
            return None if told else QColor(current().muted)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(index, shift)
        return None

    def _shift(self, index: Index) -> Shift | None:
        if not index.isValid() or self._picture is None:
            return None
        return self._picture.shifts[self._against][self._rules[index.column() // 2]]

    def _spoken(self, index: Index, shift: Shift) -> str:
        assert self._picture is not None
        keypoint, axis = index.row(), index.column() % 2
        name = f"{self._keypoints[keypoint]}, rule {self._picture.names[self._rules[index.column() // 2]]}"
        here, there = shift.faces[keypoint].tolist()
        if not shift.measured[keypoint]:
            return f"{name}: not measured, {there:,} faces have it"
        low, high = shift.low[keypoint, axis], shift.high[keypoint, axis]
        return (
            f"{name}: {shift.by[keypoint, axis]:+.2f} px {_AXES[axis]}, 95 % between {low:+.2f} and "
            f"{high:+.2f}, from {there:,} faces against {here:,}"
        )


class OffsetView(QTableView):
    """The table; nothing in it can be changed."""

    def __init__(self, model: OffsetTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setFont(tabular(self.font()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Offsets of the keypoints between marking rules")
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(24)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def _text(shift: Shift, keypoint: int, axis: int) -> str:
    value = float(shift.by[keypoint, axis])
    half = float(shift.high[keypoint, axis] - shift.low[keypoint, axis]) / 2
    shown = "0.0" if np.round(abs(value), 1) == 0 else f"{value:+.1f}"
    return f"{shown}\N{THIN SPACE}±\N{THIN SPACE}{half:.1f}"
