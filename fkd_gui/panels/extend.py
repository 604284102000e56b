"""How much longer a run is to train: a small question beside the button that asks it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.panels.kit import Text, button, named, roomy
from fkd_gui.theme import UNIT

EPOCHS, MINUTES = 10, 10.0
"""more, where nobody said how long the run was to last"""


class ExtendQuestion(QFrame):
    """Epochs or minutes; Escape or a click elsewhere leaves it."""

    extended = Signal(dict)
    """`epochs` or `minutes`, how many more"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._title = Text("Train on for", "")
        self.by_epochs = named(QRadioButton("&Epochs"), "Train on for a number of epochs")
        self.by_minutes = named(QRadioButton("&Minutes"), "Train on for a time")
        self.epochs = named(roomy(QSpinBox()), "More epochs")
        self.epochs.setRange(1, 100_000)
        self.epochs.setPrefix("+")
        self.minutes = named(roomy(QDoubleSpinBox()), "More minutes")
        self.minutes.setRange(0.1, 60 * 24 * 365)
        self.minutes.setDecimals(1)
        self.minutes.setPrefix("+")
        self.go = button(
            "Extend", "Extend the run", "Train on from the weights that the run ended with", primary=True
        )
        group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(6)
        for row, (radio, box) in enumerate(((self.by_epochs, self.epochs), (self.by_minutes, self.minutes))):
            group.addButton(radio)
            box.setMinimumWidth(96)
            grid.addWidget(radio, row, 0)
            grid.addWidget(box, row, 1)
            radio.toggled.connect(self._refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT + 4, UNIT + 4, UNIT + 4, UNIT + 4)
        layout.setSpacing(UNIT)
        layout.addWidget(self._title)
        layout.addLayout(grid)
        layout.addWidget(self.go)
        self.go.clicked.connect(self._answer)
        for box in (self.epochs, self.minutes):
            box.lineEdit().returnPressed.connect(self._answer)
        self.suggest({})

    def suggest(self, length: dict[str, Any]) -> None:
        """Start from as much as the run had: `epochs` or `minutes`, the other None or missing."""
        minutes, epochs = length.get("minutes"), length.get("epochs")
        self.minutes.setValue(float(minutes) if minutes else MINUTES)
        self.epochs.setValue(int(epochs) if epochs else EPOCHS)
        (self.by_minutes if minutes else self.by_epochs).setChecked(True)
        self._refresh()

    def ask(self, beside: QWidget) -> None:
        """Show the question below a button."""
        self.adjustSize()
        at = beside.mapToGlobal(QPoint(0, beside.height() + 4))
        screen = beside.screen().availableGeometry()
        if at.y() + self.height() > screen.bottom():
            at = beside.mapToGlobal(QPoint(0, -self.height() - 4))
        self.move(max(screen.left(), min(at.x(), screen.right() - self.width())), at.y())
        self.show()
        (self.minutes if self.by_minutes.isChecked() else self.epochs).setFocus()

    def _refresh(self) -> None:
        self.epochs.setEnabled(self.by_epochs.isChecked())
        self.minutes.setEnabled(self.by_minutes.isChecked())

    def _answer(self) -> None:
        by_epochs = self.by_epochs.isChecked()
        asked: dict[str, Any] = (
            {"epochs": self.epochs.value()} if by_epochs else {"minutes": self.minutes.value()}
        )
        self.close()
        self.extended.emit(asked)
