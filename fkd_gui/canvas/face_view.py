"""Shows the current face of a session; knows nothing of mouse and keys."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fkd_core.labels.values import State
from fkd_gui.canvas import layers
from fkd_gui.canvas.geometry import View, fit
from fkd_gui.canvas.ghosts import Ghosts, paint_ghosts
from fkd_gui.canvas.grid import paint_grid
from fkd_gui.canvas.legend import legend_height, paint_legend
from fkd_gui.canvas.loupe import paint_loupe
from fkd_gui.canvas.move import Move
from fkd_gui.canvas.placeholder import paint_placeholder
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
        self._angle = 0.0
        self._looked_at: tuple[float, float, float] | None = None
        self._band: tuple[QPointF, QPointF] | None = None
        self._ghosts = Ghosts(session)
        self._version: tuple[str, NDArray[np.float32]] | None = None
        self._move: Move | None = None
        self._nudging = False
        self._hidden = False
        self._hovered: int | None = None
        self._refused = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._load(session.face)
        session.predictions_changed.connect(self.update)

    @property
    def options(self) -> CanvasOptions:
        """What is switched on."""
        return self._options

    def set_options(self, **changes: Any) -> None:
        """Change some of `CanvasOptions`, such as `names=True`."""
        tone = self._options.tone
        self._options = attrs.evolve(self._options, **changes)
        if self._options.tone != tone:
            self._develop()
        self._refit()
        self.options_changed.emit(self._options)

    @property
    def view(self) -> View:
        """Where the face is shown."""
        return self._view

    @property
    def angle(self) -> float:
        """By how many degrees the face is turned clockwise."""
        return self._angle

    @property
    def looked_at(self) -> tuple[float, float, float] | None:
        """Scale, and x and y of the face in the middle of the widget; None where the whole face is shown."""
        if self._fitted:
            return None
        return self._looked_at or (
            self._view.scale,
            *self._view.to_frame(self.width() / 2, self.height() / 2),
        )

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
        self._fitted, self._looked_at = True, None
        self._refit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify about a place of the widget, its centre by default."""
        place = at or QPointF(self.width() / 2, self.height() / 2)
        whole = self._whole().scale
        view = self._view.zoomed(factor, place.x(), place.y(), whole / 2)
        self._set_view(view)

    def look_at(self, scale: float, x: float, y: float) -> None:
        """Show a place of the face in the middle, however large the widget becomes until someone moves it."""
        self._fitted = False
        self._looked_at = (scale, x, y)
        self._refit()

    def rotate(self, by: float) -> None:
        """Turn the face clockwise by degrees; what is in the middle stays there."""
        self.set_angle(self._angle + by)

    def set_angle(self, degrees: float) -> None:
        """Turn the face to so many degrees clockwise, 0 for upright."""
        middle = np.array(self._view.to_frame(self.width() / 2, self.height() / 2))
        self._angle = (degrees + 180) % 360 - 180
        if self._fitted:
            self._refit()
            return
        view = attrs.evolve(self._view, angle=self._angle)
        x, y = view.to_widget(middle).tolist()
        self._set_view(view.panned(self.width() / 2 - x, self.height() / 2 - y))

    def show_version(self, name: str = "", points: NDArray[np.float32] | None = None) -> None:
        """Lay an earlier version over the current face, `(K, 2)` points, or take it away.

        Args:
            name: of the version, said below the face.
            points: where it has the keypoints, NaN where it has none; None for no version.
        """
        self._version = None if points is None else (name, points)
        self.update()

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
            ghosts=self._ghost_places(),
            band=self._band,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(current().image_surround))
            trouble = self._trouble()
            if trouble is None:
                self._paint(painter, self.scene(), float(self.width()), float(self.height()))
            else:
                self._paint_trouble(painter, trouble)

    def _paint(self, painter: QPainter, scene: Scene, width: float, height: float) -> None:
        layers.paint_image(painter, scene)
        paint_grid(painter, scene, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._hidden:
            paint_ghosts(painter, scene)
            if self._options.skeleton:
                layers.paint_skeleton(painter, scene)
            layers.paint_predictions(painter, scene)
            layers.paint_markers(painter, scene)
            layers.paint_names(painter, scene, width, height)
        if self._options.legend:
            paint_legend(painter, scene, width, height)
        note = self._note()
        if note:
            layers.paint_note(painter, scene, note, width, height)
        layers.paint_band(painter, scene)
        missing = self._missing()
        if missing is not None and self._move is None:
            where = "inside the picture, where" if self._refused else "where"
            text = f"Click {where} the {scene.schema.label(missing)} is, or press Enter"
            layers.paint_hint(painter, scene, text, width)
        if scene.moving:
            paint_loupe(painter, scene, scene.moving[0], width, height)
        if self._move is not None and self._move.held_back:
            layers.paint_hint(painter, scene, "Keypoints stay in the picture", width)
        if self.hasFocus():
            self._paint_focus(painter, width, height)

    def _paint_focus(self, painter: QPainter, width: float, height: float) -> None:
        painter.setPen(QPen(QColor(current().focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(1, 1, width - 2, height - 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _placed(self, keypoints: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the keypoints that have a place that is seen."""
        if self._trouble() is not None:
            return ()
        points = self.session.project.labels.table.points[self.session.face]
        return tuple(k for k in keypoints if np.isfinite(points[k]).all())

    def _trouble(self) -> str | None:
        """Why there is no picture of the current face; None if there is one."""
        return self.session.project.trouble(self.session.face)

    def _paint_trouble(self, painter: QPainter, trouble: str) -> None:
        project = self.session.project
        split, row = project.locate(self.session.face)
        text = (
            f"The picture of {split} row {row:,} cannot be read.\n"
            f"{split}_images.npy in the project’s folder “faces”: {trouble}.\n"
            "Its labels are kept. Restore the file from a copy, or import the data again."
        )
        side = min(self.width(), self.height()) - 32.0
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_placeholder(painter, box, current(), self.devicePixelRatioF(), text)
        if self.hasFocus():
            self._paint_focus(painter, float(self.width()), float(self.height()))

    def _places(self) -> NDArray[np.float64]:
        if self._trouble() is not None:  # nothing that is not seen can be grabbed
            return np.full((len(self.session.project.schema), 2), np.nan)
        return self._view.to_widget(self.session.project.labels.table.points[self.session.face])

    def _missing(self) -> int | None:
        """The keypoint that the next click places."""
        chosen = self.session.keypoints
        if len(chosen) != 1 or self.session.project.read_only is not None or self._trouble() is not None:
            return None
        point = self.session.project.labels.table.points[self.session.face, chosen[0]]
        return None if np.isfinite(point).all() else chosen[0]

    def _whole(self) -> View:
        below = max(legend_height(self._options, self.width()) - 8, 0.0)
        frame = self.session.project.schema.size
        ratio = self.devicePixelRatioF()
        return fit(frame, self.width(), self.height(), ratio, below=below, angle=self._angle)

    def _note(self) -> str:
        """How the picture differs from the face as it is; empty where it does not."""
        tone = self._options.tone.told()
        turned = f"turned {self._angle:+g}°" if self._angle else ""
        shown = ", ".join(part for part in (tone, turned) if part)
        version = "" if self._version is None else f"Ghost: {self._version[0]}"
        return " · ".join(part for part in (version, f"View only: {shown}" if shown else "") if part)

    def _limits(self) -> str:
        height, width = self.session.project.schema.size
        return f"Keypoints stay in the frame: 0 to {width} by 0 to {height}"

    def _ghost_places(self) -> dict[str, NDArray[np.float64]]:
        found = {kind: self._ghosts.points(kind) for kind in self._options.ghosts}
        if self._version is not None:
            now = self.session.project.labels.table.points[self.session.face]
            left = (self._version[1] != now).any(axis=1)
            found["version"] = np.where(left[:, None], self._version[1], np.nan)
        return {kind: self._view.to_widget(points) for kind, points in found.items() if points is not None}

    def _refit(self) -> None:
        if self._fitted:
            self._view = self._whole()
        elif self._looked_at is not None:
            scale, *place = self._looked_at
            view = View(scale, 0, 0, self._angle)
            x, y = view.to_widget(np.array(place)).tolist()
            self._view = view.panned(self.width() / 2 - x, self.height() / 2 - y)
        else:
            self._view = self._view.kept_near(self.session.project.schema.size, self.width(), self.height())
        self.update()

    def _set_view(self, view: View) -> None:
        self._fitted = False
        self._looked_at = None
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
        if self._trouble() is not None:
            text = f"The picture cannot be read. {text}"
        self.setAccessibleDescription(f"{text}. Tab selects the next keypoint, Ctrl+Tab leaves the face.")

    def _develop(self, face: int | None = None) -> None:
        """Make the picture of a face, the current one by default, in the light that was chosen."""
        image = self.session.project.image(self.session.face if face is None else face)
        self._pixels: NDArray[np.uint8] = np.ascontiguousarray(self._options.tone.shown(image))
        self._image = grey_image(self._pixels)

    def _load(self, face: int) -> None:
        """Show the pixels of a face."""
        self._version = None
        self._develop(face)
        self._hovered = None
        self._refit()
        self._describe()
