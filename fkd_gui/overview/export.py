"""Charts as files: PNG and SVG with title and finding, and CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from fkd_core.files import write_atomic
from fkd_core.overview.chart import Chart
from fkd_gui.overview.drawing import drawing_of
from fkd_gui.theme import UNIT, Theme

Paint = Callable[[QPainter], None]
SIZE = QSize(720, 600)
_SCALE = 2
"""pixels of a PNG for each of the window: sharp in print and on dense screens"""
_MARGIN = 3 * UNIT


def save_chart(chart: Chart, path: Path, theme: Theme, font: QFont) -> None:
    """Write a chart; the ending of the file, `.png`, `.svg` or `.csv`, says as what. Works on any thread.

    Raises:
        ReadOnlyError: if the place cannot be written.
        ProjectError: if the disk is full.
        ValueError: if the ending is another one.
    """

    def paint(painter: QPainter) -> None:
        paint_chart(painter, chart, theme, font)

    ending = path.suffix.lower()
    if ending == ".csv":
        content = chart.csv().encode()
    elif ending == ".png":
        content = png(paint, SIZE)
    elif ending == ".svg":
        content = svg(paint, SIZE, chart.title, chart.finding)
    else:
        raise ValueError(f"a chart is written as .png, .svg or .csv, received {path.name!r}")
    write_atomic(path, content)


def paint_chart(painter: QPainter, chart: Chart, theme: Theme, font: QFont) -> None:
    """Title, finding, drawing and note, on the theme's ground."""
    area = QRect(0, 0, SIZE.width(), SIZE.height())
    painter.fillRect(area, QColor(theme.surface))
    inner = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    strong = QFont(font)
    strong.setPixelSize(font.pixelSize() + 5)
    strong.setWeight(QFont.Weight.DemiBold)
    wrap = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    bottom = inner.top()
    for text, face, colour in (
        (chart.title, strong, theme.text),
        (chart.finding, font, theme.text),
        (chart.note, font, theme.muted),
    ):
        if text:
            painter.setFont(face)
            painter.setPen(QColor(colour))
            box = QRect(inner.left(), bottom, inner.width(), inner.bottom() - bottom)
            drawn = painter.drawText(box, wrap, text)
            bottom = drawn.bottom() + UNIT
    if not chart.missing:
        drawing = drawing_of(chart, theme, font)
        drawing.arrange(QRectF(inner.left(), bottom + UNIT, inner.width(), inner.bottom() - bottom - UNIT))
        drawing.paint(painter)


def png(paint: Paint, size: QSize) -> bytes:
    """A picture of that size, twice as dense."""
    image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg(paint: Paint, size: QSize, title: str, about: str) -> bytes:
    """A drawing of that size, with its title and what it shows in words."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    maker = QSvgGenerator()
    maker.setOutputDevice(buffer)
    maker.setSize(size)
    maker.setViewBox(QRect(0, 0, size.width(), size.height()))
    maker.setTitle(title)
    maker.setDescription(about)
    painter = QPainter(maker)
    paint(painter)
    painter.end()
    return bytes(buffer.data().data())
