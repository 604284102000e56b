"""Where cards will be: their outlines, still and pale, while the data is looked at."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from fkd_gui.panels.skeleton import Skeleton
from fkd_gui.theme import UNIT, current

_NARROWEST, _HEAD, _TALL = 400, 120, 420


class CardSkeleton(Skeleton):
    """Pale cards."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """One wide card, and as many as fit below it."""
        theme, painter = current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = 2 * UNIT
        columns = max(1, min(3, self.width() // (_NARROWEST + gap)))
        width = (self.width() - (columns - 1) * gap) / columns
        cards = [QRectF(0.5, 0.5, self.width() - 1, _HEAD)]
        top = _HEAD + gap
        while top < self.height():
            cards += [QRectF(c * (width + gap) + 0.5, top + 0.5, width - 1, _TALL) for c in range(columns)]
            top += _TALL + gap
        for card in cards:
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.setBrush(QColor(theme.surface))
            painter.drawRoundedRect(card, 6, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            for row, share in enumerate((0.35, 0.8, 0.6)):
                painter.drawRoundedRect(
                    QRectF(
                        card.left() + gap, card.top() + gap + 26 * row, share * (card.width() - 2 * gap), 10
                    ),
                    5,
                    5,
                )
        self.tell(painter)
