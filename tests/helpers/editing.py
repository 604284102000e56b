"""Random edits, and a program that makes them and says which are on the disk."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from fkd_core.labels import edits
from fkd_core.labels.store import LabelStore
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CHANGE, Edit, State
from fkd_core.schema import FKD_15


def random_edit(table: LabelTable, rng: np.random.Generator) -> Edit:
    """One edit of any kind, of one face or of many."""
    face = int(rng.integers(len(table)))
    keypoints = sorted(rng.choice(15, int(rng.integers(1, 4)), replace=False).tolist())
    everywhere = rng.random((len(table), 15)) < 0.3
    values = rng.uniform(0, 96, (len(table), 15, 2)).astype(np.float32)
    kind = int(rng.integers(7))
    if kind == 0:
        return edits.move(table, FKD_15, face, keypoints, values[face, keypoints])
    if kind == 1:
        placed = [k for k in keypoints if table.mask[face, k]]
        return edits.set_state(table, FKD_15, face, placed, State.OCCLUDED) if placed else _nothing()
    if kind == 2:
        return edits.set_state(table, FKD_15, face, keypoints, State.ABSENT)
    if kind == 3:
        return edits.accept(table, "accept", everywhere)
    if kind == 4:
        return edits.revert(table, FKD_15, face, keypoints)
    if kind == 5:
        return edits.take(
            table, "predict", f"predicted:run-{rng.integers(3)}", values, everywhere, reviewed=True
        )
    return edits.impute(table, "mean", values, np.ones_like(everywhere))


def state_of(store: LabelStore) -> tuple[bytes, ...]:
    """All that a reopened store must show, origins as texts."""
    table = store.table
    texts = (repr(store.undo_text), repr(store.redo_text), repr([edit.what for edit in store.done]))
    return (*labels_of(store), table.changed.tobytes(), *(text.encode() for text in texts))


def labels_of(store: LabelStore) -> tuple[bytes, ...]:
    """The labels without the times of their changes, which undo does not turn back."""
    table = store.table
    origins = ",".join(np.array(table.origins, object)[table.origin].ravel())
    parts = (table.points, table.state, table.reviewed)
    return (origins.encode(), *(part.tobytes() for part in parts))


def _nothing() -> Edit:
    return Edit("nothing", np.empty(0, CHANGE))


def _edit_until_killed(path: Path) -> None:
    store = LabelStore(path, 15)
    for number in range(1_000_000):
        face, value = number % len(store.table), np.float32(number % 96)
        store.apply(edits.move(store.table, FKD_15, face, [0], np.array([[value, 1]])))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _edit_until_killed(Path(sys.argv[1]))
