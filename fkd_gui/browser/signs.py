"""Small signs on pictures of faces: a ribbon for a bookmark, a sheet for a note; seen on any skin."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from fkd_gui.theme import Theme


def draw_bookmark(painter: QPainter, corner: QPointF, theme: Theme) -> None:
    """A ribbon that hangs down from a corner, 8 pixels wide and 13 high."""
    path = QPainterPath(corner)
    for x, y in ((8, 0), (8, 13), (4, 9.5), (0, 13)):
        path.lineTo(corner + QPointF(x, y))
    path.closeSubpath()
    _draw(painter, path, theme.suspicious, theme)


def draw_note(painter: QPainter, corner: QPointF, theme: Theme) -> None:
    """A sheet with two lines of text and a folded corner, 9 pixels wide and 10 high."""
    path = QPainterPath(corner)
    for x, y in ((6, 0), (9, 3), (9, 10), (0, 10)):
        path.lineTo(corner + QPointF(x, y))
    path.closeSubpath()
    _draw(painter, path, theme.halo_light, theme)
    painter.setPen(QPen(QColor(theme.halo_dark), 1))
    for y in (4.5, 7.0):
        painter.drawLine(corner + QPointF(2, y), corner + QPointF(7, y))


def _draw(painter: QPainter, path: QPainterPath, colour: str, theme: Theme) -> None:
    painter.strokePath(path, _pen(theme.halo_dark, 3))
    painter.strokePath(path, _pen(theme.halo_light, 1.4))
    painter.fillPath(path, QColor(colour))


def _pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
