"""What all drawings have in common: spots that can be pointed at, a legend, colours, text."""

from __future__ import annotations

import attrs
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from fkd_core.overview.chart import Chart
from fkd_gui.theme import Theme, tabular

LEGEND = 24.0
"""height of the legend's line"""


@attrs.frozen
class Spot:
    """One thing that can be pointed at.

    Attributes:
        part: of the chart.
        series: of the part's values.
        box: where it is.
    """

    part: int
    series: int
    box: QRectF


class Drawing:
    """Draws a chart into a rectangle.

    Args:
        chart: with something to draw.
        theme: its colours.
        font: of its text.
    """

    def __init__(self, chart: Chart, theme: Theme, font: QFont) -> None:
        self.chart, self.theme = chart, theme
        self.font = tabular(font)
        self.metrics = QFontMetricsF(self.font)
        self.spots: list[Spot] = []
        self.area = QRectF()

    @property
    def drawn(self) -> list[int]:
        """The series that are drawn and have a value other than 0 somewhere; the first where none has."""
        shown = [i for i, name in enumerate(self.chart.series) if name not in self.chart.hidden]
        return [i for i in shown if any(part.values[i] for part in self.chart.parts)] or shown[:1]

    def arrange(self, area: QRectF) -> None:
        """Find out where everything is in an area."""
        self.area = area
        self.spots = []
        self.place(area)

    def place(self, area: QRectF) -> None:
        """Fill `spots`."""
        raise NotImplementedError

    def paint(self, painter: QPainter) -> None:
        """Draw where it was arranged."""
        raise NotImplementedError

    def mark(self, painter: QPainter, spot: Spot, *, focus: bool) -> None:
        """Show what is pointed at, by the pointer or by the keyboard."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.focus if focus else self.theme.text), 2 if focus else 1.4))
        painter.drawRect(spot.box.adjusted(-1, -1, 1, 1))

    def hit(self, place: QPointF) -> int | None:
        """The spot at a place, the smallest first."""
        found = [
            (s.box.width() * s.box.height(), i) for i, s in enumerate(self.spots) if s.box.contains(place)
        ]
        return min(found)[1] if found else None

    def step(self, spot: int, key: Qt.Key) -> int:
        """The spot to which a key leads; the same where it leads nowhere."""
        last = len(self.spots) - 1
        if key == Qt.Key.Key_Home:
            return 0
        if key == Qt.Key.Key_End:
            return last
        here = self.spots[spot]
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            column = [i for i, s in enumerate(self.spots) if s.series == here.series]
            place = column.index(spot) + by
            return column[place] if 0 <= place < len(column) else spot
        return min(max(spot + (1 if key == Qt.Key.Key_Right else -1), 0), last)

    def told(self, spot: Spot) -> str:
        """What is pointed at, in words."""
        part, chart = self.chart.parts[spot.part], self.chart
        value = part.values[spot.series]
        number = "unknown" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
        series = chart.series[spot.series]
        named = f"{series}: " if len(self.drawn) > 1 and series != chart.unit else ""
        return f"{part.label} · {named}{number} {chart.unit}"

    def colour(self, series: int) -> QColor:
        """The colour of a series."""
        meaning = self.chart.colours[series] if self.chart.colours else ""
        if meaning == "missing":
            return QColor(self.theme.raised)
        if meaning:
            return QColor(self.theme.origin(meaning))
        order = self.drawn
        place = order.index(series) if series in order else 0
        return QColor(self.theme.series[place % len(self.theme.series)])

    def paint_legend(self, painter: QPainter, left: float, top: float) -> None:
        """The series with their colours, in a line."""
        x = left
        for series in self.drawn:
            swatch = QRectF(x, top + LEGEND / 2 - 7, 10, 10)
            painter.fillRect(swatch, self.colour(series))
            if self.chart.colours and self.chart.colours[series] == "missing":
                painter.setPen(QPen(QColor(self.theme.outline), 1))
                painter.drawRect(swatch)
            name = self.chart.series[series]
            room = self.area.right() - x - 16
            shown = self.metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            self.text(painter, QRectF(x + 16, top, room, LEGEND - 4), shown, left=True)
            x += 16 + self.metrics.horizontalAdvance(shown) + 14

    def text(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        *,
        left: bool = False,
        middle: bool = False,
        strong: bool = False,
    ) -> None:
        """Text in a box, right-aligned unless said otherwise."""
        painter.setFont(self.font)
        painter.setPen(QColor(self.theme.text if strong else self.theme.muted))
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        side = Qt.AlignmentFlag.AlignHCenter if middle else side
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)
