"""Some faces as they are and as they would be, to look at before a whole block is labelled anew."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
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
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fkd_core.spot_check import Sample
from fkd_gui.canvas.scene import grey_image
from fkd_gui.rules.marks import draw_rule, rule_colour
from fkd_gui.theme import current, tabular

PAIR = Qt.ItemDataRole.UserRole
"""position in the sample"""

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_GAP, _CAPTION = 6, 18
_SMALLEST, _LARGEST = 72, 192
_MARGIN = 16
"""what the list keeps for itself, its scroll bar included"""


class SampleModel(QAbstractListModel):
    """The faces of a sample, in the order of the file."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.sample: Sample | None = None
        self.sources: list[int] = []
        self.rule = 0
        self._first = 0

    def show_sample(self, sample: Sample | None, sources: list[int], rule: int, first: int) -> None:
        """Show a sample, None for nothing.

        Args:
            sample: the faces.
            sources: position of the rule that each follows now.
            rule: position of the rule that they would follow.
            first: number of the first training face.
        """
        self.beginResetModel()
        self.sample, self.sources, self.rule, self._first = sample, sources, rule, first
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() or self.sample is None else len(self.sample.faces)

    def face(self, place: int) -> int:
        """The number of a face of the sample."""
        assert self.sample is not None
        return int(self.sample.faces[place])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid() or self.sample is None:
            return None
        place = index.row()
        row = self.face(place) - self._first
        if role == Qt.ItemDataRole.DisplayRole:
            return f"row {row:,}"
        if role == PAIR:
            return place
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            gaps = np.hypot(*(self.sample.after - self.sample.before)[place][self.sample.changing[place]].T)
            return (
                f"Row {row:,}: {len(gaps)} labels change, by {gaps.mean():.1f} px on average and "
                f"{gaps.max():.1f} px at most. Enter shows the face"
            )
        return None


class SampleDelegate(QStyledItemDelegate):
    """Draws a face twice: with the labels that it has, and with those that it would get."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.side = 80

    @property
    def cell(self) -> QSize:
        """Room for both pictures and the row."""
        return QSize(2 * self.side + 3 * _GAP, self.side + _CAPTION + 2 * _GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Called by Qt."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        model = index.model()
        assert isinstance(model, SampleModel)
        assert model.sample is not None
        theme, sample, place = current(), model.sample, index.row()
        option_any: Any = option
        box: QRect = option_any.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option_any.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
        if option_any.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        image = grey_image(np.ascontiguousarray(sample.images[place]))
        scale = self.side / image.width()
        radius = max(1.8, self.side / 34)
        for after in (False, True):
            left = box.x() + _GAP + after * (self.side + _GAP)
            picture = QRectF(left, box.y() + _GAP, self.side, self.side)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale % 1 != 0)
            painter.drawImage(picture, image)
            painter.setClipRect(picture)
            corner = np.array([picture.x(), picture.y()])
            old, new = ((points[place] + 0.5) * scale + corner for points in (sample.before, sample.after))
            if after:
                for keypoint in np.flatnonzero(sample.changing[place]).tolist():
                    painter.setPen(QPen(QColor(rule_colour(model.sources[place], theme)), 1.4))
                    painter.drawLine(QPointF(*old[keypoint].tolist()), QPointF(*new[keypoint].tolist()))
            shown, rule = (new, model.rule) if after else (old, model.sources[place])
            for x, y in shown[np.isfinite(shown).all(axis=1)].tolist():
                draw_rule(painter, QPointF(x, y), rule, radius, theme)
            painter.setClipping(False)
        painter.setFont(tabular(option_any.font))
        selected = bool(option_any.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QColor(theme.on_selection if selected else theme.muted))
        below = QRect(box.x() + _GAP, box.bottom() - _CAPTION - 1, box.width() - 2 * _GAP, _CAPTION)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, index.data())
        painter.restore()


class SpotCheck(QListView):
    """As large as lets all pairs be seen at once, where that is not too small."""

    face_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairs = SampleModel(self)
        self._delegate = SampleDelegate(self)
        self.setModel(self.pairs)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Faces as they are and as they would be")
        self.activated.connect(lambda index: self.face_chosen.emit(self.pairs.face(index.row())))
        self.pairs.modelReset.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures take the room that there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = max(1, self.pairs.rowCount())
        width, height = self.viewport().width() - _MARGIN, self.viewport().height() - _MARGIN
        best = _SMALLEST
        for columns in range(1, count + 1):
            rows = math.ceil(count / columns)
            side = min(
                (width // columns - 3 * _GAP) // 2,
                height // rows - _CAPTION - 2 * _GAP,
            )
            best = max(best, min(side, _LARGEST))
        best = min(best, max(_SMALLEST, (width - 3 * _GAP) // 2))
        if best != self._delegate.side or self.gridSize() != self._delegate.cell:
            self._delegate.side = best
            self.setGridSize(self._delegate.cell)
