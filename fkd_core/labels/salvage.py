"""Reads what can be read from a label database, be it sound or damaged, and judges each value."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.journal import BLOCK, EditRecord, first_fault, record_dtype
from fkd_core.labels.values import CHANGE, Edit, OriginKind, State

_TRIES = 5_000
"""how often a read may fail before the rest of a table counts as lost"""
_FAR = 10_000_000
"""an edit's number that no project reaches"""
OWN = ("original", "origin", "label", "edit", "edit_face")


@attrs.define(eq=False)
class Remains:
    """What was found in a label database.

    Attributes:
        edits: number to edit, with what it changed.
        last: the highest number of an edit that is mentioned anywhere.
        original: `(N, K, 2)`; None if a part of it is missing.
        origins: what the codes mean.
        records: face to the row that holds its labels.
        others: tables of other kinds, such as notes: how they are made, and their rows.
        fault: what is wrong with the file; None if it is sound.
        foreign: whether it is whole but of another number of faces.
    """

    edits: dict[int, EditRecord] = attrs.field(factory=dict)
    last: int = 0
    original: NDArray[np.float32] | None = None
    origins: list[str] = attrs.field(factory=list)
    records: dict[int, NDArray[Any]] = attrs.field(factory=dict)
    others: dict[str, tuple[str, list[tuple[Any, ...]]]] = attrs.field(factory=dict)
    fault: str | None = None
    foreign: bool = False


def read_remains(path: Path, faces: int, keypoints: int) -> Remains:
    """Read a label database as far as it goes. The file is left as it is.

    Args:
        path: the database; its log, too, is read.
        faces, keypoints: how many there must be.
    """
    if not path.is_file():
        return Remains(fault="there is no such file")
    with ExitStack() as stack:
        db = stack.enter_context(closing(_open(path, stack)))
        db.text_factory = lambda raw: raw.decode(errors="replace")
        return _Reader(db, faces, keypoints).read()


def _open(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """The database for reading; a copy of it where its place cannot be written, which its log would need.

    Not always a copy: a program that has the database open would lose its locks on it.
    """
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        db.close()
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="fkd-"))
        copy = Path(scratch, path.name)
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.is_file():
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        return sqlite3.connect(copy, isolation_level=None)
    except sqlite3.DatabaseError:
        pass  # what is wrong shows when it is read
    return db


class _Reader:
    """Reads one database; each part may fail without harm to the others."""

    def __init__(self, db: sqlite3.Connection, faces: int, keypoints: int) -> None:
        self._db = db
        self._faces = faces
        self._keypoints = keypoints
        self._tries = 0

    def read(self) -> Remains:
        found = Remains()
        try:
            found.fault = first_fault(self._db, thorough=True)
        except sqlite3.Error as error:
            found.fault = str(error)
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
                return found
        found.origins = self._origins()
        found.original = self._original()
        found.edits = self._edits()
        found.last = self._last(found.edits)
        found.records = self._records(len(found.origins))
        found.others = self._others()
        found.foreign = found.original is None and found.fault is None
        found.fault = found.fault or self._lacking(found)
        return found

    def _lacking(self, found: Remains) -> str | None:
        """What is wrong with a file that is sound as a database."""
        if found.original is None:
            return "the labels are not those of as many faces as the project has"
        for table, read in (("edit", found.edits), ("label", found.records)):
            ((count,),) = self._all(f"SELECT count(*) FROM {table}") or [(None,)]
            if count != len(read):
                return f"the table {table} holds what no label database holds"
        return None

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query).fetchall()
        except sqlite3.Error:
            return []

    def _between(self, query: str, low: int, high: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a query for numbers from `low` to `high` that can be read, found by halving."""
        self._tries = _TRIES
        yield from self._halves(query, low, high)

    def _halves(self, query: str, low: int, high: int) -> Iterator[tuple[Any, ...]]:
        if self._tries <= 0:
            return
        try:
            rows = self._db.execute(query, (low, high)).fetchall()
        except sqlite3.Error:
            self._tries -= 1
            if low < high:
                middle = (low + high) // 2
                yield from self._halves(query, low, middle)
                yield from self._halves(query, middle + 1, high)
            return
        yield from rows

    def _origins(self) -> list[str]:
        found: list[str] = []
        for code, text in self._between("SELECT code, text FROM origin WHERE code BETWEEN ? AND ?", 0, 65535):
            if code != len(found) or not _is_origin(text):
                break  # the meaning of the codes after a gap is not to be guessed
            found.append(text)
        return found

    def _original(self) -> NDArray[np.float32] | None:
        blocks = dict(self._between("SELECT block, xy FROM original WHERE block BETWEEN ? AND ?", 0, 2**31))
        if sorted(blocks) != list(range(-(-self._faces // BLOCK))):
            return None
        whole = b"".join(blocks[number] for number in range(len(blocks)))
        if len(whole) != self._faces * self._keypoints * 8:
            return None
        return np.frombuffer(whole, "<f4").reshape(self._faces, self._keypoints, 2)

    def _edits(self) -> dict[int, EditRecord]:
        query = "SELECT id, at, what, status, before, after FROM edit WHERE id BETWEEN ? AND ?"
        found = {}
        for number, at, what, status, before, after in self._between(query, 1, _FAR):
            changes = self._changes(before), self._changes(after)
            if changes[0] is None or changes[1] is None or status not in ("done", "undone", "dropped"):
                continue
            found[number] = EditRecord(number, float(at), str(what), status, *changes)
        return found

    def _changes(self, blob: object) -> NDArray[Any] | None:
        if not isinstance(blob, bytes) or len(blob) % CHANGE.itemsize:
            return None
        changes = np.frombuffer(blob, CHANGE)
        if len(changes) and (
            changes["face"].max() >= self._faces or changes["keypoint"].max() >= self._keypoints
        ):
            return None
        try:
            return Edit("", changes).changes
        except ValueError:
            return None

    def _last(self, edits: dict[int, EditRecord]) -> int:
        """Also from what other tables say of edits that are lost."""
        seen = set(edits)
        for query in ("SELECT max(id) FROM edit", "SELECT max(edit) FROM edit_face"):
            seen |= {int(number) for (number,) in self._all(query) if isinstance(number, int)}
        return max((number for number in seen if number < _FAR), default=0)

    def _records(self, origins: int) -> dict[int, NDArray[Any]]:
        layout, found = record_dtype(self._keypoints), {}
        query = "SELECT face, record FROM label WHERE face BETWEEN ? AND ?"
        for face, blob in self._between(query, 0, self._faces - 1):
            if not isinstance(blob, bytes) or len(blob) != layout.itemsize:
                continue
            record = np.frombuffer(blob, layout)[0]
            placed = np.isin(record["state"], (State.VISIBLE, State.OCCLUDED))
            known = np.isfinite(record["xy"]).all(axis=1)
            if (
                (placed == known).all()
                and record["state"].max() <= max(State)
                and (record["origin"].max() < origins)
            ):
                found[face] = record
        return found

    def _others(self) -> dict[str, tuple[str, list[tuple[Any, ...]]]]:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        tables = [(name, sql) for name, sql in self._all(query) if name not in OWN and sql]
        return {name: (sql, self._all(f'SELECT * FROM "{name}"')) for name, sql in tables}


def _is_origin(text: object) -> bool:
    try:
        OriginKind.of(str(text))
    except ValueError:
        return False
    return True
