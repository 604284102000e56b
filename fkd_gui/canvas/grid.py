"""Lines between the pixels of a face."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from fkd_gui.canvas.geometry import View
from fkd_gui.canvas.scene import Scene

GRID_FROM = 6.0
"""widget pixels for one pixel of a face from which on a grid does not hide it"""

_ALPHA = 70


def paint_grid(painter: QPainter, scene: Scene, width: float, height: float) -> None:
    """Lines between pixels that are large enough, if they are wanted."""
    view, device = scene.view, painter.device()
    if not scene.options.grid or view.scale < GRID_FROM or device is None:
        return
    ratio = device.devicePixelRatioF()
    frame = scene.image.width(), scene.image.height()
    size = round(width * ratio), round(height * ratio)
    painter.drawImage(
        QPointF(0, 0), _drawn(view, frame, size, ratio, scene.theme.halo_dark, scene.theme.halo_light)
    )


# Hundreds of translucent lines take longer than all the rest; they change only with the view.
@lru_cache(maxsize=1)
def _drawn(
    view: View, frame: tuple[int, int], size: tuple[int, int], ratio: float, dark: str, light: str
) -> QImage:
    """A dark line and a light one beside it, so that one of them is seen on any grey.

    Args:
        frame: columns and rows of the face.
        size: of the widget, in pixels of the screen.
        ratio: screen pixels for one widget pixel.
    """
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        # Thin also where screen pixels are tiny, but not so thin that nobody sees it.
        thick = max(1, round(ratio / 1.5))
        paint = _lines if view.angle else _bars
        for colour, offset in ((dark, 0), (light, thick)):
            tone = QColor(colour)
            tone.setAlpha(_ALPHA)
            paint(painter, view, frame, ratio, tone, offset, thick)
    image.setDevicePixelRatio(ratio)
    return image


def _bars(
    painter: QPainter,
    view: View,
    frame: tuple[int, int],
    ratio: float,
    tone: QColor,
    offset: int,
    thick: int,
) -> None:
    """Lines along the axes of the screen as boxes, which is three times as quick."""
    step, device = view.scale * ratio, painter.device()
    left, top = view.left * ratio, view.top * ratio
    width, height = (round(count * step) for count in frame)
    for i in range(frame[0] + 1):
        x = round(left + i * step) + offset
        if 0 <= x < device.width():
            painter.fillRect(x, round(top), thick, height, tone)
    for j in range(frame[1] + 1):
        y = round(top + j * step) + offset
        if 0 <= y < device.height():
            painter.fillRect(round(left), y, width, thick, tone)


def _lines(
    painter: QPainter,
    view: View,
    frame: tuple[int, int],
    ratio: float,
    tone: QColor,
    offset: int,
    thick: int,
) -> None:
    pen = QPen(tone, thick)
    pen.setCosmetic(True)
    painter.save()
    painter.setPen(pen)
    painter.scale(ratio, ratio)
    painter.translate(view.left, view.top)
    painter.rotate(view.angle)
    step, shift = view.scale, offset / ratio
    width, height = (count * step for count in frame)
    across = [i * step + shift for i in range(frame[0] + 1)]
    down = [j * step + shift for j in range(frame[1] + 1)]
    painter.drawLines([QLineF(x, 0, x, height) for x in across])
    painter.drawLines([QLineF(0, y, width, y) for y in down])
    painter.restore()
