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

from fkd_core.labels.values import State
from fkd_gui.browser.facts import FaceFacts
from fkd_gui.browser.grid import CellSize
from fkd_gui.browser.model import FaceModel
from fkd_gui.canvas.scene import CanvasOptions
from fkd_gui.panels.kit import EmptyState
from fkd_gui.session import Session
from fkd_gui.settings import SHEET_CROP, SHEET_ORDER, Settings
from fkd_gui.sheet import commands
from fkd_gui.sheet.grid import SheetGrid
from fkd_gui.sheet.head import SheetHead
from fkd_gui.sheet.model import SheetModel
from fkd_gui.sheet.orders import Listing, Order
from fkd_gui.sheet.sorting import Sorting


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
        self._stale, self._first, self._begun = True, False, False
        chosen = settings.get(SHEET_ORDER)
        self.sorting = Sorting(session, shown, facts, Order(chosen) if chosen else None, self)
        # Faces that got or lost the keypoint since they were sorted.
        self._odd: NDArray[np.bool_] = np.zeros(len(session.project), np.bool_)
        self.model = SheetModel(session, self)
        self.head = SheetHead(session.project.schema, len(session.project))
        self.grid = SheetGrid(session, self.model, lambda: self.sorting.suspicion)
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
        """What the sheet is sorted by."""
        return self.sorting.order

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
            self.sorting.keypoint = chosen[0]
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
        self._stale, sorting = False, self.sorting
        for order in (Order.SUSPICION, Order.MODEL):
            self.head.offer(order, sorting.knows(order))
        self.head.show_keypoint(sorting.keypoint)
        self.head.show_order(sorting.order, sorting.descending)
        if not sorting.ask():
            self.head.show_count("Sorting …")

    def choose(self, keypoint: int) -> None:
        """Show another keypoint, from the first face on."""
        self.sorting.keypoint = keypoint
        self.sort(first=True)

    def choose_order(self, order: Order, descending: bool) -> None:
        """Sort by something else, and go to what comes first then."""
        self.sorting.chosen, self.sorting.descending = order, descending
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
        """One of `COMMANDS` to those selected; `accept` or `take` the current one and go on.

        Whether it is about the sheet: with other keypoints selected on the face, it is about those, and what
        is done to the current one alone is done to the face as ever.
        """
        picked = self.grid.picked_faces()
        here = self.grid.current_face
        if len(picked) and what in commands.COMMANDS:
            done = self._do(what, picked)
            self.grid.clearSelection()
            text = f"{_many(done, 'label')} {commands.COMMANDS[what][1]}; one undo takes it back."
            self.noted.emit(text if done else "Nothing to change there.")
        elif (
            what in ("accept", "take")
            and here is not None
            and self._session.keypoints in ((), (self.model.keypoint,))
        ):
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
        command, _ = commands.COMMANDS[what]
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
        self.sorting.found.connect(self._take)
        self._shown.modelReset.connect(self.sort)
        self._facts.changed.connect(self._facts_changed)
        session.keypoints_changed.connect(self._follow)
        session.labels_changed.connect(self._labels_changed)
        session.face_changed.connect(lambda _: self._tell())
        session.predictions_changed.connect(self._predictions_changed)

    def _take(self, listing: Listing) -> None:
        self.model.set_listing(listing)
        self._odd = np.zeros(len(self._odd), np.bool_)
        name = self._session.project.schema.label(listing.keypoint)
        count = len(listing.faces)
        self._say_count()
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
        if len(keypoints) == 1 and keypoints[0] != self.sorting.keypoint and self.isVisible():
            self.sorting.keypoint = keypoints[0]
            self.sort()
        self._tell()

    def _facts_changed(self, field: str) -> None:
        if field != "suspicion":
            return
        self.head.offer(Order.SUSPICION, self.sorting.knows(Order.SUSPICION))
        if self.sorting.chosen in (None, Order.SUSPICION):
            self.sorting.descending = True
            self.sort()

    def _predictions_changed(self) -> None:
        self.head.offer(Order.MODEL, self.sorting.knows(Order.MODEL))
        if self.sorting.chosen is Order.MODEL:
            self.sort()
        self._tell()

    def _labels_changed(self, faces: NDArray[Any]) -> None:
        """Faces that got or lost the keypoint: say so, and leave the order to the person."""
        self._tell()
        if self._stale or not self.isVisible():
            self._stale = True
            return
        has = np.isfinite(self._session.project.labels.table.points[faces, self.model.keypoint, 0])
        places = self.model.listing.places[faces]
        odd = np.where(has, places == -1, places >= 0)
        if (odd != self._odd[faces]).any():
            self._odd[faces] = odd
            self._say_count()

    def _say_count(self) -> None:
        listing, odd = self.model.listing, int(np.count_nonzero(self._odd))
        if odd:
            name = self._session.project.schema.label(listing.keypoint)
            self.head.show_count(f"{_many(odd)} got or lost {name}: sort again", stale=True)
        elif listing.without:
            self.head.show_count(f"{_many(len(listing.faces))}; {listing.without:,} without it left out")
        else:
            self.head.show_count(_many(len(listing.faces)))

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


def _many(count: int, what: str = "face") -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
