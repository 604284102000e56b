"""Where a coordinate is typed in a table: a number outside the frame is told, not changed silently."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QWidget

from fkd_gui.theme import current

_ROOM = 99_999
"""how far out a number can be typed; a narrower range would cut the digits off that exceed it"""


class CoordinateBox(QDoubleSpinBox):
    """Takes any number and says at once which ones there can be.

    Args:
        name: `x` or `y`.
        highest: the width or height of a face in pixels.
        parent: the table's viewport.
    """

    def __init__(self, name: str, highest: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.highest = highest
        self._name = name
        self._word = QLabel(parent)
        self._word.hide()
        # The style sheet takes frame and buttons away; Qt's own `NoButtons` would leave no room for the text.
        self.setProperty("cell", True)
        self.setDecimals(2)
        self.setSingleStep(0.1)
        self.setRange(-_ROOM, _ROOM)
        self.setAccessibleName(f"{name} in pixels")
        self.valueChanged.connect(self._judge)
        self.destroyed.connect(self._word.deleteLater)

    @property
    def outside(self) -> bool:
        """Whether the number lies outside the frame."""
        return not 0 <= self.value() <= self.highest

    @property
    def word(self) -> str:
        """What is said below it; empty if nothing is."""
        return "" if self._word.isHidden() else self._word.text()

    def stepBy(self, steps: int) -> None:
        """Steps end at the frame."""
        self.setValue(min(max(self.value() + steps * self.singleStep(), 0), self.highest))

    def _judge(self) -> None:
        theme = current()
        self.setStyleSheet(f"color: {theme.danger}; font-weight: 600;" if self.outside else "")
        if not self.outside:
            self._word.hide()
            self.setAccessibleDescription("")
            return
        text = f"{self._name} lies between 0 and {self.highest:g}"
        self.setAccessibleDescription(text)
        self._word.setText(text)
        self._word.setStyleSheet(
            f"background: {theme.surface}; color: {theme.danger}; border: 1px solid {theme.danger};"
            " padding: 2px 6px;"
        )
        self._word.adjustSize()
        viewport = self.parentWidget()
        below = self.geometry().bottomRight() + QPoint(1 - self._word.width(), 1)
        if below.y() + self._word.height() > viewport.height():
            below.setY(self.geometry().top() - self._word.height())
        self._word.move(max(below.x(), 0), below.y())
        self._word.show()
        self._word.raise_()
