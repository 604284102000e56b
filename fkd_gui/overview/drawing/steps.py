"""Medians along the rows of a file, as steps around the median of all."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from fkd_gui.overview.drawing.drawing import LEGEND, Drawing, Spot
from fkd_gui.overview.drawing.ticks import ticks

_FOOT = 22.0
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class Steps(Drawing):
    """One line for each series; a column of the plot is a stretch of rows."""

    def place(self, area: QRectF) -> None:
        """Columns side by side over the whole height."""
        drawn = self.drawn
        rows = -(-len(drawn) // 2)
        table = np.array(
            [
                [np.nan if v is None else v for v in (part.values[s] for s in drawn)]
                for part in self.chart.parts
            ]
        )
        self._values = table - np.nanmedian(table, axis=0)
        known = self._values[np.isfinite(self._values)]
        low, high = min(-1.0, known.min(initial=0)), max(1.0, known.max(initial=0))
        air = 0.06 * (high - low)
        self._low, self._high = low - air, high + air
        side = self.metrics.horizontalAdvance("−10") + 12
        top = area.top() + rows * LEGEND
        self._plot = plot = QRectF(area.left() + side, top, area.width() - side, area.bottom() - top - _FOOT)
        width = plot.width() / len(self.chart.parts)
        for index in range(len(self.chart.parts)):
            box = QRectF(plot.left() + index * width, plot.top(), width, plot.height())
            self.spots.append(Spot(index, drawn[0], box))

    def paint(self, painter: QPainter) -> None:
        """Legend, grid, lines, rows."""
        plot, drawn = self._plot, self.drawn
        for value in ticks(self._low, self._high, 7):
            y = self._y(value)
            painter.setPen(QPen(QColor(self.theme.outline if abs(value) < 1e-9 else self.theme.border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            number = QRectF(self.area.left(), y - 9, plot.left() - self.area.left() - 6, 18)
            self.text(painter, number, f"{value:+g}".replace("-", "−") if abs(value) > 1e-9 else "0")
        for place, series in enumerate(drawn):
            pen = QPen(self.colour(series), 2, _DASHES[place % len(_DASHES)], Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._path(place))
            x = self.area.left() + place % 2 * self.area.width() / 2
            y = self.area.top() + place // 2 * LEGEND
            painter.drawLine(QPointF(x, y + LEGEND / 2 - 2), QPointF(x + 22, y + LEGEND / 2 - 2))
            room = self.area.width() / 2 - 34
            name = self.metrics.elidedText(self.chart.series[series], Qt.TextElideMode.ElideRight, room)
            self.text(painter, QRectF(x + 28, y, room, LEGEND - 4), name, left=True)
        first, last = self.chart.parts[0].label, self.chart.parts[-1].label
        foot = QRectF(plot.left(), plot.bottom() + 3, plot.width(), _FOOT - 3)
        self.text(painter, foot, f"row {first.split()[1]}", left=True)
        self.text(painter, foot, f"{int(last.split()[-1]):,}")

    def told(self, spot: Spot) -> str:
        """All drawn values of a stretch."""
        part = self.chart.parts[spot.part]
        values = [
            f"{self.chart.series[s]} {self._values[spot.part, place]:+.1f}"
            for place, s in enumerate(self.drawn)
            if np.isfinite(self._values[spot.part, place])
        ]
        return f"{part.label} · {', '.join(values)} px" if values else f"{part.label} · too few labels"

    def _path(self, place: int) -> QPainterPath:
        path, begun = QPainterPath(), False
        for spot, value in zip(self.spots, self._values[:, place].tolist(), strict=True):
            if np.isnan(value):
                begun = False
                continue
            start, end = QPointF(spot.box.left(), self._y(value)), QPointF(spot.box.right(), self._y(value))
            if begun:
                path.lineTo(start)
            else:
                path.moveTo(start)
            path.lineTo(end)
            begun = True
        return path

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self._plot.bottom() - self._plot.height() * share
