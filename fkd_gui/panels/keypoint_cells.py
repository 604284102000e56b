"""How cells of the keypoint table are drawn and edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QDoubleSpinBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fkd_core.labels.values import State
from fkd_gui.canvas import markers
from fkd_gui.panels.keypoint_model import KIND, Column
from fkd_gui.theme import current, tabular

_MARKER = 22
Index = QModelIndex | QPersistentModelIndex


class NameCell(QStyledItemDelegate):
    """The marker of the origin, then the name."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRect(option.rect)
        ground = QStyleOptionViewItem(option)
        self.initStyleOption(ground, index)
        text, ground.text = ground.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, ground, painter, option.widget)
        theme, kind = current(), index.data(KIND)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QPointF(box.left() + _MARKER / 2 + 2, box.center().y() + 1)
        if kind:
            markers.draw(painter, place, kind, 5, theme)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = theme.on_selection if chosen else (theme.text if kind else theme.muted)
        painter.setPen(QColor(ink))
        box.setLeft(box.left() + _MARKER + 4)
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width() - 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


class NumberCell(QStyledItemDelegate):
    """A coordinate in tabular numerals; edited in hundredths of a pixel."""

    def __init__(self, width: int, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._limits = {Column.X: float(width), Column.Y: float(height)}

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.font = tabular(option.font)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QDoubleSpinBox(parent)
        editor.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        editor.setDecimals(2)
        editor.setSingleStep(0.1)
        editor.setRange(0, self._limits[Column(index.column())])
        editor.setFrame(False)
        editor.setProperty("cell", True)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, QDoubleSpinBox):
            editor.setValue(editor.maximum() / 2 if value is None else value)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QDoubleSpinBox):
            editor.interpretText()
            before: Any = index.data(Qt.ItemDataRole.EditRole)
            if before is None or abs(before - editor.value()) > 0.004:
                model.setData(index, editor.value(), Qt.ItemDataRole.EditRole)


class StateCell(QStyledItemDelegate):
    """The state, quiet while there is nothing to say."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if option.text in (State.VISIBLE.name.lower(), State.UNLABELLED.name.lower()):
            option.palette.setColor(option.palette.ColorRole.Text, QColor(current().muted))
