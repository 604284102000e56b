"""Backups of the label database: whole, checked copies beside it, few and not too large."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import sqlite3
import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import attrs

from fkd_core.errors import DamagedLabelsError
from fkd_core.files import writing
from fkd_core.labels.journal import copy_database, first_fault, record_dtype

FOLDER = "backups"
LATEST = 4
"""how many of the newest backups are kept, whenever they were made"""
DAYS = 5
"""of how many earlier days the last backup is kept"""
ROOM = 256 * 2**20
"""bytes that all backups may take together, unless two of them take more"""
_THOROUGH = 64 * 2**20
_NAME = re.compile(r"labels-(\d{8}T\d{6})Z\.sqlite")
_STAMP = "%Y%m%dT%H%M%S"


@attrs.frozen
class Backup:
    """One copy of the labels as they once were.

    Attributes:
        path: a database in one file.
        at: when it was made, UTC.
        size: bytes.
    """

    path: Path
    at: datetime
    size: int

    @property
    def when(self) -> str:
        """The time for people, on their clock: with the date unless it was today."""
        local = self.at.astimezone()
        today = local.date() == datetime.now().astimezone().date()
        return f"{local:%H:%M:%S}" if today else f"{local:%d %B %Y, %H:%M}"


def list_backups(labels: Path) -> list[Backup]:
    """The backups of a label database, newest first."""
    try:
        entries = list((labels.parent / FOLDER).iterdir())
    except OSError:
        return []
    found = []
    for path in entries:
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        try:
            at, size = datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC), path.stat().st_size
        except (ValueError, OSError):
            continue  # such a day there is not, or it has just been thinned out
        found.append(Backup(path, at, size))
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def back_up(labels: Path, keypoints: int, *, now: datetime | None = None) -> Backup | None:
    """Copy the labels, make sure that the copy is sound, then let go of backups that are too many.

    Nothing is copied where nothing changed since the last time, or where the disk has little room left:
    backups must not be what fills it.

    Args:
        labels: the database; it may be in use.
        keypoints: how many the schema has.
        now: the time, UTC.

    Returns:
        the new backup; None if none was made.

    Raises:
        DamagedLabelsError: if the database is damaged; the backups are left as they are.
        ProjectError: if the copy cannot be written.
    """
    earlier = list_backups(labels)
    written = _last_written(labels)
    if earlier and earlier[0].path.stat().st_mtime > written:
        return None
    folder = labels.parent / FOLDER
    if shutil.disk_usage(labels.parent).free < 4 * _size(labels):
        return None
    at = now or datetime.now(UTC)
    with writing(folder):
        folder.mkdir(exist_ok=True)
        partial = folder / f".{uuid.uuid4().hex}.tmp"
        try:
            copy_database(labels, partial)
            check_copy(partial, keypoints, labels)
            if earlier and filecmp.cmp(partial, earlier[0].path, shallow=False):
                os.utime(earlier[0].path)
                return None
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            path = folder / f"labels-{at.strftime(_STAMP)}Z.sqlite"
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    for old in surplus(list_backups(labels)):
        old.path.unlink(missing_ok=True)
    return Backup(path, at, path.stat().st_size)


def check_copy(copy: Path, keypoints: int, labels: Path) -> None:
    """Make sure that a database in one file is sound and holds what a label database holds.

    Raises:
        DamagedLabelsError: if not; it names `labels`, of which this is the copy.
    """
    size = record_dtype(keypoints).itemsize
    counts = {
        "labels of another size": f"SELECT count(*) FROM label WHERE length(record) != {size}",
        "original labels cut off": f"SELECT count(*) FROM original WHERE length(xy) % {8 * keypoints}",
    }
    try:
        with closing(open_copy(copy)) as db:
            wrong = first_fault(db, thorough=copy.stat().st_size <= _THOROUGH)
            for what, query in counts.items():
                wrong = wrong or (what if db.execute(query).fetchone()[0] else None)
    except sqlite3.Error as error:
        wrong = str(error)
    if wrong is not None:
        raise DamagedLabelsError("the labels are damaged", where=labels, found=wrong)


def open_copy(path: Path) -> sqlite3.Connection:
    """A database in one file that nobody writes to, for reading."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None)


def surplus(backups: Sequence[Backup]) -> list[Backup]:
    """Those of some backups, newest first, that need not be kept."""
    kept, days = list(backups[:LATEST]), {backup.at.date() for backup in backups[:LATEST]}
    for backup in backups[LATEST:]:
        if backup.at.date() not in days and len(kept) < LATEST + DAYS:
            days.add(backup.at.date())
            kept.append(backup)
    while len(kept) > 2 and sum(backup.size for backup in kept) > ROOM:
        kept.pop()
    return [backup for backup in backups if backup not in kept]


def _last_written(labels: Path) -> float:
    """When the database or its log was written last."""
    parts = (labels, labels.with_name(f"{labels.name}-wal"))
    return max((part.stat().st_mtime for part in parts if part.exists()), default=0.0)


def _size(labels: Path) -> int:
    parts = (labels, labels.with_name(f"{labels.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())
