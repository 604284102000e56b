"""A strip of validation faces with their labels and with what the network sees in them as it learns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.canvas import markers
from fkd_gui.canvas.scene import grey_image
from fkd_gui.panels.kit import Elided
from fkd_gui.theme import DARK, LIGHT, UNIT, Theme, current, tabular

SMALLEST, LARGEST = 96, 128
"""side of a face in pixels"""
_GAP, _CAPTION = 4, 18
_ROOT = QModelIndex()
LABEL, PREDICTION = "label", "prediction"

Index = QModelIndex | QPersistentModelIndex


@attrs.frozen(eq=False)
class SeenFaces:
    """What a network saw in a few faces after an epoch.

    Attributes:
        epoch: counted from 1.
        rows: `(M,)`, rows of the training file.
        points: float32 `(M, K, 2)`, pixels.
    """

    epoch: int
    rows: tuple[int, ...]
    points: NDArray[np.float32]

    @classmethod
    def of(cls, epoch: int, rows: Sequence[int], points: Any) -> SeenFaces:
        """From plain values, as the event of a training carries them."""
        found = np.array(points, np.float32)
        return cls(int(epoch), tuple(int(row) for row in rows), found.reshape(len(rows), -1, 2))


class SeenModel(QAbstractListModel):
    """Faces as rows: a picture where it was read already, labels where they are known."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.seen: SeenFaces | None = None
        self._images: dict[int, NDArray[np.uint8]] = {}
        self._labels: dict[int, NDArray[np.float32]] = {}

    def show_seen(self, seen: SeenFaces | None) -> None:
        """Show other predictions; the same faces are repainted in place."""
        rows = () if self.seen is None else self.seen.rows
        if seen is not None and seen.rows == rows:
            self.seen = seen
            self.repaint()
            return
        self.beginResetModel()
        self.seen = seen
        self.endResetModel()

    def set_images(self, rows: Sequence[int], images: NDArray[np.uint8]) -> None:
        """Pictures `(M, H, W)` of these rows; those of before are let go."""
        self._images = dict(zip(rows, images, strict=True))
        self.repaint()

    def set_labels(self, rows: Sequence[int], points: NDArray[np.float32]) -> None:
        """Labels `(M, K, 2)` of these rows, NaN where there is none."""
        self._labels = dict(zip(rows, points, strict=True))
        self.repaint()

    def repaint(self) -> None:
        """Everything may look otherwise now."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def image(self, place: int) -> NDArray[np.uint8] | None:
        """The picture of a face; None before it was read."""
        assert self.seen is not None
        return self._images.get(self.seen.rows[place])

    def labels(self, place: int) -> NDArray[np.float32] | None:
        """The labels `(K, 2)` of a face."""
        assert self.seen is not None
        return self._labels.get(self.seen.rows[place])

    def error(self, place: int) -> float | None:
        """Root mean square distance of labels and predictions by coordinate, in pixels; None without any."""
        labels = self.labels(place)
        if self.seen is None or labels is None or labels.shape != self.seen.points[place].shape:
            return None
        off = (self.seen.points[place] - labels).astype(np.float64)
        off = off[np.isfinite(off).all(axis=1)]
        return math.sqrt(float((off**2).mean())) if len(off) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() or self.seen is None else len(self.seen.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid() or self.seen is None:
            return None
        row, error = self.seen.rows[index.row()], self.error(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row:,}" if error is None else f"{row:,} · {error:.2f}\N{NO-BREAK SPACE}px"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            told = f"Validation face {row:,} after epoch {self.seen.epoch:,}"
            if error is not None:
                told += f": {error:.2f} px between label and prediction"
            return f"{told}\nClick: show it where its labels are"
        return None


class SeenDelegate(QStyledItemDelegate):
    """One face, a line from each label to where the network sees it, and both markers."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.side = SMALLEST

    @property
    def cell(self) -> QSize:
        """Room for a face and what is said of it."""
        return QSize(self.side + 2 * _GAP, self.side + _CAPTION + 2 * _GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's own
        """Called by Qt."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        model = index.model()
        if not isinstance(model, SeenModel) or model.seen is None:
            return
        theme, given = current(), option
        shown: Any = given
        box = QRect(shown.rect)
        frame = QRectF(box.x() + _GAP, box.y() + _GAP, self.side, self.side)
        painter.save()
        image = model.image(index.row())
        if image is None:
            painter.fillRect(frame, QColor(theme.raised))
        else:
            self._pixels(painter, image, frame)
            painter.setClipRect(frame)
            self._markers(painter, model, index.row(), image.shape[1], frame, theme)
            painter.setClipping(False)
        hovered = bool(shown.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(shown.state & QStyle.StateFlag.State_HasFocus)
        if hovered or focused:
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(-2, -2, 2, 2))
        painter.setFont(tabular(shown.font))
        painter.setPen(QColor(theme.muted))
        below = QRect(round(frame.x()), round(frame.bottom()) + 2, self.side, _CAPTION)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _pixels(self, painter: QPainter, image: NDArray[np.uint8], frame: QRectF) -> None:
        # One pixel of the picture is one of the screen: sharp at any scale.
        ratio = painter.device().devicePixelRatioF()
        side = round(self.side * ratio)
        sized = np.ascontiguousarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR))
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.drawImage(
            QPoint(round(frame.x() * ratio), round(frame.y() * ratio)),
            grey_image(np.asarray(sized, np.uint8)),
        )
        painter.restore()

    def _markers(
        self, painter: QPainter, model: SeenModel, place: int, width: int, frame: QRectF, theme: Theme
    ) -> None:
        assert model.seen is not None
        scale, ratio = self.side / width, painter.device().devicePixelRatioF()
        corner = np.array([frame.x(), frame.y()])
        seen = (model.seen.points[place].astype(np.float64) + 0.5) * scale + corner
        labels = model.labels(place)
        known = np.isfinite(seen).all(axis=1)
        if labels is not None and labels.shape == model.seen.points[place].shape:
            said = (labels.astype(np.float64) + 0.5) * scale + corner
            there = np.isfinite(said).all(axis=1)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, thick in ((theme.halo_dark, 2.4), (theme.halo_light, 1.0)):
                painter.setPen(QPen(QColor(colour), thick))
                for k in np.flatnonzero(there & known).tolist():
                    painter.drawLine(QPointF(*said[k].tolist()), QPointF(*seen[k].tolist()))
            for k in np.flatnonzero(there).tolist():
                _stamp(painter, QPointF(*said[k].tolist()), LABEL, theme, ratio)
        for k in np.flatnonzero(known).tolist():
            _stamp(painter, QPointF(*seen[k].tolist()), PREDICTION, theme, ratio)


def draw_mark(painter: QPainter, place: QPointF, what: str, theme: Theme) -> None:
    """The hollow marker of a label, or the filled one of a prediction, both on a dark-and-light halo."""
    if what == LABEL:
        markers.draw(painter, place, "", 4.0, theme, colour=theme.human)
    else:
        markers.draw(painter, place, "predicted", 2.0, theme)


def _stamp(painter: QPainter, place: QPointF, what: str, theme: Theme, ratio: float) -> None:
    half, sprite = _sprite(what, theme.name, ratio)
    corner = place - QPointF(half, half)
    painter.drawPixmap(QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio), sprite)


# Eight faces hold some 240 of them.
@lru_cache(maxsize=16)
def _sprite(what: str, theme_name: str, ratio: float) -> tuple[float, QPixmap]:
    side = 14
    sprite = QPixmap(round(side * ratio), round(side * ratio))
    sprite.setDevicePixelRatio(ratio)
    sprite.fill(Qt.GlobalColor.transparent)
    with QPainter(sprite) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_mark(painter, QPointF(side / 2, side / 2), what, DARK if theme_name == "dark" else LIGHT)
    return side / 2, sprite


class _Key(QWidget):
    """A marker and what it stands for."""

    def __init__(self, what: str, text: str) -> None:
        super().__init__()
        self._what = what
        label = QLabel(text)
        label.setProperty("role", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 0, 0)
        layout.addWidget(label)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's own
        """The marker before the text."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_mark(painter, QPointF(7, self.height() / 2), self._what, current())


class _Strip(QListView):
    """Faces beside each other, scrolled sideways by wheel and arrows where there is too little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.faces = SeenModel(self)
        self.pictures = SeenDelegate(self)
        self.setModel(self.faces)
        self.setItemDelegate(self.pictures)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(
            "QListView { background: transparent; border: 0; } QListView::item { padding: 0; min-height: 0; }"
        )
        self.setAccessibleName("Validation faces as the network sees them")
        self.faces.modelReset.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Faces as large as the width allows."""
        count = max(1, self.faces.rowCount())
        room = (self.width() - 2) // count - 2 * _GAP
        side = max(SMALLEST, min(LARGEST, room))
        if side != self.pictures.side:
            self.pictures.side = side
            self.scheduleDelayedItemsLayout()
        self.setFixedHeight(self.pictures.cell.height() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Faces take the room that there is."""
        super().resizeEvent(event)
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that turns up and down scrolls the faces sideways."""
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        if bar.maximum() and (by := turned.x() or turned.y()):
            bar.setValue(bar.value() - by)
            event.accept()
        else:
            event.ignore()


class FaceStrip(QWidget):
    """The faces, and below them of which epoch they are and what the markers mean."""

    face_chosen = Signal(int)
    """a row of the training file"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = _Strip()
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.told = Elided("", "muted")
        foot = QHBoxLayout()
        foot.setContentsMargins(_GAP, 0, _GAP, 0)
        foot.setSpacing(2 * UNIT)
        foot.addWidget(self.told, 1)
        foot.addWidget(_Key(LABEL, "label"))
        foot.addWidget(_Key(PREDICTION, "prediction"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view)
        layout.addLayout(foot)

    @property
    def seen(self) -> SeenFaces | None:
        """What is shown."""
        return self.view.faces.seen

    def show_seen(self, seen: SeenFaces | None) -> None:
        """Show what a network saw; None for nothing."""
        self.view.faces.show_seen(seen)
        self.told.set_text("" if seen is None else f"Validation faces after epoch {seen.epoch:,}")

    def set_images(self, rows: Sequence[int], images: NDArray[np.uint8]) -> None:
        """Pictures `(M, H, W)` of these rows."""
        self.view.faces.set_images(rows, images)

    def set_labels(self, rows: Sequence[int], points: NDArray[np.float32]) -> None:
        """Labels `(M, K, 2)` of these rows, NaN where there is none."""
        self.view.faces.set_labels(rows, points)

    def _choose(self, index: QModelIndex) -> None:
        seen = self.seen
        if seen is not None:
            self.face_chosen.emit(seen.rows[index.row()])
