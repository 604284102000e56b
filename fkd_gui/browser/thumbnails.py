"""Draws the cells of the grid: the face, its keypoints and its state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from fkd_core.labels.values import State
from fkd_core.project import Project
from fkd_gui.browser.signs import draw_bookmark, draw_note
from fkd_gui.canvas import markers
from fkd_gui.canvas.placeholder import paint_placeholder
from fkd_gui.canvas.scene import grey_image
from fkd_gui.theme import DARK, LIGHT, Theme

_KINDS = (*markers.KINDS, "")
_TICKS = 100
"""side of a picture from which on single keypoints can show that they were reviewed"""


@lru_cache(maxsize=32)
def _sprites(theme: str, radius: float, ratio: float) -> tuple[float, list[QPixmap]]:
    """Half the side of a marker in widget pixels, and the marker of each kind."""
    side = 2 * math.ceil(radius + 2.5)
    made = []
    for kind in _KINDS:
        sprite = QPixmap(round(side * ratio), round(side * ratio))
        sprite.setDevicePixelRatio(ratio)
        sprite.fill(Qt.GlobalColor.transparent)
        with QPainter(sprite) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place = QPointF(side / 2, side / 2)
            markers.draw(painter, place, kind, radius, DARK if theme == "dark" else LIGHT)
        made.append(sprite)
    return side / 2, made


def paint_faces(
    painter: QPainter,
    project: Project,
    faces: NDArray[np.intp],
    corners: Sequence[tuple[float, float]],
    size: float,
    theme: Theme,
    ratio: float,
) -> None:
    """Draw faces with their keypoints.

    Args:
        faces: `(n,)` indices.
        corners: left and top of each picture.
        size: side of a picture in widget pixels.
        ratio: screen pixels for one widget pixel.
    """
    pictures = _shrunk(face_images(project, faces), round(size * ratio))
    blend = pictures.shape[2] != size * ratio
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, blend)
    for pixels, (x, y) in zip(pictures, corners, strict=True):
        image = grey_image(pixels)
        painter.drawImage(QRectF(x, y, size, size), image, QRectF(image.rect()))
    reviewed = _reviewed(project, faces)
    _paint_keypoints(painter, project, faces, np.array(corners), size, theme, ratio)
    if size >= _TICKS:
        # Where all are reviewed the tick of the face says so.
        _paint_ticks(painter, project, faces[~reviewed], np.array(corners)[~reviewed], size, theme)
    for number in np.flatnonzero(project.unreadable(faces)):
        paint_placeholder(painter, QRectF(*corners[number], size, size), theme, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for (x, y), done in zip(corners, reviewed, strict=True):
        if done:
            markers.draw_tick(painter, QPointF(x + size - 9, y + 9), 10, theme)
    remarks = project.labels.remarks
    for face, (x, y) in zip(faces.tolist(), corners, strict=True):
        if face in remarks.bookmarks:
            draw_bookmark(painter, QPointF(x + 4, y), theme)
        if face in remarks.notes:
            draw_note(painter, QPointF(x + 4, y + size - 13), theme)


def face_images(project: Project, faces: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The pixels of some faces, `(n, H, W)`."""
    images = np.empty((len(faces), *project.schema.size), np.uint8)
    for split in project.manifest.splits:
        span = project.span(split)
        here = (faces >= span.start) & (faces < span.stop)
        if here.any():
            images[here] = project.faces[split].images[faces[here] - span.start]
    return images


def _shrunk(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Means of square blocks of pixels where a picture is a whole number of times smaller than a face."""
    count, height, width = images.shape
    factor = width // side if side and width % side == 0 and height == width else 1
    if factor == 1:
        return images
    total = np.zeros((count, side, side), np.uint16)
    for dy in range(factor):
        for dx in range(factor):
            total += images[:, dy::factor, dx::factor]
    return (total // factor**2).astype(np.uint8)


def _paint_keypoints(
    painter: QPainter,
    project: Project,
    faces: NDArray[np.intp],
    corners: NDArray[Any],
    size: float,
    theme: Theme,
    ratio: float,
) -> None:
    table = project.labels.table
    scale = size / project.schema.size[1]
    places = (table.points[faces] + 0.5) * scale + corners[:, None, :]
    known = np.isfinite(places).all(axis=2) & ~project.unreadable(faces)[:, None]
    lookup = np.array([_KINDS.index(kind) for kind in table.kinds()])
    kinds = lookup[table.origin[faces]][known]
    radius = min(max(size / 32, 2.0), 3.6)
    half, sprites = _sprites(theme.name, radius, ratio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    draw = painter.drawPixmap
    for (x, y), kind in zip((places[known] - half).tolist(), kinds.tolist(), strict=True):
        draw(QPointF(x, y), sprites[kind])


def _paint_ticks(
    painter: QPainter,
    project: Project,
    faces: NDArray[np.intp],
    corners: NDArray[Any],
    size: float,
    theme: Theme,
) -> None:
    """A tick beside each keypoint that a person said is right."""
    table = project.labels.table
    places = (table.points[faces] + 0.5) * (size / project.schema.size[1]) + corners[:, None, :]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for x, y in places[table.reviewed[faces] & np.isfinite(places).all(axis=2)].tolist():
        markers.draw_tick(painter, QPointF(x + 6, y - 4), 5, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _reviewed(project: Project, faces: NDArray[np.intp]) -> NDArray[np.bool_]:
    table = project.labels.table
    labelled = table.state[faces] != State.UNLABELLED
    done: NDArray[np.bool_] = labelled.any(axis=1) & (table.reviewed[faces] | ~labelled).all(axis=1)
    return done


def paint_frame(painter: QPainter, box: QRectF, colour: str, width: float) -> None:
    """A border around a picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = painter.pen()
    pen.setColor(QColor(colour))
    pen.setWidthF(width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.drawRect(box)
