"""Bars that stand on an axis of numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from fkd_gui.overview.drawing.drawing import LEGEND, Drawing, Spot
from fkd_gui.overview.drawing.ticks import ticks

_FOOT = 22.0


class Histogram(Drawing):
    """Stacked bars, each as wide as its range."""

    def place(self, area: QRectF) -> None:
        """Bars of equal width side by side."""
        parts, drawn = self.chart.parts, self.drawn
        self._most = max((sum(part.values[s] or 0 for s in drawn) for part in parts), default=1) or 1
        side = self.metrics.horizontalAdvance(f"{self._most:,}") + 10
        top = area.top() + (LEGEND if len(drawn) > 1 else 8)
        self._plot = plot = QRectF(area.left() + side, top, area.width() - side, area.bottom() - top - _FOOT)
        width = plot.width() / max(1, len(parts))
        for index, part in enumerate(parts):
            bottom = plot.bottom()
            for series in drawn:
                value = part.values[series] or 0
                if value:
                    height = max(1.5, plot.height() * value / self._most)
                    box = QRectF(plot.left() + index * width + 1, bottom - height, width - 2, height)
                    self.spots.append(Spot(index, series, box))
                    bottom -= height

    def paint(self, painter: QPainter) -> None:
        """Grid, bars, numbers."""
        if len(self.drawn) > 1:
            self.paint_legend(painter, self.area.left(), self.area.top())
        plot = self._plot
        for value in ticks(0, self._most, 4):
            y = plot.bottom() - plot.height() * value / self._most
            painter.setPen(QPen(QColor(self.theme.border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            number = QRectF(self.area.left(), y - 9, plot.left() - self.area.left() - 6, 18)
            self.text(painter, number, f"{value:,.0f}")
        for spot in self.spots:
            painter.fillRect(spot.box, self.colour(spot.series))
        width = plot.width() / max(1, len(self.chart.parts))
        every = max(1, round(60 / width))
        for index, part in enumerate(self.chart.parts):
            if index % every == 0:
                x = plot.left() + index * width
                text = part.label.partition(" ")[0]
                self.text(painter, QRectF(x - 30, plot.bottom() + 3, 60, _FOOT - 3), text, middle=True)
