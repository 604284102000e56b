"""How cells of the keypoint table are drawn and edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QDoubleSpinBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fkd_core.labels.values import State
from fkd_gui.canvas import markers
from fkd_gui.panels.keypoint_model import KIND, SHORT, STATE, Column
from fkd_gui.theme import current, icon, tabular

_MARKER = 20
_ICONS = {State.VISIBLE: "eye", State.OCCLUDED: "eye-slash", State.ABSENT: "prohibit"}
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
        if index.data(STATE) == State.OCCLUDED:
            markers.draw_dashes(painter, place, 8, theme)
        if kind and index.data(STATE) != State.ABSENT:
            markers.draw(painter, place, kind, 5, theme)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = theme.on_selection if chosen else (theme.text if kind else theme.muted)
        painter.setPen(QColor(ink))
        box.setLeft(box.left() + _MARKER + 4)
        if option.fontMetrics.horizontalAdvance(text) > box.width() - 2:
            text = index.data(SHORT)
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() - 2)
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
        # The style sheet takes frame and buttons away; Qt's own `NoButtons` would leave no room for the text.
        editor.setProperty("cell", True)
        editor.setDecimals(2)
        editor.setSingleStep(0.1)
        editor.setRange(0, self._limits[Column(index.column())])
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
    """The state as an icon, and as a word where there is room."""

    WIDE = 100
    """from this width on there is room"""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        theme, state = current(), State[option.text.upper()]
        quiet = state in (State.VISIBLE, State.UNLABELLED)
        colour = theme.muted if quiet else theme.text
        option.palette.setColor(option.palette.ColorRole.Text, QColor(colour))
        if state in _ICONS:
            option.icon = icon(_ICONS[state], theme, colour)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(16, 16)
        if option.rect.width() < self.WIDE:
            option.text = ""
