"""Filter bar, grid and row in one widget."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
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

from fkd_gui.browser.filter_bar import FilterBar
from fkd_gui.browser.filters import FaceFilter
from fkd_gui.browser.go_to_row import GoToRow
from fkd_gui.browser.grid import CellSize, FaceGrid
from fkd_gui.browser.model import FaceModel
from fkd_gui.session import Session
from fkd_gui.theme import UNIT


class FaceBrowser(QWidget):
    """All faces of a session, filtered.

    A filter holds until it is chosen anew: a face that was just put right stays where it is. `refresh`
    looks again.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.model = FaceModel(session, self)
        self.bar = FilterBar(session.project)
        self.grid = FaceGrid(session, self.model)
        self.row = GoToRow(session)
        self._sizes = QButtonGroup(self)
        self._size_buttons: dict[CellSize, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self._empty_state())
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._foot())
        self.setFocusProxy(self.grid)
        self.bar.changed.connect(self._filter)
        self._filter(self.bar.filter)

    def refresh(self) -> None:
        """Look again which faces match the filter."""
        self._filter(self.bar.filter)

    def set_cell_size(self, size: CellSize) -> None:
        """Show larger or smaller pictures."""
        self._size_buttons[size].setChecked(True)
        self.grid.set_cell_size(size)

    def _filter(self, wanted: FaceFilter) -> None:
        faces = wanted.faces(self.session.project)
        self.model.set_faces(faces)
        self.grid.show_face(self.session.face)
        self.bar.show_count(len(faces), len(self.session.project))
        self._pages.setCurrentIndex(0 if len(faces) else 1)

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
