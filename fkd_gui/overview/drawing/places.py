"""Where labels lie, as density over a face."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from fkd_core.overview.places import CELL
from fkd_gui.canvas.scene import grey_image
from fkd_gui.overview.drawing.drawing import Drawing, Spot


class Places(Drawing):
    """A cell is the more opaque the more labels it holds; its keypoints share it."""

    def place(self, area: QRectF) -> None:
        """The face as a square in the middle."""
        assert self.chart.picture is not None
        height, width = self.chart.picture.shape
        scale = min(area.width() / width, area.height() / height)
        self._scale = scale
        self._box = QRectF(area.center().x() - width * scale / 2, area.top(), width * scale, height * scale)
        # The cells of the most labels come last, so that a hit finds them among those that share a place.
        for index, part in enumerate(self.chart.parts):
            x, y = float(part.values[1] or 0), float(part.values[2] or 0)
            self.spots.append(Spot(index, 0, self.cell(x, y)))

    def cell(self, x: float, y: float) -> QRectF:
        """Where the cell at pixels of the face is."""
        side = CELL * self._scale
        return QRectF(self._box.left() + x * self._scale, self._box.top() + y * self._scale, side, side)

    def hit(self, place: QPointF) -> int | None:
        """Of the keypoints that share a cell, the one with the most labels there."""
        found = [
            (self.chart.parts[spot.part].values[0] or 0, index)
            for index, spot in enumerate(self.spots)
            if spot.box.contains(place)
        ]
        return max(found)[1] if found else None

    def paint(self, painter: QPainter) -> None:
        """The face, and the cells over it."""
        assert self.chart.picture is not None
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = np.ascontiguousarray(self.chart.picture)
        painter.drawImage(self._box, grey_image(picture))
        height, width = picture.shape
        counts = np.zeros((-(-height // CELL), -(-width // CELL)))
        for part in self.chart.parts:
            counts[int(part.values[2] or 0) // CELL, int(part.values[1] or 0) // CELL] += part.values[0] or 0
        shares = np.sqrt(counts / max(counts.max(initial=0), 1))[..., None]
        few, many = (np.array(QColor(name).getRgb()[:3]) for name in (self.theme.previous, self.theme.mean))
        heat = np.zeros((*counts.shape, 4), np.uint8)
        heat[..., :3] = few + (many - few) * shares
        heat[..., 3] = np.where(counts > 0, 130 + 100 * shares[..., 0], 0)
        rows, columns = counts.shape
        image = QImage(heat.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        corner = self.cell(0, 0)
        painter.drawImage(
            QRectF(corner.left(), corner.top(), columns * corner.width(), rows * corner.height()), image
        )

    def mark(self, painter: QPainter, spot: Spot, *, focus: bool) -> None:
        """A ring in two tones: the face below may be light or dark."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = spot.box.adjusted(-2, -2, 2, 2)
        for colour, width in ((self.theme.halo_dark, 4.0), (self.theme.halo_light, 2.0)):
            painter.setPen(QPen(QColor(colour), width + (1 if focus else 0)))
            painter.drawRect(box)
