"""Damaged labels: found, told, and brought back from backups and from what the damaged file still says."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.errors import BadInputError, DamagedLabelsError, ProjectError, ReadOnlyError
from fkd_core.labels import edits, store
from fkd_core.labels.backups import DAYS, FOLDER, LATEST, Backup, back_up, list_backups, surplus
from fkd_core.labels.journal import FILE
from fkd_core.labels.restore import carry_out, find_restoration
from fkd_core.project import Project
from fkd_core.writer_lock import STALE
from tests.helpers.damage import cut_in_half, spoil_header, spoil_table
from tests.helpers.editing import labels_of, random_edit
from tests.helpers.places import small_disk
from tests.helpers.projects import make_project

KEYPOINTS = 15


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "tiny.fkd")


def change(project: Project, count: int = 1, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        project.labels.apply(random_edit(project.labels.table, rng))


def edited(folder: Path, before: int, after: int, *, undo: int = 0) -> tuple[bytes, ...]:
    """Make so many edits before a backup and after it; returns the labels at the end."""
    with Project(folder, write=True) as project:
        change(project, before)
        if before:
            assert project.back_up() is not None
        change(project, after, seed=1)
        for _ in range(undo):
            project.labels.undo()
        return labels_of(project.labels)


def restored(folder: Path) -> tuple[bytes, ...]:
    """Bring the labels back; returns them."""
    aside = carry_out(find_restoration(folder))
    assert aside is None or aside.name.startswith("labels-damaged-")
    with Project(folder) as project:
        return labels_of(project.labels)


@pytest.mark.parametrize("undo", [0, 3])
@pytest.mark.parametrize(("before", "after"), [(0, 8), (6, 0), (6, 5)])
def test_labels_follow_from_originals_and_edits(folder: Path, before: int, after: int, undo: int) -> None:
    labels = edited(folder, before, after, undo=undo)
    spoil_table(folder / FILE, "label")
    with pytest.raises(DamagedLabelsError, match=r"the labels are damaged.*fkd restore"):
        Project(folder, write=True)
    found = find_restoration(folder)
    assert found.fault is not None
    assert (found.lost, found.beside) == (0, 0)
    assert found.told.endswith("Nothing is lost.")
    assert restored(folder) == labels
    with Project(folder, write=True) as project:  # and what was undone can be done again
        texts = [record.what for record in project.labels.done]
        for _ in range(undo):
            assert project.labels.redo() is not None
        assert project.labels.redo() is None
        while project.labels.undo() is not None:
            pass
        assert len(texts) == before + after - undo
        np.testing.assert_array_equal(project.labels.table.points, project.labels.table.original)


def test_values_whose_edits_are_lost_are_kept_and_become_one_edit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project(folder, write=True) as project:
        change(project, 4)
        project.back_up()
        at_backup = labels_of(project.labels)
        table = project.labels.table
        table_edit = edits.move(table, project.schema, 2, [0, 1], np.array([[30, 31], [32, 33]]))
        later = time.time() + 2  # stamps of changes are whole seconds
        monkeypatch.setattr(store, "time", SimpleNamespace(time=lambda: later))
        project.labels.apply(table_edit)
        labels = labels_of(project.labels)
    spoil_table(folder / FILE, "edit")
    found = find_restoration(folder)
    assert (found.kept, found.salvaged, found.lost) == (4, 0, 1)
    assert found.beside == 2
    assert "1 edit is lost" in found.told
    assert restored(folder) == labels
    with Project(folder, write=True) as project:
        assert project.labels.undo_text == "labels saved from the damage"
        project.labels.undo()
        assert labels_of(project.labels) == at_backup


def no_file(path: Path) -> None:
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()


def empty_file(path: Path) -> None:
    no_file(path)
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [spoil_header, no_file, empty_file, cut_in_half])
def test_the_last_backup_is_what_remains_of_an_unreadable_file(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    with Project(folder, write=True) as project:
        change(project, 5)
        project.back_up()
        labels = labels_of(project.labels)
        if damage is not cut_in_half:
            change(project, 2, seed=1)
    damage(folder / FILE)
    with pytest.raises(DamagedLabelsError, match=r"labels\.sqlite"):
        Project(folder)
    found = find_restoration(folder)
    assert (found.backup, found.kept) == (list_backups(folder / FILE)[0], 5)
    if damage is not cut_in_half:
        assert found.lost is None
        assert found.told.endswith("Edits made later, if there were any, are lost.")
    assert restored(folder) == labels


def test_the_damaged_file_is_kept_byte_for_byte_and_never_overwritten(folder: Path) -> None:
    edited(folder, 3, 2)
    kept = []
    for _ in range(2):
        spoil_table(folder / FILE, "label")
        before = (folder / FILE).read_bytes()
        aside = carry_out(find_restoration(folder))
        assert aside is not None
        kept.append((aside, before))
    assert len({path for path, _ in kept}) == 2
    assert all(path.read_bytes() == content for path, content in kept)
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []


def test_a_file_that_a_crash_left_aside_is_looked_at_too(folder: Path) -> None:
    labels = edited(folder, 3, 2)
    (folder / FILE).rename(folder / "labels-damaged-20260101-120000.sqlite")
    assert restored(folder) == labels


def test_without_backup_and_originals_nothing_is_pretended(folder: Path) -> None:
    edited(folder, 0, 3)
    spoil_table(folder / FILE, "original")
    before = (folder / FILE).read_bytes()
    with pytest.raises(DamagedLabelsError, match=r"cannot be brought back.*Import the data again"):
        find_restoration(folder)
    assert (folder / FILE).read_bytes() == before


def test_labels_of_another_project_are_not_taken_for_damage_of_these(folder: Path, tmp_path: Path) -> None:
    with Project(folder, write=True) as project:
        change(project, 2)
        project.back_up()
        labels = labels_of(project.labels)
    for other in (make_project(tmp_path / "a.fkd", seed=5), make_project(tmp_path / "b.fkd", train=20)):
        with Project(other, write=True) as project:
            change(project, 4, seed=8)
        no_file(folder / FILE)
        (folder / FILE).write_bytes((other / FILE).read_bytes())
        found = find_restoration(folder)
        assert found.fault == "it holds the labels of other faces"
        assert (found.kept, found.salvaged) == (2, 0)
    assert restored(folder) == labels


@pytest.mark.parametrize("damage", [spoil_header, lambda path: spoil_table(path, "edit")])
def test_a_program_that_still_runs_loses_nothing(folder: Path, damage: Callable[[Path], None]) -> None:
    with Project(folder, write=True) as project:
        change(project, 3)
        project.back_up()
        change(project, 3, seed=1)
        project.labels.undo()
        project.labels.stage(random_edit(project.labels.table, np.random.default_rng(4)))  # not saved yet
        labels = labels_of(project.labels)
        damage(folder / FILE)
        found = find_restoration(folder, held=project.labels.held())
        assert found.lost == 0
        project.labels.close()
        carry_out(found)
    with Project(folder, write=True) as project:
        assert labels_of(project.labels) == labels
        assert project.labels.redo_text is None


def test_other_tables_are_brought_back_too(folder: Path) -> None:
    with Project(folder, write=True) as project, closing(sqlite3.connect(folder / FILE)) as db:
        db.execute("CREATE TABLE note (face INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        db.execute("INSERT INTO note VALUES (3, 'is this a face?')")
        db.commit()
        change(project, 2)
    spoil_table(folder / FILE, "label")
    restored(folder)
    with closing(sqlite3.connect(folder / FILE)) as db:
        assert db.execute("SELECT * FROM note").fetchall() == [(3, "is this a face?")]


def test_a_backup_is_made_of_changes_only(folder: Path) -> None:
    with Project(folder, write=True) as project:
        first = project.back_up()
        assert first is not None
        assert project.back_up() is None
        change(project)
        later = datetime.now(UTC) + timedelta(seconds=5)
        second = back_up(folder / FILE, KEYPOINTS, now=later)
        assert second is not None
        assert [backup.path for backup in list_backups(folder / FILE)] == [second.path, first.path]
    with Project(folder) as project:
        assert project.back_up() is None
    assert sorted(path.suffix for path in (folder / FOLDER).iterdir()) == [".sqlite", ".sqlite"]


def test_damage_is_found_by_the_backup_and_spoils_none(folder: Path) -> None:
    edited(folder, 3, 0)
    (good,) = list_backups(folder / FILE)
    content = good.path.read_bytes()
    with Project(folder, write=True) as project:
        change(project, 1, seed=3)
        spoil_table(folder / FILE, "label")
        with pytest.raises(DamagedLabelsError, match="the labels are damaged"):
            project.back_up()
    assert list_backups(folder / FILE) == [good]
    assert good.path.read_bytes() == content
    assert len(list((folder / FOLDER).iterdir())) == 1


def test_a_nearly_full_disk_is_not_filled_by_backups(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        place = make_project(disk / "tiny.fkd")
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "ballast").write_bytes(bytes(free - 150_000))
        with Project(place, write=True) as project:
            assert project.back_up() is None
            (disk / "ballast").unlink()
            assert project.back_up() is not None


def test_few_backups_are_kept_the_latest_and_one_a_day() -> None:
    now = datetime(2026, 5, 20, 12, tzinfo=UTC)
    made = [Backup(Path(str(n)), now - timedelta(hours=3 * n), 1000) for n in range(100)]
    gone = surplus(made)
    kept = [backup for backup in made if backup not in gone]
    assert kept[:LATEST] == made[:LATEST]
    assert len(kept) == LATEST + DAYS
    assert len({backup.at.date() for backup in kept[LATEST:]}) == DAYS
    large = [Backup(Path(str(n)), now - timedelta(hours=n), 200 * 2**20) for n in range(6)]
    assert surplus(large) == large[2:], "two are kept, however large"


def test_the_command_lists_checks_and_brings_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def ran(status: int, *words: object) -> tuple[str, str]:
        assert main(["restore", str(folder), *map(str, words)]) == status
        out, err = capsys.readouterr()
        return out, err

    assert "there are no backups yet" in ran(0, "--list")[0]
    labels = edited(folder, 3, 2)
    assert json.loads(ran(0, "--list", "--json")[0])["backups"][0]["name"].startswith("labels-20")
    assert "the labels are sound" in ran(0, "--check")[0]
    assert "nothing to bring back" in ran(0)[0]
    spoil_table(folder / FILE, "label")
    out, err = ran(1, "--check", "--json")
    assert json.loads(out)["restoration"] == {
        "fault": json.loads(out)["fault"],
        "backup": list_backups(folder / FILE)[0].path.name,
        "kept": 3,
        "salvaged": 2,
        "beside": 0,
        "lost": 0,
    }
    assert err.count("\n") == 1
    out, _ = ran(0)
    assert "2 edits made later can still be read. Nothing is lost." in out
    assert "is kept as " in out
    with Project(folder) as project:
        assert labels_of(project.labels) == labels
    out = ran(0, "--backup", list_backups(folder / FILE)[0].path.name, "--json")[0]
    assert (json.loads(out)["kept"], json.loads(out)["lost"]) == (3, 2)
    with Project(folder) as project:
        assert len(project.labels.done) == 3
    assert "there is no such backup" in ran(1, "--backup", "labels-1.sqlite")[1]


def test_labels_that_are_in_use_are_not_brought_back_under_another_program(folder: Path) -> None:
    with Project(folder, write=True):
        assert main(["restore", str(folder)]) == 1


def test_an_unknown_backup_is_told(folder: Path) -> None:
    with pytest.raises(BadInputError, match=r"no such backup.*--list"):
        find_restoration(folder, backup=Path("labels-20260101T000000Z.sqlite"))


def test_a_writer_on_another_computer_is_respected_until_it_gives_no_sign_of_life(folder: Path) -> None:
    holder = folder / "writer.json"
    holder.write_text(json.dumps({"process": 7, "host": "elsewhere", "since": "2026-01-01T10:00:00+00:00"}))
    with pytest.raises(ReadOnlyError, match="process 7 on the computer elsewhere, since 2026"):
        Project(folder, write=True)
    with Project(folder, write=True, fall_back=True) as project:
        assert "elsewhere" in str(project.read_only)
        assert holder.exists()
    old = time.time() - STALE - 5
    os.utime(holder, (old, old))
    with Project(folder, write=True) as project:
        assert project.read_only is None
        change(project)
    assert not holder.exists(), "who leaves takes the name away"


def cut_images(folder: Path, whole: int) -> None:
    """Leave so many faces of the training images, and half of the next."""
    path = folder / "faces" / "train_images.npy"
    with path.open("rb+") as file:
        file.truncate(128 + whole * 96 * 96 + 4000)


def test_faces_whose_images_are_cut_off_are_named_and_the_others_shown(folder: Path) -> None:
    with Project(folder) as project:
        images = np.array(project.faces["train"].images)
    cut_images(folder, 5)
    with pytest.raises(ProjectError, match=r"train_images\.npy.*it ends early: rows 5 to 11 are missing"):
        Project(folder)
    with Project(folder, write=True, lenient=True) as project:
        assert project.trouble(4) is None
        assert project.trouble(5) == "it ends early: rows 5 to 11 are missing"
        assert project.trouble(12) is None
        assert np.flatnonzero(project.unreadable(np.arange(16))).tolist() == [5, 6, 7, 8, 9, 10, 11]
        np.testing.assert_array_equal(project.image(4), images[4])
        assert not project.image(7).any()
        expected = images.copy()
        expected[5:] = 0
        partial = project.faces["train"].images
        keys = [3, 9, -1, -12, slice(2, 8), np.array([0, 11, 4]), (slice(3, 7), slice(1, 5), 7), (2, 3, 4)]
        for key in keys:
            np.testing.assert_array_equal(partial[key], expected[key])
        np.testing.assert_array_equal(np.asarray(partial), expected)
        assert (len(partial), partial.shape, partial.dtype) == (12, images.shape, np.uint8)
        with pytest.raises(IndexError):
            partial[12]
        change(project)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.unlink(), "there is no such file"),
        (lambda path: path.write_bytes(b"junk" * 99), "it is no array of images"),
        (lambda path: path.write_bytes(b""), "it is no array of images"),
        (
            lambda path: np.save(path, np.zeros((7, 2))),
            r"it holds float64 \(7, 2\), not uint8 \(12, 96, 96\)",
        ),
    ],
)
def test_images_that_cannot_be_read_at_all_are_told(
    folder: Path, damage: Callable[[Path], None], told: str
) -> None:
    damage(folder / "faces" / "train_images.npy")
    with pytest.raises(ProjectError, match="the faces of the project"):
        Project(folder)
    with Project(folder, lenient=True) as project:
        assert project.faces["train"].whole == 0
        assert re.fullmatch(told, str(project.trouble(0)))
        assert project.image(0).shape == (96, 96)
        assert project.image(13).any(), "the test faces are whole"
