"""The line above everything: the places, the project, what was saved, the way to every action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QWidget

from fkd_gui.panels.kit import Elided, button, named, set_glyph
from fkd_gui.places import PLACES
from fkd_gui.theme import UNIT, current, tabular

_FIND = "Every action and row by name"


class TopBar(QWidget):
    """Switches places; says which project is open and what was saved."""

    place_chosen = Signal(str)
    search_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        layout.setSpacing(UNIT // 2)
        for place in PLACES:
            switch = named(QPushButton(place.text), f"Place: {place.text}", place.text)
            switch.setCheckable(True)
            switch.setProperty("flat", True)
            switch.clicked.connect(lambda _=False, place=place.id: self.place_chosen.emit(place))
            self._group.addButton(switch)
            self._buttons[place.id] = switch
            layout.addWidget(switch)
        layout.addSpacing(UNIT)
        self.read_only = QLabel("read-only")
        self.read_only.setAccessibleName("Read-only")
        self.read_only.hide()
        self.project = Elided()
        self.project.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.saved = QLabel()
        self.saved.setProperty("role", "muted")
        self.saved.setFont(tabular(self.font()))
        self.find = button("Find …", "Find an action", _FIND)
        self.find.clicked.connect(self.search_requested)
        layout.addWidget(self.project, 1)
        layout.addWidget(self.read_only)
        layout.addSpacing(UNIT)
        layout.addWidget(self.saved)
        layout.addSpacing(UNIT)
        layout.addWidget(self.find)
        self.show_project("", None)
        self._draw()

    def show_project(self, name: str, read_only: str | None) -> None:
        """Name the open project, empty for none; say why it is read-only, None if it is not."""
        self.project.set_text(name)
        self.saved.clear()
        self.read_only.setVisible(read_only is not None and bool(name))
        self.read_only.setToolTip(read_only or "")
        for switch in self._buttons.values():
            switch.setVisible(bool(name))

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Name in the tool tips the keys that actions have, told by the action's id."""
        tips = {self._buttons[place.id]: (place.text, keys(place.id)) for place in PLACES}
        for control, (text, key) in {**tips, self.find: (_FIND, keys("search"))}.items():
            control.setToolTip(f"{text} ({key})" if key else text)

    def show_place(self, place: str) -> None:
        """Mark the place that is shown."""
        self._buttons[place].setChecked(True)

    def show_saved(self, text: str, role: str = "muted") -> None:
        """Say when something was saved, or in another role of texts that it was not."""
        self.saved.setText(text)
        if self.saved.property("role") != role:
            self.saved.setProperty("role", role)
            self.saved.style().unpolish(self.saved)
            self.saved.style().polish(self.saved)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        for place in PLACES:
            set_glyph(self._buttons[place.id], place.icon)
        set_glyph(self.find, "magnifying-glass")
        self.read_only.setStyleSheet(f"color: {current().warning}; font-weight: 600;")
