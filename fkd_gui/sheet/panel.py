"""The contact sheet in the place of the faces: what is chosen above, the crops below."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fkd_core.labels.symmetry import mean_shape
from fkd_core.labels.values import State
from fkd_gui.browser.facts import FaceFacts
from fkd_gui.browser.grid import CellSize
from fkd_gui.browser.model import FaceModel
from fkd_gui.canvas.scene import CanvasOptions
from fkd_gui.panels.kit import EmptyState
from fkd_gui.session import Session
from fkd_gui.settings import SHEET_CROP, SHEET_ORDER, Settings
from fkd_gui.sheet import commands
from fkd_gui.sheet.cells import Suspicion
from fkd_gui.sheet.grid import SheetGrid
from fkd_gui.sheet.head import SheetHead
from fkd_gui.sheet.model import SheetModel
from fkd_gui.sheet.orders import Listing, Order, Question, listed

_AT_ONCE = 20_000
"""faces that are sorted within some milliseconds; more are on a thread"""
_FITTED_AT_ONCE = 2_000
"""the same where a shape is laid over each"""


class SheetPanel(QWidget):
    """One keypoint across the faces that the filter shows.

    An order holds until it is chosen anew: a face that was just put right stays where it is.

    Args:
        session: whose faces these are.
        shown: the faces that the filter shows.
        facts: knows the suspicion, and works things out on a thread.
        settings: remembers order and crop.
    """

    noted = Signal(str)
    opened = Signal()
    """the current face is to be looked at itself"""
    all_faces_requested = Signal()

    def __init__(
        self,
        session: Session,
        shown: FaceModel,
        facts: FaceFacts,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._shown, self._facts, self._settings = session, shown, facts, settings
        self._asked, self._stale = 0, True
        self._first = self._begun = False
        self._keypoint = 0
        # Nothing chosen yet: suspicion once somebody looked, else what sticks out of the shapes.
        self._order: Order | None = Order(settings.get(SHEET_ORDER)) if settings.get(SHEET_ORDER) else None
        self._descending = self.order.worst_first
        self._mean: NDArray[np.float64] | None = None
        self.model = SheetModel(session, self)
        self.head = SheetHead(session.project.schema, len(session.project))
        self.grid = SheetGrid(session, self.model, self._suspicion)
        self.grid.set_crop(attrs.evolve(self.grid.crop, pixels=settings.get(SHEET_CROP)))
        self.empty = EmptyState("", "", "", "crosshair")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._pages, 1)
        self.setFocusProxy(self.grid)
        self.head.show_crop(self.grid.crop.pixels)
        self._connect()
        self._tell()

    @property
    def order(self) -> Order:
        """What the sheet is sorted by: what was chosen, where that is known."""
        if self._order is Order.MODEL and self._session.predictions is None:
            return Order.OFFSET
        if self._order in (None, Order.SUSPICION):
            return Order.OFFSET if self._suspicion() is None else Order.SUSPICION
        return self._order

    @property
    def summary(self) -> str:
        """What is said of how many faces there are."""
        return self.head.summary.text()

    def begin(self, *, keep: bool = False) -> None:
        """The sheet is to be shown: with the keypoint that is selected, in the order that was chosen.

        Args:
            keep: stay at the current face. Otherwise the first time leads to the worst one.
        """
        chosen = self._session.keypoints
        if len(chosen) == 1:
            self._keypoint = chosen[0]
        first, self._begun = not keep and not self._begun and self.order.worst_first, True
        self.sort(first=first)

    def sort(self, *, first: bool = False) -> None:
        """Find the faces and their order anew.

        Args:
            first: go to the first of them; otherwise the current face stays.
        """
        self._first = first
        if not self.isVisible():
            self._stale = True
            return
        self._asked += 1
        self._stale = False
        order = self.order
        for needy, there in (
            (Order.SUSPICION, self._suspicion() is not None),
            (Order.MODEL, self._session.predictions is not None),
        ):
            self.head.offer(needy, there)
        self.head.show_keypoint(self._keypoint)
        self.head.show_order(order, self._descending)
        question = Question(
            self._asked,
            self._session.project.labels.table,
            self._shown.faces,
            self._keypoint,
            order,
            self._descending,
            self._mean_shape(),
            self._suspicion(),
            self._session.predictions,
        )
        if len(self._shown.faces) <= (_FITTED_AT_ONCE if order is Order.OFFSET else _AT_ONCE):
            self._take(listed(question))
        else:
            self.head.show_count("Sorting …")
            self._facts.run(partial(listed, question), self._take)

    def choose(self, keypoint: int) -> None:
        """Show another keypoint, from the first face on."""
        self._keypoint = keypoint
        self.sort(first=True)

    def choose_order(self, order: Order, descending: bool) -> None:
        """Sort by something else, and go to what comes first then."""
        self._order, self._descending = order, descending
        self._settings.set(SHEET_ORDER, order.value)
        self.sort(first=True)

    def set_pixels(self, pixels: int) -> None:
        """Show more or less of the face in each cell."""
        self.grid.set_crop(attrs.evolve(self.grid.crop, pixels=pixels))
        self._settings.set(SHEET_CROP, pixels)
        self.head.show_crop(pixels)

    def set_cell_size(self, size: CellSize) -> None:
        """Show larger or smaller cells."""
        self.grid.set_crop(attrs.evolve(self.grid.crop, size=size))

    def set_options(self, options: CanvasOptions) -> None:
        """Show faces in the light of the canvas."""
        self.grid.set_options(options)

    def step(self, by: int) -> None:
        """To the next or previous cell."""
        self.grid.step(by)

    def next_open(self, by: int) -> None:
        """To the next or previous cell whose label nobody accepted."""
        self.grid.next_open(by)

    def do(self, what: str) -> bool:
        """`accept` or `take` the model's for those selected, or for the current one and go on.

        Whether it is about the sheet: with other keypoints selected on the face, it is about those.
        """
        picked = self.grid.picked_faces()
        here = self.grid.current_face
        if len(picked):
            done = self._do(what, picked)
            self.grid.clearSelection()
            verb = "accepted" if what == "accept" else "taken from the model"
            self.noted.emit(
                f"{done:,} labels {verb}; one undo takes it back." if done else "Nothing to change there."
            )
        elif here is not None and self._session.keypoints in ((), (self.model.keypoint,)):
            self._do(what, np.array([here]))
            if self.grid.currentIndex().row() + 1 < self.model.rowCount():
                self.grid.step(1)
        else:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Sort what changed while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self.sort(first=self._first)

    def _do(self, what: str, faces: NDArray[np.intp]) -> int:
        command = commands.accept if what == "accept" else commands.take
        # That of the faces that are seen: another one may have been asked for and not be sorted yet.
        return command(self._session, faces, self.model.keypoint)

    def _connect(self) -> None:
        session, head, grid = self._session, self.head, self.grid
        head.keypoint_chosen.connect(self.choose)
        head.order_chosen.connect(self.choose_order)
        head.crop_chosen.connect(self.set_pixels)
        head.again_requested.connect(self.sort)
        head.accept_requested.connect(partial(self.do, "accept"))
        head.take_requested.connect(partial(self.do, "take"))
        head.all_requested.connect(grid.selectAll)
        grid.accept_requested.connect(partial(self.do, "accept"))
        grid.picked.connect(self._tell)
        grid.noted.connect(self.noted)
        grid.opened.connect(self.opened)
        grid.pictures.failed.connect(lambda error: self.noted.emit(f"Some faces cannot be read: {error}"))
        self.empty.acted.connect(self.all_faces_requested)
        self._shown.modelReset.connect(self.sort)
        self._facts.changed.connect(self._facts_changed)
        session.keypoints_changed.connect(self._follow)
        session.labels_changed.connect(self._labels_changed)
        session.face_changed.connect(lambda _: self._tell())
        session.predictions_changed.connect(self._predictions_changed)

    def _take(self, listing: Listing) -> None:
        """Show what was found, unless something else was asked since."""
        if listing.number != self._asked:
            return
        self.model.set_listing(listing)
        name = self._session.project.schema.label(listing.keypoint)
        count = len(listing.faces)
        text = f"{count:,} {'face' if count == 1 else 'faces'}"
        self.head.show_count(f"{text}; {listing.without:,} without it left out" if listing.without else text)
        self._pages.setCurrentWidget(self.grid if count else self.empty)
        if not count:
            self._say_empty(name)
        if self._first and count:
            self.grid.go(0)
            self.grid.verticalScrollBar().setValue(0)
        elif self._first:
            self._session.select((listing.keypoint,))
        self._tell()

    def _say_empty(self, name: str) -> None:
        few = len(self._shown.faces) < len(self._session.project)
        which = "None of the faces that the filter shows has" if few else "No face has"
        todo = "Choose another keypoint above" + (
            ", or show all faces." if few else ", or impute it (Ctrl+M)."
        )
        self.empty.set_text(f"No {name} here", f"{which} a {name}. {todo}", "Show all faces" if few else "")

    def _follow(self, keypoints: tuple[int, ...]) -> None:
        """Another keypoint was selected on the face."""
        if len(keypoints) == 1 and keypoints[0] != self._keypoint and self.isVisible():
            self._keypoint = keypoints[0]
            self.sort()
        self._tell()

    def _facts_changed(self, field: str) -> None:
        if field == "suspicion" and self._order in (None, Order.SUSPICION):
            self._descending = True
            self.sort()
        elif field == "suspicion":
            self.head.offer(Order.SUSPICION, self._suspicion() is not None)

    def _predictions_changed(self) -> None:
        self.head.offer(Order.MODEL, self._session.predictions is not None)
        if self._order is Order.MODEL:
            self.sort()
        self._tell()

    def _labels_changed(self, faces: NDArray[Any]) -> None:
        """Faces that got or lost the keypoint: say so, and leave the order to the person."""
        self._tell()
        if self._stale or not self.isVisible():
            self._stale = True
            return
        table = self._session.project.labels.table
        has = np.isfinite(table.points[faces, self.model.keypoint, 0])
        other = np.asarray(faces)[has != (self.model.listing.places[faces] >= 0)]
        if len(other):
            name = self._session.project.schema.label(self.model.keypoint)
            text = f"{len(other):,} {'face' if len(other) == 1 else 'faces'} got or lost {name}: sort again"
            self.head.show_count(text, stale=True)

    def _tell(self) -> None:
        """Say what the buttons would do now."""
        session, keypoint, here = self._session, self.model.keypoint, self.grid.current_face
        table, picked = session.project.labels.table, self.grid.picked_count()
        writable = session.project.read_only is None
        open_one = here is not None and bool(
            table.state[here, keypoint] != State.UNLABELLED and not table.reviewed[here, keypoint]
        )
        points = session.predictions
        seen = points is not None and here is not None and bool(np.isfinite(points[here, keypoint]).all())
        self.head.show_picked(
            picked,
            accept=writable and (picked > 0 or open_one),
            take=writable and points is not None and (picked > 0 or seen),
            predicted=points is not None,
        )
        self.head.every.setEnabled(len(self.model.faces) > 0)

    def _suspicion(self) -> Suspicion | None:
        found: Suspicion | None = self._facts.columns().get("suspicion")
        return found

    def _mean_shape(self) -> NDArray[np.float64]:
        if self._mean is None:
            # The source never changes: its mean is worked out once, from a sample that takes a millisecond.
            project = self._session.project
            split = "train" if "train" in project.faces else next(iter(project.faces))
            self._mean = mean_shape(project.labels.table.original[project.span(split)])
        return self._mean
