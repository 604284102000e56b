"""The sheet as it is seen: cells around one keypoint. Knows nothing of mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fkd_core.labels.values import State
from fkd_core.review.reasons import LIKELY
from fkd_gui.browser.grid import FaceGrid
from fkd_gui.browser.thumbnails import paint_frame
from fkd_gui.canvas.move import Move
from fkd_gui.canvas.scene import CanvasOptions
from fkd_gui.session import Session
from fkd_gui.sheet.crops import CropSize
from fkd_gui.sheet.model import SheetModel
from fkd_gui.sheet.paint import Cell, paint_cell, paint_mark
from fkd_gui.sheet.pictures import Pictures
from fkd_gui.theme import current, tabular

_GAP = 4
_NO_FLAG = QItemSelectionModel.SelectionFlag.NoUpdate

Suspicion = NDArray[np.floating[Any]]


class SheetCells(FaceGrid):
    """Crops around one keypoint, each with the keypoint in its middle.

    The crop of the current face stays as it was when it became current, so that nothing moves beneath the
    pointer while the keypoint does.

    Args:
        session: whose faces these are.
        model: which of them, in which order.
        suspicion: `(N, K)` over all faces when it is asked; None where nobody looked.
    """

    picked = Signal()
    """other cells are selected"""

    def __init__(
        self,
        session: Session,
        model: SheetModel,
        suspicion: Callable[[], Suspicion | None] = lambda: None,
        parent: QWidget | None = None,
    ) -> None:
        self._sheet = model
        self._suspicion = suspicion
        self._options = CanvasOptions()
        self._held: tuple[int, NDArray[np.float64]] | None = None
        self._move: Move | None = None
        super().__init__(session, model, parent)
        self._size = CropSize()
        self.pictures = Pictures(session, self)
        self.pictures.arrived.connect(self._arrived)
        self.setAccessibleName("Contact sheet")
        self.setAccessibleDescription(
            "Arrow keys go from face to face, Ctrl with them moves the keypoint, Space selects, A accepts, "
            "F2 leads to the face."
        )
        # It scrolls by keys only: a cell that is pressed must stay beneath the pointer.
        self.setAutoScroll(False)
        self.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit())
        model.modelReset.connect(self._reset)
        session.labels_changed.connect(self._labels_changed)
        session.predictions_changed.connect(self.viewport().update)

    @property
    def crop(self) -> CropSize:
        """How large the crops are, and how much they show."""
        return self._size

    def set_crop(self, crop: CropSize) -> None:
        """Show more or less around the keypoint, larger or smaller; the current face stays in sight."""
        self._size = crop
        self.updateGeometries()
        self.scrollTo(self.currentIndex())
        self.viewport().update()

    def set_options(self, options: CanvasOptions) -> None:
        """Show faces in the light of the canvas, and the model's points where it shows them."""
        self._options = options
        self.pictures.set_tone(options.tone)
        self.viewport().update()

    @property
    def current_face(self) -> int | None:
        """The face of the current cell; None if the current face is not on the sheet."""
        index = self.currentIndex()
        return int(self._sheet.faces[index.row()]) if index.isValid() else None

    @property
    def moving(self) -> Move | None:
        """The keypoint on its way, None if there is none."""
        return self._move

    def picked_count(self) -> int:
        """How many cells are selected."""
        return sum(block.bottom() - block.top() + 1 for block in self.selectionModel().selection().toList())

    def picked_faces(self) -> NDArray[np.intp]:
        """The faces of the selected cells, in the order of the sheet."""
        blocks = sorted((b.top(), b.bottom() + 1) for b in self.selectionModel().selection().toList())
        parts = [self._sheet.faces[top:bottom] for top, bottom in blocks]
        return np.concatenate(parts) if parts else np.zeros(0, np.intp)

    def show_face(self, face: int) -> None:
        """Make a face the current cell; none is if it is not on the sheet. What is selected stays so."""
        row = self._sheet.row_of(face)
        index = QModelIndex() if row is None else self._sheet.index(row)
        if index == self.currentIndex():
            return
        self.selectionModel().setCurrentIndex(index, _NO_FLAG)
        if row is not None:
            self.updateGeometries()
            self.scrollTo(index)

    def go(self, row: int) -> None:
        """Make a cell the current one and its face that of the window, with the keypoint selected."""
        self.selectionModel().setCurrentIndex(self._sheet.index(row), _NO_FLAG)
        self.session.select((self._sheet.keypoint,))

    def picture_box(self, row: int) -> QRect:
        """Where the crop of a cell is, without its caption."""
        box = self.visualRect(self._sheet.index(row))
        return QRect(box.left() + _GAP, box.top() + _GAP, self._size.picture, self._size.picture)

    def view_of(self, row: int) -> Any:
        """How the face of a cell is shown: a `View` that tells pixels of the face from places here."""
        box = self.picture_box(row)
        centre = self._centres(self._sheet.faces[row : row + 1])[0]
        corner = np.array([(box.left(), box.top())])
        return self._size.views(centre[None], corner, self.devicePixelRatioF())[0]

    def currentChanged(
        self, now: QModelIndex | QPersistentModelIndex, before: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._settle()
        self._hold(int(self._sheet.faces[now.row()]) if now.isValid() else None)
        super().currentChanged(now, before)

    def paintEvent(self, event: QPaintEvent) -> None:
        layout, offset = self.layout_now(), self.verticalOffset()
        dirty, theme = event.rect(), current()
        rows = layout.between(dirty.top() + offset, dirty.bottom() + 1 + offset)
        with QPainter(self.viewport()) as painter:
            painter.fillRect(dirty, QColor(theme.surface))
            if not rows:
                return
            corners = []
            for row in rows:
                x, y = layout.place(row)
                corners.append((x + _GAP, y + _GAP - offset))
            ratio = self.devicePixelRatioF()
            for cell in self._cells_of(self._sheet.faces[rows.start : rows.stop], corners, ratio):
                paint_cell(painter, cell, theme, ratio)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_states(painter, rows, corners)
            self._paint_texts(painter, rows, corners)
            if self.hasFocus() and not self.currentIndex().isValid():
                box = QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1)
                paint_frame(painter, box, theme.focus, 2)
        self._read_ahead()

    def _repaint_current(self) -> None:
        self.viewport().update(self.visualRect(self.currentIndex()))

    def _settle(self) -> None:
        """Finish what the hand is doing before another cell becomes current."""

    def _hold(self, face: int | None) -> None:
        """Keep the crop of a face where it is now."""
        self._held = None
        if face is not None:
            self._held = face, self._centres(np.array([face]))[0]

    def _centres(self, faces: NDArray[np.intp]) -> NDArray[np.float64]:
        """`(n, 2)`, what is in the middle of each crop: the keypoint, or the face where it has no place."""
        height, width = self.session.project.schema.size
        points = self.session.project.labels.table.points[faces, self._sheet.keypoint].astype(np.float64)
        points = np.where(np.isfinite(points), points, ((width - 1) / 2, (height - 1) / 2))
        if self._held is not None:
            points[faces == self._held[0]] = self._held[1]
        return points

    def _cells_of(self, faces: NDArray[np.intp], corners: list[tuple[int, int]], ratio: float) -> list[Cell]:
        session, keypoint, move = self.session, self._sheet.keypoint, self._move
        table = session.project.labels.table
        points, centres = table.points[faces, keypoint], self._centres(faces)
        state, reviewed = table.state[faces, keypoint], table.reviewed[faces, keypoint]
        kinds = np.where(state == State.UNLABELLED, "", table.kinds()[table.origin[faces, keypoint]])
        suspicion = self._suspicion()
        likely = np.zeros(len(faces), np.bool_)
        if suspicion is not None:
            likely = (np.nan_to_num(suspicion[faces, keypoint]) > LIKELY) & ~reviewed
        shown = session.predictions if self._options.predictions else None
        side, views = self._size.picture, self._size.views(centres, np.array(corners), ratio)
        cells = []
        for i, face in enumerate(faces.tolist()):
            moved = move is not None and move.face == face
            cells.append(
                Cell(
                    corner=corners[i],
                    side=side,
                    view=views[i],
                    pixels=self.pictures.get(face),
                    lost=self.pictures.is_lost(face),
                    point=move.now[0] if move is not None and moved else points[i],
                    kind=str(kinds[i]),
                    reviewed=bool(reviewed[i]),
                    occluded=bool(state[i] == State.OCCLUDED),
                    suspicious=bool(likely[i]),
                    seen=None if shown is None else shown[face, keypoint],
                    moving=moved,
                )
            )
        return cells

    def _paint_texts(self, painter: QPainter, rows: range, corners: list[tuple[int, int]]) -> None:
        theme, size = current(), self._size.picture
        font = tabular(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        metrics, selection = painter.fontMetrics(), self.selectionModel()
        picked = [(block.top(), block.bottom()) for block in selection.selection().toList()]
        for row, (x, y) in zip(rows, corners, strict=True):
            if any(top <= row <= bottom for top, bottom in picked):
                paint_mark(painter, (x, y), theme)
            here = row == self.currentIndex().row()
            painter.setPen(QColor(theme.text if here else theme.muted))
            text = self._sheet.caption(row)
            if len(text) * 8 > size:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, size)
            painter.drawText(QRectF(x, y + size + 1, size, 16), Qt.AlignmentFlag.AlignCenter, text)

    def _read_ahead(self) -> None:
        """Want the faces in sight first, then those of the screens after and before."""
        layout, offset, height = self.layout_now(), self.verticalOffset(), self.viewport().height()
        seen = layout.between(offset, offset + height)
        around = layout.between(max(offset - height, 0), offset + 2 * height)
        faces, first = self._sheet.faces, self._sheet.faces[seen.start : seen.stop]
        after, before = faces[seen.stop : around.stop], faces[around.start : seen.start][::-1]
        self.pictures.want(np.concatenate([first, after, before]))

    def _arrived(self, faces: NDArray[np.intp]) -> None:
        layout, offset = self.layout_now(), self.verticalOffset()
        seen = layout.between(offset, offset + self.viewport().height())
        rows = self._sheet.rows_of(faces)
        if not len(faces) or ((rows >= seen.start) & (rows < seen.stop)).any():
            self.viewport().update()

    def _labels_changed(self, faces: NDArray[Any]) -> None:
        """Where something else moved the keypoint out of the crop, show it again."""
        face = self.current_face
        if face is None or self._held is None or face not in faces:
            return
        point = self.session.project.labels.table.points[face, self._sheet.keypoint]
        if np.isfinite(point).all() and not self._size.shows(self._held[1], point):
            self._hold(face)
            self._repaint_current()

    def _reset(self) -> None:
        self._held = self._move = None
        self.verticalScrollBar().setValue(0)
        self.updateGeometries()
        self.show_face(self.session.face)
        self.viewport().update()
        self.picked.emit()
