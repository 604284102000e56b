"""The review queue: faces whose labels deserve a second look, the most suspicious first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fkd_core.review.queue import Finding, Queue
from fkd_gui.canvas import commands
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import EmptyState, Text, button, set_glyph
from fkd_gui.panels.review_model import FINDING, ReviewModel
from fkd_gui.panels.review_row import ReviewRow
from fkd_gui.session import Session
from fkd_gui.theme import UNIT

_STEPS = 1000
_MINUTE = 60.0
_LOOK = (
    "Find wrong labels",
    "Networks that never saw a face say where its keypoints should be. Labels that lie elsewhere come first, "
    "each with the reason; you decide.",
    "Look for wrong labels",
)
_TRAIN = (
    "Four quick networks first",
    "To judge each face, networks are needed that never saw it. Training them takes about 13 minutes; you "
    "can go on labelling meanwhile.",
    "Train them",
)


class ReviewPanel(QWidget):
    """One key accepts a label or takes the model's, and leads on to the next face."""

    look_requested = Signal()
    train_requested = Signal()
    noted = Signal(str)
    sheet_requested = Signal(bool)
    judged = Signal(object)
    """float32 `(N, K)` over all faces, how likely each label is wrong, NaN where nobody said"""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self._pace: deque[float] = deque(maxlen=200)
        self.model = ReviewModel(session, self)
        self.empty = EmptyState(*_LOOK, "magnifying-glass")
        self.empty.acted.connect(self._act)
        self._lacking = False
        self._make_list()
        self._make_working()
        self._pages = QStackedWidget()
        for page in (self.empty, self._working, self._page):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        session.face_changed.connect(self._follow)
        session.labels_changed.connect(lambda _: self._tell())

    def sizeHint(self) -> QSize:
        """As wide as the grid of faces."""
        return QSize(360, 480)

    @property
    def ready(self) -> bool:
        """Whether there is a queue."""
        return self.model.queue is not None

    def show_working(self, text: str, done: float | None = None, total: float | None = None) -> None:
        """Say that the labels are being looked at."""
        self._says.setText(text)
        known = done is not None and total
        self._bar.setRange(0, _STEPS if known else 0)
        if known and done is not None and total:
            self._bar.setValue(round(_STEPS * done / total))
        if not self.ready:
            self._pages.setCurrentWidget(self._working)

    def show_lacking(self) -> None:
        """Say that networks must be trained first."""
        self._lacking = True
        self.empty.set_text(*_TRAIN)
        self._pages.setCurrentWidget(self.empty)

    def show_idle(self) -> None:
        """Nothing is looked at: the queue if there is one, else what to do."""
        self._lacking = False
        self.empty.set_text(*_LOOK)
        self._pages.setCurrentWidget(self._page if self.ready else self.empty)

    def show_queue(self, queue: Queue) -> None:
        """Show the faces of a queue and go to the first that is not settled."""
        self.model.set_queue(queue)
        self._session.show_predictions(queue.run, self._over_all(queue.seen))
        self.judged.emit(self._over_all(queue.level))
        self._pages.setCurrentWidget(self._page)
        self._tell()
        first = self.model.next_open(-1, 1)
        if first is not None:
            self._go(first)

    def begin(self) -> None:
        """The place is shown: the keypoints that are asked about are selected."""
        place = self.model.place(self._session.face)
        if self.ready and place is None:
            first = self.model.next_open(-1, 1)
            place = 0 if first is None else first
        if place is not None:
            self._go(place)

    def step(self, by: int) -> None:
        """To the next or previous face of the queue, settled or not."""
        place = self.current + by
        if 0 <= place < self.model.rowCount():
            self._go(place)
        else:
            self.noted.emit("This is the last face." if by > 0 else "This is the first face.")

    def next_open(self, by: int) -> None:
        """To the next or previous face that is not settled."""
        place = self.model.next_open(self.current, by)
        if place is None:
            self.noted.emit("No face of the queue is left." if by > 0 else "No face before this one is left.")
        else:
            self._go(place)

    def do(self, what: str) -> bool:
        """`accept` the labels that are asked about or `take` the model's; then go on. Whether it did."""
        session = self._session
        chosen = session.keypoints or self.model.asked(session.face)
        if not chosen or self.model.place(session.face) is None:
            return False
        if what == "accept":
            commands.accept(session, chosen)
        else:
            commands.take_predictions(session, chosen)
        self._pace.append(self._clock())
        left = self.model.asked(session.face)
        if left:
            session.select(left)
        else:
            self.next_open(1)
        self._tell()
        return True

    @property
    def current(self) -> int:
        """Place of the chosen face; -1 if none is."""
        index = self.list.currentIndex()
        return index.row() if index.isValid() else -1

    @property
    def summary(self) -> str:
        """What is said above the list."""
        return self._summary.text()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icon in the theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            set_glyph(self.again, "arrow-clockwise")

    def _make_list(self) -> None:
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(ReviewRow(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName("Review queue")
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self._summary = Text("", "muted")
        self._why = Text()
        self.accept = button("Accept", "Accept", "The label is right; on to the next face (A)")
        self.take = button(
            "Take the model's", "Take the model's", "Put it where the model sees it; on to the next face (T)"
        )
        self.skip = button("Skip", "Skip", "Decide later; on to the next face (N)")
        self.again = button("", "Look again", "Judge the labels again, as they stand now")
        set_glyph(self.again, "arrow-clockwise")
        self.accept.clicked.connect(lambda: self.do("accept"))
        self.take.clicked.connect(lambda: self.do("take"))
        self.skip.clicked.connect(lambda: self.next_open(1))
        self.again.clicked.connect(self.look_requested)
        self.sheet = button("Sheet", "Contact sheet", "Contact sheet: one keypoint across all faces (K)")
        self.sheet.clicked.connect(lambda: self.sheet_requested.emit(True))
        head = QVBoxLayout()
        head.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT)
        head.setSpacing(UNIT)
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(self._summary, 1)
        line.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(line)
        row = FlowLayout(UNIT, UNIT)
        for widget in (self.accept, self.take, self.skip, self.sheet):
            row.addWidget(widget)
        head.addLayout(row)
        # Two lines at all times, so that the list does not move from face to face.
        self._why.setMinimumHeight(2 * self._why.fontMetrics().lineSpacing() + 2)
        self._why.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._why)
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)

    def _make_working(self) -> None:
        self._says = Text("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Looking for wrong labels")
        self._working = QWidget()
        column = QVBoxLayout(self._working)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addStretch(2)
        column.addWidget(self._says)
        column.addWidget(self._bar)
        column.addStretch(3)

    def _act(self) -> None:
        (self.train_requested if self._lacking else self.look_requested).emit()

    def _go(self, place: int) -> None:
        self.list.setCurrentIndex(self.model.index(place))
        self._show(place)

    def _chosen(self, now: QModelIndex) -> None:
        # Where the list only follows a face that was gone to elsewhere, nothing is selected on it.
        if now.isValid() and self.model.face(now.row()) != self._session.face:
            self._show(now.row())

    def _show(self, place: int) -> None:
        face = self.model.face(place)
        self._session.go_to(face)
        asked = self.model.asked(face)
        if asked:
            self._session.select(asked)
        self._tell()

    def _follow(self, face: int) -> None:
        """The face was changed elsewhere."""
        place = self.model.place(face)
        if place is not None and place != self.current:
            self.list.setCurrentIndex(self.model.index(place))
        self._tell()

    def _over_all(self, values: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Values of the training faces as those of all faces, NaN elsewhere."""
        project = self._session.project
        made = np.full((len(project), *values.shape[1:]), np.nan, np.float32)
        made[project.span("train")] = values
        return made

    def _tell(self) -> None:
        if not self.ready:
            return
        parts = [
            f"{self.model.settled:,} of {self.model.rowCount():,} faces settled",
            f"about {self.model.expected:,.0f} wrong labels left",
        ]
        pace = self._per_minute()
        if pace:
            parts.append(f"{pace:.0f} a minute")
        self._summary.setText("  ·  ".join(parts))
        index = self.list.currentIndex()
        self._why.setText(_sentence(index.data(FINDING)) if index.isValid() else "")
        open_ones = bool(self.model.asked(self._session.face))
        writable = self._session.project.read_only is None
        self.accept.setEnabled(writable and open_ones)
        self.take.setEnabled(writable and open_ones)

    def _per_minute(self) -> float:
        now = self._clock()
        recent = [moment for moment in self._pace if now - moment < 2 * _MINUTE]
        if len(recent) < 3:
            return 0.0
        return (len(recent) - 1) * _MINUTE / max(recent[-1] - recent[0], 1.0)


def _sentence(finding: Finding) -> str:
    name = finding.keypoint.replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}: {finding.why}."
