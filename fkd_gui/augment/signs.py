"""Signs on a changed face: keypoints, L and R, and where a keypoint left the frame."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from fkd_gui.canvas import markers
from fkd_gui.theme import DARK, LIGHT, Theme


def stamp(painter: QPainter, place: QPointF, letter: str, size: float, theme: Theme, ratio: float) -> None:
    """Draw a keypoint, or a letter, in the middle of a place.

    Args:
        painter: on the face.
        place: in widget pixels.
        letter: empty for a keypoint.
        size: radius of a keypoint, height of a letter.
        theme: its colours.
        ratio: screen pixels for one widget pixel.
    """
    half, sprite = _sprite(theme.name, letter, round(size, 1), ratio)
    corner = place - QPointF(half, half)
    painter.drawPixmap(QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio), sprite)


# A batch in sight holds several hundred of them, and few kinds.
@lru_cache(maxsize=64)
def _sprite(theme_name: str, letter: str, size: float, ratio: float) -> tuple[float, QPixmap]:
    theme = DARK if theme_name == "dark" else LIGHT
    side = 2 * math.ceil(size * 1.2 + 3)
    sprite = QPixmap(round(side * ratio), round(side * ratio))
    sprite.setDevicePixelRatio(ratio)
    sprite.fill(Qt.GlobalColor.transparent)
    with QPainter(sprite) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(side / 2, side / 2)
        if letter:
            _draw_letter(painter, middle, letter, size, theme)
        else:
            markers.draw(painter, middle, "human", size, theme)
    return side / 2, sprite


def _draw_letter(painter: QPainter, middle: QPointF, letter: str, size: float, theme: Theme) -> None:
    font = QFont(painter.font())
    font.setPixelSize(round(size))
    font.setWeight(QFont.Weight.Bold)
    measures = QFontMetricsF(font)
    corner = QPointF(-measures.horizontalAdvance(letter) / 2, measures.capHeight() / 2)
    path = QPainterPath()
    path.addText(middle + corner, font, letter)
    painter.strokePath(path, _round_pen(theme.halo_dark, 3))
    painter.fillPath(path, QColor(theme.halo_light))


def _round_pen(colour: str, width: float) -> QPen:
    return QPen(
        QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )


def draw_gone(painter: QPainter, place: QPointF, beyond: Any, radius: float, theme: Theme) -> None:
    """An arrow head at the frame's edge that points to where a keypoint went.

    Args:
        painter: on the face.
        place: the nearest place on the edge.
        beyond: `(2,)` from there to the keypoint.
        radius: of the sign.
        theme: its colours.
    """
    length = float(np.hypot(*beyond)) or 1.0
    along = np.asarray(beyond, np.float64) / length
    across = np.array([-along[1], along[0]])
    tip = np.array([place.x(), place.y()])
    corners = [tip, tip - radius * (1.3 * along - 0.8 * across), tip - radius * (1.3 * along + 0.8 * across)]
    shape = QPolygonF([QPointF(*corner.tolist()) for corner in corners])
    painter.setPen(_round_pen(theme.halo_dark, 3))
    painter.setBrush(QColor(theme.suspicious))
    painter.drawPolygon(shape)
    painter.setPen(QPen(QColor(theme.halo_light), 1))
    painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
