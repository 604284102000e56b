"""The table of all shortcuts, made from the actions and from what the canvas does; each can be changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.key_editor import KeyEditor
from fkd_gui.keymap import Keymap
from fkd_gui.panels.kit import button
from fkd_gui.theme import UNIT

GESTURES = (
    ("Face", "Select a keypoint", "Click it"),
    ("Face", "Select several", "Shift+Click"),
    ("Face", "Select all in a box", "Drag beside keypoints; Shift adds"),
    ("Face", "Select by number", "1 to 9; quickly 1 2 for the twelfth"),
    ("Face", "Move a keypoint", "Drag it; Escape takes it back"),
    ("Face", "Place a missing keypoint", "Select it in the table, then click the face"),
    ("Face", "Nudge by 1 px", "The keys of nudges"),
    ("Face", "Nudge by 0.1 px", "Alt and these"),
    ("Face", "Nudge by 0.5 px", "Alt+Shift and these"),
    ("Face", "Nudge by 5 px", "Shift and these"),
    ("Face", "Let go of the selection", "Escape"),
    ("Face", "Zoom about the cursor", "Wheel"),
    ("Face", "Pan", "Middle button"),
    ("Contact sheet", "Put the keypoint there", "Click the crop, or drag; Escape takes a drag back"),
    ("Contact sheet", "Next or previous face", "Arrow keys, Page, Home, End; or click the caption"),
    ("Contact sheet", "Nudge by 1 px, by 5 px", "Ctrl+Arrow keys, Ctrl+Shift+Arrow keys"),
    ("Contact sheet", "Nudge by 0.1 px, by 0.5 px", "Alt+Arrow keys, Alt+Shift+Arrow keys"),
    ("Contact sheet", "Select, or no longer", "Space, Ctrl+Click"),
    ("Contact sheet", "Select up to here", "Shift+Click, Shift+Arrow keys"),
    ("Contact sheet", "Select all, none", "Ctrl+A, Escape"),
    ("Contact sheet", "Accept those selected, or this one and go on", "A, Enter"),
    ("Contact sheet", "To the face itself", "Double click, F2; F2 leads back"),
    ("Filter", "What may follow", "Down"),
    ("Filter", "Take a word", "Tab, or Enter on it"),
    ("Filter", "Filter at once", "Enter"),
    ("Filter", "Back to the faces", "Escape"),
)
"""what cannot be changed"""

_ID = Qt.ItemDataRole.UserRole


class ShortcutTable(QDialog):
    """One table under Help, filtered as one types; the keys of the selected row are changed below it.

    Args:
        keymap: which keys do what; it is changed at once, and so is the window.
    """

    map_requested = Signal()
    """the keys on paper"""

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._keymap = keymap
        self.query = QLineEdit()
        self.query.setPlaceholderText("Filter by what it does or by key")
        self.query.setAccessibleName("Filter shortcuts")
        self.query.setClearButtonEnabled(True)
        self.table = self._table()
        self.editor = KeyEditor(keymap)
        self.reset_all = button("Reset all", "Reset all", "Give everything its first keys again")
        self.map = button("Print or save …", "Print or save …", "All keys on one page")
        done = button("Done", "Done")
        below = QHBoxLayout()
        below.setSpacing(UNIT)
        below.addWidget(self.reset_all)
        below.addWidget(self.map)
        below.addStretch()
        below.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(self.query)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.editor)
        layout.addLayout(below)
        self.resize(760, 680)
        self.query.textChanged.connect(self._filter)
        self.table.itemSelectionChanged.connect(self._select)
        self.table.cellActivated.connect(lambda *_: self.editor.listen())
        self.reset_all.clicked.connect(keymap.reset_all)
        self.map.clicked.connect(self.map_requested)
        done.clicked.connect(self.accept)
        keymap.changed.connect(self._show_keys)
        self._show_keys()
        self.query.setFocus()

    def choose(self, id: str) -> None:
        """Select what an id stands for."""
        for row in range(self.table.rowCount()):
            if self._id(row) == id:
                self.table.setCurrentCell(row, 1)
                return

    def _table(self) -> QTableWidget:
        rows = [(row.where, row.text, row.id) for row in self._keymap.rows]
        rows += [(where, text, "") for where, text, _ in GESTURES]
        table = QTableWidget(len(rows), 3)
        table.setAccessibleName("Shortcuts")
        table.setHorizontalHeaderLabels(["Where", "What", "Keys"])
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        keys = ["" for _ in self._keymap.rows] + [keys for _, _, keys in GESTURES]
        for row, (where, text, id) in enumerate(rows):
            for column, cell in enumerate((where, text, keys[row])):
                item = QTableWidgetItem(cell)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                item.setData(_ID, id)
                table.setItem(row, column, item)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        return table

    def _id(self, row: int) -> str:
        item = self.table.item(row, 0)
        return str(item.data(_ID)) if item is not None else ""

    def _select(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        row = rows[0].row() if rows else -1
        text = self.table.item(row, 1)
        self.editor.show_row(self._id(row) if rows else "", text.text() if text is not None else "")

    def _show_keys(self) -> None:
        changed = False
        for row in range(len(self._keymap.rows)):
            id, item = self._id(row), self.table.item(row, 2)
            if item is None:
                continue
            item.setText(self._keymap.shown(id))
            differs = self._keymap.is_changed(id)
            changed = changed or differs
            font = item.font()
            font.setBold(differs)
            item.setFont(font)
            item.setToolTip("Changed" if differs else "")
        self.reset_all.setEnabled(changed)
        self._select()
        self._filter(self.query.text())

    def _filter(self, text: str) -> None:
        for row in range(self.table.rowCount()):
            cells = [self.table.item(row, column) for column in range(3)]
            fits = any(cell is not None and text.casefold() in cell.text().casefold() for cell in cells)
            self.table.setRowHidden(row, not fits)
