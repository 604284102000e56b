"""Labels with undo: edits go into memory at once and into the database in one transaction each."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import distinct
from fkd_core.errors import ReadOnlyError
from fkd_core.labels.journal import EditRecord, Journal, Step, label_rows
from fkd_core.labels.makers import system_user
from fkd_core.labels.remarks import Remarks
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import Edit


@attrs.frozen(eq=False)
class Applied:
    """What an edit, an undo or a redo did.

    Attributes:
        what: for people.
        inverse: the edit that would take it back.
        faces: the faces whose labels changed, ascending.
        step: what is to be written.
        stamps: when each of the keypoints of `inverse` had changed before, in seconds since 1970.
        cleared: edits that can no longer be redone because of this one.
    """

    what: str
    inverse: Edit
    faces: NDArray[np.intp]
    step: Step
    stamps: NDArray[np.uint32]
    cleared: tuple[EditRecord, ...] = ()


@attrs.frozen(eq=False)
class Held:
    """What a program that runs knows of the labels at one moment, saved or not.

    Attributes:
        table: the labels.
        edits: those in force and those that can be redone; what they changed where that is known.
    """

    table: LabelTable
    edits: tuple[EditRecord, ...]


class LabelStore:
    """The one truth about labels.

    `apply`, `undo` and `redo` change memory and disk. A window that must not wait for the disk calls
    `stage`, `stage_undo` or `stage_redo`, which change memory only, and later, on another thread and in
    the same order, `commit`; if that fails, `take_back`.

    Args:
        path: the SQLite file.
        keypoints: how many keypoints the schema has.
        read_only: refuse edits.

    Attributes:
        table: the labels.
        remarks: notes and bookmarks.
        who: whose edits and remarks these are from now on; the system's user at first.
    """

    def __init__(self, path: Path, keypoints: int, *, read_only: bool = False) -> None:
        self.journal = Journal(path, read_only=read_only)
        try:
            self.table: LabelTable = self.journal.load(keypoints)
            self._next_id = self.journal.last_id() + 1
            history = self.journal.history()
            self.remarks = Remarks(self.journal)
        except BaseException:
            self.journal.close()
            raise
        self.read_only = read_only
        self.who = system_user()
        self._done = [record for record in history if record.status == "done"]
        self._undone = [record for record in reversed(history) if record.status == "undone"]

    @property
    def undo_text(self) -> str | None:
        """What undo would take back, None if there is nothing."""
        return self._done[-1].what if self._done else None

    @property
    def redo_text(self) -> str | None:
        """What redo would do again, None if there is nothing."""
        return self._undone[-1].what if self._undone else None

    @property
    def done(self) -> tuple[EditRecord, ...]:
        """Edits in force, oldest first."""
        return tuple(self._done)

    def held(self) -> Held:
        """A copy of all that is known now, to be read while edits go on."""
        edits = (*self._done, *reversed(self._undone))
        return Held(self.table.copy(), tuple(attrs.evolve(edit) for edit in edits))

    def apply(self, edit: Edit) -> Applied:
        """Make an edit and commit it."""
        return self._committed(self.stage(edit))

    def undo(self) -> Applied | None:
        """Take the last edit back and commit that; None if there is none."""
        applied = self.stage_undo()
        return applied and self._committed(applied)

    def redo(self) -> Applied | None:
        """Make the edit again that was taken back last and commit that; None if there is none."""
        applied = self.stage_redo()
        return applied and self._committed(applied)

    def stage(self, edit: Edit) -> Applied:
        """Make an edit in memory.

        Raises:
            ReadOnlyError: if the project is open for reading only.
            IndexError: if the edit names a face, keypoint or origin that does not exist.
        """
        self._check_writable()
        at = time.time()
        stamps = self._stamps(edit.changes)
        before = self.table.put(edit.changes, at)
        follows = self._done[-1].id if self._done else 0
        record = EditRecord(self._next_id, at, edit.what, "done", before, edit.changes, self.who, follows)
        self._next_id += 1
        cleared = tuple(self._undone)
        self._done.append(record)
        self._undone.clear()
        return self._applied(record, "done", before, stamps, cleared)

    def stage_undo(self) -> Applied | None:
        """Take the last edit back in memory; None if there is none."""
        self._check_writable()
        if not self._done:
            return None
        record = self.journal.fill(self._done[-1])
        assert record.before is not None
        stamps = self._stamps(record.before)
        before = self.table.put(record.before, time.time())
        self._undone.append(self._done.pop())
        return self._applied(record, "undone", before, stamps)

    def stage_redo(self) -> Applied | None:
        """Make the edit again in memory that was taken back last; None if there is none."""
        self._check_writable()
        if not self._undone:
            return None
        record = self.journal.fill(self._undone[-1])
        assert record.after is not None
        stamps = self._stamps(record.after)
        before = self.table.put(record.after, time.time())
        self._done.append(self._undone.pop())
        return self._applied(record, "done", before, stamps)

    def commit(self, applied: Applied) -> None:
        """Write what was staged. Steps must be committed in the order in which they were staged.

        Raises:
            ProjectError: if it could not be written; memory still holds it, see `take_back`.
        """
        self.journal.write(applied.step)

    def take_back(self, applied: Applied) -> NDArray[np.intp]:
        """Restore memory after a commit that failed; latest step first. Returns the faces restored."""
        record = applied.step.record
        changes = applied.inverse.changes
        self.table.put(changes, time.time())
        # as on the disk, where nothing happened
        self.table.changed[changes["face"], changes["keypoint"]] = applied.stamps
        record.status = "done" if applied.step.status == "undone" else "undone"
        source, target = self._done, self._undone
        if applied.step.status == "undone":
            source, target = target, source
        source.remove(record)
        if applied.step.is_new:
            self._undone[:] = applied.cleared
            # numbers without gaps tell how many edits there were
            self._next_id = record.id
        else:
            target.append(record)
        return applied.faces

    def history(self, face: int) -> list[EditRecord]:
        """The edits that touched a face, oldest first."""
        return self.journal.history(face)

    def close(self) -> None:
        """Close the database."""
        self.journal.close()

    def _committed(self, applied: Applied) -> Applied:
        try:
            self.commit(applied)
        except BaseException:
            self.take_back(applied)
            raise
        return applied

    def _check_writable(self) -> None:
        if self.read_only:
            raise ReadOnlyError(
                "the project is open for reading only",
                where=self.journal.path.parent,
                todo="Close the other program that writes to it, or copy it to a folder you can write to",
            )

    def _applied(
        self,
        record: EditRecord,
        status: str,
        before: NDArray[Any],
        stamps: NDArray[np.uint32],
        cleared: tuple[EditRecord, ...] | None = None,
    ) -> Applied:
        record.status = status
        faces = distinct(before["face"]).astype(np.intp)
        step = Step(
            record,
            status,
            label_rows(self.table, faces),
            is_new=cleared is not None,
            dropped=tuple(old.id for old in cleared or ()),
            origins=tuple(enumerate(self.table.origins)),
        )
        return Applied(record.what, Edit(record.what, before), faces, step, stamps, cleared or ())

    def _stamps(self, changes: NDArray[Any]) -> NDArray[np.uint32]:
        self.table.check(changes)
        stamps: NDArray[np.uint32] = self.table.changed[changes["face"], changes["keypoint"]]
        return stamps
