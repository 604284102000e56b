"""The SQLite file behind the labels: originals that cannot change, current values, every edit.

Write-ahead logging with `synchronous=FULL`: a commit that returned survives `kill -9` and a power cut.
Originals lie in blocks of 1,024 faces, so that a million faces open in a blink; only faces that an
edit ever touched have a row of their own.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import DamagedLabelsError, ProjectError
from fkd_core.labels import makers
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CHANGE, FIRST_ORIGINS, State

FILE = "labels.sqlite"
"""name of the database in the folder of a project"""
BLOCK = 1024
_QUICK = 32 * 2**20
"""bytes up to which the whole file is checked when it is opened; larger ones when they are backed up"""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_MEND = "Bring it back from its last good backup: fkd restore PROJECT, or open the project in the window"

_TABLES = """
CREATE TABLE original (block INTEGER PRIMARY KEY, xy BLOB NOT NULL);
CREATE TRIGGER original_is_kept BEFORE UPDATE ON original
  BEGIN SELECT RAISE(ABORT, 'original labels are never overwritten'); END;
CREATE TRIGGER original_is_not_deleted BEFORE DELETE ON original
  BEGIN SELECT RAISE(ABORT, 'original labels are never deleted'); END;
CREATE TABLE origin (code INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE label (face INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE edit (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, what TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('done', 'undone', 'dropped')),
  before BLOB NOT NULL, after BLOB NOT NULL
);
CREATE TABLE edit_face (face INTEGER NOT NULL, edit INTEGER NOT NULL, PRIMARY KEY (face, edit)) WITHOUT ROWID;
"""


def record_dtype(keypoints: int) -> np.dtype[Any]:
    """Layout of `label.record` for K keypoints."""
    return np.dtype(
        [
            ("xy", "<f4", (keypoints, 2)),
            ("origin", "<u2", (keypoints,)),
            ("state", "u1", (keypoints,)),
            ("reviewed", "?", (keypoints,)),
            ("changed", "<u4", (keypoints,)),
        ]
    )


@attrs.frozen(eq=False)
class LabelRows:
    """Rows of the database for `faces`, as they were when this was made; packed while they are written."""

    faces: NDArray[np.intp]
    records: NDArray[Any]

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        return zip(self.faces.tolist(), (record.tobytes() for record in self.records), strict=True)


def label_rows(table: LabelTable, faces: NDArray[np.intp]) -> LabelRows:
    """Rows of the database for some faces."""
    records = np.zeros(len(faces), record_dtype(table.points.shape[1]))
    records["xy"] = table.points[faces]
    for field in ("origin", "state", "reviewed", "changed"):
        records[field] = getattr(table, field)[faces]
    return LabelRows(faces, records)


@attrs.define(eq=False)
class EditRecord:
    """One edit of the history. `before` and `after` are read when they are first needed.

    `who` made it and which edit it `follows` are known of a new one; see `fkd_core.labels.history`.
    """

    id: int
    at: float
    what: str
    status: str
    before: NDArray[Any] | None = None
    after: NDArray[Any] | None = None
    who: str = ""
    follows: int = 0


@attrs.frozen(eq=False)
class Step:
    """What one transaction writes: the state of an edit and the rows of the faces it touched."""

    record: EditRecord
    status: str
    rows: LabelRows
    is_new: bool
    dropped: tuple[int, ...]
    origins: tuple[tuple[int, str], ...]


class Journal:
    """Reads and writes the label database. Safe to use from several threads.

    Raises:
        DamagedLabelsError: if there is no such file, or it is no label database or damaged.
        ProjectError: if it cannot be opened.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._lock = threading.Lock()
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            raise DamagedLabelsError(
                "the labels are missing" if not path.exists() else "the labels are damaged",
                where=path,
                found=None if not path.exists() else "an empty file",
                todo=_MEND,
            )
        with _explained(path, "be opened"):
            self._db = _connect(path, read_only)

    @classmethod
    def create(cls, path: Path, original: NDArray[np.float32]) -> None:
        """Make the database of a new project from `(N, K, 2)` original labels.

        Raises:
            ProjectError: if it cannot be written.
        """
        with _explained(path, "be written"), closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("BEGIN")
            for statement in _statements(_TABLES):
                db.execute(statement)
            blocks = range(0, len(original), BLOCK)
            db.executemany(
                "INSERT INTO original VALUES (?, ?)",
                (
                    (i, np.ascontiguousarray(original[s : s + BLOCK], "<f4").tobytes())
                    for i, s in enumerate(blocks)
                ),
            )
            db.executemany("INSERT INTO origin VALUES (?, ?)", enumerate(FIRST_ORIGINS))
            db.execute("COMMIT")

    def load(self, keypoints: int) -> LabelTable:
        """Read the labels of all faces.

        Raises:
            DamagedLabelsError: if what is read is not what was written.
            ProjectError: if they cannot be read.
        """
        with self._lock, _explained(self.path, "be read"), _transaction(self._db, "BEGIN"):
            points = self._original(keypoints)
            rows = self._db.execute("SELECT face, record FROM label").fetchall()
            origins = [text for (text,) in self._db.execute("SELECT text FROM origin ORDER BY code")]
        with _explained(self.path, "be read"):
            return self._table(points, rows, origins)

    def _original(self, keypoints: int) -> NDArray[np.float32]:
        # Block by block into its place: a list of all blocks would hold everything twice.
        (size,) = self._db.execute("SELECT coalesce(sum(length(xy)), 0) FROM original").fetchone()
        whole, end = np.empty(size // 4, np.float32), 0
        for (blob,) in self._db.execute("SELECT xy FROM original ORDER BY block"):
            block = np.frombuffer(blob, "<f4")
            whole[end : end + len(block)] = block
            end += len(block)
        return whole.reshape(-1, keypoints, 2)

    @staticmethod
    def _table(points: NDArray[np.float32], rows: list[tuple[int, bytes]], origins: list[str]) -> LabelTable:
        keypoints = points.shape[1]
        table = LabelTable(points)
        table.origins = origins
        if rows:
            faces = np.array([face for face, _ in rows])
            records = np.frombuffer(b"".join(blob for _, blob in rows), record_dtype(keypoints))
            if records["origin"].max() >= len(origins) or records["state"].max() > max(State):
                raise ValueError("labels of an origin or a state that there is not")
            table.original.keep(faces)
            table.points[faces] = records["xy"]
            table.origin[faces] = records["origin"]
            table.state[faces] = records["state"]
            table.reviewed[faces] = records["reviewed"]
            table.changed[faces] = records["changed"]
        return table

    def history(self, face: int | None = None) -> list[EditRecord]:
        """Edits that were done or can be redone, oldest first; of one face or of all."""
        query = "SELECT id, at, what, status FROM edit WHERE status != 'dropped' ORDER BY id"
        arguments: tuple[int, ...] = ()
        if face is not None:
            query = (
                "SELECT id, at, what, status FROM edit JOIN edit_face ON edit = id"
                " WHERE face = ? AND status != 'dropped' ORDER BY id"
            )
            arguments = (face,)
        with self._lock, _explained(self.path, "be read"):
            return [EditRecord(*row) for row in self._db.execute(query, arguments)]

    def last_id(self) -> int:
        """The highest number that an edit has."""
        with self._lock, _explained(self.path, "be read"):
            (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM edit").fetchone()
        return int(last)

    def fill(self, record: EditRecord) -> EditRecord:
        """Read what an edit changed, if it is not known yet."""
        if record.before is None:
            with self._lock, _explained(self.path, "be read"):
                before, after = self._db.execute(
                    "SELECT before, after FROM edit WHERE id = ?", (record.id,)
                ).fetchone()
            record.before, record.after = np.frombuffer(before, CHANGE), np.frombuffer(after, CHANGE)
        return record

    def knows(self, number: int) -> bool:
        """Whether there is an edit of that number."""
        with self._lock, _explained(self.path, "be read"):
            return self._db.execute("SELECT 1 FROM edit WHERE id = ?", (number,)).fetchone() is not None

    def write(self, step: Step) -> None:
        """Commit one step: when this returns, it is on the disk.

        Raises:
            ProjectError: if it could not be written; the database is as it was.
        """
        record = step.record
        with self._lock, _explained(self.path, "be written"), _transaction(self._db):
            self._db.executemany("INSERT OR IGNORE INTO origin VALUES (?, ?)", step.origins)
            self._db.execute("UPDATE edit SET status = ? WHERE id = ?", (step.status, record.id))
            if step.is_new:
                assert record.before is not None
                assert record.after is not None
                self._db.execute(
                    "INSERT INTO edit VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        record.id,
                        record.at,
                        record.what,
                        step.status,
                        record.before.tobytes(),
                        record.after.tobytes(),
                    ),
                )
                makers.sign(self._db, record.id, record.who, record.follows)
                self._db.executemany(
                    "INSERT INTO edit_face VALUES (?, ?)",
                    ((face, record.id) for face in step.rows.faces.tolist()),
                )
            self._db.executemany(
                "UPDATE edit SET status = 'dropped' WHERE id = ?", ((i,) for i in step.dropped)
            )
            self._db.executemany("INSERT OR REPLACE INTO label VALUES (?, ?)", step.rows)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, for reads that see one state of it.

        Raises:
            ProjectError: if it cannot be read or is damaged.
        """
        with self._lock, _explained(self.path, "be read"), _transaction(self._db, "BEGIN"):
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The database, for what is to be written together or not at all.

        Raises:
            ProjectError: if it could not be written; the database is as it was.
        """
        with self._lock, _explained(self.path, "be written"), _transaction(self._db):
            yield self._db

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def copy_database(source: Path, target: Path) -> None:
    """Write all that is committed in a database as one file; others may read and write it meanwhile.

    Raises:
        DamagedLabelsError: if it cannot be read.
        ProjectError: if the copy cannot be written.
    """
    with (
        _explained(source, "be copied"),
        closing(_connect(source, True, check=False)) as db,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        db.backup(copy)
        # nothing that lies beside it belongs to it
        copy.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _explained(path: Path, verb: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the kind of the error, the others say more of it.
        code = getattr(error, "sqlite_errorcode", 0)
        # no such table, where this program makes them all at once: something else lies here
        lacking = code == sqlite3.SQLITE_ERROR and "no such table" in str(error)
        # a bare DatabaseError is that of `_checked`
        if code & 0xFF in _DAMAGED or type(error) is sqlite3.DatabaseError or lacking:
            raise DamagedLabelsError("the labels are damaged", where=path, found=error, todo=_MEND) from error
        raise ProjectError(
            f"the labels cannot {verb}",
            where=path,
            found=str(error),
            todo="Check the free space and the permissions of the folder; nothing was changed",
        ) from error
    except (ValueError, IndexError, TypeError) as error:
        # What the tables hold does not have the sizes that it must have.
        raise DamagedLabelsError(
            "the labels are damaged", where=path, found=str(error), todo=_MEND
        ) from error


def _connect(path: Path, read_only: bool, *, check: bool = True) -> sqlite3.Connection:
    if not read_only:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            return _checked(db, check)
        except BaseException:
            db.close()
            raise
    try:
        return _checked(_open_read_only(path, "mode=ro"), check)
    except sqlite3.OperationalError:
        # A write-ahead database needs a place for its shared memory even to be read; on read-only media
        # nobody else can be writing, so the file may be read as it is.
        return _checked(_merged(path) if _has_log(path) else _open_read_only(path, "immutable=1"), check)


def _open_read_only(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def _checked(db: sqlite3.Connection, check: bool) -> sqlite3.Connection:
    try:
        db.execute("SELECT count(*) FROM origin").fetchone()
        if not check:
            return db
        pages = db.execute("PRAGMA page_count").fetchone()[0] * db.execute("PRAGMA page_size").fetchone()[0]
        if pages <= _QUICK and (wrong := first_fault(db)) is not None:
            raise sqlite3.DatabaseError(wrong)
    except BaseException:
        db.close()
        raise
    return db


def first_fault(db: sqlite3.Connection, *, thorough: bool = False) -> str | None:
    """The first thing that is wrong with how a database is written; None if nothing is.

    Args:
        thorough: also compare indices with their tables.
    """
    check = "integrity_check" if thorough else "quick_check"
    (told,) = db.execute(f"PRAGMA {check}(1)").fetchone()
    return None if told == "ok" else " ".join(told.removeprefix("*** in database main ***").split())


def _has_log(path: Path) -> bool:
    log = _log_of(path)
    return log.is_file() and log.stat().st_size > 0


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _merged(path: Path) -> sqlite3.Connection:
    """The database in memory with the edits that only its log holds, as a killed program leaves them."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with tempfile.TemporaryDirectory(prefix="fkd-") as scratch:
        copy = Path(scratch, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(_log_of(path), _log_of(copy))
        with closing(sqlite3.connect(copy)) as both:
            both.backup(db)
    return db


@contextmanager
def _transaction(db: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterable[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
