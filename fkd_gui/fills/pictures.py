"""The pictures of the comparison under mouse and keys: choose a method, take it, select keypoints."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from fkd_gui.canvas import FaceCanvas
from fkd_gui.canvas.hit_test import following, nearest
from fkd_gui.fills.fill_view import FillView
from fkd_gui.fills.keys import Meaning, meaning
from fkd_gui.session import Session


class FillPictures(FillView):
    """A click chooses a method, on a marker it selects the keypoint, a double click takes; keys see `keys`.

    The wheel zooms all pictures, the middle button pans them.
    """

    take_requested = Signal(int, bool)
    """number of the method, and whether to go on to the next face"""
    chosen = Signal(int)
    """number of the method that was clicked"""
    leave_requested = Signal()

    def __init__(self, session: Session, canvas: FaceCanvas, parent: QWidget | None = None) -> None:
        super().__init__(session, canvas, parent)
        self._panning: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            found = meaning(event, len(self._shown), bool(self._session.keypoints))
            if event.type() == QEvent.Type.ShortcutOverride and found is not None:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and found is not None:
                # Also Tab, which Qt would otherwise take to leave the widget.
                self._do(*found)
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self.fit()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Tab and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextPrevChild(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_H and not event.isAutoRepeat():
            self._hide(False)
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number, place = self._under(event.position())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panning = event.position()
        elif event.button() == Qt.MouseButton.LeftButton and number is not None:
            self.chosen.emit(number)
            found = nearest(self._scene(self._shown[number]).places, place.x(), place.y())
            self._session.select(() if found is None else (found,))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panning is not None:
            way, self._panning = event.position() - self._panning, event.position()
            self._set_view(self.view.panned(way.x(), way.y()))
            return
        number, place = self._under(event.position())
        found = None
        if number is not None:
            found = nearest(self._scene(self._shown[number]).places, place.x(), place.y())
        if found != self._hovered:
            self._hovered = found
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panning = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number, _ = self._under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number is not None:
            self.take_requested.emit(number, False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.pixelDelta().y()
        number, place = self._under(event.position())
        if turned and number is not None:
            self.zoom(1.0015**turned, place)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hide(False)

    def _do(self, what: Meaning, number: int) -> None:
        session, count = self._session, len(self._session.project.schema)
        if what is Meaning.TAKE:
            self.take_requested.emit(number, False)
        elif what is Meaning.GO_ON:
            self.take_requested.emit(self._chosen, True)
        elif what in (Meaning.NEXT, Meaning.PREVIOUS):
            step = 1 if what is Meaning.NEXT else -1
            session.select((self._following(count, step),))
        elif what is Meaning.DESELECT:
            session.select(())
        elif what is Meaning.LEAVE:
            self.leave_requested.emit()
        elif what is Meaning.FIT:
            self.fit()
        elif what is Meaning.HIDE:
            self._hide(True)
        else:
            self.zoom(1.25 if what is Meaning.LARGER else 0.8)

    def _following(self, count: int, step: int) -> int:
        """The next keypoint that a method fills in; the next of all where none does."""
        filled = np.zeros(count, np.bool_)
        for one in self._shown:
            filled |= np.isfinite(one.places).all(axis=1)
        keypoint = following(self._session.keypoints, count, step)
        for _ in range(count):
            if filled[keypoint] or not filled.any():
                break
            keypoint = following((keypoint,), count, step)
        return keypoint
