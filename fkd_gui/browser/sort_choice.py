"""In which order the faces stand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from fkd_core.query import FIELDS
from fkd_gui.theme import UNIT, current, icon

_HIGHEST_FIRST = ("error", "suspicion", "missing", "changed", "bookmark", "note")


class SortChoice(QWidget):
    """A field to sort by, and a button that turns the order round."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = QComboBox()
        self._field.setAccessibleName("Sort by")
        self._field.setToolTip("Sort by")
        self._field.addItem("File order", "")
        for name in FIELDS:
            self._field.addItem(f"By {name}", name)
        self._field.setFixedWidth(18 * UNIT)
        self._field.activated.connect(self._chosen)
        self._turn = QToolButton()
        self._turn.setCheckable(True)
        self._turn.clicked.connect(self._turned)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT // 2)
        layout.addWidget(self._field)
        layout.addWidget(self._turn)
        self.draw()

    @property
    def field(self) -> str:
        """Name of the field; empty for the order of the file."""
        return str(self._field.currentData())

    @property
    def descending(self) -> bool:
        """Whether the highest come first."""
        return self._turn.isChecked()

    def set_order(self, field: str, descending: bool) -> None:
        """Show another order; nothing is told. A field that is not known is the order of the file."""
        self._field.setCurrentIndex(max(0, self._field.findData(field)))
        self._turn.setChecked(descending)
        self.draw()

    def draw(self) -> None:
        """Draw the icon of the direction in the colours of the theme."""
        name = "sort-descending" if self.descending else "sort-ascending"
        self._turn.setIcon(icon(name, current(), on=current().on_selection))
        text = "Highest first" if self.descending else "Lowest first"
        self._turn.setToolTip(f"{text}; press to turn round")
        self._turn.setAccessibleName(text)
        active = bool(self.field)
        if self._field.property("active") != active:
            self._field.setProperty("active", active)
            self._field.style().polish(self._field)

    def _chosen(self) -> None:
        # Who sorts by a number wants to see the worst first.
        self._turn.setChecked(self.field in _HIGHEST_FIRST)
        self._turned()

    def _turned(self) -> None:
        self.draw()
        self.changed.emit()
