"""What people say of whole faces: notes and bookmarks. Every change is kept, the latest of a face holds."""

from __future__ import annotations

import time

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import ReadOnlyError
from fkd_core.labels import makers
from fkd_core.labels.journal import Journal

_NEWEST = """SELECT face, note, bookmark FROM remark
  WHERE id IN (SELECT max(id) FROM remark GROUP BY face)"""


@attrs.frozen
class Remark:
    """What is said of a face from a moment on.

    Attributes:
        face: its index.
        note: a text; empty for none.
        bookmark: whether it is to be found again.
        at: seconds since 1970.
        who: said so.
        before: note and bookmark until then.
    """

    face: int
    note: str
    bookmark: bool
    at: float
    who: str
    before: tuple[str, bool] = ("", False)


class Remarks:
    """Notes and bookmarks of all faces in memory, and the way to the disk.

    `put` changes both. A window that must not wait for the disk calls `stage` and, on another thread and in
    the same order, `commit`; if that fails, `take_back`, latest first.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.notes: dict[int, str] = {}
        self.bookmarks: set[int] = set()
        with journal.reading() as db:
            rows = db.execute(_NEWEST).fetchall() if makers.has_tables(db) else []
        for face, note, bookmark in rows:
            self._keep(int(face), str(note), bool(bookmark))

    def note(self, face: int) -> str:
        """The note on a face; empty where there is none."""
        return self.notes.get(face, "")

    def bookmarked(self, face: int) -> bool:
        """Whether a face is to be found again."""
        return face in self.bookmarks

    def bookmark_mask(self, count: int) -> NDArray[np.bool_]:
        """`(N,)`, where a face has a bookmark."""
        mask = np.zeros(count, np.bool_)
        mask[[face for face in self.bookmarks if face < count]] = True
        return mask

    def put(self, face: int, who: str, *, note: str | None = None, bookmark: bool | None = None) -> Remark:
        """Say something of a face and keep it; what is None stays.

        Raises:
            ReadOnlyError: if the project is open for reading only.
            ProjectError: if it could not be written; nothing is changed.
        """
        remark = self.stage(face, who, note=note, bookmark=bookmark)
        try:
            self.commit(remark)
        except BaseException:
            self.take_back(remark)
            raise
        return remark

    def stage(self, face: int, who: str, *, note: str | None = None, bookmark: bool | None = None) -> Remark:
        """Say something of a face in memory; what is None stays.

        Raises:
            ReadOnlyError: if the project is open for reading only.
        """
        if self._journal.read_only:
            raise ReadOnlyError(
                "notes and bookmarks cannot be kept",
                where=self._journal.path.parent,
                found="the project is open for reading only",
                todo="Close the other program that writes to it, or copy it to a folder you can write to",
            )
        before = (self.note(face), self.bookmarked(face))
        said = before[0] if note is None else note.strip()
        marked = before[1] if bookmark is None else bookmark
        self._keep(face, said, marked)
        return Remark(face, said, marked, time.time(), who, before)

    def commit(self, remark: Remark) -> None:
        """Write what was staged.

        Raises:
            ProjectError: if it could not be written; memory still holds it, see `take_back`.
        """
        with self._journal.writing() as db:
            makers.make_tables(db)
            db.execute(
                "INSERT INTO remark (face, at, who, note, bookmark) VALUES (?, ?, ?, ?, ?)",
                (remark.face, remark.at, remark.who, remark.note, int(remark.bookmark)),
            )

    def take_back(self, remark: Remark) -> None:
        """Restore memory after a commit that failed."""
        self._keep(remark.face, *remark.before)

    def log(self, face: int) -> list[Remark]:
        """All that was ever said of a face, oldest first.

        Raises:
            ProjectError: if it cannot be read.
        """
        query = "SELECT note, bookmark, at, who FROM remark WHERE face = ? ORDER BY id"
        with self._journal.reading() as db:
            rows = db.execute(query, (face,)).fetchall() if makers.has_tables(db) else []
        said: list[Remark] = []
        before = ("", False)
        for note, bookmark, at, who in rows:
            said.append(Remark(face, str(note), bool(bookmark), float(at), str(who), before))
            before = (str(note), bool(bookmark))
        return said

    def _keep(self, face: int, note: str, bookmark: bool) -> None:
        if note:
            self.notes[face] = note
        else:
            self.notes.pop(face, None)
        (self.bookmarks.add if bookmark else self.bookmarks.discard)(face)
