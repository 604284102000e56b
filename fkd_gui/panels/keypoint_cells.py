"""How cells of the keypoint table are drawn and edited."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fkd_core.labels.values import State
from fkd_gui.canvas import markers
from fkd_gui.panels.coordinate_box import CoordinateBox
from fkd_gui.panels.keypoint_model import KIND, SHORT, STATE, Column
from fkd_gui.theme import DARK, LIGHT, Theme, current, icon, tabular

WIDE = 100
"""from this width on a state is written out"""

_MARKER = 24
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_PADDING = 6
_ICONS = {State.VISIBLE: "eye", State.OCCLUDED: "eye-slash", State.ABSENT: "prohibit"}
Index = QModelIndex | QPersistentModelIndex


@lru_cache(maxsize=32)
def _state_icon(state: State, theme: str, colour: str, ratio: float) -> QPixmap:
    return icon(_ICONS[state], DARK if theme == "dark" else LIGHT, colour).pixmap(QSize(16, 16), ratio)


class KeypointCell(QStyledItemDelegate):
    """Draws every cell itself: all of them change with each face, and Qt's own way takes too long.

    Args:
        width, height: limits of x and y in pixels.
    """

    def __init__(self, width: int, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._limits = {Column.X: float(width), Column.Y: float(height)}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = current(), QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        state: State = index.data(STATE)
        if chosen:
            painter.fillRect(box, QColor(theme.selection))
        ink = theme.on_selection if chosen else (theme.muted if state == State.UNLABELLED else theme.text)
        painter.setPen(QColor(ink))
        column = Column(index.column())
        if column == Column.NAME:
            self._paint_name(painter, option, index, theme)
        elif column == Column.STATE:
            self._paint_state(painter, box, state, theme, ink)
        elif column == Column.REVIEWED:
            if index.data():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                markers.draw_tick(painter, QPointF(box.center()), 9, theme)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        else:
            painter.setFont(tabular(option.font))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box.adjusted(0, 0, -_PADDING, 0), right, index.data())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = Column(index.column())
        return CoordinateBox(column.name.lower(), self._limits[column], parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Tab do not leave a number that cannot be."""
        if isinstance(watched, CoordinateBox) and isinstance(event, QKeyEvent) and event.key() in _ENDS:
            watched.interpretText()
            if watched.outside:
                return True
        return super().eventFilter(watched, event)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, CoordinateBox):
            editor.setValue(editor.highest / 2 if value is None else value)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, CoordinateBox):
            editor.interpretText()
            before: Any = index.data(Qt.ItemDataRole.EditRole)
            if before is None or abs(before - editor.value()) > 0.004:
                model.setData(index, editor.value(), Qt.ItemDataRole.EditRole)

    def _paint_name(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, theme: Theme
    ) -> None:
        """The marker of the origin, then the name, in fewer words where it does not fit."""
        box, state, kind = QRect(option.rect), index.data(STATE), index.data(KIND)
        place = QPointF(box.left() + _MARKER / 2, box.center().y() + 1)
        if kind and state != State.ABSENT:
            ink = painter.pen()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if state == State.OCCLUDED:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                markers.draw_dashes(painter, place, 8, theme)
            markers.draw(painter, place, kind, 5, theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(ink)
        box.setLeft(box.left() + _MARKER)
        text, metrics = index.data(), option.fontMetrics
        if metrics.horizontalAdvance(text) > box.width():
            text = metrics.elidedText(index.data(SHORT), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_state(self, painter: QPainter, box: QRect, state: State, theme: Theme, ink: str) -> None:
        """The state as an icon, and as a word where there is room."""
        wide = box.width() >= WIDE
        if state in _ICONS:
            colour = theme.muted if state == State.VISIBLE else ink
            ratio = painter.device().devicePixelRatioF()
            left = box.left() + _PADDING if wide else box.center().x() - 7
            sign = _state_icon(state, theme.name, colour, ratio)
            painter.drawPixmap(left, box.center().y() - 7, sign)
        if wide:
            text = box.adjusted(_PADDING + 24, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, state.name.lower())
