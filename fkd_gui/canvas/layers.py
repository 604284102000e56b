"""The layers of the canvas over the face; the legend on top of all is in `legend`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from fkd_gui.canvas import markers
from fkd_gui.canvas.legend import legend_height
from fkd_gui.canvas.names import place_names
from fkd_gui.canvas.scene import Scene


def paint_image(painter: QPainter, scene: Scene) -> None:
    """The face, each pixel a square unless it is to be smooth."""
    view, image = scene.view, scene.image
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.options.smooth)
    painter.save()
    painter.translate(view.left, view.top)
    painter.rotate(view.angle)
    box = QRectF(0, 0, image.width() * view.scale, image.height() * view.scale)
    painter.drawImage(box, image, QRectF(image.rect()))
    painter.restore()


def paint_skeleton(painter: QPainter, scene: Scene) -> None:
    """Lines between the keypoints of each part of the face."""
    lines = []
    for _, names in scene.schema.groups:
        places = [scene.places[scene.schema.index(name)] for name in names]
        for one, other in pairwise(places):
            if np.isfinite(one).all() and np.isfinite(other).all():
                lines.append(QLineF(*one, *other))
    for colour, width in ((scene.theme.halo_dark, 3.0), (scene.theme.halo_light, 1.2)):
        tone = QColor(colour)
        tone.setAlpha(150)
        painter.setPen(QPen(tone, width))
        painter.drawLines(lines)


def paint_predictions(painter: QPainter, scene: Scene) -> None:
    """The run's points as crosses, each with a line from the label that it differs from."""
    if scene.predicted is None:
        return
    there = np.flatnonzero(np.isfinite(scene.predicted).all(axis=1))
    lines = [
        QLineF(*scene.places[k], *scene.predicted[k]) for k in there if np.isfinite(scene.places[k]).all()
    ]
    for colour, width in ((scene.theme.halo_dark, 3.0), (scene.theme.predicted, 1.4)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLines(lines)
    for k in there:
        place = QPointF(*scene.predicted[k])
        markers.draw(painter, place, "predicted", scene.radius * 0.85, scene.theme, hollow=True)


def paint_markers(painter: QPainter, scene: Scene) -> None:
    """The labels, the selected ones last."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = scene.radius
    for k in sorted(scene.shown, key=lambda k: (k in scene.selected, k)):
        place = QPointF(*scene.places[k])
        if k in scene.moving:
            _paint_aim(painter, place, scene, scene.kinds[k])
            continue
        if scene.occluded[k]:
            markers.draw_dashes(painter, place, radius + 4, scene.theme)
        if k in scene.selected:
            markers.draw_ring(painter, place, radius + 5, scene.theme, scene.theme.halo_light)
        elif k == scene.hovered:
            markers.draw_ring(painter, place, radius + 4, scene.theme, scene.theme.origin(scene.kinds[k]))
        markers.draw(painter, place, scene.kinds[k], radius, scene.theme, hollow=scene.view.scale >= 3)
        if scene.reviewed[k] and radius >= 5:
            offset = radius + 3
            markers.draw_tick(painter, place + QPointF(offset, -offset * 0.7), 8, scene.theme)


def _paint_aim(painter: QPainter, place: QPointF, scene: Scene, kind: str) -> None:
    """Four ticks that point at a moving keypoint and leave it open."""
    inner, outer = scene.radius, scene.radius + 9
    lines = [
        QLineF(place + QPointF(x * inner, y * inner), place + QPointF(x * outer, y * outer))
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    colours = ((scene.theme.halo_dark, 4.6), (scene.theme.halo_light, 2.8), (scene.theme.origin(kind), 1.6))
    for colour, width in colours:
        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLines(lines)


def paint_names(painter: QPainter, scene: Scene, width: float, height: float) -> None:
    """The names of all keypoints, or of those that are selected or meant."""
    meant = {*scene.selected, scene.hovered}
    every = scene.options.names
    wanted = [k for k in scene.shown if (every or k in meant) and k not in scene.moving]
    wanted.sort(key=lambda k: (k not in meant, k))
    if not wanted:
        return
    font = painter.font()
    font.setPixelSize(11)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    texts = [f"{k + 1} {scene.schema.label(k)}" for k in wanted]
    sizes = [(metrics.horizontalAdvance(text) + 8.0, metrics.height() + 2.0) for text in texts]
    places = [(float(x), float(y)) for x, y in scene.places[wanted]]
    ground = QColor(scene.theme.surface)
    ground.setAlpha(215)
    for text, box in zip(texts, place_names(places, sizes, (width, height), scene.radius + 8), strict=True):
        if box is None:
            continue
        rectangle = QRectF(QPointF(*box[:2]), QPointF(*box[2:]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rectangle, 3, 3)
        painter.setPen(QColor(scene.theme.text))
        painter.drawText(rectangle, Qt.AlignmentFlag.AlignCenter, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_hint(painter: QPainter, scene: Scene, text: str, width: float) -> None:
    """A short request, centred along the upper edge."""
    font = painter.font()
    font.setPixelSize(13)
    painter.setFont(font)
    length = painter.fontMetrics().horizontalAdvance(text) + 24
    box = QRectF((width - length) / 2, 16, length, 28)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(scene.theme.accent))
    painter.drawRoundedRect(box, 14, 14)
    painter.setPen(QColor(scene.theme.on_accent))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_note(painter: QPainter, scene: Scene, text: str, width: float, height: float) -> None:
    """How the picture differs from the face as it is, so that nobody takes it for the face."""
    font = painter.font()
    font.setPixelSize(12)
    painter.setFont(font)
    metrics, top = painter.fontMetrics(), height - legend_height(scene.options, width) - 30
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(width - 32))
    box = QRectF(8, top, metrics.horizontalAdvance(text) + 16, 22)
    ground = QColor(scene.theme.surface)
    ground.setAlpha(230)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(scene.theme.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_band(painter: QPainter, scene: Scene) -> None:
    """The box that is being drawn around keypoints."""
    if scene.band is None:
        return
    box = QRectF(*scene.band).normalized()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((scene.theme.halo_dark, 3.0), (scene.theme.halo_light, 1.2)):
        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawRect(box)
