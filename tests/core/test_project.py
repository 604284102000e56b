"""A project on the disk: opened, damaged, read-only, and written by one program at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import FkdError, ProjectError, ReadOnlyError
from fkd_core.labels import edits
from fkd_core.manifest import VERSION, Manifest
from fkd_core.project import Project
from fkd_core.schema import FKD_15
from tests.helpers.downloads import small_images, small_project
from tests.helpers.places import read_only_copy, small_disk, without_privileges


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_project(tmp_path)


def change(project: Project, x: float = 1) -> None:
    project.labels.apply(edits.move(project.labels.table, project.schema, 0, [0], np.array([[x, 1]])))


def test_faces_of_all_splits_are_numbered_in_one_sequence(folder: Path) -> None:
    with Project(folder) as project:
        assert len(project) == 8
        assert (project.span("train"), project.span("test")) == (slice(0, 5), slice(5, 8))
        assert [project.locate(face) for face in (0, 4, 5, 7)] == [
            ("train", 0),
            ("train", 4),
            ("test", 0),
            ("test", 2),
        ]
        np.testing.assert_array_equal(project.image(6), small_images(3, seed=1)[1])
        assert project.name == "small"
        with pytest.raises(IndexError, match="received 8"):
            project.locate(8)
        with pytest.raises(IndexError, match="received -1"):
            project.locate(-1)


def test_opening_is_quick_and_leaves_pixels_on_the_disk(folder: Path) -> None:
    start = time.perf_counter()
    with Project(folder, write=True) as project:
        assert time.perf_counter() - start < 5  # 0.02 s measured; the limit leaves room for a busy machine
        assert isinstance(project.faces["train"].images, np.memmap)
        assert not project.faces["train"].images.flags.writeable


def test_edits_are_there_after_reopening(folder: Path) -> None:
    with Project(folder, write=True) as project:
        change(project, 2.5)
        before = project.label_fingerprint()
    with Project(folder) as project:
        assert project.labels.table.points[0, 0].tolist() == [2.5, 1]
        assert project.label_fingerprint() == before


def test_the_fingerprint_of_the_labels_changes_with_each_part(folder: Path) -> None:
    with Project(folder, write=True) as project:
        seen = [project.label_fingerprint()]
        change(project)
        seen.append(project.label_fingerprint())
        project.labels.table.reviewed[0, 0] = False
        seen.append(project.label_fingerprint())
        project.labels.table.state[0, 0] = 2
        seen.append(project.label_fingerprint())
        assert len(set(seen)) == 4


def test_a_folder_that_is_no_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"there is no such project.*fkd import SOURCE PROJECT"):
        Project(tmp_path / "nothing.fkd")
    with pytest.raises(
        ProjectError, match=r"this is no FKD project; expected a folder with a file project\.json"
    ):
        Project(tmp_path)
    (tmp_path / "file.fkd").write_text("hello")
    with pytest.raises(ProjectError, match=r"file\.fkd"):
        Project(tmp_path / "file.fkd")


def manifest(folder: Path, **changes: object) -> None:
    path = folder / "project.json"
    value = json.loads(path.read_text("utf-8")) | changes
    path.write_text(json.dumps({key: item for key, item in value.items() if item is not None}), "utf-8")


def test_a_newer_version_is_refused_and_left_as_it_is(folder: Path) -> None:
    manifest(folder, version=VERSION + 1, splits="something new")
    before = (folder / "project.json").read_bytes()
    with pytest.raises(ProjectError) as caught:
        Project(folder, write=True)
    assert (caught.value.expected, caught.value.found) == ("version 1 or older", "version 2")
    assert "Update FKD" in str(caught.value)
    assert (folder / "project.json").read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'{"format": "fkd-project", "version": "1"}']
)
def test_a_damaged_manifest_is_told(folder: Path, content: bytes) -> None:
    (folder / "project.json").write_bytes(content)
    with pytest.raises(ProjectError, match=r"project\.json"):
        Project(folder)


@pytest.mark.parametrize(
    "part", ["schema", "splits", "fingerprint", "created", "source", "report", "version"]
)
@pytest.mark.parametrize("value", [None, 3.5])
def test_a_manifest_with_a_part_missing_or_of_another_kind_is_told(
    folder: Path, part: str, value: float | None
) -> None:
    manifest(folder, **{part: value})
    with pytest.raises(ProjectError, match=r"project\.json"):
        Project(folder)


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = Manifest(
        FKD_15, {"train": 3, "test": 2}, "abc", "2026-01-01", "a ü.zip", {"files": {"train": "x"}}
    )
    made.save(tmp_path)
    assert Manifest.load(tmp_path) == made


@pytest.mark.parametrize(
    "file", ["faces/train_images.npy", "faces/test_ids.npy", "faces/test_digests.npy", "lookup.npy"]
)
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "junk", "other"])
def test_damaged_arrays_are_told_by_name(folder: Path, file: str, damage: str) -> None:
    path = folder / file
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
        if file == "lookup.npy":
            with Project(folder) as project:
                assert project.lookup is None
            return
    elif damage == "other":
        np.save(path, np.zeros((7, 2), np.float64))
    else:
        path.write_bytes({"empty": b"", "cut": content[:-3], "junk": b"junk" * 99}[damage])
    with pytest.raises(ProjectError) as caught:
        Project(folder, write=True)
    named = caught.value.where == path or (damage == "other" and caught.value.where == folder / "faces")
    assert named, caught.value
    path.write_bytes(content)
    Project(folder, write=True).close()  # and the lock was let go


def test_fewer_faces_than_the_manifest_says_are_told(folder: Path) -> None:
    manifest(folder, splits={"train": 6, "test": 3})
    with pytest.raises(ProjectError, match=r"faces are missing; expected 6 of split train, found 5"):
        Project(folder)


def test_labels_of_another_project_are_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = small_project(tmp_path / "other", train=6)
    (folder / "labels.sqlite").write_bytes((other / "labels.sqlite").read_bytes())
    with pytest.raises(ProjectError, match=r"do not belong to these faces; expected 8 faces, found 9"):
        Project(folder, write=True)


def test_a_second_writer_opens_for_reading_and_says_so(folder: Path) -> None:
    with Project(folder, write=True) as first:
        assert first.read_only is None
        with pytest.raises(ReadOnlyError, match="another program is writing to the project; found process"):
            Project(folder, write=True)
        with Project(folder, write=True, fall_back=True) as second:
            assert second.read_only is not None
            assert "another program is writing" in second.read_only
            assert "\n" not in second.read_only
            with pytest.raises(ReadOnlyError):
                change(second)
        change(first)
    with Project(folder, write=True) as third:
        assert third.read_only is None


def test_a_project_opened_for_reading_refuses_edits(folder: Path) -> None:
    with Project(folder) as project:
        assert project.read_only == "it was opened for reading"
        with pytest.raises(ReadOnlyError):
            change(project)


HOLDER = """
import sys
from pathlib import Path
from fkd_core.project import Project
project = Project(Path(sys.argv[1]), write=True)
print("open", flush=True)
sys.stdin.read()
"""


def test_another_process_holds_the_lock_until_it_ends_however_it_ends(folder: Path) -> None:
    for end in ("leaves", "is killed"):
        command = [sys.executable, "-c", HOLDER, str(folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "open\n"
            with pytest.raises(ReadOnlyError, match=f"found process {holder.pid}, since"):
                Project(folder, write=True)
            with Project(folder, write=True, fall_back=True) as project:
                assert str(holder.pid) in str(project.read_only)
            if end == "is killed":
                holder.kill()
        with Project(folder, write=True) as project:
            assert project.read_only is None
            change(project)


@pytest.mark.parametrize("content", ["", "junk", "[]", '{"process": 1}'])
def test_a_note_of_the_holder_that_cannot_be_read_is_left_out(folder: Path, content: str) -> None:
    with Project(folder, write=True):
        (folder / "writer.json").write_text(content)
        with pytest.raises(ReadOnlyError, match=r"writing to the project\. Close it"):
            Project(folder, write=True)


def test_a_read_only_file_system_opens_for_reading(folder: Path, tmp_path: Path) -> None:
    with Project(folder, write=True) as project:
        change(project, 3)
    with read_only_copy(folder, tmp_path / "disk") as place:
        with pytest.raises(ReadOnlyError, match=r"cannot be written; found .*ead-only"):
            Project(place, write=True)
        with Project(place, write=True, fall_back=True) as project:
            assert project.read_only is not None
            assert project.labels.table.points[0, 0].tolist() == [3, 1]
            assert project.image(0).shape == (4, 4)
            with pytest.raises(ReadOnlyError):
                change(project)


OPEN = """
import sys
from pathlib import Path
from fkd_core.errors import ReadOnlyError
from fkd_core.project import Project
try:
    Project(Path(sys.argv[1]), write=True)
