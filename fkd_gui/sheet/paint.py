"""Draws the cells of the sheet: the crop, the keypoint, where the model sees it, and what is said of it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from fkd_gui.canvas import markers
from fkd_gui.canvas.geometry import View
from fkd_gui.canvas.scene import grey_image
from fkd_gui.sheet.crops import enlarged
from fkd_gui.theme import DARK, LIGHT, Theme


@attrs.frozen(eq=False)
class Cell:
    """One crop as it is to be painted.

    Attributes:
        corner: left and top of the crop in the widget.
        side: of the crop.
        view: of the face.
        pixels: uint8 `(H, W)` of the face; None while it is not read.
        lost: whether it could not be read.
        point: `(2,)` the keypoint, NaN where it has no place.
        kind: of its origin; empty where it has none.
        reviewed, occluded: what is said of it.
        suspicious: whether it is likely to be wrong.
        seen: `(2,)` where the run sees it; None without one.
        moving: whether it is under way.
    """

    corner: tuple[float, float]
    side: float
    view: View
    pixels: NDArray[np.uint8] | None
    lost: bool
    point: NDArray[Any]
    kind: str
    reviewed: bool = False
    occluded: bool = False
    suspicious: bool = False
    seen: NDArray[Any] | None = None
    moving: bool = False

    @property
    def box(self) -> QRectF:
        """Where the crop is."""
        return QRectF(*self.corner, self.side, self.side)


def paint_cell(painter: QPainter, cell: Cell, theme: Theme, ratio: float) -> None:
    """A crop and its markers; nothing of them reaches beyond it."""
    if cell.pixels is not None:
        _paint_pixels(painter, cell, cell.pixels, theme, ratio)
    else:
        painter.fillRect(cell.box, QColor(theme.raised))
    painter.save()
    painter.setClipRect(cell.box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if cell.lost:
        _paint_lost(painter, cell, theme)
    _paint_markers(painter, cell, theme, ratio)
    if cell.reviewed:
        x, y = cell.corner
        markers.draw_tick(painter, QPointF(x + cell.side - 10, y + 10), 10, theme)
    painter.restore()


def _paint_pixels(
    painter: QPainter, cell: Cell, pixels: NDArray[np.uint8], theme: Theme, ratio: float
) -> None:
    beyond = QColor(theme.image_surround).red()
    shown = enlarged(pixels, cell.view, cell.corner, cell.side, ratio, beyond)
    painter.save()
    # One pixel of the picture is one of the screen: any other scale takes several times as long.
    painter.scale(1 / ratio, 1 / ratio)
    x, y = cell.corner
    painter.drawImage(QPoint(round(x * ratio), round(y * ratio)), grey_image(shown))
    painter.restore()


def _paint_markers(painter: QPainter, cell: Cell, theme: Theme, ratio: float) -> None:
    place = _place(cell.view, cell.point)
    radius = marker_radius(cell.view.scale)
    seen = None if cell.seen is None else _place(cell.view, cell.seen)
    if seen is not None:
        if place is not None:
            for colour, width in ((theme.halo_dark, 3.0), (theme.predicted, 1.4)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawLine(QLineF(place, seen))
        _stamp(painter, seen, "predicted", radius * 0.85, theme, ratio)
    if place is None:
        return
    if cell.suspicious:
        markers.draw_ring(painter, place, radius + 5, theme, theme.suspicious)
    if cell.occluded:
        markers.draw_dashes(painter, place, radius + 4, theme)
    if cell.moving:
        markers.draw_ring(painter, place, radius + 4, theme, theme.halo_light)
    else:
        _stamp(painter, place, cell.kind, radius, theme, ratio)


def _paint_lost(painter: QPainter, cell: Cell, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.danger), 2))
    box = cell.box.adjusted(8, 8, -8, -8)
    painter.drawLines([QLineF(box.topLeft(), box.bottomRight()), QLineF(box.topRight(), box.bottomLeft())])


def paint_mark(painter: QPainter, corner: tuple[float, float], theme: Theme) -> None:
    """A ticked box in the corner of a crop: it is selected."""
    box = QRectF(corner[0] + 4, corner[1] + 4, 14, 14)
    painter.setPen(QPen(QColor(theme.on_accent), 1.5))
    painter.setBrush(QColor(theme.accent))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QPen(QColor(theme.on_accent), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    x, y = box.left(), box.top()
    painter.drawPolyline([QPointF(x + 3.5, y + 7.5), QPointF(x + 6, y + 10), QPointF(x + 10.5, y + 4.5)])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def marker_radius(scale: float) -> float:
    """Of markers: as on the canvas, they grow with the pixels below."""
    return min(max(0.85 * scale, 4.5), 9.0)


def _place(view: View, point: NDArray[Any]) -> QPointF | None:
    x, y = view.to_widget(point).tolist()
    return QPointF(x, y) if math.isfinite(x) and math.isfinite(y) else None


def _stamp(painter: QPainter, place: QPointF, kind: str, radius: float, theme: Theme, ratio: float) -> None:
    half, sprite = _sprite(theme.name, kind, radius, ratio)
    corner = place - QPointF(half, half)
    painter.drawPixmap(QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio), sprite)


# Drawing a marker takes as long as drawing a crop; there are a hundred in sight and few kinds of them.
@lru_cache(maxsize=64)
def _sprite(theme: str, kind: str, radius: float, ratio: float) -> tuple[float, QPixmap]:
    """Half the side of a marker in widget pixels, and the marker, open in the middle."""
    side = 2 * math.ceil(radius * 1.4 + 3)
    sprite = QPixmap(round(side * ratio), round(side * ratio))
    sprite.setDevicePixelRatio(ratio)
    sprite.fill(Qt.GlobalColor.transparent)
    with QPainter(sprite) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(side / 2, side / 2)
        markers.draw(painter, centre, kind, radius, DARK if theme == "dark" else LIGHT, hollow=True)
    return side / 2, sprite
