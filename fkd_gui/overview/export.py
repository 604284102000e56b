"""Charts as files: PNG and SVG with title and finding, and CSV."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from fkd_core.files import write_atomic
from fkd_core.overview.chart import Chart
from fkd_gui.overview.drawing import drawing_of
from fkd_gui.theme import UNIT, Theme

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
    ending = path.suffix.lower()
    if ending == ".csv":
        content = chart.csv().encode()
    elif ending == ".png":
        content = _png(chart, theme, font)
    elif ending == ".svg":
        content = _svg(chart, theme, font)
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


def _png(chart: Chart, theme: Theme, font: QFont) -> bytes:
    image = QImage(SIZE * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_chart(painter, chart, theme, font)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def _svg(chart: Chart, theme: Theme, font: QFont) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    maker = QSvgGenerator()
    maker.setOutputDevice(buffer)
    maker.setSize(SIZE)
    maker.setViewBox(QRect(0, 0, SIZE.width(), SIZE.height()))
    maker.setTitle(chart.title)
    maker.setDescription(chart.finding)
    painter = QPainter(maker)
    paint_chart(painter, chart, theme, font)
    painter.end()
    return bytes(buffer.data().data())
