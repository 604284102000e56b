"""What the comparison paints over a face besides its markers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from fkd_gui.canvas import markers
from fkd_gui.canvas.scene import Scene
from fkd_gui.fills.layout import CAPTION, Cell
from fkd_gui.theme import Theme, tabular


def paint_deviations(painter: QPainter, scene: Scene, std: NDArray[np.float32], keypoints: list[int]) -> None:
    """Circles of one deviation around values, as large as they are on the face; none under a marker."""
    circles = QPainterPath()
    for k in keypoints:
        radius = float(std[k]) * scene.view.scale
        if radius > scene.radius and np.isfinite(scene.places[k]).all():
            circles.addEllipse(QPointF(*scene.places[k]), radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((scene.theme.halo_dark, 2.6), (scene.theme.imputed, 1.2)):
        painter.strokePath(circles, QPen(QColor(colour), width))


def paint_others(
    painter: QPainter, scene: Scene, others: Sequence[NDArray[np.float32]], keypoints: list[int]
) -> None:
    """Lines from this method's values to where the others have them, each with a small ring at its end."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k in keypoints:
        here = scene.places[k]
        ends = [scene.view.to_widget(places[k]) for places in others]
        ends = [end for end in ends if np.isfinite(end).all() and np.isfinite(here).all()]
        lines = [QLineF(*here, *end) for end in ends]
        for colour, width in ((scene.theme.halo_dark, 3.4), (scene.theme.halo_light, 1.6)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLines(lines)
        for end in ends:
            markers.draw(painter, QPointF(*end), "", max(scene.radius * 0.5, 3.0), scene.theme)


def paint_caption(
    painter: QPainter,
    cell: Cell,
    number: int,
    title: str,
    says: str,
    theme: Theme,
    font: QFont,
    *,
    chosen: bool,
) -> None:
    """Above a picture: the key that takes it, the method, and how sure it is."""
    top = cell.top - CAPTION
    key = QRectF(cell.left, top + 3, 20, 20)
    painter.setPen(QPen(QColor(theme.accent if chosen else theme.outline), 1))
    painter.setBrush(QColor(theme.accent if chosen else theme.surface))
    painter.drawRoundedRect(key, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    painter.setPen(QColor(theme.on_accent if chosen else theme.text))
    painter.drawText(key, Qt.AlignmentFlag.AlignCenter, str(number))
    room = QRectF(cell.left + 28, top, cell.width - 28, CAPTION)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setPen(QColor(theme.text))
    painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, title)
    taken = painter.fontMetrics().horizontalAdvance(title) + 12
    painter.setFont(tabular(font))
    rest = room.adjusted(taken, 0, 0, 0)
    says = painter.fontMetrics().elidedText(says, Qt.TextElideMode.ElideRight, max(0, int(rest.width())))
    painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, says)


def paint_edge(painter: QPainter, cell: Cell, theme: Theme, *, chosen: bool) -> None:
    """A border around a picture; the chosen method's is strong."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent if chosen else theme.outline), 2 if chosen else 1))
    inset = 1.0 if chosen else 0.5
    painter.drawRect(
        QRectF(cell.left, cell.top, cell.width, cell.height).adjusted(inset, inset, -inset, -inset)
    )
