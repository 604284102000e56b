"""The label database: originals that cannot change, and damage that is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import ProjectError
from fkd_core.labels.journal import BLOCK, Journal
from fkd_core.labels.store import LabelStore
from fkd_core.labels.values import Edit, changes_of
from tests.helpers.arrays import random_points


def made(folder: Path, faces: int = 5) -> Path:
    path = folder / "labels.sqlite"
    Journal.create(path, random_points(faces, missing=0.4))
    return path


@pytest.mark.parametrize("faces", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_originals_are_loaded_bit_for_bit(tmp_path: Path, faces: int) -> None:
    path = made(tmp_path, faces)
    with closing(Journal(path)) as journal:
        table = journal.load(15)
    expected = random_points(faces, missing=0.4)
    np.testing.assert_array_equal(table.original[:].view(np.uint32), expected.view(np.uint32))


@pytest.mark.parametrize("statement", ["UPDATE original SET xy = x'00'", "DELETE FROM original"])
def test_the_database_itself_refuses_to_change_originals(tmp_path: Path, statement: str) -> None:
    with (
        closing(sqlite3.connect(made(tmp_path))) as db,
        pytest.raises(sqlite3.IntegrityError, match="original labels are never"),
    ):
        db.execute(statement)


def test_a_commit_is_on_the_disk_and_in_a_log_first(tmp_path: Path) -> None:
    with closing(Journal(made(tmp_path))) as journal:
        assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_missing_file_is_told_and_not_made(tmp_path: Path) -> None:
    for read_only in (False, True):
        with pytest.raises(ProjectError, match=r"labels\.sqlite: the labels are missing\. Bring"):
            Journal(tmp_path / "labels.sqlite", read_only=read_only)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("content", [b"", b"junk" * 5000, b"SQLite format 3\x00" + b"\xff" * 8000])
def test_another_file_is_told(tmp_path: Path, content: bytes, read_only: bool) -> None:
    path = tmp_path / "labels.sqlite"
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=r"the labels (are damaged|cannot be opened)"):
        Journal(path, read_only=read_only)


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO original VALUES (1, x'0011')",
        "INSERT INTO label VALUES (99, zeroblob(240))",
        "INSERT INTO label VALUES (1, x'0011')",
        "DROP TABLE edit",
        "DROP TABLE label",
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_damage_within_is_told(tmp_path: Path, damage: str, read_only: bool) -> None:
    path = made(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(damage)
        db.commit()
    with pytest.raises(ProjectError, match=r"labels\.sqlite: the labels (are damaged|cannot be read)"):
        LabelStore(path, 15, read_only=read_only)


def test_a_reader_sees_what_was_committed_while_it_is_open_elsewhere(tmp_path: Path) -> None:
    path = made(tmp_path)
    with closing(LabelStore(path, 15)) as writer:
        writer.apply(Edit("move", changes_of([1], [2], [[3, 4]], origin=1)))
        with closing(LabelStore(path, 15, read_only=True)) as reader:
            assert reader.table.points[1, 2].tolist() == [3, 4]
            assert reader.undo_text == "move"


def test_a_log_left_by_a_killed_program_is_read_from_read_only_media(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path)
    writer = LabelStore(path, 15)
    writer.apply(Edit("move", changes_of([1], [2], [[3, 4]], origin=1)))
    copy = tmp_path / "copy" / "labels.sqlite"
    copy.parent.mkdir()
    for name in ("labels.sqlite", "labels.sqlite-wal"):
        (copy.parent / name).write_bytes((tmp_path / name).read_bytes())
    writer.close()
    connect = sqlite3.connect

    def refuse(target: str, **options: bool) -> sqlite3.Connection:
        if str(target).endswith("mode=ro"):
            raise sqlite3.OperationalError("unable to open database file")
        return connect(target, **options)

    monkeypatch.setattr(sqlite3, "connect", refuse)
    before = {path.name: path.read_bytes() for path in copy.parent.iterdir()}
    with closing(LabelStore(copy, 15, read_only=True)) as reader:
        assert reader.table.points[1, 2].tolist() == [3, 4]
    assert {path.name: path.read_bytes() for path in copy.parent.iterdir()} == before
    (copy.parent / "labels.sqlite-wal").unlink()
    with closing(LabelStore(copy, 15, read_only=True)) as reader:
        assert reader.table.points[1, 2].tolist() != [3, 4]
