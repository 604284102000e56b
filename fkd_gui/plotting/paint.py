"""Paints a plot with its words on the theme's ground. Works on any thread."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from fkd_core.reporting.axes import Axis, span_of
from fkd_gui.plotting.plot import BARS, DOTS, LINE, Drawn, Plot, Values
from fkd_gui.theme import UNIT, Theme, tabular

WIDTH, HEIGHT = 720, 520
_MARGIN = 3 * UNIT
_SWATCH = 18.0
_MOST = 3000
"""points of a line: two for each pixel of a picture that is twice as dense"""


def paint_plot(painter: QPainter, plot: Plot, theme: Theme, font: QFont) -> None:
    """Title, finding, legend and drawing within `WIDTH` and `HEIGHT`."""
    font = tabular(font)
    area = QRectF(0, 0, WIDTH, HEIGHT)
    painter.fillRect(area, QColor(theme.surface))
    inner = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    strong = QFont(font)
    strong.setPixelSize(max(font.pixelSize(), 11) + 5)
    strong.setWeight(QFont.Weight.DemiBold)
    top = inner.top()
    for text, face in ((plot.title, strong), (plot.finding, font)):
        if text:
            painter.setFont(face)
            painter.setPen(QColor(theme.text))
            box = QRectF(inner.left(), top, inner.width(), inner.bottom() - top)
            drawn = painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, text)
            top = drawn.bottom() + UNIT
    painter.setFont(font)
    pencil = _Pencil(painter, plot, theme, QFontMetricsF(font))
    top = pencil.legend(inner, top)
    pencil.draw(QRectF(inner.left(), top + UNIT, inner.width(), inner.bottom() - top - UNIT))


class _Pencil:
    """What the drawing of one plot shares."""

    def __init__(self, painter: QPainter, plot: Plot, theme: Theme, metrics: QFontMetricsF) -> None:
        self.painter, self.plot, self.theme, self.metrics = painter, plot, theme, metrics
        self.line = metrics.height()

    def legend(self, inner: QRectF, top: float) -> float:
        """The names with their colours, in as many lines as they need; returns where they end."""
        named = [drawn for drawn in self.plot.drawn if drawn.name]
        if len(named) < 2:
            return top
        x, room = inner.left(), self.line + 6
        for drawn in named:
            name = self.metrics.elidedText(drawn.name, Qt.TextElideMode.ElideRight, inner.width() - 40)
            width = _SWATCH + 6 + self.metrics.horizontalAdvance(name) + 2 * UNIT
            if x > inner.left() and x + width > inner.right():
                x, top = inner.left(), top + room
            middle = top + room / 2
            if drawn.kind == DOTS:
                self._symbol(QPointF(x + _SWATCH / 2, middle), drawn)
            else:
                self.painter.setPen(self._pen(drawn))
                self.painter.drawLine(QPointF(x, middle), QPointF(x + _SWATCH, middle))
            self._text(QRectF(x + _SWATCH + 6, top, width, room), name, Qt.AlignmentFlag.AlignLeft)
            x += width
        return top + room

    def draw(self, area: QRectF) -> None:
        """Axes and what is drawn over them."""
        plot = self.plot
        shown = [drawn for drawn in plot.drawn if len(drawn.x)]
        y_span = plot.y_span or span_of([drawn.y for drawn in shown])
        x_span = plot.x_span or span_of([drawn.x for drawn in shown])
        labels = _labels(plot.y_names, Axis(*y_span, 0, 1, log=plot.log))
        side = max((self.metrics.horizontalAdvance(text) for _, text in labels), default=0) + UNIT
        left = area.left() + side + (self.line + 4 if plot.y_title else 0)
        bottom = area.bottom() - self.line - 6 - (self.line + 4 if plot.x_title else 0)
        box = QRectF(QPointF(left, area.top() + UNIT), QPointF(area.right() - UNIT, bottom))
        across = Axis(*x_span, box.left(), box.right())
        down = Axis(*y_span, box.bottom(), box.top(), log=plot.log)
        self._grid(box, across, down)
        self._titles(area, box)
        self.painter.save()
        self.painter.setClipRect(box.adjusted(-4, -4, 4, 4))
        for drawn in shown:
            xs, ys = across.at(drawn.x), down.at(drawn.y)
            if drawn.kind == LINE:
                self._line(xs, ys, drawn)
            elif drawn.kind == DOTS:
                for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
                    if math.isfinite(x) and math.isfinite(y):
                        self._symbol(QPointF(x, y), drawn)
            else:
                self._bars(float(across.at(max(0.0, across.low))), xs, ys, drawn)
        self.painter.restore()
        self._marks(box, across, down)

    def _grid(self, box: QRectF, across: Axis, down: Axis) -> None:
        faint = QColor(self.theme.text)
        faint.setAlpha(36)
        for value, text in _labels(self.plot.y_names, down):
            y = float(down.at(value))
            self.painter.setPen(QPen(faint, 1))
            self.painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            place = QRectF(box.left() - 400 - UNIT, y - self.line, 400, 2 * self.line)
            self._text(place, text, Qt.AlignmentFlag.AlignRight)
        count = len(self.plot.x_names)
        for at, (value, text) in enumerate(_labels(self.plot.x_names, across)):
            x = float(across.at(value))
            self.painter.setPen(QPen(QColor(self.theme.outline) if count else faint, 1))
            self.painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            place, side = QRectF(x - 200, box.bottom() + 4, 400, self.line), Qt.AlignmentFlag.AlignHCenter
            if count > 1 and at in (0, count - 1):
                # Names at the ends stay inside.
                side = Qt.AlignmentFlag.AlignLeft if at == 0 else Qt.AlignmentFlag.AlignRight
                place = QRectF(x if at == 0 else x - 400, place.top(), 400, self.line)
            self._text(place, text, side)

    def _titles(self, area: QRectF, box: QRectF) -> None:
        middle = Qt.AlignmentFlag.AlignHCenter
        if self.plot.x_title:
            place = QRectF(box.left(), area.bottom() - self.line, box.width(), self.line)
            self._text(place, self.plot.x_title, middle)
        if self.plot.y_title:
            self.painter.save()
            self.painter.translate(area.left() + self.line / 2, box.center().y())
            self.painter.rotate(-90)
            place = QRectF(-box.height() / 2, -self.line / 2, box.height(), self.line)
            self._text(place, self.plot.y_title, middle)
            self.painter.restore()

    def _line(self, xs: Values, ys: Values, drawn: Drawn) -> None:
        self.painter.setPen(self._pen(drawn))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        known = np.isfinite(xs) & np.isfinite(ys)
        for part in np.split(np.arange(len(xs)), np.flatnonzero(~known)):
            part = part[known[part]]
            if len(part) == 1:
                self._symbol(QPointF(xs[part[0]], ys[part[0]]), drawn)
            elif len(part):
                points = zip(*(each.tolist() for each in _thinned(xs[part], ys[part])), strict=True)
                self.painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def _bars(self, zero: float, xs: Values, ys: Values, drawn: Drawn) -> None:
        tall = min(self.line, 0.6 * abs(float(ys[1] - ys[0])) if len(ys) > 1 else self.line)
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            bar = QRectF(min(zero, x), y - tall / 2, max(2.0, abs(x - zero)), tall)
            self.painter.fillRect(bar, self._colour(drawn))

    def _marks(self, box: QRectF, across: Axis, down: Axis) -> None:
        for x, y, text in self.plot.marks:
            at = float(across.at(x))
            last = at > box.right() - 1
            side = Qt.AlignmentFlag.AlignRight if last else Qt.AlignmentFlag.AlignLeft
            width = self.metrics.horizontalAdvance(text) + 4
            place = QRectF(
                at - width - 4 if last else at + 4, float(down.at(y)) - self.line / 2, width, self.line
            )
            veil = QColor(self.theme.surface)
            veil.setAlpha(170)
            self.painter.fillRect(place, veil)
            self._text(place, text, side, strong=True)

    def _symbol(self, at: QPointF, drawn: Drawn) -> None:
        """A disc, a square, a triangle or a diamond; pale where there are many."""
        colour = self._colour(drawn)
        if len(drawn.x) > 100:
            colour.setAlpha(150)
        radius = 3.0 if len(drawn.x) > 100 else 5.0
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        if drawn.symbol % 4 == 0:
            self.painter.drawEllipse(at, radius, radius)
            return
        corners, turn = {1: (4, 0.25), 2: (3, 0.5), 3: (4, 0.0)}[drawn.symbol % 4]
        angles = [2 * math.pi * (corner + turn) / corners for corner in range(corners)]
        points = [at + 1.2 * radius * QPointF(math.sin(a), math.cos(a)) for a in angles]
        self.painter.drawPolygon(QPolygonF(points))

    def _pen(self, drawn: Drawn) -> QPen:
        width = 2.6 if drawn.strong else 9.0 if drawn.kind == BARS else 1.8
        style = Qt.PenStyle.DashLine if drawn.dashed else Qt.PenStyle.SolidLine
        return QPen(self._colour(drawn), width, style)

    def _colour(self, drawn: Drawn) -> QColor:
        if isinstance(drawn.colour, str):
            return QColor(getattr(self.theme, drawn.colour))
        return QColor(self.theme.series[drawn.colour % len(self.theme.series)])

    def _text(self, box: QRectF, text: str, side: Qt.AlignmentFlag, *, strong: bool = False) -> None:
        self.painter.setPen(QColor(self.theme.text if strong else self.theme.muted))
        self.painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


def _labels(names: tuple[str, ...], axis: Axis) -> list[tuple[float, str]]:
    """Where something is written along an axis, and what."""
    if names:
        return [(float(at), name) for at, name in enumerate(names)]
    return [(value, f"{value:,g}") for value in axis.ticks(6)]


def _thinned(xs: Values, ys: Values) -> tuple[Values, Values]:
    """Of each stretch its lowest and its highest point, in their order, where there are more than pixels."""
    if len(xs) <= _MOST:
        return xs, ys
    parts = np.array_split(np.arange(len(xs)), _MOST // 2)
    kept = [sorted((part[ys[part].argmin()], part[ys[part].argmax()])) for part in parts]
    chosen = np.unique(np.concatenate([[0], np.concatenate(kept), [len(xs) - 1]]))
    return xs[chosen], ys[chosen]
