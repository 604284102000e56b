"""How a line of the history is drawn: what and when, below it who and what that changed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fkd_gui.panels.history_model import ENTRY, Entry, Index
from fkd_gui.theme import UNIT, current, tabular

HEIGHT = 44
_SIDE = 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class HistoryRow(QStyledItemDelegate):
    """Two lines; the version in force is bold and says so, one that was undone is struck through."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's own
        """All lines are alike."""
        return QSize(160, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        theme, box = current(), QRect(option.rect)
        entry: Entry = index.data(ENTRY)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(box, QColor(theme.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.raised))
        strong, weak = (theme.on_selection,) * 2 if chosen else (theme.text, theme.muted)
        inner = box.adjusted(_SIDE, 4, -_SIDE, -4)
        first, second = QRect(inner), QRect(inner)
        first.setHeight(inner.height() // 2)
        second.setTop(first.bottom() + 1)
        time = entry.time if entry.status != "now" else f"{entry.time} · now" if entry.time else "now"
        painter.setFont(tabular(option.font))
        painter.setPen(QColor(weak))
        painter.drawText(first, _RIGHT, time)
        first.setRight(first.right() - painter.fontMetrics().horizontalAdvance(time) - UNIT)
        font = QFont(option.font)
        font.setBold(entry.status == "now")
        font.setStrikeOut(entry.status == "undone")
        painter.setFont(font)
        painter.setPen(QColor(weak if entry.status == "undone" else strong))
        self._text(painter, first, entry.title)
        painter.setFont(option.font)
        painter.setPen(QColor(weak))
        self._text(painter, second, entry.detail)
        painter.restore()

    @staticmethod
    def _text(painter: QPainter, box: QRect, text: str) -> None:
        text = " ".join(text.split())
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, shown)
