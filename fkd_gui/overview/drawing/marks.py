"""The mean face with the middle of each keypoint and how far it scatters."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from fkd_gui.canvas.scene import grey_image
from fkd_gui.overview.drawing.drawing import Drawing, Spot

_REACH = 8.0


class Marks(Drawing):
    """A dot at the median, a ring of one standard deviation."""

    def place(self, area: QRectF) -> None:
        """The face as a square in the middle."""
        assert self.chart.picture is not None
        height, width = self.chart.picture.shape
        self._scale = scale = min(area.width() / width, area.height() / height)
        self._box = QRectF(area.center().x() - width * scale / 2, area.top(), width * scale, height * scale)
        for index, part in enumerate(self.chart.parts):
            x, y = (
                self._box.left() + (float(part.values[1] or 0) + 0.5) * scale,
                self._box.top() + (float(part.values[2] or 0) + 0.5) * scale,
            )
            self.spots.append(Spot(index, 0, QRectF(x - _REACH, y - _REACH, 2 * _REACH, 2 * _REACH)))

    def paint(self, painter: QPainter) -> None:
        """The face, and the marks on it."""
        assert self.chart.picture is not None
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._box, grey_image(np.ascontiguousarray(self.chart.picture)))
        for spot in self.spots:
            self._ring(painter, spot, 1.4)
        for spot in self.spots:
            painter.setPen(QPen(QColor(self.theme.halo_dark), 1.4))
            painter.setBrush(QColor(self.theme.human))
            painter.drawEllipse(spot.box.center(), 3.4, 3.4)

    def told(self, spot: Spot) -> str:
        """A keypoint, its middle and its scatter."""
        part = self.chart.parts[spot.part]
        count, x, y, scatter = (value or 0 for value in part.values)
        return f"{part.label} · {count:,} labels around {x:.1f}, {y:.1f}, ± {scatter:.1f} px each way"

    def mark(self, painter: QPainter, spot: Spot, *, focus: bool) -> None:
        """A stronger ring."""
        self._ring(painter, spot, 3.0 if focus else 2.4)

    def _ring(self, painter: QPainter, spot: Spot, width: float) -> None:
        radius = float(self.chart.parts[spot.part].values[3] or 0) * self._scale
        painter.setBrush(Qt.BrushStyle.NoBrush)
        centre: QPointF = spot.box.center()
        for colour, more in ((self.theme.halo_dark, 2.0), (self.theme.halo_light, 0.0)):
            painter.setPen(QPen(QColor(colour), width + more))
            painter.drawEllipse(centre, radius, radius)
