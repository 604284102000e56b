"""The grid of faces: an item view that paints only what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from fkd_gui.browser.layout import Layout
from fkd_gui.browser.model import FaceModel, Role
from fkd_gui.browser.thumbnails import paint_faces, paint_frame
from fkd_gui.session import Session
from fkd_gui.theme import current, tabular

_GAP = 4
_CAPTION = 16


class CellSize(Enum):
    """Side of a picture, and whether its row stands below."""

    SMALL = (48, False)
    MEDIUM = (72, True)
    LARGE = (120, True)

    @property
    def picture(self) -> int:
        """Side of the picture in widget pixels."""
        return self.value[0]

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of a cell."""
        side, caption = self.value
        return side + 2 * _GAP, side + 2 * _GAP + (_CAPTION if caption else 0)


class FaceGrid(QAbstractItemView):
    """Thumbnails of the faces of a model. Its current item is the session's current face.

    Args:
        session: whose faces these are.
        model: which of them, in which order.
    """

    def __init__(self, session: Session, model: FaceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._size = CellSize.MEDIUM
        self._hovered = QModelIndex()
        self._faces = model
        self._kept_scroll: int | None = None
        self.setAccessibleName("Faces")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        # Without it Qt would paint everything anew at each scroll step.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(model)
        self.verticalScrollBar().actionTriggered.connect(self._scrolled)
        session.face_changed.connect(self.show_face)
        self.show_face(session.face)

    @property
    def cell_size(self) -> CellSize:
        """How large the pictures are."""
        return self._size

    def set_cell_size(self, size: CellSize) -> None:
        """Show larger or smaller pictures; the current face stays in sight."""
        self._size = size
        self._kept_scroll = None
        self.updateGeometries()
        self.scrollTo(self.currentIndex())
        self.viewport().update()

    def show_face(self, face: int) -> None:
        """Make a face the current item; none is if the filter hides it."""
        row = self._faces.row_of(face)
        index = QModelIndex() if row is None else self._faces.index(row)
        if index != self.currentIndex():
            self._kept_scroll = None
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flags)
            if row is None:
                self.clearSelection()
        if row is not None:
            self.updateGeometries()
            self._scroll_back(index)

    def keep_scroll(self, value: int) -> None:
        """Scroll to where one was, and again while the grid is laid out, until someone scrolls or goes on."""
        self._kept_scroll = value
        self._scroll_back(self.currentIndex())

    def sizeHint(self) -> QSize:
        return QSize(4 * self._size.cell[0] + 24, 480)

    def layout_now(self) -> Layout:
        """Where the cells are at this width."""
        return Layout(self._faces.rowCount(), self.viewport().width(), self._size.cell)

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        if not index.isValid():
            return QRect()
        left, top = self.layout_now().place(index.row())
        return QRect(left, top - self.verticalOffset(), *self._size.cell)

    def indexAt(self, place: QPoint) -> QModelIndex:
        found = self.layout_now().at(place.x(), place.y() + self.verticalOffset())
        return QModelIndex() if found is None else self._faces.index(found)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid() or self._kept_scroll is not None:
            return
        box, height, bar = self.visualRect(index), self.viewport().height(), self.verticalScrollBar()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + box.center().y() - height // 2)
        elif hint == QAbstractItemView.ScrollHint.PositionAtTop or box.top() < 0:
            bar.setValue(bar.value() + box.top() - _GAP)
        elif hint == QAbstractItemView.ScrollHint.PositionAtBottom or box.bottom() >= height:
            bar.setValue(bar.value() + box.bottom() - height + _GAP)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: QModelIndex | QPersistentModelIndex) -> bool:
        return False

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = self._faces.rowCount()
        if not count:
            return QModelIndex()
        here = self.currentIndex().row()
        if here < 0:
            return self._faces.index(0)
        layout, move = self.layout_now(), QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() // self._size.cell[1]) * layout.columns
        steps = {
            move.MoveLeft: -1,
            move.MovePrevious: -1,
            move.MoveRight: 1,
            move.MoveNext: 1,
            move.MoveUp: -layout.columns,
            move.MoveDown: layout.columns,
            move.MovePageUp: -page,
            move.MovePageDown: page,
            move.MoveHome: -count,
            move.MoveEnd: count,
        }
        step = steps[action]
        there = here + step
        if action in (move.MoveUp, move.MoveDown) and not 0 <= there < count:
            return self.currentIndex()
        return self._faces.index(min(max(there, 0), count - 1))

    def setSelection(self, box: QRect, flags: QItemSelectionModel.SelectionFlag) -> None:
        layout, offset = self.layout_now(), self.verticalOffset()
        box = box.normalized()
        selection = QItemSelection()
        width, height = layout.cell
        first = max((box.left() - layout.left) // width, 0)
        last = min((box.right() - layout.left) // width, layout.columns - 1)
        top = max((box.top() + offset - layout.margin) // height, 0)
        bottom = min((box.bottom() + offset - layout.margin) // height, layout.rows - 1)
        for row in range(top, bottom + 1):
            start = row * layout.columns + first
            end = min(row * layout.columns + last, layout.count - 1)
            if start <= end:
                selection.append(QItemSelectionRange(self._faces.index(start), self._faces.index(end)))
        self.selectionModel().select(selection, flags)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        layout, offset = self.layout_now(), self.verticalOffset()
        seen = layout.between(offset, offset + self.viewport().height())
        region = QRegion()
        for block in selection.toList():
            for row in range(max(block.top(), seen.start), min(block.bottom() + 1, seen.stop)):
                region += self.visualRect(self._faces.index(row))
        return region

    def event(self, event: QEvent) -> bool:
        # The window's own meaning of these keys, one face on, is not what a page of faces is.
        pages = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in pages:
            event.accept()
            return True
        return super().event(event)

    def updateGeometries(self) -> None:
        layout, height = self.layout_now(), self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, layout.height - height))
        bar.setPageStep(max(1, height - self._size.cell[1] // 2))
        bar.setSingleStep(max(1, self._size.cell[1] // 3))
        super().updateGeometries()
        if self._kept_scroll is not None:
            bar.setValue(self._kept_scroll)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.scrollDirtyRegion(dx, dy)
        self.viewport().scroll(dx, dy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        self._scroll_back(self.currentIndex())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scrolled()
        super().wheelEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self._hover(QModelIndex())

    def currentChanged(
        self,
        now: QModelIndex | QPersistentModelIndex,
        before: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(now, before)
        for index in (now, before):
            self.viewport().update(self.visualRect(index))
        if now.isValid():
            self.session.go_to(now.data(Role.FACE))

    def paintEvent(self, event: QPaintEvent) -> None:
        layout, offset = self.layout_now(), self.verticalOffset()
        dirty, theme = event.rect(), current()
        rows = layout.between(dirty.top() + offset, dirty.bottom() + 1 + offset)
        with QPainter(self.viewport()) as painter:
            painter.fillRect(dirty, QColor(theme.surface))
            if not rows:
                return
            places = [layout.place(row) for row in rows]
            corners = [(x + _GAP, y + _GAP - offset) for x, y in places]
            faces = self._faces.faces[rows.start : rows.stop]
            size, ratio = self._size.picture, self.devicePixelRatioF()
            paint_faces(painter, self.session.project, faces, corners, size, theme, ratio)
            self._paint_states(painter, rows, corners)
            if self._size.value[1]:
                self._paint_captions(painter, faces, corners)

    def _paint_states(self, painter: QPainter, rows: range, corners: Sequence[tuple[float, float]]) -> None:
        theme, size, selection = current(), self._size.picture, self.selectionModel()
        here, hovered = self.currentIndex().row(), self._hovered.row()
        chosen = {row for block in selection.selection().toList() for row in _shared(block, rows)}
        for row in sorted({here, hovered, *chosen} & set(rows), key=lambda row: row == here):
            x, y = corners[row - rows.start]
            box = QRectF(x, y, size, size)
            if row == here:
                outer = theme.focus if self.hasFocus() else theme.text
                paint_frame(painter, box.adjusted(-2, -2, 2, 2), outer, 3)
            elif row in chosen:
                paint_frame(painter, box.adjusted(-1, -1, 1, 1), theme.accent, 2)
            else:
                paint_frame(painter, box.adjusted(-0.5, -0.5, 0.5, 0.5), theme.outline, 1)

    def _paint_captions(
        self, painter: QPainter, faces: np.ndarray[Any, Any], corners: Sequence[tuple[float, float]]
    ) -> None:
        font = tabular(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(current().muted))
        size, locate = self._size.picture, self.session.project.locate
        for face, (x, y) in zip(faces, corners, strict=True):
            split, row = locate(int(face))
            text = str(row) if split == "train" else f"{split} {row}"
            box = QRectF(x, y + size + 1, size, _CAPTION)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _scrolled(self, *_: Any) -> None:
        self._kept_scroll = None

    def _scroll_back(self, index: QModelIndex) -> None:
        if self._kept_scroll is None:
            self.scrollTo(index)
        else:
            self.verticalScrollBar().setValue(self._kept_scroll)

    def _hover(self, index: QModelIndex) -> None:
        if index != self._hovered:
            before, self._hovered = self._hovered, index
            for one in (before, index):
                self.viewport().update(self.visualRect(one))


def _shared(block: QItemSelectionRange, rows: range) -> range:
    return range(max(block.top(), rows.start), min(block.bottom() + 1, rows.stop))