except ReadOnlyError as error:
    print(error)
with Project(Path(sys.argv[1]), write=True, fall_back=True) as project:
    print(project.read_only)
    print(project.labels.table.points[0, 0].tolist())
"""


def test_a_folder_without_permission_opens_for_reading(folder: Path) -> None:
    with Project(folder, write=True) as project:
        change(project, 3)
    (folder / "writer.lock").unlink(missing_ok=True)
    words = without_privileges()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = subprocess.run(
            [*words, sys.executable, "-c", OPEN, str(folder)], capture_output=True, text=True
        )
    finally:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.returncode == 0, done.stderr
    refused, read_only, point = done.stdout.splitlines()
    assert "the project's folder cannot be written" in refused
    assert "ermission denied" in refused
    assert read_only == refused
    assert point == "[3.0, 1.0]"


def test_a_full_disk_opens_for_reading_and_says_why(folder: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        place = disk / folder.name
        subprocess.run(["cp", "-r", str(folder), str(place)], check=True)
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "ballast").write_bytes(bytes(free))
        with Project(place, write=True, fall_back=True) as project:
            assert "there is no space left" in str(project.read_only)
            assert project.image(0).shape == (4, 4)
        with pytest.raises(FkdError, match="no space left"):
            Project(place, write=True)
        (disk / "ballast").unlink()
        with Project(place, write=True) as project:
            change(project)
