"""What is painted in the place of a picture that cannot be read."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from fkd_gui.theme import DARK, LIGHT, Theme, icon


@lru_cache(maxsize=16)
def _sign(theme: str, side: int, ratio: float) -> QPixmap:
    colours = DARK if theme == "dark" else LIGHT
    return icon("image", colours, colours.muted).pixmap(QSize(side, side), ratio)


def paint_placeholder(painter: QPainter, box: QRectF, theme: Theme, ratio: float, text: str = "") -> None:
    """A picture's sign, struck through, and below it why there is no picture.

    Args:
        box: where the picture would be, in the widget.
        ratio: screen pixels for one widget pixel.
        text: the reason, in lines; empty where there is no room for words.
    """
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    side = int(min(max(min(box.width(), box.height()) / 3, 14), 40))
    words = QRectF(box.adjusted(16, 0, -16, 0))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    needed = QRectF()
    if text:
        font = painter.font()
        font.setPixelSize(13)
        painter.setFont(font)
        needed = painter.boundingRect(words, flags, text)
    gap = 12 if text else 0
    top = box.center().y() - (side + gap + needed.height()) / 2
    left = box.center().x() - side / 2
    painter.drawPixmap(QPointF(left, top), _sign(theme.name, side, ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    start, end = (
        QPointF(left + 0.08 * side, top + 0.92 * side),
        QPointF(left + 0.92 * side, top + 0.08 * side),
    )
    for colour, width in ((theme.raised, 4.0), (theme.muted, 1.6)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLine(start, end)
    if text:
        painter.setPen(QColor(theme.text))
        words.setTop(top + side + gap)
        painter.drawText(words, flags, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)
