"""Puts together what several label databases, whole or in parts, know of the same labels."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.journal import EditRecord
from fkd_core.labels.salvage import Remains
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CHANGE, State

UNKNOWN = "imputed:salvaged"
"""origin of values whose own is lost: a person should look at them"""


@attrs.define(eq=False)
class Merged:
    """All labels and edits that are known.

    Attributes:
        table: the labels that follow from the edits.
        edits: by number, ascending.
        beside: keypoints whose edits are lost but whose values are not.
        missing: numbers of edits that are lost.
        others: see `Remains`.
    """

    table: LabelTable
    edits: list[EditRecord]
    beside: int
    missing: list[int]
    others: dict[str, tuple[str, list[tuple[Any, ...]]]]


def merge(
    original: NDArray[np.float32], parts: Sequence[Remains], latest: Sequence[LabelTable] = ()
) -> Merged:
    """Join what is known, later parts having the last word.

    The labels are made anew from the originals and the edits that are in force. Rows of labels that say
    more than that, because an edit is lost, and tables that a running program still holds become one edit
    at the end, which can be undone as any other.

    Args:
        original: `(N, K, 2)` as the source had them.
        parts: databases, the oldest first.
        latest: labels as a running program knows them.
    """
    table = LabelTable(original.copy())
    for part in parts:
        if len(part.origins) > len(table.origins):
            table.origins = list(part.origins)
    for held in latest:
        if len(held.origins) > len(table.origins):
            table.origins = list(held.origins)
    edits = _joined(part.edits.values() for part in parts)
    for record in edits:
        if record.status == "done":
            table.put(_known(table, record.after), record.at)
    last = max((part.last for part in parts), default=0)
    missing = sorted(set(range(1, last + 1)) - {record.id for record in edits})
    beside = _beside(table, parts[-1].records if parts else {})
    for held in latest:
        beside = _differences(table, held)
    if len(beside):
        now = time.time()
        before = table.put(beside, now)
        number = max(last, edits[-1].id if edits else 0) + 1
        edits = [attrs.evolve(e, status="dropped") if e.status == "undone" else e for e in edits]
        edits.append(EditRecord(number, now, "labels saved from the damage", "done", before, beside))
    others: dict[str, tuple[str, list[tuple[Any, ...]]]] = {}
    for part in parts:
        # rows of a damaged table may be fewer than those of its backup
        others |= {name: made for name, made in part.others.items() if made[1] or name not in others}
    return Merged(table, edits, len(beside), missing, others)


def _joined(parts: Iterable[Iterable[EditRecord]]) -> list[EditRecord]:
    found: dict[int, EditRecord] = {}
    for part in parts:
        for record in part:
            known = found.get(record.id)
            # a running program remembers that there was an edit, but not always what it changed
            if record.before is None and known is not None:
                record = attrs.evolve(record, before=known.before, after=known.after)
            if record.before is not None:
                found[record.id] = record
    return [found[number] for number in sorted(found)]


def _known(table: LabelTable, changes: NDArray[Any] | None) -> NDArray[Any]:
    """The changes with origins that exist."""
    assert changes is not None
    strange = changes["origin"] >= len(table.origins)
    if strange.any():
        changes = changes.copy()
        changes["origin"][strange] = table.origin_code(UNKNOWN)
    return changes


def _beside(table: LabelTable, records: dict[int, NDArray[Any]]) -> NDArray[Any]:
    """What rows of labels say of keypoints that were changed after the last edit known of them."""
    if not records:
        return np.empty(0, CHANGE)
    faces = np.array(sorted(records))
    rows = np.stack([records[face] for face in faces.tolist()])
    newer = rows["changed"] > table.changed[faces]
    where = np.nonzero(newer)
    found = np.zeros(len(where[0]), CHANGE)
    found["face"], found["keypoint"] = faces[where[0]], where[1]
    found["x"], found["y"] = rows["xy"][where][:, 0], rows["xy"][where][:, 1]
    for field in ("origin", "state", "reviewed"):
        found[field] = rows[field][where]
    return _changing(table, found)


def _differences(table: LabelTable, held: LabelTable) -> NDArray[Any]:
    """The changes that make a table equal to one that a running program holds."""
    same = (
        ((table.points == held.points) | (np.isnan(table.points) & np.isnan(held.points))).all(axis=2)
        & (table.state == held.state)
        & (table.reviewed == held.reviewed)
        & ((table.origin == held.origin) | (table.state == State.UNLABELLED))
    )
    faces, keypoints = np.nonzero(~same)
    return held.current(faces, keypoints)


def _changing(table: LabelTable, changes: NDArray[Any]) -> NDArray[Any]:
    """Those of the changes that change anything."""
    now = table.current(changes["face"], changes["keypoint"])
    differs = np.zeros(len(changes), np.bool_)
    for field in ("x", "y"):
        differs |= (now[field] != changes[field]) & ~(np.isnan(now[field]) & np.isnan(changes[field]))
    for field in ("origin", "state", "reviewed"):
        differs |= now[field] != changes[field]
    return changes[differs]
