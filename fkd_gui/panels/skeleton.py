"""Where something will be: its outline, still and pale, while there is nothing to draw yet."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fkd_gui.theme import current


class Skeleton(QWidget):
    """Something pale with a line in the middle that says what is being waited for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setMinimumHeight(160)

    def set_text(self, text: str) -> None:
        """What is being waited for."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def tell(self, painter: QPainter) -> None:
        """Draw the line; the painter has no pen."""
        theme = current()
        box = painter.fontMetrics().boundingRect(self._text).adjusted(-12, -8, 12, 8)
        box.moveCenter(self.rect().center())
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)


class CurveSkeleton(Skeleton):
    """Two pale plots."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Axes, grid and places of the numbers."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.surface))
        pale = QColor(theme.raised)
        half = (self.height() - 56) / 2
        for top in (28.0, 28 + half + 8):
            plot = QRectF(56, top, self.width() - 64, half - 8)
            painter.setPen(QPen(pale, 1))
            for row in range(5):
                y = plot.top() + row * plot.height() / 4
                painter.drawLine(round(plot.left()), round(y), round(plot.right()), round(y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pale)
            for row in range(5):
                y = plot.top() + row * plot.height() / 4
                painter.drawRoundedRect(QRectF(22, y - 4, 26, 8), 4, 4)
        self.tell(painter)
