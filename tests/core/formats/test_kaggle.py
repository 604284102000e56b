"""The download in every layout, and what may be wrong with the tables beside the faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.formats.archive import members
from fkd_core.formats.kaggle import check_asked, check_sample, find, read_lookup
from fkd_core.schema import FKD_15
from tests.helpers.downloads import download, lookup_rows, small_files, table, write_files, zipped

FILES = small_files()
TRAIN, TEST = FILES["training.csv"], FILES["test.csv"]
LOOKUP, SAMPLE = FILES["IdLookupTable.csv"], FILES["SampleSubmission.csv"]
TRAIN_ZIP, TEST_ZIP = zipped({"training.csv": TRAIN}), zipped({"test.csv": TEST})

LAYOUTS: dict[str, dict[str, bytes]] = {
    "csv": {"training.csv": TRAIN, "test.csv": TEST},
    "zip": {"training.zip": TRAIN_ZIP, "test.zip": TEST_ZIP},
    "folders": {"training/training.csv": TRAIN, "test/test.csv": TEST},
    "deep": {"data/train/training.csv": TRAIN, "data/test/test.csv": TEST},
    "zips in folders": {"a/training.zip": TRAIN_ZIP, "b/c/test.zip": TEST_ZIP},
    "folders in zips": {
        "training.zip": zipped({"training/training.csv": TRAIN}),
        "test.zip": zipped({"t/test.csv": TEST}),
    },
    "the download in a folder": {"facial-keypoints-detection.zip": download(FILES)},
    "one of each": {"training.zip": TRAIN_ZIP, "data/test/test.csv": TEST},
    "other names": {"train.csv": TRAIN, "Test.CSV": TEST},
    "zip of folders": {"all.zip": zipped({"data/train/training.csv": TRAIN, "data/test/test.csv": TEST})},
    "both packed and unpacked": {
        "training.csv": TRAIN,
        "training.zip": zipped({"training.csv": b"older"}),
        "old/training.csv": b"oldest",
        "test.csv": TEST,
    },
}
BESIDE: dict[str, dict[str, bytes]] = {
    "nowhere": {},
    "beside": {"IdLookupTable.csv": LOOKUP, "SampleSubmission.csv": SAMPLE},
    "deep": {"x/y/IdLookupTable.csv": LOOKUP, "z/samplesubmission.csv": SAMPLE},
    "zipped": {"tables.zip": zipped({"IdLookupTable.csv": LOOKUP, "SampleSubmission.csv": SAMPLE})},
}


@pytest.mark.parametrize("tables", BESIDE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_found(tmp_path: Path, layout: str, tables: str) -> None:
    found = find(write_files(tmp_path / "down", {**LAYOUTS[layout], **BESIDE[tables]}), FKD_15)
    assert found.train is not None
    assert found.test is not None
    assert (found.train.read(), found.test.read()) == (TRAIN, TEST)
    inside = "facial-keypoints-detection.zip" in LAYOUTS[layout]
    for member, content in ((found.lookup, LOOKUP), (found.sample, SAMPLE)):
        assert (member.read() if member else None) == (content if BESIDE[tables] or inside else None)


def test_the_download_itself_is_found(tmp_path: Path) -> None:
    (tmp_path / "facial-keypoints-detection.zip").write_bytes(download(FILES))
    found = find(tmp_path / "facial-keypoints-detection.zip", FKD_15)
    parts = {"training.csv": found.train, "test.csv": found.test, "IdLookupTable.csv": found.lookup}
    for name, member in (parts | {"SampleSubmission.csv": found.sample}).items():
        assert member is not None
        assert member.read() == FILES[name]


@pytest.mark.parametrize(("content", "part"), [(TRAIN, "train"), (TEST, "test")])
def test_a_single_file_is_told_by_its_columns(tmp_path: Path, content: bytes, part: str) -> None:
    (tmp_path / "faces.csv").write_bytes(content)
    found = find(tmp_path / "faces.csv", FKD_15)
    assert [name for name in ("train", "test", "lookup", "sample") if getattr(found, name)] == [part]


def test_an_unrelated_damaged_archive_is_of_no_interest(tmp_path: Path) -> None:
    source = write_files(tmp_path / "down", {**LAYOUTS["csv"], "holiday.zip": b"junk"})
    assert find(source, FKD_15).train is not None


def test_a_damaged_archive_is_told_when_faces_are_missing(tmp_path: Path) -> None:
    source = write_files(tmp_path / "down", {"training.csv": TRAIN, "test.zip": TEST_ZIP[:-30]})
    with pytest.raises(BadInputError, match=r"down/test\.zip: the archive is damaged"):
        find(source, FKD_15)


def test_a_folder_without_faces_names_what_is_there(tmp_path: Path) -> None:
    source = write_files(tmp_path / "down", {f"{name}.csv": b"1" for name in "abcdefg"})
    with pytest.raises(BadInputError) as caught:
        find(source, FKD_15)
    assert caught.value.what == "no faces were found"
    assert str(caught.value.found).endswith("down/e.csv and 2 more files")


def test_a_lookup_table_alone_holds_no_faces(tmp_path: Path) -> None:
    (tmp_path / "IdLookupTable.csv").write_bytes(LOOKUP)
    with pytest.raises(
        BadInputError, match="the file has no faces; expected a column Image, found RowId, ImageId"
    ):
        find(tmp_path / "IdLookupTable.csv", FKD_15)


def write_lookup(folder: Path, rows: list[dict[str, str]], **options: object) -> Path:
    path = folder / "IdLookupTable.csv"
    path.write_bytes(table(rows, **options))  # type: ignore[arg-type]
    return path


def test_the_lookup_table_is_read_in_its_order(tmp_path: Path) -> None:
    rows = lookup_rows(3)[::-1]
    header = ["FeatureName", "ImageId", "Location", "RowId"]
    for content in (table(rows), table(rows, header=header), b"\xef\xbb\xbf" + table(rows, end="\r\n")):
        (tmp_path / "IdLookupTable.csv").write_bytes(content)
        lookup = read_lookup(members(tmp_path / "IdLookupTable.csv")[0], FKD_15)
        assert lookup.row_ids.tolist() == [6, 5, 4, 3, 2, 1]
        assert lookup.image_ids.tolist() == [3, 3, 2, 2, 1, 1]
        assert lookup.coordinates.tolist() == [21, 0] * 3


@pytest.mark.parametrize(
    ("column", "text", "what", "expected", "found"),
    [
        ("FeatureName", "chin_x", "a coordinate is asked that the faces do not have",
         "a name such as left_eye_center_x", "'chin_x'"),
        ("FeatureName", "", "a coordinate is asked that the faces do not have",
         "a name such as left_eye_center_x", "''"),
        ("ImageId", "one", "an id is no whole number", "a number such as 1", "'one'"),
        ("ImageId", "1.5", "an id is no whole number", "a number such as 1", "'1.5'"),
        ("RowId", "", "an id is no whole number", "a number such as 1", "''"),
        ("RowId", "1e30", "an id is no whole number", "a number such as 1", "'1e30'"),
        ("RowId", "inf", "an id is no whole number", "a number such as 1", "'inf'"),
        ("RowId", "1", "a row id occurs twice", "a number of its own in each row", 1),
    ],
)  # fmt: skip
def test_a_fault_of_the_lookup_table_is_named(
    tmp_path: Path, column: str, text: str, what: str, expected: str, found: object
) -> None:
    rows = lookup_rows(3)
    rows[4][column] = text
    with pytest.raises(BadInputError) as caught:
        read_lookup(members(write_lookup(tmp_path, rows))[0], FKD_15)
    error = caught.value
    assert (error.what, error.expected, error.found) == (what, expected, found)
    assert error.where == f"IdLookupTable.csv, row 4 (line 6), column {column}"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"RowId,ImageId,Location\n1,1,\n", "a column is missing"),
        (b"RowId,ImageId,FeatureName\n", "the table has no rows"),
        (b"RowId,ImageId,FeatureName,RowId\n1,1,nose_tip_x,1\n", "a column occurs twice"),
        (
            b"RowId,ImageId,FeatureName\n1,1,nose_tip_x\n2,1,nose_tip_y,9\n",
            "a row has the wrong number of columns",
        ),
        (b"RowId,ImageId,FeatureName\n1,1\n", "a row has the wrong number of columns"),
        (b"RowId,ImageId,FeatureName\n1,1,nose\xff\n", "a coordinate is asked that the faces do not have"),
        (b"RowId,ImageId,FeatureName\n\n1,1,nose_tip_x\n\n2,x,nose_tip_y\n", "an id is no whole number"),
        (b'RowId,ImageId,FeatureName\n1,1,"' + b"x" * 200_000, "a row cannot be read"),
        (bytes(range(256)), "the first line is no list of column names"),
    ],
)
def test_what_is_no_lookup_table_is_told(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "IdLookupTable.csv"
    path.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        read_lookup(members(path)[0], FKD_15)
    assert caught.value.what == what
    assert str(caught.value.where).startswith("IdLookupTable.csv")


def test_a_face_that_is_not_there_is_named_with_its_row(tmp_path: Path) -> None:
    member = members(write_lookup(tmp_path, lookup_rows(5)))[0]
    lookup = read_lookup(member, FKD_15)
    check_asked(member, lookup, np.arange(1, 6))
    with pytest.raises(BadInputError) as caught:
        check_asked(member, lookup, np.array([1, 2, 3, 5, 9]))
    error = caught.value
    assert error.where == "IdLookupTable.csv, row 6 (line 8), column ImageId"
    assert (error.expected, error.found) == ("one of 5 ids from 1 to 9", "4, and 1 more rows")


def test_the_sample_must_name_the_same_rows(tmp_path: Path) -> None:
    lookup = read_lookup(members(write_lookup(tmp_path, lookup_rows(3)))[0], FKD_15)
    path = tmp_path / "SampleSubmission.csv"
    path.write_bytes(table([{"RowId": str(i), "Location": "0"} for i in range(6, 0, -1)]))
    check_sample(members(path)[0], lookup)
    path.write_bytes(table([{"RowId": str(i), "Location": "0"} for i in range(3, 8)]))
    with pytest.raises(BadInputError) as caught:
        check_sample(members(path)[0], lookup)
    assert (caught.value.where, caught.value.expected, caught.value.found) == (
        "SampleSubmission.csv",
        "6 row ids",
        "5, 4 of them the same",
    )
