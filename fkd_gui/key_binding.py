"""Binds the keymap to a window: menus, tool tips, the palette and the canvas follow it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from fkd_gui.actions import all_actions
from fkd_gui.actions.menus import dress
from fkd_gui.keymap import Keymap
from fkd_gui.shortcuts import ShortcutTable

if TYPE_CHECKING:
    from fkd_gui.main_window import MainWindow
    from fkd_gui.project_view import ProjectView


class KeyBinding(QObject):
    """Keeps the keys of a window as the keymap says, and shows the dialogs about them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.keymap = Keymap(all_actions(), window.settings, self)
        self.keymap.changed.connect(self._apply)

    def dress_view(self, view: ProjectView) -> None:
        """Give a project that was just opened the keys in force."""
        view.label.canvas.keys = self.keymap.canvas()
        view.label.light.show_keys(self.keymap.shown)

    def dress_window(self) -> None:
        """Write the keys into the tool tips of the window."""
        self._window.top.show_keys(self.keymap.shown)

    def show_table(self) -> None:
        """The table in which keys are changed."""
        table = ShortcutTable(self.keymap, self._window)
        table.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table.map_requested.connect(self.show_map)
        table.open()

    def show_map(self) -> None:
        """All keys on one page, to print or to save."""
        # Imported with the first use: printing needs libraries that no start should wait for.
        from fkd_gui.keyboard_map import KeyboardMap

        page = KeyboardMap(self.keymap, self._window)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.open()

    def _apply(self) -> None:
        window = self._window
        window.declared = self.keymap.actions()
        for action in window.declared:
            dress(window.actions_by_id[action.id], action)
        self.dress_window()
        if window.view is not None:
            self.dress_view(window.view)
        window.refresh_actions()
