"""The error of each keypoint at the latest validation, as bars, beside what it was at the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.panels.keypoint_values import KeypointErrors
from fkd_gui.panels.kit import Elided, named
from fkd_gui.theme import UNIT, Theme, current, tabular

ROW_HEIGHT = 20
_NUMBER, _GAP, _BAR_LEAST = 46, 6, 40
_END = 1.25
"""length of a full bar, as a multiple of the largest error"""
_ROOT = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


def describe(name: str, errors: KeypointErrors, keypoint: int) -> str:
    """One keypoint in words."""
    value = errors.values[keypoint]
    if value is None:
        return f"{name}: no validation face has this keypoint"
    told = f"{name}: {value:.2f} px in epoch {errors.epoch:,}"
    before = errors.before[keypoint] if errors.before else None
    if before is not None:
        change = value - before
        sign = "\N{MINUS SIGN}" if change < 0 else "+" if change > 0 else "±"
        told += f", {before:.2f} px in epoch {errors.epoch_before:,} ({sign}{abs(change):.2f})"
    return f"{told}; the largest of all" if keypoint == errors.worst else told


class ErrorModel(QAbstractListModel):
    """Keypoints in the order in which they are listed; holds one `KeypointErrors`."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self.errors: KeypointErrors | None = None
        self.largest_first = False
        self._order: list[int] = []

    def show_errors(self, errors: KeypointErrors | None) -> None:
        """Show other values; the view keeps its place where there are as many."""
        count = len(self._order)
        order = [] if errors is None else errors.order(largest_first=self.largest_first)
        if len(order) == count:
            self.errors, self._order = errors, order
            if count:
                self.dataChanged.emit(self.index(0), self.index(count - 1))
            return
        self.beginResetModel()
        self.errors, self._order = errors, order
        self.endResetModel()

    def keypoint(self, place: int) -> int:
        """The keypoint at a place of the list."""
        return self._order[place]

    def place(self, keypoint: int) -> int:
        """Where a keypoint stands in the list."""
        return self._order.index(keypoint)

    def name(self, keypoint: int) -> str:
        """What a keypoint is called."""
        return self.names[keypoint] if keypoint < len(self.names) else f"keypoint {keypoint + 1}"

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid() or self.errors is None:
            return None
        keypoint = self._order[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name(keypoint)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return describe(self.name(keypoint), self.errors, keypoint)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = describe(self.name(keypoint), self.errors, keypoint)
            return f"{told}\nClick: all faces of this keypoint in the contact sheet"
        return None


class ErrorDelegate(QStyledItemDelegate):
    """Name, bar with a tick where the value was before, number; the worst differs by colour and weight."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.name_width = 120

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's own
        """All rows are alike."""
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        model = index.model()
        if not isinstance(model, ErrorModel) or model.errors is None:
            return
        theme, given = current(), option
        shown: Any = given
        box, errors, keypoint = QRect(shown.rect), model.errors, model.keypoint(index.row())
        value = errors.values[keypoint]
        before = errors.before[keypoint] if errors.before else None
        chosen = bool(shown.state & QStyle.StateFlag.State_Selected)
        focused = chosen and bool(shown.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        if focused:
            painter.fillRect(box, QColor(theme.selection))
        elif shown.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.raised))
        ink = theme.on_selection if focused else theme.text
        worst = keypoint == errors.worst
        number = QRect(box.right() - _NUMBER - _GAP + 1, box.y(), _NUMBER, box.height())
        name = QRect(box.x() + _GAP, box.y(), self._name_width(box), box.height())
        bar = QRectF(name.right() + _GAP, box.y() + 5, 0, box.height() - 10)
        bar.setRight(number.left() - _GAP)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(ink))
        painter.setFont(shown.font)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | middle, text)
        figures = tabular(shown.font)
        figures.setBold(worst)
        painter.setFont(figures)
        painter.setPen(QColor(ink if value is not None else theme.muted))
        told = "–" if value is None else f"{value:.2f}" if value < 100 else f"{value:.0f}"
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | middle, told)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        end = _END * max((v for v in errors.values if v is not None), default=0.0)
        if value is not None and end > 0:
            filled = QRectF(bar)
            filled.setWidth(max(1.0, bar.width() * value / end))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.series[1] if worst else theme.series[0]))
            painter.drawRoundedRect(filled, 2, 2)
        if before is not None and end > 0:
            self._mark_before(painter, bar, before / end, theme)
        painter.restore()

    @staticmethod
    def _mark_before(painter: QPainter, bar: QRectF, part: float, theme: Theme) -> None:
        """A tick where the value was; an arrowhead at the end where it was beyond."""
        if part > 1:
            tip, back = QPointF(bar.right(), bar.center().y()), bar.right() - 5
            corners = [tip, QPointF(back, tip.y() - 4), QPointF(back, tip.y() + 4)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.muted))
            painter.drawPolygon(QPolygonF(corners))
            return
        x = bar.left() + bar.width() * part
        for colour, width in ((theme.surface, 4.0), (theme.muted, 1.6)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x, bar.top() - 3), QPointF(x, bar.bottom() + 3))

    def _name_width(self, box: QRect) -> int:
        room = box.width() - _NUMBER - 4 * _GAP - _BAR_LEAST
        return max(40, min(self.name_width, room))


class KeypointErrorList(QWidget):
    """The list with a line above it that says of which epoch it is, and a button that changes its order."""

    keypoint_chosen = Signal(int)
    """a keypoint, in the order of the schema"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ErrorModel(self)
        self.view = QListView()
        self._delegate = ErrorDelegate(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(self._delegate)
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMouseTracking(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setStyleSheet("QListView::item { padding: 0; min-height: 0; }")
        self.view.setAccessibleName("Error by keypoint")
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.head = Elided("", "muted")
        self.by_size = named(QToolButton(), "Largest first", "List the largest error first")
        self.by_size.setText("Largest first")
        self.by_size.setProperty("chip", True)
        self.by_size.setCheckable(True)
        self.by_size.toggled.connect(self._sort)
        top = QHBoxLayout()
        top.setContentsMargins(_GAP, 0, 0, 0)
        top.setSpacing(UNIT)
        top.addWidget(self.head, 1)
        top.addWidget(self.by_size)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        self._tell()

    @property
    def errors(self) -> KeypointErrors | None:
        """What is shown."""
        return self.model.errors

    def set_names(self, names: Sequence[str]) -> None:
        """What the keypoints are called, in the order of the schema."""
        self.model.names = tuple(names)
        metrics = self.view.fontMetrics()
        self._delegate.name_width = max((metrics.horizontalAdvance(name) for name in names), default=120) + 2
        self.view.viewport().update()

    def show_errors(self, errors: KeypointErrors | None) -> None:
        """Show the errors of a validation; None where none is known."""
        self.model.show_errors(errors)
        self._tell()

    def _sort(self, largest_first: bool) -> None:
        self.model.largest_first = largest_first
        self.model.show_errors(self.model.errors)

    def _choose(self, index: QModelIndex) -> None:
        self.keypoint_chosen.emit(self.model.keypoint(index.row()))

    def _tell(self) -> None:
        errors = self.model.errors
        if errors is None:
            self.head.set_text("Error, px")
        else:
            self.head.set_text(f"Error, px · epoch {errors.epoch:,}")
