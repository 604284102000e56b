"""How a face of the review queue is drawn: row and keypoint, why, and how likely it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fkd_core.review.queue import Finding
from fkd_gui.panels.review_model import FINDING, SETTLED
from fkd_gui.theme import UNIT, current, icon, tabular

HEIGHT = 48
_SIDE = 12
_SHARE = 52
_GLYPH = 16

Index = QModelIndex | QPersistentModelIndex


class ReviewRow(QStyledItemDelegate):
    """Two lines a face; a tick in place of the share where it is settled."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's own
        """All rows are alike, so that thousands cost no more than those that are seen."""
        return QSize(160, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        theme, box = current(), QRect(option.rect)
        finding: Finding = index.data(FINDING)
        settled = bool(index.data(SETTLED))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(box, QColor(theme.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.raised))
        strong, weak = (theme.on_selection,) * 2 if chosen else (theme.text, theme.muted)
        inner = box.adjusted(_SIDE, UNIT - 2, -_SIDE, -(UNIT - 2))
        first, second = inner.adjusted(0, 0, -_SHARE - UNIT, 0), QRect(inner)
        first.setHeight(inner.height() // 2)
        second.setTop(first.bottom() + 1)
        self._line(
            painter, option.font, first, self._title(finding), weak if settled else strong, bold=not settled
        )
        self._line(painter, option.font, second, finding.why, weak, bold=False)
        share = QRect(inner.right() - _SHARE, inner.top(), _SHARE, first.height())
        if settled:
            place = QRect(share.right() - _GLYPH, share.center().y() - _GLYPH // 2, _GLYPH, _GLYPH)
            icon("check", theme, strong if chosen else theme.success).paint(painter, place)
        else:
            painter.setFont(tabular(option.font))
            painter.setPen(QColor(strong if chosen else weak))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(share, right, f"{finding.suspicion:.0%}")
        painter.restore()

    @staticmethod
    def _title(finding: Finding) -> str:
        return f"{finding.row:,} · {finding.keypoint.replace('_', ' ')}"

    @staticmethod
    def _line(painter: QPainter, font: QFont, box: QRect, text: str, colour: str, *, bold: bool) -> None:
        used = QFont(font)
        used.setBold(bold)
        painter.setFont(used)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
