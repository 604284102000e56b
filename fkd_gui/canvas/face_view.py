"""Shows the current face of a session; knows nothing of mouse and keys."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fkd_core.labels.values import State
from fkd_gui.canvas import layers
from fkd_gui.canvas.geometry import View, fit
from fkd_gui.canvas.loupe import paint_loupe
from fkd_gui.canvas.move import Move
from fkd_gui.canvas.scene import CanvasOptions, Scene, grey_image, origins_of
from fkd_gui.session import Session
from fkd_gui.theme import current


class FaceView(QWidget):
    """One face as large as fits, with its keypoints, a view that can be moved and magnified.

    Args:
        session: whose current face is shown.
    """

    options_changed = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._options = CanvasOptions()
        self._fitted = True
        self._view = View(1, 0, 0)
        self._move: Move | None = None
        self._nudging = False
        self._hidden = False
        self._hovered: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._load(session.face)
        session.predictions_changed.connect(self.update)

    @property
    def options(self) -> CanvasOptions:
        """What is switched on."""
        return self._options

    def set_options(self, **changes: bool) -> None:
        """Switch some of `CanvasOptions`, such as `names=True`."""
        self._options = attrs.evolve(self._options, **changes)
        self._refit()
        self.options_changed.emit(self._options)

    @property
    def view(self) -> View:
        """Where the face is shown."""
        return self._view

    @property
    def moving(self) -> Move | None:
        """The move under way, None if there is none."""
        return self._move

    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def fit(self) -> None:
        """Show the whole face."""
        self._fitted = True
        self._refit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify about a place of the widget, its centre by default."""
        place = at or QPointF(self.width() / 2, self.height() / 2)
        whole = self._whole().scale
        view = self._view.zoomed(factor, place.x(), place.y(), whole / 2)
        self._set_view(view)

    def hide_markers(self, hidden: bool) -> None:
        """Take everything off the face, or put it back."""
        self._hidden = hidden
        self.update()

    def scene(self) -> Scene:
        """What is shown now."""
        session, face = self.session, self.session.face
        table = session.project.labels.table
        points = table.points[face]
        moving: tuple[int, ...] = ()
        if self._move is not None and self._move.face == face:
            moving = self._move.keypoints
            points = points.copy()
            points[list(moving)] = self._move.now
        predicted = None
        if session.predictions is not None and self._options.predictions:
            predicted = self._view.to_widget(session.predictions[face])
        return Scene(
            image=self._image,
            view=self._view,
            schema=session.project.schema,
            theme=current(),
            options=self._options,
            points=points,
            places=self._view.to_widget(points),
            kinds=origins_of(table, face),
            occluded=table.state[face] == State.OCCLUDED,
            reviewed=table.reviewed[face],
            selected=session.keypoints,
            hovered=self._hovered,
            moving=moving if not self._nudging else (),
            predicted=predicted,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(current().image_surround))
            self._paint(painter, self.scene(), float(self.width()), float(self.height()))

    def _paint(self, painter: QPainter, scene: Scene, width: float, height: float) -> None:
        layers.paint_image(painter, scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._hidden:
            if self._options.skeleton:
                layers.paint_skeleton(painter, scene)
            layers.paint_predictions(painter, scene)
            layers.paint_markers(painter, scene)
            layers.paint_names(painter, scene, width, height)
        if self._options.legend:
            layers.paint_legend(painter, scene, width, height)
        missing = self._missing()
        if missing is not None and self._move is None:
            layers.paint_hint(
                painter, scene, f"Click where the {scene.schema.label(missing)} is, or press Enter", width
            )
        if scene.moving:
            paint_loupe(painter, scene, scene.moving[0], width, height)
        if self.hasFocus():
            painter.setPen(QPen(QColor(scene.theme.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(1, 1, width - 2, height - 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _placed(self, keypoints: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the keypoints that have a place."""
        points = self.session.project.labels.table.points[self.session.face]
        return tuple(k for k in keypoints if np.isfinite(points[k]).all())

    def _places(self) -> NDArray[np.float64]:
        return self._view.to_widget(self.session.project.labels.table.points[self.session.face])

    def _missing(self) -> int | None:
        """The keypoint that the next click places."""
        chosen = self.session.keypoints
        if len(chosen) != 1 or self.session.project.read_only is not None:
            return None
        point = self.session.project.labels.table.points[self.session.face, chosen[0]]
        return None if np.isfinite(point).all() else chosen[0]

    def _whole(self) -> View:
        below = layers.LEGEND_HEIGHT - 8 if self._options.legend else 0.0
        frame = self.session.project.schema.size
        return fit(frame, self.width(), self.height(), self.devicePixelRatioF(), below=below)

    def _refit(self) -> None:
        if self._fitted:
            self._view = self._whole()
        else:
            self._view = self._view.kept_near(self.session.project.schema.size, self.width(), self.height())
        self.update()

    def _set_view(self, view: View) -> None:
        self._fitted = False
        self._view = view.kept_near(self.session.project.schema.size, self.width(), self.height())
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader which face this is and what is selected."""
        project, face = self.session.project, self.session.face
        split, row = project.locate(face)
        table = project.labels.table
        self.setAccessibleName(f"Face {split} {row}")
        parts = []
        for k in self.session.keypoints:
            x, y = table.points[face, k]
            where = f"x {x:.1f}, y {y:.1f}, {table.origin_text(face, k)}" if np.isfinite(x) else "no place"
            parts.append(f"{project.schema.label(k)}: {where}")
        known = int(np.isfinite(table.points[face, :, 0]).sum())
        text = "; ".join(parts) or f"{known} of {len(project.schema)} keypoints have a place"
        self.setAccessibleDescription(f"{text}. Tab selects the next keypoint, Ctrl+Tab leaves the face.")

    def _load(self, face: int) -> None:
        """Show the pixels of a face."""
        self._pixels: NDArray[np.uint8] = np.ascontiguousarray(self.session.project.image(face))
        self._image = grey_image(self._pixels)
        self._hovered = None
        self._refit()
        self._describe()
