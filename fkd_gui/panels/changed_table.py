"""The coordinates that differ most from the last submission; each leads to its face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fkd_core.submitting.difference import Changed, Differences
from fkd_gui.panels.flat_table import FlatTable, Index, dress

FACE, KEYPOINT, BEFORE, NOW, BY = range(5)
HEADINGS = ("Face", "Keypoint", "Before", "Now", "Moved by px")
_RIGHT = (FACE, BEFORE, NOW, BY)


class ChangedTable(FlatTable):
    """The furthest first."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(HEADINGS, _RIGHT, parent=parent)
        self.rows: Sequence[Changed] = ()

    def show_differences(self, found: Differences | None) -> None:
        """Show the differences; none if None."""
        self.replace(() if found is None else found.largest)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        row, column = self.rows[index.row()], index.column()
        name = f"{row.keypoint.replace('_', ' ')} {row.axis}"
        if role == Qt.ItemDataRole.DisplayRole:
            return (str(row.image_id), name, f"{row.before:.2f}", f"{row.now:.2f}", f"{row.by:+.2f}")[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return (
                f"Face {row.image_id}, {name}: {row.before:.2f} to {row.now:.2f} px, row {row.row_id} of the"
                " file. Enter or a double click shows the face"
            )
        return None


class ChangedView(QTableView):
    """The table; Enter or a double click leads to the face."""

    face_chosen = Signal(object)
    """the `Changed` that was chosen"""

    def __init__(self, model: ChangedTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = model
        self.setModel(model)
        dress(self, "Coordinates that differ most from the last submission", height=26)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for column, width in {FACE: 64, BEFORE: 76, NOW: 76, BY: 100}.items():
            self.setColumnWidth(column, width)
        self.horizontalHeader().setSectionResizeMode(KEYPOINT, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._choose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter leads to the face."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        self.face_chosen.emit(self._table.rows[index.row()])
