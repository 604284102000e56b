"""What the markers mean, along the lower edge of a face, in as many lines as its width needs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter

from fkd_gui.canvas import markers
from fkd_gui.canvas.ghosts import TITLES
from fkd_gui.canvas.scene import CanvasOptions, Scene

ORIGINS = (*markers.KINDS, "reviewed", "occluded")
"""always there; ghosts follow while they are switched on"""

_LINE = 20.0
_AROUND = 4.0
_MARKER = 22.0
_GAP = 16.0


def legend_height(options: CanvasOptions, width: float) -> float:
    """How much of the lower edge it takes; nothing while it is off."""
    if not options.legend:
        return 0.0
    lines = _lines(options, QFontMetrics(_font(QGuiApplication.font())), width)
    return _LINE * len(lines) + 2 * _AROUND


def paint_legend(painter: QPainter, scene: Scene, width: float, height: float) -> None:
    """Centred along the lower edge. No entry is left out for want of room."""
    painter.setFont(_font(QGuiApplication.font()))
    metrics = painter.fontMetrics()
    taken = legend_height(scene.options, width)
    ground = QColor(scene.theme.image_surround)
    ground.setAlpha(225)
    painter.fillRect(QRectF(0, height - taken, width, taken), ground)
    middle = height - taken + _AROUND + _LINE / 2
    for entries in _lines(scene.options, metrics, width):
        x = (width - _length(entries, metrics)) / 2
        for entry in entries:
            _paint_entry(painter, scene, entry, QPointF(x + 8, middle))
            x += _length([entry], metrics) + _GAP
        middle += _LINE


def _font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(12)
    return font


def _length(entries: list[str], metrics: QFontMetrics) -> float:
    words = (metrics.horizontalAdvance(TITLES.get(entry, entry)) for entry in entries)
    return sum(_MARKER + word for word in words) + _GAP * (len(entries) - 1)


def _lines(options: CanvasOptions, metrics: QFontMetrics, width: float) -> list[list[str]]:
    """Entries line by line; ghosts begin a line of their own."""
    lines: list[list[str]] = []
    for group in (ORIGINS, options.ghosts):
        begun = False
        for entry in group:
            if begun and _length([*lines[-1], entry], metrics) <= width - _GAP:
                lines[-1].append(entry)
            else:
                lines.append([entry])
            begun = True
    return lines


def _paint_entry(painter: QPainter, scene: Scene, entry: str, place: QPointF) -> None:
    theme = scene.theme
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if entry == "reviewed":
        markers.draw_tick(painter, place, 9, theme)
    elif entry == "occluded":
        markers.draw_dashes(painter, place, 6, theme)
    elif entry in markers.GHOSTS:
        markers.draw(painter, place, entry, 4, theme, hollow=True, colour=theme.ghost(entry))
    else:
        markers.draw(painter, place, entry, 5, theme)
    painter.setPen(QColor(theme.text))
    text = TITLES.get(entry, entry)
    box = QRectF(
        place.x() + 12, place.y() - _LINE / 2, painter.fontMetrics().horizontalAdvance(text) + 4, _LINE
    )
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
