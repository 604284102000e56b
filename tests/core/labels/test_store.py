"""Edits, undo and redo against a list of snapshots, through restarts, full disks and kills."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import ProjectError, ReadOnlyError
from fkd_core.labels import edits
from fkd_core.labels.journal import Journal
from fkd_core.labels.store import Applied, LabelStore
from fkd_core.labels.values import Edit, changes_of
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points
from tests.helpers.editing import labels_of, random_edit, state_of
from tests.helpers.places import small_disk

FACES = 6


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Journal.create(tmp_path / "labels.sqlite", random_points(FACES, missing=0.4))
    return tmp_path / "labels.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[LabelStore]:
    with closing(LabelStore(path, 15)) as store:
        yield store


def move(face: int = 1, keypoint: int = 2, x: float = 3, what: str = "move") -> Edit:
    return Edit(what, changes_of([face], [keypoint], [[x, 4]], origin=1, reviewed=True))


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_equals_a_stack_of_snapshots_and_survives_a_restart_at_every_step(
    path: Path, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    store = LabelStore(path, 15)
    stack, at = [labels_of(store)], 0
    for _ in range(30):
        act = rng.random()
        if act < 0.5:
            edit = random_edit(store.table, rng)
            applied = store.apply(edit)
            assert set(applied.faces) == set(edit.faces)
            del stack[at + 1 :]
            stack.append(labels_of(store))
            at += 1
        elif act < 0.8:
            assert (store.undo() is None) == (at == 0)
            at = max(at - 1, 0)
        else:
            assert (store.redo() is None) == (at == len(stack) - 1)
            at = min(at + 1, len(stack) - 1)
        assert labels_of(store) == stack[at]
        assert (store.undo_text is None, store.redo_text is None) == (at == 0, at == len(stack) - 1)
        before = state_of(store)
        store.close()
        store = LabelStore(path, 15)
        assert state_of(store) == before
    store.close()


def test_the_inverse_takes_an_edit_back(store: LabelStore) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        before = labels_of(store)
        applied = store.apply(random_edit(store.table, rng))
        store.apply(applied.inverse)
        assert labels_of(store) == before


def test_a_new_edit_ends_what_could_be_redone(store: LabelStore, path: Path) -> None:
    store.apply(move(what="first"))
    store.apply(move(what="second"))
    store.undo()
    assert (store.undo_text, store.redo_text) == ("first", "second")
    store.apply(move(what="third"))
    assert (store.undo_text, store.redo_text) == ("third", None)
    with closing(LabelStore(path, 15, read_only=True)) as again:
        assert [record.what for record in again.done] == ["first", "third"]
        assert again.redo_text is None


def test_the_history_of_a_face_names_its_edits(store: LabelStore) -> None:
    store.apply(move(face=1, what="one"))
    store.apply(move(face=2, what="other"))
    store.apply(Edit("both", changes_of([1, 2], [5, 5], [[1, 1], [2, 2]], origin=1)))
    store.undo()
    assert [(record.what, record.status) for record in store.history(1)] == [
        ("one", "done"),
        ("both", "undone"),
    ]
    assert [record.what for record in store.history(2)] == ["other", "both"]
    assert store.history(3) == []


def test_origins_come_back_after_a_restart(store: LabelStore, path: Path) -> None:
    values = np.full((FACES, 15, 2), 9, np.float32)
    for number, origin in enumerate(("predicted:b", "imputed:mean", "predicted:a")):
        where = np.zeros((FACES, 15), bool)
        where[number, 3] = True
        store.apply(edits.take(store.table, "take", origin, values, where, reviewed=False))
    with closing(LabelStore(path, 15, read_only=True)) as again:
        assert [again.table.origin_text(n, 3) for n in range(3)] == [
            "predicted:b",
            "imputed:mean",
            "predicted:a",
        ]


def test_imputing_twice_and_taking_away_is_undone_step_by_step(store: LabelStore) -> None:
    states = [labels_of(store)]
    for method, value in (("mean", 5), ("backfill", 6), ("none", np.nan)):
        filled = np.full((FACES, 15, 2), value, np.float32)
        store.apply(edits.impute(store.table, method, filled, np.ones((FACES, 15), bool)))
        states.append(labels_of(store))
    assert states[3] == states[0]
    for state in (states[2], states[1], states[0]):
        store.undo()
        assert labels_of(store) == state


def test_reverting_every_edit_brings_the_originals_back_bit_for_bit(store: LabelStore) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        store.apply(random_edit(store.table, rng))
    for face in range(FACES):
        store.apply(edits.revert(store.table, FKD_15, face, range(15)))
    original = random_points(FACES, missing=0.4)
    np.testing.assert_array_equal(store.table.points.view(np.uint32), original.view(np.uint32))


def test_a_reader_may_not_edit(path: Path) -> None:
    with closing(LabelStore(path, 15, read_only=True)) as store:
        before = state_of(store)
        for change in (lambda: store.apply(move()), store.undo, store.redo):
            with pytest.raises(ReadOnlyError, match="open for reading only"):
                change()
        assert state_of(store) == before
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.journal._db.execute("DELETE FROM label")


def test_an_edit_of_a_face_that_is_not_there_changes_nothing(store: LabelStore) -> None:
    before = state_of(store)
    with pytest.raises(IndexError, match="face must be below 6, received 6"):
        store.apply(move(face=6))
    assert state_of(store) == before


class Refusing:
    """Stands before the journal's connection and fails at a chosen statement."""

    def __init__(self, db: sqlite3.Connection, word: str) -> None:
        self.db = db
        self.word = word

    def execute(self, statement: str, *arguments: object) -> sqlite3.Cursor:
        if statement.startswith(self.word):
            raise sqlite3.OperationalError("database or disk is full")
        return self.db.execute(statement, *arguments)  # type: ignore[arg-type]

    def executemany(self, statement: str, rows: Iterator[tuple[object, ...]]) -> sqlite3.Cursor:
        if statement.startswith(self.word):
            raise sqlite3.OperationalError("database or disk is full")
        return self.db.executemany(statement, rows)

    @property
    def in_transaction(self) -> bool:
        return self.db.in_transaction


