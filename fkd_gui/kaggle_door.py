"""The way into a project by the user's own Kaggle program, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fkd_core.jobs import Job
from fkd_gui import dialogs

if TYPE_CHECKING:
    from fkd_core.submitting.kaggle_client import Standing
    from fkd_gui.main_window import MainWindow

_SECONDS = 20


class KaggleDoor(QObject):
    """Looks whether the program is there, asks for the project's place, then has the data downloaded.

    Args:
        window: whose open project gives way.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.start_page.kaggle_requested.connect(self.ask)
        window.start_page.shown.connect(self.look)

    def look(self) -> None:
        """Find out for the start page whether the site can be reached."""
        self._window.tasks.run(_standing, "looking for Kaggle's program", done=self._tell)

    def ask(self) -> None:
        """Ask where to make the project, then download the data and import it."""
        self._window.tasks.run(_standing, "looking for Kaggle's program", done=self._go_on)

    def _tell(self, standing: Standing) -> None:
        self._window.start_page.set_kaggle(standing.how_to)

    def _go_on(self, standing: Standing) -> None:
        window = self._window
        self._tell(standing)
        if not standing.ready:
            window.statusBar().showMessage(standing.how_to, 1000 * _SECONDS)
        elif window.doors.may_open(self.ask):
            dialogs.ask_new_project(window, window.settings, Path("facial-keypoints.zip"), self._make)

    def _make(self, folder: Path) -> None:
        if self._window.doors.may_open(lambda: self._make(folder)):
            self._window.projects.fetch(folder)


def _standing(_: Job) -> Standing:
    # Imported with its first use: a start waits for none of it.
    from fkd_core.submitting.kaggle_client import standing

    return standing()
