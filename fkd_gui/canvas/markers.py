"""How a keypoint is drawn: origin by colour and by shape, on a dark-and-light halo.

Human is a filled circle, imputed a hollow one, predicted a cross, corrected a diamond; what was reviewed has
a tick beside it. The same drawing serves the canvas, the keypoint table, the legend and the grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPainterPathStroker, QPen, QPixmap, QPolygonF

from fkd_gui.theme import Theme

KINDS = ("human", "imputed", "predicted", "corrected")
GHOSTS = ("mean", "previous", "original", "version")
"""a plus, a triangle, a square and a star: shapes that no origin has"""

_CORNERS = {
    "corrected": ((0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)),
    "previous": ((0.0, -1.0), (0.87, 0.5), (-0.87, 0.5)),
    "original": ((-0.71, -0.71), (0.71, -0.71), (0.71, 0.71), (-0.71, 0.71)),
    "version": (
        *((0.0, -1.0), (0.3, -0.3), (1.0, 0.0), (0.3, 0.3)),
        *((0.0, 1.0), (-0.3, 0.3), (-1.0, 0.0), (-0.3, -0.3)),
    ),
}
_SIZES = {"corrected": (1.2, 0.5), "previous": (1.35, 0.75), "original": (1.2, 0.8), "version": (1.5, 0.7)}
"""of the shape and of its hole, in radii"""


@lru_cache(maxsize=256)
def shape(kind: str, radius: float, hollow: bool) -> QPainterPath:
    """The area of a marker around (0, 0).

    Args:
        kind: an origin such as `human`, a ghost such as `mean`, or nothing for a keypoint without origin.
        radius: outer radius in pixels.
        hollow: leave the centre open, so that what lies under the marker is seen.
    """
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    centre = QPointF(0, 0)
    if kind == "human":
        path.addEllipse(centre, radius, radius)
        if hollow:
            path.addEllipse(centre, radius * 0.36, radius * 0.36)
    elif kind in _CORNERS:
        outer, inner = _SIZES[kind]
        for size in (radius * outer, radius * inner)[: 2 if hollow else 1]:
            path.addPolygon(QPolygonF([QPointF(x * size, y * size) for x, y in _CORNERS[kind]]))
            path.closeSubpath()
    elif kind in ("predicted", "mean"):
        lines = QPainterPath()
        gap = radius * 0.62 if hollow else 0.0
        for angle in (45, 135, 225, 315) if kind == "predicted" else (0, 90, 180, 270):
            x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            lines.moveTo(x * gap, y * gap)
            reach = radius * (1.3 if hollow else 1.1)
            lines.lineTo(x * reach, y * reach)
        stroker = QPainterPathStroker()
        stroker.setWidth(max(1.5, radius * 0.32))
        path = stroker.createStroke(lines).simplified()
    else:
        width = max(1.1, radius * 0.3)
        path.addEllipse(centre, radius, radius)
        path.addEllipse(centre, radius - width, radius - width)
    return path


@lru_cache(maxsize=256)
def _outline(kind: str, radius: float, hollow: bool) -> QPainterPath:
    """The outer edge of a marker: a halo along a hole as well would fill it."""
    if kind in ("predicted", "mean"):
        return shape(kind, radius, hollow)
    return shape("human" if kind in ("imputed", "") else kind, radius, False)


def draw(
    painter: QPainter,
    place: QPointF,
    kind: str,
    radius: float,
    theme: Theme,
    *,
    hollow: bool = False,
    colour: str | None = None,
) -> None:
    """Draw the marker of an origin. The painter should have antialiasing on."""
    path = shape(kind, radius, hollow)
    painter.save()
    painter.translate(place)
    halo = min(1.2, 0.2 * radius + 0.2)
    around = _outline(kind, radius, hollow)
    painter.strokePath(around, _pen(theme.halo_dark, halo * 3.2))
    painter.strokePath(around, _pen(theme.halo_light, halo * 1.6))
    painter.fillPath(path, QColor(colour or theme.origin(kind)))
    painter.restore()


def draw_ring(painter: QPainter, place: QPointF, radius: float, theme: Theme, colour: str) -> None:
    """A ring around a marker: it is selected, or the pointer means it."""
    for tone, width in ((theme.halo_dark, 4.0), (colour, 2.0)):
        painter.setPen(_pen(tone, width))
        painter.drawEllipse(place, radius, radius)


def draw_dashes(painter: QPainter, place: QPointF, radius: float, theme: Theme) -> None:
    """A broken ring around a marker: something covers the keypoint."""
    painter.setPen(_pen(theme.halo_dark, 3.2))
    painter.drawEllipse(place, radius, radius)
    pen = QPen(QColor(theme.halo_light), 1.6, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2.2, 2.2])
    painter.setPen(pen)
    painter.drawEllipse(place, radius, radius)


def draw_tick(painter: QPainter, place: QPointF, size: float, theme: Theme) -> None:
    """A tick centred on a place: a person said that it is right."""
    path = QPainterPath(place + QPointF(-size * 0.5, 0))
    path.lineTo(place + QPointF(-size * 0.12, size * 0.36))
    path.lineTo(place + QPointF(size * 0.5, -size * 0.4))
    painter.strokePath(path, _pen(theme.halo_dark, max(3.2, size * 0.5)))
    painter.strokePath(path, _pen(theme.reviewed, max(1.5, size * 0.24)))


def marker_icon(kind: str, theme: Theme, size: int = 16, ratio: float = 1.0) -> QIcon:
    """The marker of an origin as an icon for lists and menus."""
    return drawn_icon(lambda painter, place, radius: draw(painter, place, kind, radius, theme), size, ratio)


def drawn_icon(
    paint: Callable[[QPainter, QPointF, float], None], size: int = 16, ratio: float = 1.0
) -> QIcon:
    """A marker as an icon.

    Args:
        paint: draws it at a place, with a radius.
        size: side in widget pixels.
        ratio: screen pixels for one of them.
    """
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRectF(0, 0, size, size).center(), size * 0.3)
    return QIcon(pixmap)


def _pen(colour: str, width: float) -> QPen:
    return QPen(
        QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
