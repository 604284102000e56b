"""A bar for each part, from left to right, stacked by series."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from fkd_gui.overview.drawing.drawing import LEGEND, Drawing, Spot

_HIGHEST, _GAP = 26.0, 8.0
_THINNEST = 2.0
"""pixels: one face of a million is still to be seen and hit"""


class Bars(Drawing):
    """Labels left, bars, sums right."""

    def place(self, area: QRectF) -> None:
        """Rows share the height, but none is higher than a line of text asks."""
        parts, drawn = self.chart.parts, self.drawn
        top = area.top() + (LEGEND if len(drawn) > 1 else 0)
        self._row = min(_HIGHEST, (area.bottom() - top) / max(1, len(parts)))
        names = max((self.metrics.horizontalAdvance(part.label) for part in parts), default=0)
        self._left = area.left() + min(names, 0.5 * area.width()) + _GAP
        sums = max((self.metrics.horizontalAdvance(self._sum(i)) for i in range(len(parts))), default=0)
        room = area.right() - sums - _GAP - self._left
        most = max((sum(part.values[s] or 0 for s in drawn) for part in parts), default=1) or 1
        self._top, self._right = top, self._left + room
        for index, part in enumerate(parts):
            x = self._left
            y = top + index * self._row
            for series in drawn:
                value = part.values[series] or 0
                if value:
                    width = max(_THINNEST, room * value / most)
                    box = QRectF(x, y + 0.16 * self._row, width, 0.68 * self._row)
                    self.spots.append(Spot(index, series, box))
                    x += width

    def paint(self, painter: QPainter) -> None:
        """Legend, labels, bars, sums."""
        if len(self.drawn) > 1:
            self.paint_legend(painter, self.area.left(), self.area.top())
        ends: dict[int, float] = {}
        for spot in self.spots:
            painter.fillRect(spot.box, self.colour(spot.series))
            if self.chart.colours and self.chart.colours[spot.series] == "missing":
                painter.setPen(QPen(QColor(self.theme.border), 1))
                painter.drawRect(spot.box)
            ends[spot.part] = spot.box.right()
        for index, part in enumerate(self.chart.parts):
            y = self._top + index * self._row
            room = self._left - _GAP - self.area.left()
            shown = self.metrics.elidedText(part.label, Qt.TextElideMode.ElideRight, room + 1)
            self.text(painter, QRectF(self.area.left(), y, room, self._row), shown, left=True, strong=True)
            number = QRectF(self._right, y, self.area.right() - self._right, self._row)
            self.text(painter, number, self._sum(index))

    def _sum(self, index: int) -> str:
        part = self.chart.parts[index]
        meanings = self.chart.colours or ("",) * len(part.values)
        total = sum(
            value or 0 for value, meaning in zip(part.values, meanings, strict=True) if meaning != "missing"
        )
        return f"{total:,}"
