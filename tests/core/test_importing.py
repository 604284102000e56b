"""An import appears whole or not at all, whatever is wrong with the source or the disk."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.errors import BadInputError, Cancelled, FkdError, ProjectError
from fkd_core.files import write_atomic
from fkd_core.importing import import_kaggle, new_project
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.schema import FKD_15
from tests.helpers.downloads import (
    COLUMNS,
    download,
    lookup_rows,
    small_files,
    small_images,
    small_points,
    table,
    test_rows,
    train_rows,
    write_files,
    zipped,
)
from tests.helpers.places import small_disk

FILES = small_files()


def import_files(folder: Path, files: dict[str, bytes], **options: Any) -> dict[str, Any]:
    source = write_files(folder / "source", files)
    return import_kaggle(source, folder / "p.fkd", Job(), **options)


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "source")


@pytest.mark.parametrize("name", ["p.fkd", "with space ä 顔.fkd", "no ending", "..fkd"])
def test_a_download_becomes_a_project(tmp_path: Path, name: str) -> None:
    (tmp_path / "Mein Ordner ü").mkdir()
    source = tmp_path / "Mein Ordner ü" / "the download.zip"
    source.write_bytes(download(FILES))
    logged: list[str] = []
    report = import_kaggle(
        source, tmp_path / name, Job(lambda e, d: logged.append(d["text"]) if e == "log" else None)
    )
    with Project(tmp_path / name) as project:
        np.testing.assert_array_equal(project.faces["train"].images, small_images(5))
        np.testing.assert_array_equal(project.faces["test"].images, small_images(3, seed=1))
        np.testing.assert_array_equal(project.labels.table.original[:5], small_points(5))
        assert np.isnan(project.labels.table.points[5:]).all()
        assert project.faces["test"].ids.tolist() == [1, 2, 3]
        assert project.lookup is not None
        assert len(project.lookup) == 6
        assert project.schema.size == (4, 4)
        assert project.manifest.source == "the download.zip"
        assert project.manifest.report == report
    assert report["files"]["train"] == "the download.zip/training.zip/training.csv"
    assert report["absent"] == []
    assert logged == ["read 5 train faces, 3 test faces"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "Mein Ordner ü"])


def test_training_faces_alone_make_a_project(tmp_path: Path) -> None:
    import_files(
        tmp_path, {"training.csv": FILES["training.csv"], "IdLookupTable.csv": FILES["IdLookupTable.csv"]}
    )
    with Project(tmp_path / "p.fkd") as project:
        assert list(project.faces) == ["train"]
        assert project.lookup is not None


def test_test_faces_alone_make_a_project(tmp_path: Path) -> None:
    report = import_files(tmp_path, {"test.csv": FILES["test.csv"]})
    with Project(tmp_path / "p.fkd") as project:
        assert list(project.faces) == ["test"]
        assert project.lookup is None
        with pytest.raises(ProjectError, match=r"no split 'train'.*found test"):
            project.span("train")
    assert report["absent"] == list(FKD_15.keypoints)


def test_empty_pixels_are_counted_reported_and_logged(tmp_path: Path) -> None:
    rows = train_rows(small_images(4), small_points(4))
    rows[2]["Image"] = " ".join(["", "", *rows[2]["Image"].split()[2:]])
    test = test_rows(small_images(2))
    test[1]["Image"] = " ".join([*test[1]["Image"].split()[:-1], ""])
    logged: list[str] = []
    source = write_files(tmp_path / "source", {"training.csv": table(rows), "test.csv": table(test)})
    job = Job(lambda event, data: logged.append(data["text"]) if event == "log" else None)
    report = import_kaggle(source, tmp_path / "p.fkd", job, stand_in=7)
    assert report["empty_pixels"] == {"train": {"2": 2}, "test": {"1": 1}}
    assert logged == ["read 4 train faces, 2 test faces; 3 empty pixels in 2 faces became grey 7"]
    with Project(tmp_path / "p.fkd") as project:
        assert project.image(2).ravel()[:2].tolist() == [7, 7]
        assert project.image(5).ravel()[-1] == 7


@pytest.mark.parametrize("stand_in", [-1, 256])
def test_a_stand_in_that_is_no_grey_level_is_refused(tmp_path: Path, stand_in: int) -> None:
    with pytest.raises(BadInputError, match="a grey level lies between 0 and 255"):
        import_files(tmp_path, FILES, stand_in=stand_in)
    assert left_behind(tmp_path) == []


def broken(name: str) -> dict[str, bytes]:
    rows = train_rows(small_images(4), small_points(4))
    rows[3]["Image"] = "nose" + rows[3]["Image"].lstrip("0123456789")
    test = test_rows(small_images(3))
    chin = lookup_rows(1)[0] | {"FeatureName": "chin_x"}
    training = zipped({"training.csv": FILES["training.csv"]})
    crc = bytearray(zipped({"training.csv": FILES["training.csv"]}, stored=True))
    crc[len(crc) // 2] ^= 1
    return {
        "a word among pixels": FILES | {"training.csv": table(rows)},
        "no rows": FILES | {"test.csv": b"ImageId,Image\n"},
        "empty": FILES | {"test.csv": b""},
        "sizes differ": FILES | {"test.csv": table(test_rows(small_images(3, side=5)))},
        "lookup asks for others": {k: FILES[k] for k in ("training.csv", "test.csv")}
        | {"IdLookupTable.csv": table(lookup_rows(4))},
        "lookup asks for a chin": FILES | {"IdLookupTable.csv": table([chin])},
        "sample asks for others": FILES | {"SampleSubmission.csv": table([{"RowId": "1", "Location": "0"}])},
        "ids twice": FILES | {"test.csv": table([test[0], test[0]])},
        "truncated": {"training.zip": training[:-40], "test.csv": FILES["test.csv"]},
        "wrong checksum": {"training.zip": bytes(crc), "test.csv": FILES["test.csv"]},
        "junk": {"training.csv": bytes(range(255, -1, -1)) * 16},
        "junk after a line that reads as text": {"training.csv": b").\n" + bytes(range(256)) * 16},
        "no faces": {"notes.txt": b"hello"},
    }[name]  # fmt: skip


FAULTS = {
    "a word among pixels": "training.csv, row 3",
    "no rows": "test.csv: the file has no rows",
    "empty": "test.csv: the file is empty",
    "sizes differ": "4×4 in train, 5×5 in test",
    "lookup asks for others": "IdLookupTable.csv, row 6 (line 8), column ImageId",
    "lookup asks for a chin": "IdLookupTable.csv, row 0 (line 2), column FeatureName",
    "sample asks for others": "SampleSubmission.csv: the sample submission asks for other rows",
    "ids twice": "1 in rows 0, 1",
    "truncated": "source/training.zip: the archive is damaged",
    "wrong checksum": "source/training.zip/training.csv: the archive is damaged",
    "junk": "source/training.csv: the first line is no list",
    "junk after a line that reads as text": "expected a column Image, found ).",
    "no faces": "source/notes.txt",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_source_is_told_and_nothing_is_left(tmp_path: Path, fault: str) -> None:
    with pytest.raises(BadInputError) as caught:
        import_files(tmp_path, broken(fault))
    assert FAULTS[fault] in str(caught.value)
    assert "\n" not in str(caught.value)
    assert left_behind(tmp_path) == []


def test_what_has_the_name_already_is_not_touched(tmp_path: Path) -> None:
    import_files(tmp_path, FILES)
    before = {path: path.read_bytes() for path in (tmp_path / "p.fkd").rglob("*") if path.is_file()}
    with pytest.raises(ProjectError, match="there is something of this name already"):
        import_files(tmp_path, FILES)
    (tmp_path / "q.fkd").mkdir()
    with pytest.raises(ProjectError, match="there is something of this name already"):
        import_kaggle(tmp_path / "source", tmp_path / "q.fkd", Job())
    after = {path: path.read_bytes() for path in (tmp_path / "p.fkd").rglob("*") if path.is_file()}
    assert before == after
    assert left_behind(tmp_path) == ["p.fkd", "q.fkd"]


def test_a_missing_parent_is_told(tmp_path: Path) -> None:
    source = write_files(tmp_path / "source", FILES)
    with pytest.raises(ProjectError, match="nowhere: there is no such folder"):
        import_kaggle(source, tmp_path / "nowhere" / "p.fkd", Job())
    with pytest.raises(ProjectError, match="there is no such folder"):
        import_kaggle(source, source / "test.csv" / "p.fkd", Job())


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    source = write_files(tmp_path / "source", FILES)
    with pytest.raises(FkdError, match="name too long"):
        import_kaggle(source, tmp_path / ("x" * 250), Job())
    with pytest.raises(FkdError, match="name too long"):
        import_kaggle(source, tmp_path / ("x" * 300), Job())
    assert left_behind(tmp_path) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    source = write_files(tmp_path / "source", FILES)
    job = Job(lambda *_: job.cancel())
    with pytest.raises(Cancelled):
        import_kaggle(source, tmp_path / "p.fkd", job)
    assert left_behind(tmp_path) == []


def test_a_project_that_appeared_meanwhile_is_not_touched(tmp_path: Path) -> None:
    with (
        pytest.raises(ProjectError, match="something of this name appeared meanwhile"),
        new_project(tmp_path / "p.fkd"),
    ):
        write_files(tmp_path / "p.fkd", {"theirs.txt": b"1"})
    assert left_behind(tmp_path) == ["p.fkd"]
    assert (tmp_path / "p.fkd" / "theirs.txt").read_bytes() == b"1"


def test_the_folder_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    import_files(tmp_path, FILES)
    (tmp_path / "other").mkdir()
    assert (tmp_path / "p.fkd").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("megabytes", [1, 2])
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path, megabytes: int) -> None:
    source = tmp_path / "training.csv"
    images = small_images(300, side=96)
    source.write_bytes(table(train_rows(images, small_points(300))))
    with small_disk(tmp_path / "disk", megabytes) as disk:
        with pytest.raises(ProjectError, match="there is no space left") as caught:
            import_kaggle(source, disk / "p.fkd", Job())
        assert "Free some space" in str(caught.value)
        assert list(disk.iterdir()) == []


def test_a_disk_that_is_full_only_for_the_labels_is_told(tmp_path: Path) -> None:
    source = tmp_path / "training.csv"
    source.write_bytes(table(train_rows(small_images(2000, side=4), small_points(2000))))
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk / "ballast").write_bytes(bytes(900 * 1024))
        with pytest.raises(ProjectError, match=r"no space left|cannot be written.*full"):
            import_kaggle(source, disk / "p.fkd", Job())
        assert [path.name for path in disk.iterdir()] == ["ballast"]


@pytest.mark.parametrize("refused", ["train_images", "train_ids", "test_digests", "lookup", "project.json"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EDQUOT])
def test_a_write_that_fails_at_any_file_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str, code: int
) -> None:
    open_file = Path.open

    def refuse(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if refused in path.name and "r" not in mode:
            raise OSError(code, os.strerror(code))
        return open_file(path, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ProjectError, match=r"no space left|cannot be written"):
        import_files(tmp_path, FILES)
    assert left_behind(tmp_path) == []


def test_other_sizes_give_other_frames(tmp_path: Path) -> None:
    import_files(tmp_path, small_files(side=48))
    with Project(tmp_path / "p.fkd") as project:
        assert project.schema.size == (48, 48)
        assert project.schema.columns == COLUMNS


def test_a_source_whose_name_is_no_text_is_imported(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.csv")
    try:
        (tmp_path / name).write_bytes(FILES["training.csv"])
    except OSError:
        pytest.skip("this file system takes names in Unicode only")
    import_kaggle(tmp_path / name, tmp_path / "p.fkd", Job())
    assert json.loads((tmp_path / "p.fkd" / "project.json").read_text("utf-8"))["source"] == name
    with Project(tmp_path / "p.fkd") as project:
        assert project.manifest.source == name


def test_a_copied_or_moved_project_opens(tmp_path: Path) -> None:
    import_files(tmp_path, FILES)
    shutil.copytree(tmp_path / "p.fkd", tmp_path / "copy.fkd")
    shutil.move(tmp_path / "p.fkd", tmp_path / "moved.fkd")
    for name in ("copy", "moved"):
        with Project(tmp_path / f"{name}.fkd") as project:
            assert project.name == name
            write_atomic(project.folder / "note.txt", b"1")


def test_columns_that_name_no_keypoint_are_told(tmp_path: Path) -> None:
    renamed = FILES["training.csv"].replace(b"nose_tip_", b"nose_")
    source = write_files(tmp_path / "source", {"training.csv": renamed})
    logged: list[str] = []
    import_kaggle(source, tmp_path / "p.fkd", Job(lambda _, data: logged.append(data.get("text", ""))))
    assert logged[-1] == "read 5 train faces; ignored columns that name no keypoint: nose_x, nose_y"
