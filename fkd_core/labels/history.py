"""The versions that the labels of one face went through: who said what and when, and the way back to any."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.labels import makers
from fkd_core.labels.store import LabelStore
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CHANGE, Edit, State

SOURCE = "source"
"""status of the labels that the imported file had; the others are those of edits"""


@attrs.frozen(eq=False)
class KeypointChange:
    """What a version did to one keypoint.

    Attributes:
        keypoint: its index.
        was, now: origins such as `human`; empty where it has no value.
        moved: by how many pixels; None where it had no place before or has none after.
        state: what is said of it since, in lower case; empty where that stayed.
        accepted: whether it counts as reviewed only since then.
    """

    keypoint: int
    was: str
    now: str
    moved: float | None
    state: str
    accepted: bool


@attrs.frozen(eq=False)
class Version:
    """All labels of a face as they once were.

    Attributes:
        number: 0 for the file's, then one for each edit, also for those that were undone.
        at: seconds since 1970; None for the file's.
        who: made it; empty where nobody wrote that down.
        what: in the words of the undo menu.
        status: `source`, `done`, `undone`, or `dropped` for one that was undone and can no longer be redone.
        values: `(K,)` of dtype `CHANGE`.
        before: those that it came from.
        origins: texts of the origin codes.
    """

    number: int
    at: float | None
    who: str
    what: str
    status: str
    values: NDArray[Any]
    before: NDArray[Any]
    origins: tuple[str, ...]

    @property
    def points(self) -> NDArray[np.float32]:
        """`(K, 2)` pixels, NaN where there was no place."""
        return np.stack([self.values["x"], self.values["y"]], axis=1)

    @property
    def changes(self) -> tuple[KeypointChange, ...]:
        """The keypoints that it changed."""
        if self.status == SOURCE:
            return ()
        return tuple(self._change(int(k)) for k in np.flatnonzero(~_same(self.values, self.before)))

    def _change(self, keypoint: int) -> KeypointChange:
        old, new = self.before[keypoint], self.values[keypoint]
        way = float(np.hypot(new["x"] - old["x"], new["y"] - old["y"]))
        state = State(int(new["state"])).name.lower() if new["state"] != old["state"] else ""
        return KeypointChange(
            keypoint,
            _origin(old, self.origins),
            _origin(new, self.origins),
            None if np.isnan(way) else way,
            state,
            bool(new["reviewed"] and not old["reviewed"]),
        )


def face_versions(store: LabelStore, face: int) -> tuple[Version, ...]:
    """All versions of a face that are on the disk, oldest first, the file's own at the head.

    What was undone is among them: an edit is never erased.

    Raises:
        ProjectError: if they cannot be read.
        IndexError: if there is no such face.
    """
    count = store.table.points.shape[1]
    if not 0 <= face < len(store.table):
        raise IndexError(f"face must be below {len(store.table)}, received {face}")
    with store.journal.reading() as db:
        signed = makers.has_tables(db)
        rows = db.execute(_EDITS.format(*(_SIGNED if signed else _UNSIGNED)), (face,)).fetchall()
        gone = _gone(db) if signed and any(row[3] == "dropped" for row in rows) else {}
        origins = tuple(text for (text,) in db.execute("SELECT text FROM origin ORDER BY code"))
    source = store.table.originals(np.full(count, face), np.arange(count))
    found = [Version(0, None, "", "as the file had it", SOURCE, source, source, origins)]
    made = {row[0]: _of_face(row[4], face) for row in rows}
    status = {row[0]: row[3] for row in rows}
    for number, (edit, at, what, state, _, who) in enumerate(rows, start=1):
        before = source.copy()
        for earlier in _chain(edit, status, gone):
            _lay(before, made[earlier])
        values = before.copy()
        _lay(values, made[edit])
        found.append(Version(number, at, who, what, state, values, before, origins))
    return tuple(found)


def current_version(versions: tuple[Version, ...]) -> Version:
    """The version in force: of the edits that are not undone the last."""
    return next(one for one in reversed(versions) if one.status in ("done", SOURCE))


def restore(table: LabelTable, face: int, version: Version, name: str) -> Edit:
    """The edit that gives a face all labels of a version again; it changes nothing where they are the same.

    Args:
        table: the labels as they are.
        face: whose version it is.
        version: which one.
        name: of the version, for the undo menu.
    """
    wanted = version.values.copy()
    for k in np.flatnonzero(wanted["state"] != State.UNLABELLED):
        wanted["origin"][k] = table.origin_code(version.origins[wanted["origin"][k]])
    now = table.current(np.full(len(wanted), face), np.arange(len(wanted)))
    return Edit(f"restore {name}", wanted[~_same(wanted, now)])


_EDITS = """SELECT edit.id, at, what, status, after, {} FROM edit JOIN edit_face ON edit_face.edit = edit.id
  {} WHERE face = ? ORDER BY edit.id"""
_SIGNED = ("coalesce(who, '')", "LEFT JOIN edit_maker ON edit_maker.edit = edit.id")
_UNSIGNED = ("''", "")


def _gone(db: sqlite3.Connection) -> dict[int, int]:
    """Which edit each followed of those that can no longer be redone."""
    query = "SELECT edit, follows FROM edit_maker JOIN edit ON edit.id = edit_maker.edit"
    return dict(db.execute(f"{query} WHERE status = 'dropped'"))


def _chain(edit: int, status: Mapping[int, str], gone: Mapping[int, int]) -> list[int]:
    """The earlier edits of a face that were in force when one was made, oldest first.

    Those that are not dropped lie on one line, each upon all before it. A dropped one stands on a branch that
    leaves this line at some edit; its way back to there was written down.
    """
    branch = []
    place = edit
    while status.get(place) == "dropped" or place in gone:
        place = min(gone.get(place, place - 1), place - 1)
        branch.append(place)
    line = [e for e, state in status.items() if state != "dropped" and e <= place and e < edit]
    return sorted({*line, *(e for e in branch if e in status and e < edit)})


def _of_face(blob: bytes, face: int) -> NDArray[Any]:
    changes = np.frombuffer(blob, CHANGE)
    here: NDArray[Any] = changes[changes["face"] == face]
    return here


def _lay(values: NDArray[Any], changes: NDArray[Any]) -> None:
    values[changes["keypoint"]] = changes


def _same(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """`(K,)`, where two values say the same; the origin of an unlabelled keypoint says nothing."""
    same = np.ones(len(one), np.bool_)
    for axis in ("x", "y"):
        same &= (one[axis] == other[axis]) | (np.isnan(one[axis]) & np.isnan(other[axis]))
    labelled = one["state"] != State.UNLABELLED
    for part in ("state", "reviewed"):
        same &= one[part] == other[part]
    same &= (one["origin"] == other["origin"]) | ~labelled
    return same


def _origin(value: Any, origins: tuple[str, ...]) -> str:
    return "" if value["state"] == State.UNLABELLED else origins[int(value["origin"])]
