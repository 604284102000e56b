"""How far methods are apart on the current face: a row for each keypoint, a column for each pair."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from fkd_core.fills import differences, pairs
from fkd_gui.fills.scenes import Filled
from fkd_gui.panels.keypoint_model import short_names
from fkd_gui.session import Session
from fkd_gui.theme import UNIT, current, tabular

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TEXT = 12
"""height of text: six pairs of four methods stand beside the names of keypoints"""
LARGEST = Qt.ItemDataRole.UserRole
"""role: 1 where methods differ most on this keypoint, 2 where they do on the whole face, else 0"""


class DifferenceModel(QAbstractTableModel):
    """Holds the numbers of one face; they are replaced with every face."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.keypoints: list[int] = []
        self._names: list[str] = []
        self._values: NDArray[np.float64] = np.zeros((0, 0))

    def show_filled(self, shown: list[Filled]) -> None:
        """Show how far these are apart."""
        self.beginResetModel()
        self._names = [filled.fill.method for filled in shown]
        self._values = differences([filled.places for filled in shown])
        there = np.isfinite(self._values).any(axis=0) if self._values.size else np.zeros(0, np.bool_)
        self.keypoints = np.flatnonzero(there).tolist()
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.keypoints)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 1 + len(self._values)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if section == 0:
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return {Qt.ItemDataRole.DisplayRole: "Keypoint", Qt.ItemDataRole.TextAlignmentRole: left}.get(
                role
            )
        one, other = pairs(len(self._names))[section - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{one + 1}–{other + 1}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"Pixels from {self._names[one]} to {self._names[other]}"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.keypoints):
            return None
        keypoint, column = self.keypoints[index.row()], index.column()
        if column == 0:
            if role == Qt.ItemDataRole.DisplayRole:
                return short_names(self._session.project.schema)[keypoint]
            if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                return self._session.project.schema.label(keypoint)
            return None
        value = float(self._values[column - 1, keypoint])
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{value:.1f}" if np.isfinite(value) else "–"
        if role == LARGEST:
            return self._rank(value, keypoint)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            one, other = pairs(len(self._names))[column - 1]
            most = ", the largest of this face" if self._rank(value, keypoint) == 2 else ""
            return f"{value:.1f} px from {self._names[one]} to {self._names[other]}{most}"
        return None

    def _rank(self, value: float, keypoint: int) -> int:
        if not np.isfinite(value) or value == 0:
            return 0
        if value == np.nanmax(self._values):
            return 2
        return int(len(self._values) > 1 and value == np.nanmax(self._values[:, keypoint]))


class DifferenceCell(QStyledItemDelegate):
    """The largest of a row stands out by weight, the largest of the face by a box as well."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = current(), QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rank = int(index.data(LARGEST) or 0)
        if chosen:
            painter.fillRect(box, QColor(theme.selection))
        font = tabular(option.font)
        font.setPixelSize(_TEXT)
        if rank:
            font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(QColor(theme.on_selection if chosen else theme.text))
        if rank == 2:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme.warning))
            painter.drawRoundedRect(box.adjusted(1, 2, -3, -3), 3, 3)
            painter.setPen(QColor(theme.on_selection if chosen else theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        if index.column() == 0:
            room = box.adjusted(6, 0, -2, 0)
            text, metrics = index.data(), painter.fontMetrics()
            if metrics.horizontalAdvance(text) > room.width():
                text = text.replace("left ", "L ").replace("right ", "R ")
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, text)
        else:
            painter.drawText(box.adjusted(0, 0, -6, 0), middle | Qt.AlignmentFlag.AlignRight, index.data())


class DifferenceTable(QTableView):
    """Rows and the markers on the pictures are selected together."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = DifferenceModel(session, self)
        self.setModel(self.rows)
        self.setItemDelegate(DifferenceCell(self))
        self.setAccessibleName("How far the methods are apart, in pixels")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(3 * UNIT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(3 * UNIT)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.selectionModel().selectionChanged.connect(self._rows_selected)
        session.keypoints_changed.connect(self._keypoints_selected)

    def show_filled(self, shown: list[Filled]) -> None:
        """Show how far these are apart on the current face."""
        before = self.rows.columnCount()
        self.selectionModel().blockSignals(True)
        self.rows.show_filled(shown)
        self.selectionModel().blockSignals(False)
        if self.rows.columnCount() != before:
            header = self.horizontalHeader()
            bold = QFont(self.font())
            bold.setPixelSize(_TEXT)
            bold.setWeight(QFont.Weight.Bold)
            number = QFontMetrics(bold).horizontalAdvance("00.0") + UNIT
            for column in range(1, self.rows.columnCount()):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                self.setColumnWidth(column, number)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._keypoints_selected(self._session.keypoints)

    def _rows_selected(self) -> None:
        chosen = {self.rows.keypoints[index.row()] for index in self.selectionModel().selectedRows()}
        # Keypoints that have no row here stay selected.
        here = set(self._session.keypoints) & set(self.rows.keypoints)
        if chosen != here:
            self._session.select(tuple(sorted(chosen)))

    def _keypoints_selected(self, keypoints: tuple[int, ...]) -> None:
        wanted = [self.rows.keypoints.index(k) for k in keypoints if k in self.rows.keypoints]
        if {index.row() for index in self.selectionModel().selectedRows()} == set(wanted):
            return
        selection = QItemSelection()
        for row in wanted:
            selection.select(self.rows.index(row, 0), self.rows.index(row, self.rows.columnCount() - 1))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if wanted:
            self.scrollTo(self.rows.index(wanted[-1], 0))
