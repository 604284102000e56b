"""The canvas: shows the current face of a session and turns mouse and keys into edits."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from fkd_gui.canvas import commands, keys
from fkd_gui.canvas.face_view import FaceView
from fkd_gui.canvas.hit_test import following, inside, nearest, toggled
from fkd_gui.canvas.menu import keypoint_menu
from fkd_gui.canvas.move import Move
from fkd_gui.canvas.numbers import NumberKeys
from fkd_gui.session import Session

_THRESHOLD = 3.0
"""how far the pointer travels, in widget pixels, before a click becomes a drag"""


class FaceCanvas(FaceView):
    """One face as large as fits, with its keypoints.

    Wheel zooms, the middle button or space with the left one pans, double click or `0` fits. A press
    selects, a drag moves and is one edit on release, Escape takes it back. A drag that begins beside all
    keypoints draws a box around those to select. Arrow keys nudge what is selected and are left to others
    when nothing is; figures select by number. A keypoint without a place that is selected is put where the
    next click falls; Enter puts it in the middle.

    Args:
        session: whose current face is shown.
    """

    noted = Signal(str)
    """a short remark for the status bar"""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._pressed: tuple[QPointF, tuple[int, ...]] | None = None
        self._hit = 0
        self._panning: QPointF | None = None
        self._space = False
        self._kept: tuple[int, ...] = ()
        self.keys = keys.DEFAULT
        self._numbers = NumberKeys(len(session.project.schema))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        session.face_changed.connect(self._show_face)
        session.keypoints_changed.connect(self._selection_changed)
        session.labels_changed.connect(self._labels_changed)

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            selected, moving = bool(self.session.keypoints), bool(self._move or self._band)
            if keys.wanted(event, selected, moving, self.keys):
                event.accept()
                return True
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = keys.keypoint_step(event, self.keys)
            if step:
                count = len(self.session.project.schema)
                self.session.select((following(self.session.keypoints, count, step),))
                return True
        elif kind == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), event.position())
                return True
        elif kind == QEvent.Type.DevicePixelRatioChange:
            self._refit()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, command = event.key(), self.keys.command(event)
        nudge = keys.nudge(event, self.keys)
        if nudge is not None and self._nudge(*nudge):
            return
        if key == Qt.Key.Key_Escape and (self._move is not None or self._band is not None):
            self._cancel()
        elif key == Qt.Key.Key_Escape and self.session.keypoints:
            self.session.select(())
        elif command == "canvas.place" and self._missing() is not None:
            self._place_by_key()
        elif command == "canvas.pan":
            self._space = True
            self._update_cursor()
        elif command == "canvas.hide":
            self.hide_markers(True)
        elif keys.digit(event):
            self._call(keys.digit(event))
        elif command == "canvas.zoom_in":
            self.zoom(1.25)
        elif command == "canvas.zoom_out":
            self.zoom(0.8)
        elif key == Qt.Key.Key_Tab and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextPrevChild(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        released = self.keys.released(event)
        if self._nudging and released in keys.NUDGES:
            self._finish()
        elif released == "canvas.pan":
            self._space = False
            self._update_cursor()
        elif released == "canvas.hide":
            self.hide_markers(False)
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place, button = event.position(), event.button()
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self._space):
            self._panning = place
            self._update_cursor()
        elif button == Qt.MouseButton.LeftButton:
            self._press(place, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._panning is not None:
            self._set_view(self._view.panned(place.x() - self._panning.x(), place.y() - self._panning.y()))
            self._panning = place
        elif self._band is not None:
            self._stretch(place)
        elif self._pressed is not None:
            self._drag(place)
        else:
            self._hover(nearest(self._places(), place.x(), place.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panning is not None and event.button() in (
            Qt.MouseButton.MiddleButton,
            Qt.MouseButton.LeftButton,
        ):
            self._panning = None
            self._update_cursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            clicked = self._pressed is not None and self._move is None
            self._pressed = self._band = None
            self._finish()
            # Pressing one of several keeps them, so that they can be dragged; a mere click means that one.
            if clicked and len(self.session.keypoints) > 1:
                self.session.select((self._hit,))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if (
            event.button() == Qt.MouseButton.LeftButton
            and nearest(self._places(), place.x(), place.y()) is None
        ):
            self.fit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.pixelDelta().y()
        if turned and self._move is None:
            self.zoom(1.0015**turned, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            found = nearest(self._places(), event.pos().x(), event.pos().y())
            if found is not None and found not in self.session.keypoints:
                self.session.select((found,))
        if self.session.keypoints and self._move is None:
            menu = keypoint_menu(self.session, self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._nudging:
            self._finish()
        self._space = False
        self.hide_markers(False)

    def _show_face(self, face: int) -> None:
        if self._nudging:
            self._finish()
        elif self._move is not None:
            self._cancel()
        self._band = None
        self._numbers.forget()
        self._load(face)

    def _selection_changed(self, _keypoints: Any) -> None:
        if self._nudging:
            self._finish()
        self._refused = False
        self._update_cursor()
        self._describe()
        self.update()

    def _labels_changed(self, faces: NDArray[Any]) -> None:
        if self.session.face in faces:
            self._update_cursor()
            self._describe()
            self.update()

    def _press(self, place: QPointF, add: bool) -> None:
        missing = self._missing()
        # Shift adds what is not selected yet, so only a plain press means the selected one of two.
        prefer = () if add else self.session.keypoints
        found = nearest(self._places(), place.x(), place.y(), prefer=prefer)
        if found is None and missing is not None and not add:
            self._place(missing, place)
        elif found is None:
            self._kept = self.session.keypoints if add else ()
            self.session.select(self._kept)
            self._band = place, place
        elif add:
            self.session.select(toggled(self.session.keypoints, found))
        else:
            if found not in self.session.keypoints:
                self.session.select((found,))
            self._hit = found
            self._pressed = place, self._placed(self.session.keypoints)

    def _place(self, keypoint: int, place: QPointF) -> None:
        x, y = self._view.to_frame(place.x(), place.y())
        height, width = self.session.project.schema.size
        if not (-0.5 <= x <= width and -0.5 <= y <= height):
            self.noted.emit("A keypoint must lie on the face: click inside the frame")
            self._refused = True
            self.update()
            return
        point = np.array([[min(max(x, 0), width), min(max(y, 0), height)]], np.float32)
        nowhere = np.full((1, 2), np.nan, np.float32)
        self._move = Move(self.session.face, (keypoint,), nowhere, point)
        self._pressed = place, (keypoint,)
        self.update()

    def _place_by_key(self) -> None:
        """Put a missing keypoint where the run sees it, or in the middle; arrow keys bring it home."""
        missing, session = self._missing(), self.session
        if missing is None:
            return
        height, width = session.project.schema.size
        point = np.array([[width / 2, height / 2]])
        if session.predictions is not None and np.isfinite(session.predictions[session.face, missing]).all():
            point = np.clip(session.predictions[session.face, [missing]], 0, (width, height))
        commands.move(session, session.face, [missing], point)

    def _drag(self, place: QPointF) -> None:
        if self._pressed is None:
            return
        start, keypoints = self._pressed
        if self._move is None:
            if (place - start).manhattanLength() < _THRESHOLD:
                return
            points = self.session.project.labels.table.points[self.session.face, list(keypoints)]
            self._move = Move.of(self.session.face, keypoints, points)
        dx, dy = self._view.way_in_frame(place.x() - start.x(), place.y() - start.y())
        frame = self.session.project.schema.size
        if np.isnan(self._move.start).any():
            self._pressed = place, keypoints
            self._show_move(self._move.nudged(dx, dy, frame))
        else:
            self._show_move(self._move.shifted(dx, dy, frame))

    def _stretch(self, place: QPointF) -> None:
        """Select what is in the box between the press and here, besides what was kept."""
        if self._band is None:
            return
        self._band = self._band[0], place
        start, end = ((corner.x(), corner.y()) for corner in self._band)
        found = inside(self._places(), start, end)
        self.session.select((*self._kept, *(k for k in found if k not in self._kept)))
        self.update()

    def _call(self, digit: str) -> None:
        """Select the keypoint of a number; a 0 that continues none shows the whole face."""
        now = time.monotonic()
        if digit == "0" and not self._numbers.waiting(now):
            self.fit()
            return
        keypoint = self._numbers.press(digit, now)
        if keypoint is not None:
            self.session.select((keypoint,))

    def _nudge(self, dx: float, dy: float) -> bool:
        """Whether there was something to nudge. A key that is held is one move."""
        session = self.session
        keypoints = self._placed(session.keypoints)
        if not keypoints or (self._move is not None and not self._nudging):
            return bool(session.keypoints)
        if self._move is None:
            points = session.project.labels.table.points[session.face, list(keypoints)]
            self._move = Move.of(session.face, keypoints, points)
            self._nudging = True
        dx, dy = self._view.steps_in_frame(dx, dy)
        self._show_move(self._move.nudged(dx, dy, session.project.schema.size))
        return True

    def _show_move(self, move: Move) -> None:
        if move.held_back and not (self._move and self._move.held_back):
            self.noted.emit(self._limits())
        self._move = move
        self.update()

    def _finish(self) -> None:
        """Make the move that was shown: one edit."""
        move, self._move, self._nudging = self._move, None, False
        if move is not None and move.changed:
            commands.move(self.session, move.face, move.keypoints, move.now)
        self.update()

    def _cancel(self) -> None:
        if self._band is not None:
            self.session.select(self._kept)
        self._move, self._nudging, self._pressed, self._band = None, False, None, None
        self.update()

    def _hover(self, keypoint: int | None) -> None:
        if keypoint != self._hovered:
            self._hovered = keypoint
            self._update_cursor()
            self.update()

    def _update_cursor(self) -> None:
        if self._panning is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._missing() is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif self._hovered is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
