"""The table of all shortcuts, made from the actions and from what the canvas does with keys and mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.actions import Action
from fkd_gui.theme import UNIT

GESTURES = (
    ("Face", "Select a keypoint", "Click it"),
    ("Face", "Select several", "Shift+Click"),
    ("Face", "Select all in a box", "Drag beside keypoints; Shift adds"),
    ("Face", "Select by number", "1 to 9; quickly 1 2 for the twelfth"),
    ("Face", "Next or previous keypoint", "Tab, Shift+Tab"),
    ("Face", "Move a keypoint", "Drag it; Escape takes it back"),
    ("Face", "Place a missing keypoint", "Select it in the table, then click the face"),
    ("Face", "Nudge the selected keypoints by 1 px", "Arrow keys"),
    ("Face", "Nudge by 0.1 px", "Alt+Arrow keys"),
    ("Face", "Nudge by 0.5 px", "Alt+Shift+Arrow keys"),
    ("Face", "Nudge by 5 px", "Shift+Arrow keys"),
    ("Face", "Let go of the selection", "Escape"),
    ("Face", "Zoom about the cursor", "Wheel"),
    ("Face", "Zoom about the middle", "+, -"),
    ("Face", "Pan", "Middle button, or Space and drag"),
    ("Face", "Hide the markers", "Hold H"),
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


class ShortcutTable(QDialog):
    """One table under Help, filtered as one types."""

    def __init__(self, actions: tuple[Action, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        rows = [
            (action.menu.replace("&", ""), action.plain, action.shown_keys)
            for action in actions
            if action.keys
        ]
        rows += GESTURES
        self.query = QLineEdit()
        self.query.setPlaceholderText("Filter")
        self.query.setAccessibleName("Filter shortcuts")
        self.query.setClearButtonEnabled(True)
        self.table = QTableWidget(len(rows), 3)
        self.table.setAccessibleName("Shortcuts")
        self.table.setHorizontalHeaderLabels(["Where", "What", "Keys"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.table.setItem(row, column, item)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.addWidget(self.query)
        layout.addWidget(self.table)
        self.resize(760, 620)
        self.query.textChanged.connect(self._filter)

    def _filter(self, text: str) -> None:
        for row in range(self.table.rowCount()):
            cells = [self.table.item(row, column) for column in range(3)]
            fits = any(cell is not None and text.casefold() in cell.text().casefold() for cell in cells)
            self.table.setRowHidden(row, not fits)
