"""The magnifying glass shown while a keypoint is dragged."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from fkd_gui.canvas.scene import Scene
from fkd_gui.theme import tabular

_SIZE = 152.0
_CAPTION = 24.0
_MARGIN = 12.0


def paint_loupe(painter: QPainter, scene: Scene, keypoint: int, width: float, height: float) -> None:
    """Show the pixels around a keypoint, in the upper corner away from it, with its coordinates."""
    size = min(_SIZE, width / 3, height / 3)
    x, y = (float(value) for value in scene.points[keypoint])
    on_left = scene.places[keypoint][0] > width / 2
    glass = QRectF(_MARGIN if on_left else width - size - _MARGIN, _MARGIN, size, size)
    scale = max(2 * scene.view.scale, 12.0)
    theme = scene.theme
    painter.save()
    painter.fillRect(glass, QColor(theme.image_surround))
    painter.setClipRect(glass)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.options.smooth)
    image, centre = scene.image, glass.center()
    painter.translate(centre)
    painter.rotate(scene.view.angle)
    painter.drawImage(
        QRectF(-(x + 0.5) * scale, -(y + 0.5) * scale, image.width() * scale, image.height() * scale),
        image,
        QRectF(image.rect()),
    )
    painter.rotate(-scene.view.angle)
    painter.translate(-centre)
    lines = [
        QLineF(centre + QPointF(a * 5, b * 5), centre + QPointF(a * size, b * size))
        for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    for colour, thickness in ((theme.halo_dark, 3.0), (theme.halo_light, 1.0)):
        painter.setPen(QPen(QColor(colour), thickness))
        painter.drawLines(lines)
    painter.setClipping(False)
    caption = QRectF(glass.left(), glass.bottom(), size, _CAPTION)
    painter.fillRect(caption, QColor(theme.surface))
    painter.setPen(QPen(QColor(theme.outline), 1))
    painter.drawRect(glass.united(caption))
    font = tabular(painter.font())
    font.setPixelSize(13)
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, f"x {x:.1f}   y {y:.1f}")
    painter.restore()
