"""Small faces side by side, each with a word."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from fkd_core.overview.chart import Chart
from fkd_gui.canvas.scene import grey_image
from fkd_gui.overview.drawing.drawing import Drawing, Spot

_CAPTION, _GAP = 18.0, 8.0


class Faces(Drawing):
    """As large as all of them fit."""

    def place(self, area: QRectF) -> None:
        """Rows and columns with the largest faces."""
        count = len(self.chart.parts)
        sides = {}
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            across = (area.width() - (columns - 1) * _GAP) / columns
            down = (area.height() - (rows - 1) * _GAP) / rows - _CAPTION
            sides[columns] = min(across, down, 120.0)
        columns = max(sides, key=lambda c: (sides[c], -c))
        side = sides[columns]
        for index in range(count):
            x = area.left() + index % columns * (area.width() + _GAP) / columns
            y = area.top() + index // columns * (side + _CAPTION + _GAP)
            self.spots.append(Spot(index, 0, QRectF(x, y, side, side)))
        self._room = (area.width() + _GAP) / columns - _GAP / 2

    def paint(self, painter: QPainter) -> None:
        """Faces and captions."""
        assert self.chart.picture is not None
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for spot in self.spots:
            face = np.ascontiguousarray(self.chart.picture[spot.part])
            painter.fillRect(spot.box, QColor(self.theme.image_surround))
            painter.drawImage(spot.box, grey_image(face))
            text = caption(self.chart, spot.part)
            shown = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, spot.box.width() + _GAP / 2)
            below = QRectF(spot.box.left(), spot.box.bottom(), self._room, _CAPTION)
            self.text(painter, below, shown, left=True)

    def told(self, spot: Spot) -> str:
        """The label says it all."""
        return self.chart.parts[spot.part].label


def caption(chart: Chart, part: int) -> str:
    """The shortest word for a face."""
    given = chart.parts[part]
    if chart.key == "duplicates":
        return f"× {given.values[0]}"
    return given.label.partition(": ")[2].removesuffix(" any")
