"""A small window below the filter with the choices that write into it, and the order of the faces."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from fkd_gui.theme import UNIT, current, icon


class Choices(QFrame):
    """Titled controls one below the other; Escape or a click elsewhere closes it.

    Args:
        rows: title to control, from above.
        more: what stands below them without a title.
    """

    def __init__(self, rows: Mapping[str, QWidget], more: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName("Choices and order")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * UNIT)
        grid.setVerticalSpacing(UNIT)
        for row, (title, control) in enumerate(rows.items()):
            label = QLabel(title)
            label.setProperty("role", "muted")
            label.setBuddy(control)
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        grid.addWidget(more, len(rows), 1, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.addLayout(grid)
        self._first = next(iter(rows.values()))

    def show_below(self, anchor: QWidget) -> None:
        """Open below a control, its right edge under that of the control where there is room."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 2))
        screen = anchor.screen().availableGeometry()
        x = min(max(corner.x(), screen.left()), screen.right() - self.width())
        y = min(corner.y(), screen.bottom() - self.height())
        self.move(x, max(y, screen.top()))
        self.show()
        self._first.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class ChoicesButton(QToolButton):
    """Opens the choices; it is marked while one of them is set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.show_set(0)
        self.draw()

    def show_set(self, count: int) -> None:
        """Say how many choices are set."""
        text = "Choices and order" + (f": {count} set" if count else "")
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setChecked(count > 0)

    def nextCheckState(self) -> None:
        """A click opens; what is set marks it."""

    def draw(self) -> None:
        """Draw the icon in the colours of the theme."""
        self.setIcon(icon("sliders-horizontal", current(), on=current().on_selection))
