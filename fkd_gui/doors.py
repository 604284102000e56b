"""The ways into a project: open, import, demo; and what stands in the way of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fkd_gui import dialogs
from fkd_gui.paths import is_same, may_be_imported

if TYPE_CHECKING:
    from fkd_gui.main_window import MainWindow


class Doors(QObject):
    """Asks what has to be asked, then has the window's project desk do it.

    Args:
        window: whose open project gives way.
        demo: where the demo project lies.
    """

    def __init__(self, window: MainWindow, demo: Path) -> None:
        super().__init__(window)
        self._window = window
        self._demo = demo

    def open_path(self, path: Path) -> None:
        """Open a project, or import what is no project but may hold faces."""
        if may_be_imported(path):
            self._import(path)
        elif self.may_open(lambda: self.open_path(path), path):
            self._window.projects.open(path)

    def open_demo(self) -> None:
        """Open the demo project, made where it is missing."""
        if self.may_open(self.open_demo, self._demo):
            self._window.projects.demo(self._demo)

    def ask_open(self) -> None:
        """Ask for a project and open it."""
        dialogs.ask_project(self._window, self._window.settings, self.open_path)

    def ask_import(self) -> None:
        """Ask for a zip or a CSV file, then for the new project's place."""
        dialogs.ask_source_file(self._window, self._window.settings, self._import)

    def ask_import_folder(self) -> None:
        """Ask for a folder with the competition's files, then for the new project's place."""
        dialogs.ask_source_folder(self._window, self._window.settings, self._import)

    def _import(self, source: Path) -> None:
        if self.may_open(lambda: self._import(source)):
            window = self._window
            dialogs.ask_new_project(window, window.settings, source, lambda to: self._make(source, to))

    def _make(self, source: Path, folder: Path) -> None:
        if self.may_open(lambda: self._make(source, folder)):
            self._window.projects.make(source, folder)

    def may_open(self, then: Callable[[], None], path: Path | None = None) -> bool:
        """Whether another project may take the place of the open one; says why not, or asks.

        Args:
            then: opens it, once what was asked is answered.
            path: the project.
        """
        window, view = self._window, self._window.view
        if window.projects.busy:
            window.notices.show_message(
                "Another project is being opened or made.", "Wait until that is done, or stop it below."
            )
            return False
        if view is not None and path is not None and is_same(path, view.project.folder):
            window.statusBar().showMessage(f"{view.project.name} is open already.", 10_000)
            return False
        if not window.leaving.may_leave(then):
            return False
        return window.safety.may_leave(window.leave_project)
