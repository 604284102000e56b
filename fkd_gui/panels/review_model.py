"""The review queue as rows of a list, and which of them are settled by now."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fkd_core.labels.values import OriginKind, State
from fkd_core.review.queue import Finding, Queue
from fkd_core.review.reasons import LIKELY
from fkd_gui.session import Session

FINDING = Qt.ItemDataRole.UserRole
SETTLED = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


class ReviewModel(QAbstractListModel):
    """Keeps the order of the queue while labels change, so that nothing jumps away from the hand.

    A face is settled once a person has accepted, corrected or replaced each of its labels that are likely to
    be wrong, or the one that it is listed for.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.queue: Queue | None = None
        self._findings: tuple[Finding, ...] = ()
        self._asked: NDArray[np.bool_] = np.zeros((0, 0), np.bool_)
        self._settled: NDArray[np.bool_] = np.zeros(0, np.bool_)
        # Kept by face and as sums: they are told with every face that is gone to.
        self._left: NDArray[np.float64] = np.zeros(0)
        self._expected, self._count = 0.0, 0
        self._places: dict[int, int] = {}
        self._first = session.project.span("train").start if "train" in session.project.faces else 0
        session.labels_changed.connect(self._labels_changed)

    def set_queue(self, queue: Queue) -> None:
        """Show the faces of a queue."""
        self.beginResetModel()
        self.queue = queue
        self._findings = queue.findings
        self._places = {finding.row: place for place, finding in enumerate(queue.findings)}
        self._asked = np.nan_to_num(queue.level) > LIKELY
        schema = self._session.project.schema
        rows = np.array([finding.row for finding in queue.findings], np.int64)
        listed = [schema.index(finding.keypoint) for finding in queue.findings]
        self._asked[rows, listed] = True
        self._settled = np.zeros(len(queue.findings), np.bool_)
        self._left = np.zeros(len(queue.level))
        self._expected, self._count = 0.0, 0
        self._settle(np.arange(len(rows)), rows)
        self.endResetModel()

    def face(self, place: int) -> int:
        """Number of the face at a place of the list."""
        return self._findings[place].row + self._first

    def place(self, face: int) -> int | None:
        """Where a face stands in the list; None where it does not."""
        return self._places.get(face - self._first)

    def asked(self, face: int) -> tuple[int, ...]:
        """The keypoints of a face that nobody has settled yet and that are the reason for its place."""
        row = face - self._first
        if not 0 <= row < len(self._asked):
            return ()
        return tuple(np.flatnonzero(self._asked[row] & ~self._decided(np.array([row]))[0]).tolist())

    def next_open(self, place: int, by: int) -> int | None:
        """The next place from here, in one direction or the other, whose face is not settled."""
        waiting = np.flatnonzero(~self._settled)
        waiting = waiting[waiting > place] if by > 0 else waiting[waiting < place]
        if not len(waiting):
            return None
        return int(waiting[0] if by > 0 else waiting[-1])

    @property
    def settled(self) -> int:
        """How many faces are settled."""
        return self._count

    @property
    def expected(self) -> float:
        """How many wrong labels are likely to be left."""
        return max(self._expected, 0.0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Called by Qt."""
        return 0 if parent.isValid() else len(self._findings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid():
            return None
        finding = self._findings[index.row()]
        if role == FINDING:
            return finding
        if role == SETTLED:
            return bool(self._settled[index.row()])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            name = finding.keypoint.replace("_", " ")
            ending = ", settled" if self._settled[index.row()] else ""
            return f"row {finding.row}, {name}: {finding.why}{ending}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return finding.why
        return None

    def _decided(self, rows: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """`(n, K)`, the labels of training rows that a person has decided about."""
        table, faces = self._session.project.labels.table, rows + self._first
        codes = np.flatnonzero(table.kinds() == OriginKind.CORRECTED.value)
        placed = np.isin(table.state[faces], (State.VISIBLE, State.OCCLUDED))
        return np.asarray(table.reviewed[faces] | np.isin(table.origin[faces], codes) | ~placed)

    def _settle(self, places: NDArray[np.integer[Any]], rows: NDArray[np.integer[Any]]) -> None:
        """Look again at what is settled of the training rows at some places."""
        assert self.queue is not None
        decided = self._decided(rows)
        settled = (~self._asked[rows] | decided).all(axis=1)
        left = np.where(decided, 0.0, np.nan_to_num(self.queue.level[rows])).sum(axis=1)
        self._count += int(settled.sum()) - int(self._settled[places].sum())
        self._expected += float(left.sum() - self._left[rows].sum())
        self._settled[places], self._left[rows] = settled, left

    def _labels_changed(self, faces: NDArray[np.integer[Any]]) -> None:
        if self.queue is None:
            return
        rows = np.asarray(faces) - self._first
        places = np.array([self._places[row] for row in rows.tolist() if row in self._places], np.int64)
        if not len(places):
            return
        found = np.array([self._findings[place].row for place in places], np.int64)
        self._settle(places, found)
        self.dataChanged.emit(self.index(int(places.min())), self.index(int(places.max())))
