"""A slider with two handles: the ends of a range."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fkd_gui.theme import UNIT, current

_RADIUS = 7.0


class RangeSlider(QWidget):
    """Two values on a line, the lower never above the higher. Values beyond the line stand at its end.

    Left and Right move a handle by a step, Page by ten, Home and End to the line's ends; Space takes the
    other handle.
    """

    changed = Signal(float, float)
    """low and high, by a person"""

    def __init__(
        self, low: float, high: float, step: float, rest: float = 0.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ends, self._step, self._rest = (low, high), step, rest
        self._values = [low, high]
        self._held = 1
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def values(self) -> tuple[float, float]:
        """Low and high."""
        return self._values[0], self._values[1]

    @property
    def held(self) -> int:
        """Which handle keys move: 0 the lower, 1 the higher."""
        return self._held

    def set_values(self, low: float, high: float) -> None:
        """Show other values."""
        self._values = [low, high]
        self._describe()
        self.update()

    def place_of(self, value: float) -> QPointF:
        """Where a value stands."""
        low, high = self._ends
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return QPointF(_RADIUS + 1 + share * self._length, self.height() / 2)

    @property
    def _length(self) -> float:
        return max(1.0, self.width() - 2 * _RADIUS - 2)

    def sizeHint(self) -> QSize:
        """As high as its handles."""
        return QSize(120, 2 * UNIT + 6)

    def minimumSizeHint(self) -> QSize:
        """Room for both handles."""
        return QSize(56, 2 * UNIT + 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer handle; of two at one place the one that can follow."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        gaps = [abs(x - self.place_of(value).x()) for value in self._values]
        if abs(gaps[0] - gaps[1]) < 0.5:
            self._held = int(x >= self.place_of(self._values[0]).x())
        else:
            self._held = int(gaps[1] < gaps[0])
        self._dragging = True
        self._drag_to(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle that was taken."""
        if self._dragging:
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Let the handle go."""
        self._dragging = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move a handle, or take the other."""
        key = event.key()
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
        }  # fmt: skip
        if key == Qt.Key.Key_Space:
            self._held = 1 - self._held
            self._describe()
            self.update()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_to(self._ends[int(key == Qt.Key.Key_End)])
        elif key in steps:
            self._move_to(self._values[self._held] + steps[Qt.Key(key)] * self._step)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where keys go."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys go elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The line, the range on it, the value that changes nothing, and the handles."""
        theme, on = current(), self.isEnabled()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            low, high = (self.place_of(value) for value in self._values)
            middle = self.height() / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.border))
            painter.drawRoundedRect(QRectF(_RADIUS + 1, middle - 2, self._length, 4), 2, 2)
            if self._ends[0] < self._rest < self._ends[1]:
                x = self.place_of(self._rest).x()
                painter.setBrush(QColor(theme.outline))
                painter.drawRect(QRectF(x - 0.75, middle - 6, 1.5, 12))
            painter.setBrush(QColor(theme.accent if on else theme.disabled))
            painter.drawRoundedRect(QRectF(low.x(), middle - 2, max(1.0, high.x() - low.x()), 4), 2, 2)
            for number, place in enumerate((low, high)):
                painter.setPen(QPen(QColor(theme.surface), 2))
                painter.setBrush(QColor(theme.accent if on else theme.disabled))
                painter.drawEllipse(place, _RADIUS - 1, _RADIUS - 1)
                if self.hasFocus() and number == self._held:
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(QPen(QColor(theme.focus), 2))
                    painter.drawEllipse(place, _RADIUS, _RADIUS)

    def _drag_to(self, x: float) -> None:
        low, high = self._ends
        value = low + (x - _RADIUS - 1) / self._length * (high - low)
        self._move_to(round(value / self._step) * self._step)

    def _move_to(self, value: float) -> None:
        low, high = self._ends
        # No digits of its own: 0.1 three times is to be 0.3.
        value = round(min(max(value, low), high), 6)
        other = self._values[1 - self._held]
        value = min(value, other) if self._held == 0 else max(value, other)
        if value != self._values[self._held]:
            self._values[self._held] = value
            self._describe()
            self.update()
            self.changed.emit(*self._values)

    def _describe(self) -> None:
        end = ("lower", "higher")[self._held]
        self.setAccessibleDescription(f"{self._values[0]:g} to {self._values[1]:g}; keys move the {end} end")
