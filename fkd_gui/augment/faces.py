"""The faces of a batch with their keypoints, as a list of pictures that fills the room."""

from __future__ import annotations

from typing import Any

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

from fkd_core.augment.sheet import at_the_edge, sides
from fkd_core.schema import KeypointSchema
from fkd_gui.augment.desk import Picture
from fkd_gui.augment.signs import draw_gone, stamp
from fkd_gui.canvas.scene import grey_image
from fkd_gui.theme import Theme, current, tabular

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_GAP, _CAPTION = 4, 18
_WANTED, _LARGEST = 124, 240
_MARGIN = 18
"""what the list keeps for itself, its scroll bar included"""


class FaceModel(QAbstractListModel):
    """The faces of a picture."""

    def __init__(self, schema: KeypointSchema, parent: Any = None) -> None:
        super().__init__(parent)
        self.schema = schema
        self.picture: Picture | None = None

    def show_picture(self, picture: Picture) -> None:
        """Show another one; as many faces as before are repainted in place, so that nothing scrolls away."""
        same = self.picture is not None and len(picture.texts) == len(self.picture.texts)
        if same:
            self.picture = picture
            self.dataChanged.emit(self.index(0), self.index(len(picture.texts) - 1))
            return
        self.beginResetModel()
        self.picture = picture
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Called by Qt."""
        return 0 if parent.isValid() or self.picture is None else len(self.picture.texts)

    def row(self, place: int) -> int:
        """The training row of a face."""
        assert self.picture is not None
        return int(self.picture.faces.rows[place])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid() or self.picture is None:
            return None
        place = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.picture.texts[place]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._told(self.picture, place)
        return None

    def _told(self, picture: Picture, place: int) -> str:
        faces = picture.faces
        gone = [self.schema.label(int(k)) for k in np.flatnonzero(faces.left[place])]
        known = int((faces.weights[place] > 0).sum())
        lines = [f"{picture.texts[place]}; {known} keypoints count"]
        if faces.mirrored[place]:
            lines.append("Mirrored: left and right have changed names with their sides")
        if faces.kept[place]:
            lines.append("Left as it is: the change would have pushed a keypoint out of the frame")
        if gone:
            lines.append(f"Out of the frame, so unknown: {', '.join(gone)}")
        if not picture.copies:
            lines.append("Enter shows the face where its labels are")
        return "\n".join(lines)


class FaceDelegate(QStyledItemDelegate):
    """Draws one face, its keypoints, L and R, and a sign at the edge for each keypoint outside."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.side = _WANTED

    @property
    def cell(self) -> QSize:
        """Room for the picture and what is said of it."""
        return QSize(self.side + 2 * _GAP, self.side + _CAPTION + 2 * _GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Called by Qt."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Called by Qt."""
        model = index.model()
        assert isinstance(model, FaceModel)
        if model.picture is None:
            return
        theme, place, option_any = current(), index.row(), option
        shown: Any = option_any
        box: QRect = shown.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(shown.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, QColor(theme.selection))
        if shown.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        frame = QRectF(box.x() + _GAP, box.y() + _GAP, self.side, self.side)
        self._pixels(painter, model.picture.faces.images[place], frame)
        painter.setClipRect(frame)
        self._keypoints(painter, model, place, frame, theme)
        painter.setClipping(False)
        painter.setFont(tabular(shown.font))
        painter.setPen(QColor(theme.on_selection if selected else theme.muted))
        below = QRect(box.x() + _GAP, box.bottom() - _CAPTION - 1, box.width() - 2 * _GAP, _CAPTION)
        text = shown.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _pixels(self, painter: QPainter, image: NDArray[np.uint8], frame: QRectF) -> None:
        # One pixel of the picture is one of the screen: the painter takes many times as long to enlarge one.
        ratio = painter.device().devicePixelRatioF()
        side = round(self.side * ratio)
        shown = np.ascontiguousarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR))
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        corner = QPoint(round(frame.x() * ratio), round(frame.y() * ratio))
        painter.drawImage(corner, grey_image(np.asarray(shown, np.uint8)))
        painter.restore()

    def _keypoints(
        self, painter: QPainter, model: FaceModel, place: int, frame: QRectF, theme: Theme
    ) -> None:
        assert model.picture is not None
        faces = model.picture.faces
        size = (faces.images.shape[1], faces.images.shape[2])
        scale = self.side / size[1]
        spots = (at_the_edge(faces.places[place], size) + 0.5) * scale + (frame.x(), frame.y())
        radius = max(2.0, self.side / 42)
        ratio = painter.device().devicePixelRatioF()
        for keypoint in np.flatnonzero(faces.weights[place] > 0).tolist():
            stamp(painter, QPointF(*spots[keypoint].tolist()), "", radius, theme, ratio)
        for keypoint in np.flatnonzero(faces.left[place]).tolist():
            beyond = faces.places[place, keypoint] - at_the_edge(faces.places[place, keypoint], size)
            draw_gone(painter, QPointF(*spots[keypoint].tolist()), beyond, 2.4 * radius, theme)
        for keypoint, letter in zip(sides(model.schema) or (), "LR", strict=False):
            if faces.weights[place, keypoint] > 0:
                above = QPointF(*(spots[keypoint] - (0, radius + self.side / 16)).tolist())
                stamp(painter, above, letter, max(10.0, self.side / 11), theme, ratio)


class FaceGrid(QListView):
    """Pictures of about one size, as many beside each other as fit; a few are shown larger."""

    face_chosen = Signal(int)
    """a training row"""

    def __init__(self, schema: KeypointSchema, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.faces = FaceModel(schema, self)
        self.pictures = FaceDelegate(self)
        self.setModel(self.faces)
        self.setItemDelegate(self.pictures)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Faces as training will be fed them")
        self.activated.connect(self._choose)
        self.faces.modelReset.connect(self._fit)

    def show_picture(self, picture: Picture) -> None:
        """Show other faces."""
        self.faces.show_picture(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures take the room that there is."""
        super().resizeEvent(event)
        self._fit()

    def _choose(self, index: QModelIndex) -> None:
        if self.faces.picture is not None and not self.faces.picture.copies:
            self.face_chosen.emit(self.faces.row(index.row()))

    def _fit(self) -> None:
        count = max(1, self.faces.rowCount())
        width, height = self.viewport().width() - _MARGIN, self.viewport().height() - _MARGIN
        columns = max(1, width // (_WANTED + 2 * _GAP))
        # A few faces need no scrolling: they may grow until they fill the height.
        while columns > 1:
            fewer = columns - 1
            side = width // fewer - 2 * _GAP
            if side > _LARGEST or -(-count // fewer) * (side + _CAPTION + 2 * _GAP) > height:
                break
            columns = fewer
        side = max(48, min(_LARGEST, width // columns - 2 * _GAP))
        if side != self.pictures.side or self.gridSize() != self.pictures.cell:
            self.pictures.side = side
            self.setGridSize(self.pictures.cell)
