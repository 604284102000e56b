"""Notes and bookmarks of the open project for a window: seen at once, on the disk a moment later."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fkd_core.errors import FkdError
from fkd_core.jobs import Job
from fkd_core.labels.remarks import Remark
from fkd_gui.tasks import Tasks

if TYPE_CHECKING:
    from fkd_gui.session import Session


class RemarkDesk(QObject):
    """Changes remarks and writes them in their order on a thread.

    Args:
        session: whose project they belong to; its end waits until all are written.
    """

    changed = Signal(int)
    """the face of which something else is said now"""
    saved = Signal(int)
    """the face whose remark is on the disk"""
    closing = Signal()
    """the last moment to say something"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._labels = session.project.labels
        self._waiting: deque[Remark] = deque()
        self._tasks = Tasks(self)
        self._busy = self._closed = False
        session.closing.connect(self._close)

    @property
    def unsaved(self) -> int:
        """How many are on their way to the disk."""
        return len(self._waiting)

    def note(self, face: int) -> str:
        """The note on a face; empty where there is none."""
        return self._labels.remarks.note(face)

    def bookmarked(self, face: int) -> bool:
        """Whether a face has a bookmark."""
        return self._labels.remarks.bookmarked(face)

    def put(self, face: int, *, note: str | None = None, bookmark: bool | None = None) -> None:
        """Say something of a face; what is None stays. What is said already is no news."""
        remarks = self._labels.remarks
        said = note is None or note.strip() == remarks.note(face)
        if said and (bookmark is None or bookmark == remarks.bookmarked(face)):
            return
        try:
            remark = remarks.stage(face, self._labels.who, note=note, bookmark=bookmark)
        except FkdError as error:
            self._session.problem.emit(error)
            return
        self._waiting.append(remark)
        self.changed.emit(face)
        self._write()

    def neighbour(self, face: int, by: int) -> int | None:
        """The next (1) or previous (-1) other face with a bookmark, going round; None if there is none."""
        others = sorted(self._labels.remarks.bookmarks - {face})
        if not others:
            return None
        if by > 0:
            return next((other for other in others if other > face), others[0])
        return next((other for other in reversed(others) if other < face), others[-1])

    def _write(self) -> None:
        """Begin to write, unless that is under way: what comes meanwhile is written after it."""
        if self._waiting and not self._busy and not self._closed:
            self._busy = True
            self._tasks.run(self._commit_all, "keeping remarks", done=self._written, failed=self._failed)

    def _commit_all(self, _: Job | None = None) -> list[int]:
        """Runs on the thread. One that fails stays at the head of those that wait."""
        faces = []
        while self._waiting:
            self._labels.remarks.commit(self._waiting[0])
            faces.append(self._waiting.popleft().face)
        return faces

    def _written(self, faces: list[int]) -> None:
        self._busy = False
        for face in dict.fromkeys(faces):
            self.saved.emit(face)
        self._write()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        lost = list(self._waiting)
        self._waiting.clear()
        for remark in reversed(lost):
            self._labels.remarks.take_back(remark)
        for face in {remark.face for remark in lost}:
            self.changed.emit(face)
        self._session.problem.emit(error)

    def _close(self) -> None:
        self.closing.emit()
        self._closed = True
        self._tasks.close()
        try:
            self._commit_all()
        except FkdError as error:
            self._failed(error)
