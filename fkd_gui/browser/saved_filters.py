"""Filters kept by name, for all projects of a user.

They are in the user's settings and not in the project: they are a person's habits, such as what to look at
first, which hold for every project; and a project may be read-only, or shared with others who look otherwise.
"""

from __future__ import annotations

import json
from functools import partial

import attrs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget, QWidgetAction

from fkd_gui.settings import SAVED_FILTERS, Settings
from fkd_gui.theme import UNIT, current, icon


@attrs.frozen
class SavedFilter:
    """A filter and its order, by a name."""

    name: str
    text: str
    sort: str = ""
    descending: bool = False


def load_filters(settings: Settings) -> list[SavedFilter]:
    """All that were kept, by name; what cannot be read is left out."""
    try:
        values = json.loads(settings.get(SAVED_FILTERS) or "[]")
        found = [
            SavedFilter(str(v["name"]), str(v["text"]), str(v["sort"]), v["descending"] is True)
            for v in values
        ]
    except (ValueError, TypeError, KeyError):
        return []
    return sorted(found, key=lambda one: one.name.casefold())


def store_filters(settings: Settings, filters: list[SavedFilter]) -> None:
    """Keep these and no others."""
    settings.set(SAVED_FILTERS, json.dumps([attrs.asdict(one) for one in filters]))


class SavedFilters(QToolButton):
    """A button with the saved filters, and a line to save the present one."""

    chosen = Signal(object)
    """a `SavedFilter`"""
    save_requested = Signal(str)
    """the name that was typed"""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setToolTip("Saved filters")
        self.setAccessibleName("Saved filters")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._name = QLineEdit()
        self._name.setAccessibleName("Name to save this filter by")
        self._name.setPlaceholderText("Save this filter as …")
        self._name.setMinimumWidth(26 * UNIT)
        self._name.returnPressed.connect(self._save)
        self._line = QWidgetAction(self)
        self._line.setDefaultWidget(self._name)
        self.draw()

    def draw(self) -> None:
        """Draw the icon in the colours of the theme."""
        self.setIcon(icon("bookmark-simple", current()))

    def keep(self, saved: SavedFilter) -> None:
        """Save a filter, in place of one of that name."""
        others = [one for one in load_filters(self._settings) if one.name != saved.name]
        store_filters(self._settings, [*others, saved])

    def remove(self, name: str) -> None:
        """Forget a filter."""
        store_filters(self._settings, [one for one in load_filters(self._settings) if one.name != name])

    def _fill(self) -> None:
        menu, kept = self._menu, load_filters(self._settings)
        menu.removeAction(self._line)
        menu.clear()
        for saved in kept:
            entry = menu.addAction(saved.name.replace("&", "&&"))
            entry.setToolTip(saved.text)
            entry.triggered.connect(partial(self.chosen.emit, saved))
        if kept:
            menu.addSeparator()
        self._name.clear()
        menu.addAction(self._line)
        if kept:
            forget = menu.addMenu("Remove")
            for saved in kept:
                forget.addAction(saved.name.replace("&", "&&")).triggered.connect(
                    partial(self.remove, saved.name)
                )

    def _save(self) -> None:
        name = self._name.text().strip()
        if name:
            self._menu.close()
            self.save_requested.emit(name)
