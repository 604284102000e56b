"""Keeps backups of the labels of an open project, on a thread."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject, QTimer

from fkd_core.errors import DamagedLabelsError, FkdError
from fkd_core.labels.backups import Backup
from fkd_core.labels.journal import FILE
from fkd_gui.session import Session
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task

FIRST = 3
"""seconds after a project was opened, when all that the eye waits for is done"""
EVERY = 10 * 60
"""seconds between two backups of labels that change"""
EDITS = 200
"""edits after which the next backup comes sooner"""
_LARGE = 32 * 2**20
"""bytes from which on a database is backed up six times less often, and not while the window closes"""


class BackupDesk(QObject):
    """Makes backups after opening, now and then while labels change, and at the end.

    A backup is also how damage on the disk is found before anyone runs into it: the session is told then.

    Args:
        session: whose labels these are.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._tasks = Tasks(self)
        self._task: Task | None = None
        self._edits = 0
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self.back_up)
        session.saved.connect(self._saved)
        if self._project.read_only is None:
            self._clock.start(FIRST * 1000)

    def back_up(self) -> None:
        """Keep a copy of the labels now, if they changed since the last one."""
        if self._task is None:
            self._edits = 0
            self._clock.stop()
            project = self._project
            self._task = self._tasks.run(
                lambda _: project.back_up(), "keeping a backup", done=self._done, failed=self._failed
            )

    def finish(self) -> None:
        """Wait for a backup under way; make the last one if that is quick."""
        self._clock.stop()
        self._tasks.close()
        if self._edits and self._session.trouble is None and self._size() < _LARGE:
            with contextlib.suppress(FkdError, OSError):  # whatever it is shows when the project is opened
                self._project.back_up()

    def _saved(self, _text: str) -> None:
        self._edits += 1
        if self._task is None and (self._edits == EDITS or not self._clock.isActive()):
            slower = 6 if self._size() >= _LARGE else 1
            self._clock.start(slower * (FIRST if self._edits == EDITS else EVERY) * 1000)

    def _size(self) -> int:
        try:
            return (self._project.folder / FILE).stat().st_size
        except OSError:
            return 0

    def _done(self, _backup: Backup | None) -> None:
        self._task = None

    def _failed(self, error: Exception) -> None:
        self._task = None
        if isinstance(error, DamagedLabelsError):
            self._session.report(error)
