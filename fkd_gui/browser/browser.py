"""Filter bar, grid and row in one widget."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_core.query import FIELDS, Columns, QueryError, matching, sorted_faces
from fkd_gui.browser.facts import FaceFacts
from fkd_gui.browser.filter_bar import FilterBar, Wanted
from fkd_gui.browser.go_to_row import GoToRow
from fkd_gui.browser.grid import CellSize, FaceGrid
from fkd_gui.browser.model import FaceModel
from fkd_gui.session import Session
from fkd_gui.settings import Settings
from fkd_gui.theme import UNIT

_AT_ONCE = 50_000
"""faces that are filtered and sorted within 10 ms or so; more are on a thread"""

_Found = tuple[int, NDArray[np.intp] | QueryError]


class FaceBrowser(QWidget):
    """All faces of a session, filtered and sorted.

    A filter holds until it is chosen anew: a face that was just put right stays where it is. `refresh`
    looks again.

    Args:
        session: whose faces these are.
        settings: keeps filters by name; without them none can be saved.
    """

    size_changed = Signal(object)
    """a `CellSize`"""
    sheet_toggled = Signal(bool)
    """the contact sheet is wanted in the place of the grid, or no longer"""

    def __init__(
        self, session: Session, settings: Settings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self._asked = 0
        self.model = FaceModel(session, self)
        self.bar = FilterBar(session.project, settings)
        self.facts = FaceFacts(session)
        self.grid = FaceGrid(session, self.model)
        self.row = GoToRow(session)
        self._sizes = QButtonGroup(self)
        self._size_buttons: dict[CellSize, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        self._pages = QStackedWidget()
        self._body: QWidget = self.grid
        self._empty = self._empty_state()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self._empty)
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._foot())
        self.setFocusProxy(self.grid)
        self.bar.changed.connect(self._filter)
        self.bar.left.connect(self._back)
        self.bar.entered.connect(partial(self.facts.look_for, "rule"))
        self.facts.changed.connect(self._facts_changed)
        self.facts.failed.connect(self._facts_failed)
        session.remarks.changed.connect(lambda _: self.bar.set_vocabulary(self.facts.vocabulary))
        self._filter(self.bar.wanted)

    def refresh(self) -> None:
        """Look again which faces match the filter."""
        self._filter(self.bar.wanted)

    def set_suspicion(self, suspicion: NDArray[np.floating[Any]] | None) -> None:
        """Let faces be filtered and sorted by `(N, K)` suspicion of all faces; None takes it away."""
        self.facts.set_suspicion(suspicion)

    def set_cell_size(self, size: CellSize) -> None:
        """Show larger or smaller pictures."""
        self._size_buttons[size].setChecked(True)
        self.grid.set_cell_size(size)
        self.size_changed.emit(size)

    def add_body(self, body: QWidget) -> None:
        """Keep something that may be shown in the place of the grid."""
        self._pages.addWidget(body)

    def show_body(self, body: QWidget | None) -> None:
        """Show what was added in the place of the grid; None for the grid again."""
        self._body = body or self.grid
        # What stands there has an order of its own, and needs the room.
        self.bar.show_choices(body is None)
        self.sheet.setChecked(body is not None)
        self.setFocusProxy(self._body)
        self._pages.setCurrentWidget(self._body if len(self.model.faces) else self._empty)

    def _filter(self, wanted: Wanted) -> None:
        for field in FIELDS:
            if wanted.asks(field):
                self.facts.look_for(field)
        columns, count = self.facts.columns(), len(self.session.project)
        self._asked += 1
        work = partial(_found, self._asked, wanted, columns, count)
        if count <= _AT_ONCE or wanted.is_everything:
            self._take(work())
        else:
            self.facts.run(work, self._take)

    def _take(self, found: _Found) -> None:
        """Show what was found, unless something else was asked since."""
        asked, faces = found
        if asked != self._asked:
            return
        if isinstance(faces, QueryError):
            waiting = any(map(self.bar.wanted.asks, self.facts.looking))
            self.bar.show_error(faces, waiting=waiting)
            return
        self.model.set_faces(faces)
        self.grid.show_face(self.session.face)
        self.bar.show_count(len(faces), len(self.session.project))
        self._pages.setCurrentWidget(self._body if len(faces) else self._empty)

    def _facts_changed(self, field: str) -> None:
        wanted = self.bar.wanted
        if field == "rule":
            self.bar.set_vocabulary(self.facts.vocabulary)
        if wanted.asks(field) and self.bar.wanted is wanted:
            self.refresh()

    def _facts_failed(self, field: str, error: Exception) -> None:
        if self.bar.wanted.asks(field):
            self.bar.show_problem(str(error))

    def _back(self) -> None:
        self._pages.currentWidget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _empty_state(self) -> QWidget:
        empty = QWidget()
        title = QLabel("No face matches the filter")
        title.setProperty("role", "title")
        title.setWordWrap(True)
        hint = QLabel("Choose less, or show all faces again.")
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        clear = QPushButton("Clear the filter")
        clear.setProperty("primary", True)
        clear.clicked.connect(self.bar.clear)
        empty.setFocusProxy(clear)
        layout = QVBoxLayout(empty)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.setSpacing(UNIT)
        layout.addStretch()
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(UNIT)
        layout.addWidget(clear, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
        return empty

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        foot.setSpacing(UNIT // 2)
        foot.addWidget(self.row)
        foot.addStretch()
        self.sheet = QToolButton()
        self.sheet.setText("Sheet")
        self.sheet.setCheckable(True)
        self.sheet.setAccessibleName("Contact sheet")
        self.sheet.setToolTip("Contact sheet: one keypoint across all faces (K)")
        self.sheet.clicked.connect(self.sheet_toggled)
        foot.addWidget(self.sheet)
        foot.addSpacing(UNIT)
        for size in CellSize:
            button = QToolButton()
            button.setText(size.name[0])
            button.setCheckable(True)
            button.setChecked(size is self.grid.cell_size)
            name = f"{size.name.capitalize()} pictures"
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(partial(self.set_cell_size, size))
            self._sizes.addButton(button)
            self._size_buttons[size] = button
            foot.addWidget(button)
        return foot


def _found(asked: int, wanted: Wanted, columns: Columns, count: int) -> _Found:
    """The faces that are wanted, or why they cannot be told, with the number of the question."""
    try:
        faces = np.flatnonzero(matching(wanted.node, columns, count))
        if wanted.sort:
            faces = sorted_faces(faces, columns, wanted.sort, descending=wanted.descending)
    except QueryError as error:
        return asked, error
    return asked, faces
