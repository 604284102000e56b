"""What tables of this program have in common: headings, numbers on the right, and a view without lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QFrame, QTableView

from fkd_gui.theme import tabular

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FlatTable(QAbstractTableModel):
    """A model that adapts the rows it was handed; the one who derives from it says what their cells are.

    Args:
        headings: of the columns.
        right: the columns that stand right, as numbers do.
        tips: what a column is, where its heading does not say it.
    """

    def __init__(
        self,
        headings: Sequence[str],
        right: Collection[int],
        tips: Mapping[int, str] | None = None,
        parent: Any = None,
    ) -> None:
        super().__init__(parent)
        self._headings, self._right, self._tips = tuple(headings), frozenset(right), dict(tips or {})
        self.rows: Sequence[Any] = ()

    def replace(self, rows: Sequence[Any]) -> None:
        """Show other rows; the view's selection goes."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def refresh(self, rows: Sequence[Any]) -> None:
        """Show what became of the same rows; the view keeps its selection."""
        self.rows = rows
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._headings) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Called by Qt."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips.get(section, self._headings[section])
        return self.alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Where the cells and the heading of a column stand."""
        side = Qt.AlignmentFlag.AlignRight if column in self._right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def dress(view: QTableView, name: str, height: int = 0) -> None:
    """Give a table the looks that all have: no lines, every other row shaded, tabular figures.

    Args:
        view: the table.
        name: for screen readers.
        height: of its rows; the style's own if 0.
    """
    view.setFont(tabular(view.font()))
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setAlternatingRowColors(True)
    view.setTabKeyNavigation(False)
    view.setAccessibleName(name)
    view.horizontalHeader().setHighlightSections(False)
    view.verticalHeader().hide()
    if height:
        view.verticalHeader().setDefaultSectionSize(height)