def refuse(store: LabelStore, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setattr(store.journal, "_db", Refusing(store.journal._db, word))


STATEMENTS = ["BEGIN", "INSERT OR IGNORE", "UPDATE edit", "INSERT OR REPLACE", "COMMIT"]


@pytest.mark.parametrize("word", STATEMENTS)
@pytest.mark.parametrize("act", ["apply", "undo", "redo"])
def test_a_write_that_fails_leaves_memory_and_disk_as_they_were(
    store: LabelStore, path: Path, monkeypatch: pytest.MonkeyPatch, act: str, word: str
) -> None:
    for number in range(3):
        store.apply(move(x=number, what=f"edit {number}"))
    store.undo()
    before = state_of(store)
    change = {"apply": lambda: store.apply(move(x=50)), "undo": store.undo, "redo": store.redo}[act]
    with monkeypatch.context() as patch:
        refuse(store, patch, word)
        with pytest.raises(
            ProjectError, match="the labels cannot be written; found database or disk is full"
        ):
            change()
    assert state_of(store) == before
    with closing(LabelStore(path, 15, read_only=True)) as again:
        assert state_of(again) == before
    assert change() is not None
    after = state_of(store)
    with closing(LabelStore(path, 15, read_only=True)) as again:
        assert state_of(again) == after


@pytest.mark.parametrize("seed", range(12))
def test_steps_that_were_staged_are_taken_back_in_reverse(
    store: LabelStore, path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """As a window does: several steps wait for the disk when the first of them fails."""
    rng = np.random.default_rng(seed)
    for _ in range(4):
        store.apply(random_edit(store.table, rng))
    store.undo()
    before = state_of(store)
    staged: list[Applied] = []
    for _ in range(6):
        act = rng.random()
        if act < 0.5:
            staged.append(store.stage(random_edit(store.table, rng)))
        else:
            step = store.stage_undo() if act < 0.8 else store.stage_redo()
            staged += [step] if step else []
    with monkeypatch.context() as patch:
        refuse(store, patch, "COMMIT")
        with pytest.raises(ProjectError):
            store.commit(staged[0])
    for step in reversed(staged):
        assert store.take_back(step).tolist() == step.faces.tolist()
    assert state_of(store) == before
    store.apply(move())
    after = state_of(store)
    with closing(LabelStore(path, 15, read_only=True)) as again:
        assert state_of(again) == after


def test_staged_steps_are_on_the_disk_after_their_commits_only(store: LabelStore, path: Path) -> None:
    staged = [store.stage(move(x=7, what="a")), store.stage(move(x=8, what="b")), store.stage_undo()]
    expected = ["a", "b", "a"]
    for step, text in zip(staged, expected, strict=True):
        assert step is not None
        store.commit(step)
        with closing(LabelStore(path, 15, read_only=True)) as again:
            assert again.undo_text == text
    assert store.table.points[1, 2, 0] == 7


def test_a_disk_that_fills_up_keeps_what_was_saved(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        path = disk / "labels.sqlite"
        Journal.create(path, random_points(500, missing=0.4))
        with closing(LabelStore(path, 15)) as store:
            values = random_points(500, seed=1)
            saved = state_of(store)
            where = np.ones((500, 15), bool)
            edit = edits.take(store.table, "take", "predicted:a", values, where, reviewed=True)
            told = None
            for _ in range(1000):
                try:
                    store.apply(edit)
                except ProjectError as error:
                    told = str(error)
                    break
                saved = state_of(store)
            assert told is not None
            assert "database or disk is full. Check the free space" in told
            assert state_of(store) == saved
            assert store.undo_text is not None
        with closing(LabelStore(path, 15, read_only=True)) as again:
            assert state_of(again) == saved


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of Unix")
@pytest.mark.parametrize("lines", [1, 40])
def test_every_edit_that_was_told_as_saved_survives_a_kill(path: Path, lines: int) -> None:
    command = [sys.executable, "-m", "tests.helpers.editing", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdout is not None
        for _ in range(lines):
            last = int(editor.stdout.readline())
        editor.kill()
        last = max([last, *(int(line) for line in editor.stdout if line.endswith("\n"))])
    assert last + 1 >= lines
    with closing(LabelStore(path, 15)) as store:
        made = len(store.done)
        # The one after the last may have been saved before there was time to say so.
        assert made in (last + 1, last + 2)
        for number in range(max(made - FACES, 0), made):
            assert store.table.points[number % FACES, 0].tolist() == [number % 96, 1]
        for _ in range(made):
            store.undo()
        np.testing.assert_array_equal(store.table.points, store.table.original)


def test_an_edit_of_all_faces_is_quick_enough_to_wait_for(tmp_path: Path) -> None:
    Journal.create(tmp_path / "many.sqlite", random_points(7049, missing=0.6))
    with closing(LabelStore(tmp_path / "many.sqlite", 15)) as store:
        values = np.full((7049, 15, 2), 5, np.float32)
        applied = store.apply(edits.impute(store.table, "mean", values, np.ones((7049, 15), bool)))
        assert len(applied.inverse.changes) == int((~np.isfinite(store.table.original[..., 0])).sum())
        store.undo()
        np.testing.assert_array_equal(store.table.points, store.table.original)
