"""Shows the current face once for each method, side by side; knows nothing of mouse and keys."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fkd_core.fills import Fill
from fkd_gui.canvas import FaceCanvas, layers
from fkd_gui.canvas.geometry import View
from fkd_gui.canvas.legend import legend_height, paint_legend
from fkd_gui.canvas.scene import Scene, grey_image
from fkd_gui.fills.layers import paint_caption, paint_deviations, paint_edge, paint_others
from fkd_gui.fills.layout import Cell, cells
from fkd_gui.fills.scenes import Filled, scene_of
from fkd_gui.session import Session
from fkd_gui.theme import current

_SQUARES = 6.0
"""screen pixels from which on nobody sees that pixels differ by one in size"""


class FillView(QWidget):
    """All pictures show the same part of the face at the same zoom, in the light of the canvas.

    Args:
        session: whose current face is shown.
        canvas: whose options hold here too.
    """

    def __init__(self, session: Session, canvas: FaceCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._canvas = session, canvas
        self._shown: list[Filled] = []
        self._says = ""
        self._chosen = 0
        self._view: View | None = None
        self._hidden = False
        self._hovered: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What each method would fill in")

    def show_fills(self, fills: Sequence[Fill], chosen: int, says: str = "") -> None:
        """Show the current face as these methods would fill it in.

        Args:
            fills: one for each picture.
            chosen: number of the method that Enter takes from.
            says: what is shown in the place of the pictures while there are none.
        """
        self._shown = [Filled.of(self._session, fill) for fill in fills]
        self._chosen, self._says = chosen, says
        self._describe()
        self.update()

    def show_selection(self) -> None:
        """Other keypoints are selected now."""
        self._describe()
        self.update()

    @property
    def shown(self) -> list[Filled]:
        """What the pictures show, in their order."""
        return self._shown

    @property
    def view(self) -> View:
        """Where the face is in each picture, from the picture's corner."""
        return self._view or self._whole()

    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def fit(self) -> None:
        """Show whole faces."""
        self._view = None
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify all pictures about a place of a picture, its centre by default."""
        cell = self._room()
        place = at or QPointF(cell.width / 2, cell.height / 2)
        self._set_view(self.view.zoomed(factor, place.x(), place.y(), self._whole().scale / 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, width, height = current(), float(self.width()), float(self.height())
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.image_surround))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._shown:
                painter.setPen(QColor(theme.text))
                words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(QRectF(16, 0, width - 32, height), words, self._says)
            image = self._image()
            for number, (filled, cell) in enumerate(zip(self._shown, self._cells(), strict=True)):
                self._paint_picture(painter, number, self._scene(filled, image), cell)
            if self._canvas.options.legend and self._shown:
                painter.resetTransform()
                paint_legend(painter, self._scene(self._shown[0]), width, height)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(1, 1, width - 2, height - 2))

    def _paint_picture(self, painter: QPainter, number: int, scene: Scene, cell: Cell) -> None:
        filled, chosen = self._shown[number], number == self._chosen
        painter.save()
        painter.setClipRect(QRectF(cell.left, cell.top, cell.width, cell.height))
        painter.translate(cell.left, cell.top)
        layers.paint_image(painter, scene)
        if not self._hidden:
            meant = [k for k in (*scene.selected, scene.hovered) if k is not None]
            if scene.options.skeleton:
                layers.paint_skeleton(painter, scene)
            paint_deviations(painter, scene, filled.std, meant or list(range(len(filled.std))))
            others = [other.places for other in self._shown if other is not filled]
            paint_others(painter, scene, others, meant)
            layers.paint_markers(painter, scene)
            if scene.options.names:
                layers.paint_names(painter, scene, cell.width, cell.height)
        painter.restore()
        paint_edge(painter, cell, scene.theme, chosen=chosen)
        title, says = filled.fill.method, self._uncertainty(filled)
        paint_caption(painter, cell, number + 1, title, says, scene.theme, self.font(), chosen=chosen)

    def _uncertainty(self, filled: Filled) -> str:
        """How sure a method is: of the selected keypoint, else of all that it fills in here."""
        selected = [k for k in self._session.keypoints if np.isfinite(filled.std[k])]
        if filled.taken.any() and not np.isfinite(filled.places[~filled.taken]).all(axis=1).any():
            return "taken"
        if len(selected) == 1:
            return f"± {filled.std[selected[0]]:.1f} px"
        if filled.typical is not None:
            return f"± {filled.typical:.1f} px"
        return "nothing to fill in" if np.isnan(filled.places).all() else "not known how sure"

    def _hide(self, hidden: bool) -> None:
        if hidden != self._hidden:
            self._hidden = hidden
            self.update()

    def _set_view(self, view: View) -> None:
        cell = self._room()
        self._view = view.kept_near(self._session.project.schema.size, cell.width, cell.height)
        self.update()

    def _whole(self) -> View:
        """As large as there is room for: whole screen pixels would cost small pictures a third of it."""
        cell, (rows, columns) = self._room(), self._session.project.schema.size
        scale = max(min((cell.width - 4) / columns, (cell.height - 4) / rows), 0.1)
        return View(scale, (cell.width - columns * scale) / 2, (cell.height - rows * scale) / 2)

    def _cells(self) -> list[Cell]:
        below = legend_height(self._canvas.options, self.width())
        return cells(len(self._shown), float(self.width()), float(self.height()) - below)

    def _room(self) -> Cell:
        return (self._cells() or [Cell(0, 0, float(self.width()), float(self.height()))])[0]

    def _under(self, place: QPointF) -> tuple[int | None, QPointF]:
        """The picture at a place of the widget, and the place from that picture's corner."""
        for number, cell in enumerate(self._cells()):
            if cell.holds(place.x(), place.y()):
                return number, place - QPointF(cell.left, cell.top)
        return None, place

    def _image(self) -> NDArray[np.uint8]:
        shown = self._canvas.options.tone.shown(self._session.project.image(self._session.face))
        return np.ascontiguousarray(shown)

    def _scene(self, filled: Filled, pixels: NDArray[np.uint8] | None = None) -> Scene:
        pixels = self._image() if pixels is None else pixels
        self._pixels = pixels  # the scene's picture lies over them
        options, scale = self._canvas.options, self.view.scale
        if scale != round(scale) and scale < _SQUARES:
            # Pixels of two and three screen pixels side by side would look like stripes.
            options = attrs.evolve(options, smooth=True)
        return scene_of(
            self._session, filled, grey_image(pixels), self.view, current(), options, self._hovered
        )

    def _describe(self) -> None:
        """Tell a screen reader what each method says."""
        parts = [
            f"{number}: {filled.fill.method} {self._uncertainty(filled)}"
            for number, filled in enumerate(self._shown, start=1)
        ]
        how = "A figure takes from that method, Enter from the chosen one and leads on, Escape leaves."
        self.setAccessibleDescription(f"{', '.join(parts) or self._says}. {how}")
