"""Brings damaged labels back: from the last good backup, and from what the damaged file still says.

The damaged file is never deleted: it is kept beside the labels under a name that tells when.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError, DamagedLabelsError, ProjectError
from fkd_core.files import writing
from fkd_core.labels.backups import Backup, check_copy, list_backups
from fkd_core.labels.journal import FILE, EditRecord, Journal, label_rows
from fkd_core.labels.merge import Merged, merge
from fkd_core.labels.salvage import Remains, read_remains
from fkd_core.labels.store import Held
from fkd_core.manifest import Manifest

_PARTS = ("", "-wal", "-shm")


@attrs.frozen(eq=False)
class Restoration:
    """What would be done to bring the labels of a project back, and what would be lost. See `carry_out`.

    Attributes:
        labels: the database.
        fault: what is wrong with it; None if nothing is.
        backup: the copy that is taken; None if the file itself says all that can be known.
        kept: edits in the backup, without those taken back and replaced.
        salvaged: later edits that the damaged file, or the program that still runs, knows.
        beside: keypoints whose edits are lost, but not their values.
        lost: later edits that are lost for good; None if nobody can tell how many there were.
        merged: what will be written.
    """

    labels: Path
    fault: str | None
    backup: Backup | None
    kept: int
    salvaged: int
    beside: int
    lost: int | None
    merged: Merged

    @property
    def told(self) -> str:
        """What there will be and what will be lost, in a sentence or two."""
        if self.backup is not None:
            text = f"The backup of {self.backup.when} has {_edits(self.kept)}"
            if self.salvaged:
                text += f"; {_edits(self.salvaged)} made later can still be read"
        else:
            text = f"There is no backup yet; {_edits(self.salvaged)} can still be read"
        if self.beside:
            some = self.beside == 1
            text += f", and the value{'s' * (not some)} of {self.beside:,} keypoint{'s' * (not some)} beside"
        if self.lost is None:
            return f"{text}. Edits made later, if there were any, are lost."
        if self.lost:
            return f"{text}. {_edits(self.lost)} {_is(self.lost)} lost."
        return f"{text}. Nothing is lost."


def find_restoration(
    folder: Path,
    *,
    backup: Path | None = None,
    held: Held | None = None,
) -> Restoration:
    """Find out how the labels of a project can be brought back. Nothing is written.

    Args:
        folder: the project.
        backup: go back to this backup, whatever was done after it; the last sound one and all that was
            done later if None.
        held: labels of a program that still runs; what it knows is not lost.

    Raises:
        DamagedLabelsError: if nothing can be brought back.
        ProjectError: if the folder is no project.
    """
    manifest = Manifest.load(folder)
    faces, keypoints = sum(manifest.splits.values()), len(manifest.schema)
    labels = folder / FILE
    damaged = read_remains(_file_or_put_aside(labels), faces, keypoints)
    if backup is not None:
        chosen: list[Backup] = [b for b in list_backups(labels) if b.path.name == backup.name]
        if not chosen:
            raise BadInputError(
                "there is no such backup",
                where=labels.parent,
                found=backup.name,
                todo="List them with: fkd restore PROJECT --list",
            )
    else:
        chosen = list_backups(labels)
    good, base = None, Remains()
    for candidate in chosen:
        remains = read_remains(candidate.path, faces, keypoints)
        if remains.fault is None and remains.original is not None:
            good, base = candidate, remains
            break
    if damaged.foreign or _differ(base.original, damaged.original):
        damaged = Remains(fault="it holds the labels of other faces")
    original = base.original if base.original is not None else damaged.original
    if original is None and held is not None:
        original = held.table.original[:]
    if original is None:
        raise DamagedLabelsError(
            "the labels cannot be brought back: there is no sound backup, and the original labels in the"
            " damaged file cannot be read",
            where=labels,
            found=damaged.fault,
            todo="Import the data again into a new project; the damaged file stays where it is",
        )
    if backup is not None:
        merged = merge(original, [base])
        later = [edit for number, edit in damaged.edits.items() if number > base.last]
        lost = sum(edit.status != "dropped" for edit in later) + len(
            set(range(base.last + 1, damaged.last + 1)) - set(damaged.edits)
        )
        return Restoration(labels, damaged.fault, good, _count(base.edits.values()), 0, 0, lost, merged)
    parts, tables = [base, damaged], []
    if held is not None:
        parts.append(_remains_of(held, base.edits | damaged.edits))
        tables.append(held.table)
    merged = merge(original, parts, tables)
    later = [edit for edit in merged.edits if edit.id not in base.edits]
    missing: int | None = len(merged.missing)
    if damaged.last == 0 and damaged.fault is not None and held is None:
        missing = None
    return Restoration(
        labels,
        damaged.fault,
        good,
        _count(base.edits.values()),
        _count(later) - bool(merged.beside),
        merged.beside,
        0 if held is not None else missing,
        merged,
    )


def carry_out(restoration: Restoration) -> Path | None:
    """Write the labels that were found, and put the damaged file aside.

    The caller holds the writer's lock of the project, and nobody has the labels open.

    Returns:
        where the damaged file lies now; None if there was none.

    Raises:
        ProjectError: if the labels cannot be written; then all is as it was.
    """
    return put_in_place(restoration.labels, write_beside(restoration))


def write_beside(restoration: Restoration) -> Path:
    """Write the labels that were found into a file beside the damaged one, which may still be in use.

    Raises:
        ProjectError: if they cannot be written; then all is as it was.
    """
    labels, merged = restoration.labels, restoration.merged
    new = labels.with_name(f".{labels.name}.{uuid.uuid4().hex}.tmp")
    try:
        with writing(labels):
            write_database(new, merged)
            check_copy(new, merged.table.points.shape[1], new)
    except BaseException:
        for part in _PARTS:
            new.with_name(new.name + part).unlink(missing_ok=True)
        raise
    return new


def put_in_place(labels: Path, new: Path) -> Path | None:
    """Put a damaged database aside and a new one in its place; nobody has it open.

    Returns:
        where the damaged file lies now; None if there was none.
    """
    try:
        with writing(labels):
            aside = _put_aside(labels)
            os.replace(new, labels)
    finally:
        new.unlink(missing_ok=True)
    return aside


def write_database(path: Path, merged: Merged) -> None:
    """Make a label database from what is known.

    Raises:
        ProjectError: if it cannot be written.
    """
    table = merged.table
    Journal.create(path, table.original[:])
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=DELETE")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("BEGIN")
            db.executemany("INSERT OR IGNORE INTO origin VALUES (?, ?)", enumerate(table.origins))
            db.executemany("INSERT INTO edit VALUES (?, ?, ?, ?, ?, ?)", map(_row, merged.edits))
            touched: set[int] = set()
            for edit in merged.edits:
                assert edit.after is not None
                faces = np.unique(edit.after["face"]).tolist()
                touched.update(faces)
                db.executemany("INSERT INTO edit_face VALUES (?, ?)", ((face, edit.id) for face in faces))
            db.executemany(
                "INSERT INTO label VALUES (?, ?)", label_rows(table, np.array(sorted(touched), np.intp))
            )
            for name, (made, rows) in merged.others.items():
                db.execute(made)
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    db.executemany(f'INSERT OR REPLACE INTO "{name}" VALUES ({marks})', rows)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise ProjectError(
            "the labels cannot be written",
            where=path.parent,
            found=str(error),
            todo="Check the free space and the permissions of the folder; nothing was changed",
        ) from error


def _row(edit: EditRecord) -> tuple[Any, ...]:
    assert edit.before is not None
    assert edit.after is not None
    return edit.id, edit.at, edit.what, edit.status, edit.before.tobytes(), edit.after.tobytes()


def _remains_of(held: Held, known: dict[int, EditRecord]) -> Remains:
    """What a program that still runs knows: which edits there are, and what those of today changed."""
    edits = {edit.id: edit for edit in held.edits}
    # Those that it does not know were replaced by others, which the file may not say yet.
    edits |= {n: attrs.evolve(e, status="dropped") for n, e in known.items() if n not in edits}
    return Remains(edits=edits, last=max(edits, default=0), origins=list(held.table.origins))


def _count(edits: Any) -> int:
    return sum(edit.status != "dropped" for edit in edits)


def _file_or_put_aside(labels: Path) -> Path:
    """The database; where there is none, the one that was put aside last, as a crash may leave it."""
    if labels.exists():
        return labels
    aside = sorted(labels.parent.glob(f"{labels.stem}-damaged-*.sqlite"))
    return aside[-1] if aside else labels


def _put_aside(labels: Path) -> Path | None:
    if not labels.exists():
        return None
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
    aside = labels.with_name(f"{labels.stem}-damaged-{stamp}.sqlite")
    number = 1
    while aside.exists():
        number += 1
        aside = labels.with_name(f"{labels.stem}-damaged-{stamp}-{number}.sqlite")
    for part in _PARTS[1:]:
        beside = labels.with_name(labels.name + part)
        if beside.exists():
            os.replace(beside, aside.with_name(aside.name + part))
    os.replace(labels, aside)
    return aside


def _differ(one: NDArray[np.float32] | None, other: NDArray[np.float32] | None) -> bool:
    return one is not None and other is not None and not np.array_equal(one, other, equal_nan=True)


def _edits(count: int) -> str:
    return f"{count:,} edit{'s' * (count != 1)}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
