"""The sheet under the hand: click and keys put keypoints right in place, select cells and accept them."""

from __future__ import annotations

import attrs
import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent

from fkd_gui.canvas import commands
from fkd_gui.canvas.menu import keypoint_menu
from fkd_gui.canvas.move import Move
from fkd_gui.sheet import keys
from fkd_gui.sheet.cells import SheetCells

_FLAG = QItemSelectionModel.SelectionFlag
_ADDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class SheetGrid(SheetCells):
    """A press on a crop puts the keypoint there, a drag takes it along, and the release is one edit.

    A press on the caption only makes the cell current. Arrows go from cell to cell, with Ctrl or Alt they
    nudge the keypoint; a key that is held is one edit. Space, Ctrl and Shift select; moving about does not
    deselect. A double click leads to the face itself.
    """

    accept_requested = Signal()
    opened = Signal()
    """the current face is to be looked at itself"""
    noted = Signal(str)

    _nudging = False
    _pressed = False
    _anchor = 0
    _last_edit: int | None = None
    """of the label store, the one that the press before this made"""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            busy = self._move is not None or self.selectionModel().hasSelection()
            if keys.wanted(event, busy):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        nudge, action = keys.nudge(event), keys.move(event)
        if nudge is not None:
            self._nudge(*nudge)
        elif action is not None:
            self._step(self.moveCursor(action, event.modifiers()).row(), event)
        elif keys.accepts(event):
            self._settle()
            self.accept_requested.emit()
        elif keys.marks_all(event):
            self.selectAll()
        elif keys.marks(event):
            self._toggle(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape and self._move is not None:
            self._cancel()
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            # Not to the item view, which searches for what is typed: letters are shortcuts of the window.
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._nudging and keys.is_arrow(event) and not event.isAutoRepeat():
            self._settle()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._settle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place, modifiers = event.position().toPoint(), event.modifiers()
        row = self.indexAt(place).row()
        self._last_edit = None
        if event.button() != Qt.MouseButton.LeftButton or row < 0:
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._extend(row)
        elif modifiers & _ADDS:
            self.go(row)
            self._toggle(row)
        else:
            self.go(row)
            if self.picture_box(row).contains(place):
                self._press(row, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._pressed and self._move is not None:
            self._drag(place)
            return
        index = self.indexAt(place)
        self._hover(index)
        over = index.isValid() and self.picture_box(index.row()).contains(place)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._pressed:
            return
        done = self.session.project.labels.done
        self._settle()
        now = self.session.project.labels.done
        self._last_edit = now[-1].id if len(now) > len(done) else None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() != Qt.MouseButton.LeftButton or row != self.currentIndex().row() or row < 0:
            self.mousePressEvent(event)
            return
        # The first of the two clicks put the keypoint there, which who opens a face did not mean.
        done = self.session.project.labels.done
        if self._last_edit is not None and done and done[-1].id == self._last_edit:
            self.session.undo()
        self._last_edit = None
        self.opened.emit()

    def currentChanged(
        self, now: QModelIndex | QPersistentModelIndex, before: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(now, before)
        self._anchor = max(now.row(), 0)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.indexAt(event.pos()).row()
        if event.reason() == QContextMenuEvent.Reason.Mouse and row >= 0:
            self.go(row)
        if self.currentIndex().isValid() and self._move is None:
            self.session.select((self._sheet.keypoint,))
            menu = keypoint_menu(self.session, self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def step(self, by: int) -> None:
        """To the next or previous cell."""
        here = self.currentIndex().row()
        row = here + by if here >= 0 else 0
        if 0 <= row < self._sheet.rowCount():
            self._lead(row)
        else:
            self.noted.emit("This is the last face." if by > 0 else "This is the first face.")

    def next_open(self, by: int) -> None:
        """To the next or previous cell whose label nobody accepted."""
        row = self._sheet.next_open(self.currentIndex().row(), by)
        if row is None:
            self.noted.emit(f"No face {'after' if by > 0 else 'before'} this one is left to accept.")
        else:
            self._lead(row)

    def _step(self, row: int, event: QKeyEvent) -> None:
        if row >= 0 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(row)
            self.scrollTo(self.currentIndex())
        elif row >= 0:
            self._lead(row)

    def _lead(self, row: int) -> None:
        self.go(row)
        self.scrollTo(self.currentIndex())

    def _toggle(self, row: int) -> None:
        if row >= 0:
            self.selectionModel().select(self._sheet.index(row), _FLAG.Toggle)

    def _extend(self, row: int) -> None:
        """Go to a cell and select all from where the last step without Shift led."""
        anchor = min(self._anchor, self._sheet.rowCount() - 1)
        first, last = sorted((anchor, row))
        block = QItemSelection(self._sheet.index(first), self._sheet.index(last))
        self.selectionModel().select(block, _FLAG.Select)
        self.go(row)
        self._anchor = anchor

    def _writable(self) -> bool:
        writable = self.session.project.read_only is None
        if not writable:
            self.noted.emit("The project is open for reading only.")
        return writable

    def _press(self, row: int, place: QPoint) -> None:
        if not self._writable():
            return
        point = self._point(row, place)
        height, width = self.session.project.schema.size
        if not (-0.5 <= point[0] <= width and -0.5 <= point[1] <= height):
            self.noted.emit("A keypoint must lie on the face: click inside the frame")
            return
        face, keypoint = int(self._sheet.faces[row]), self._sheet.keypoint
        start = self.session.project.labels.table.points[face, [keypoint]]
        self._pressed = True
        self._show(Move.of(face, (keypoint,), start), point)

    def _drag(self, place: QPoint) -> None:
        if self._move is not None:
            self._show(self._move, self._point(self.currentIndex().row(), place))

    def _point(self, row: int, place: QPoint) -> tuple[float, float]:
        """The coordinate under a place, beyond the frame of the face as well."""
        # The middle of the pixel of the screen that the pointer is on.
        found: tuple[float, float] = self.view_of(row).to_frame(place.x() + 0.5, place.y() + 0.5)
        return found

    def _show(self, move: Move, point: tuple[float, float]) -> None:
        """Show a move as it would be with the keypoint at a point, or where the frame holds it back."""
        height, width = self.session.project.schema.size
        now = np.clip(np.array([point], np.float32), 0, (width, height))
        self._move = attrs.evolve(move, now=now.astype(np.float32))
        self._repaint_current()

    def _nudge(self, dx: float, dy: float) -> None:
        face = self.current_face
        if face is None or self._pressed or not self._writable():
            return
        keypoint = self._sheet.keypoint
        if self._move is None:
            point = self.session.project.labels.table.points[face, [keypoint]]
            if not np.isfinite(point).all():
                self.noted.emit("This keypoint has no place: click where it is.")
                return
            self._move = Move.of(face, (keypoint,), point)
            self._nudging = True
        frame = self.session.project.schema.size
        move = self._move.nudged(dx, dy, frame)
        if move.held_back and not self._move.held_back:
            self.noted.emit(f"Keypoints stay in the frame: 0 to {frame[1]} by 0 to {frame[0]}")
        self._move = move
        self._repaint_current()

    def _settle(self) -> None:
        """Make the move that was shown: one edit."""
        move, self._move, self._nudging, self._pressed = self._move, None, False, False
        if move is not None and (np.isnan(move.start).any() or move.changed):
            commands.move(self.session, move.face, move.keypoints, move.now)
        if move is not None:
            self._repaint_current()

    def _cancel(self) -> None:
        self._move, self._nudging, self._pressed = None, False, False
        self._repaint_current()
