"""Faces in CSV files: every usual spelling is read alike; every fault is named by row and column."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError, Cancelled
from fkd_core.formats.archive import members
from fkd_core.formats.csv_faces import CsvFaces, read_faces, read_header
from fkd_core.jobs import Job
from fkd_core.schema import FKD_15
from tests.helpers.downloads import COLUMNS, pixel_text, small_images, small_points, table, train_rows

IMAGES = small_images(6)
POINTS = small_points(6)


def read(folder: Path, content: bytes, *, stand_in: int = 128, job: Job | None = None) -> CsvFaces:
    path = folder / "training.csv"
    path.write_bytes(content)
    return read_faces(members(path)[0], COLUMNS, folder / "images.npy", job or Job(), stand_in=stand_in)


def complaint(folder: Path, content: bytes) -> BadInputError:
    with pytest.raises(BadInputError) as caught:
        read(folder, content)
    return caught.value


def rows() -> list[dict[str, str]]:
    return train_rows(IMAGES, POINTS)


def changed(row: int, column: str, text: str) -> bytes:
    values = rows()
    values[row][column] = text
    return table(values)


def test_images_and_points_are_those_of_the_file(tmp_path: Path) -> None:
    faces = read(tmp_path, table(rows()))
    np.testing.assert_array_equal(np.load(tmp_path / "images.npy"), IMAGES)
    np.testing.assert_array_equal(faces.points, POINTS)
    assert faces.points.dtype == np.float32
    assert faces.ids.tolist() == [0, 1, 2, 3, 4, 5]
    assert (faces.size, faces.empty_pixels, faces.absent, faces.ignored) == ((4, 4), {}, (), ())


def quoted(content: bytes) -> bytes:
    lines = content.decode().splitlines()
    return "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in lines).encode() + b"\n"


SPELLINGS = {
    "CRLF": table(rows(), end="\r\n"),
    "BOM": b"\xef\xbb\xbf" + table(rows()),
    "no final newline": table(rows()).rstrip(b"\n"),
    "CRLF, no final newline": table(rows(), end="\r\n").rstrip(b"\r\n"),
    "empty lines": table(rows()).replace(b"\n", b"\n\n"),
    "every field quoted": quoted(table(rows())),
    "quoted with BOM and CRLF": b"\xef\xbb\xbf" + quoted(table(rows())).replace(b"\n", b"\r\n"),
    "other order": table(rows(), header=["Image", *reversed(COLUMNS)]),
    "Image in the middle": table(rows(), header=[*COLUMNS[:7], "Image", *COLUMNS[7:]]),
    "space after names": table(rows()).replace(b"_x,", b"_x ,", 3),
    "trailing space in pixels": table([row | {"Image": row["Image"] + " "} for row in rows()]),
    "NaN spelled out": table([{k: v or "NaN" for k, v in row.items()} for row in rows()]),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_usual_spelling_is_read_alike(tmp_path: Path, spelling: str) -> None:
    faces = read(tmp_path, SPELLINGS[spelling])
    np.testing.assert_array_equal(np.load(tmp_path / "images.npy"), IMAGES)
    np.testing.assert_array_equal(faces.points, POINTS)
    assert faces.empty_pixels == {}


def test_coordinates_come_back_to_the_last_bit(tmp_path: Path) -> None:
    points = small_points(40, seed=9, missing=0.1)
    faces = read(tmp_path, table(train_rows(small_images(40), points)))
    np.testing.assert_array_equal(faces.points.view(np.uint32), points.view(np.uint32))


@pytest.mark.parametrize("side", [1, 48, 96, 200])
def test_any_square_size_is_read(tmp_path: Path, side: int) -> None:
    images = small_images(3, side=side)
    values = train_rows(images, small_points(3))
    for content in (table(values), quoted(table(values))):
        faces = read(tmp_path, content) if side > 3 else read(tmp_path, table(values, header=["Image"]))
        assert faces.size == (side, side)
        np.testing.assert_array_equal(np.load(tmp_path / "images.npy"), images)


def test_a_keypoint_without_columns_has_no_labels(tmp_path: Path) -> None:
    header = [name for name in (*COLUMNS, "Image") if not name.startswith(("nose_tip", "mouth_left"))]
    faces = read(tmp_path, table(rows(), header=header))
    gone = [FKD_15.index("nose_tip"), FKD_15.index("mouth_left_corner")]
    assert faces.absent == ("nose_tip", "mouth_left_corner")
    assert np.isnan(faces.points[:, gone]).all()
    kept = [k for k in range(15) if k not in gone]
    np.testing.assert_array_equal(faces.points[:, kept], POINTS[:, kept])


def test_unknown_columns_are_named_and_ids_are_kept(tmp_path: Path) -> None:
    values = [{"ImageId": str(90 - i), "mood": "calm"} | row for i, row in enumerate(rows())]
    faces = read(tmp_path, table(values))
    assert faces.ignored == ("mood",)
    assert faces.ids.tolist() == [90, 89, 88, 87, 86, 85]


@pytest.mark.parametrize("stand_in", [128, 0, 255])
def test_empty_pixels_get_the_stand_in_and_are_counted_by_row(tmp_path: Path, stand_in: int) -> None:
    values = rows()
    expected = IMAGES.copy()
    for row, pixels in {1: [0, 7], 3: [15], 4: [4, 5, 6]}.items():
        expected[row].ravel()[pixels] = stand_in
        tokens = values[row]["Image"].split(" ")
        values[row]["Image"] = " ".join("" if i in pixels else token for i, token in enumerate(tokens))
    faces = read(tmp_path, table(values), stand_in=stand_in)
    np.testing.assert_array_equal(np.load(tmp_path / "images.npy"), expected)
    assert faces.empty_pixels == {1: 2, 3: 1, 4: 3}


def test_digests_are_equal_for_equal_pixels_only(tmp_path: Path) -> None:
    images = IMAGES[[0, 1, 0, 2, 1, 0]]
    digests = read(tmp_path, table(train_rows(images, POINTS))).digests
    assert digests[0] == digests[2] == digests[5]
    assert digests[1] == digests[4]
    assert len(set(digests.tolist())) == 3


def test_a_coordinate_may_lie_on_the_edge(tmp_path: Path) -> None:
    values = rows()
    values[2] |= {"nose_tip_x": "0", "nose_tip_y": "4.0"}
    faces = read(tmp_path, table(values))
    assert faces.points[2, FKD_15.index("nose_tip")].tolist() == [0, 4]


WHERE = "training.csv, row 2 (line 4)"


@pytest.mark.parametrize(
    ("column", "text", "what", "where", "expected", "found"),
    [
        ("Image", "1 2 3", "a row has the wrong number of pixels", "training.csv, column Image",
         "16 numbers (4×4) as in the other rows", "3 in row 2 (line 4)"),
        ("Image", "", "a row has the wrong number of pixels", "training.csv, column Image",
         "16 numbers (4×4) as in the other rows", "0 in row 2 (line 4)"),
        ("Image", " ".join(["7"] * 25), "a row has the wrong number of pixels", "training.csv, column Image",
         "16 numbers (4×4) as in the other rows", "25 in row 2 (line 4)"),
        ("Image", " ".join(["7"] * 5 + ["nose"] + ["7"] * 10), "a pixel is no grey level",
         f"{WHERE}, column Image, pixel 5", "a whole number from 0 to 255", "'nose'"),
        ("Image", " ".join(["7"] * 15 + ["256"]), "a pixel is no grey level",
         f"{WHERE}, column Image, pixel 15", "a whole number from 0 to 255", "'256'"),
        ("nose_tip_x", "4.5", "a coordinate lies outside the image", f"{WHERE}, column nose_tip_x",
         "0 to 4", "4.5"),
        ("nose_tip_y", "-0.1", "a coordinate lies outside the image", f"{WHERE}, column nose_tip_y",
         "0 to 4", "-0.1"),
        ("nose_tip_y", "inf", "a coordinate lies outside the image", f"{WHERE}, column nose_tip_y",
         "0 to 4", "inf"),
        ("nose_tip_y", "1e300", "a coordinate lies outside the image", f"{WHERE}, column nose_tip_y",
         "0 to 4", "1e+300"),
        ("nose_tip_y", "", "a keypoint has one coordinate of two", f"{WHERE}, column nose_tip",
         "both x and y, or neither", "only x"),
        ("nose_tip_x", "", "a keypoint has one coordinate of two", f"{WHERE}, column nose_tip",
         "both x and y, or neither", "only y"),
        ("nose_tip_x", "left", "a coordinate is no number", f"{WHERE}, column nose_tip_x",
         "pixels, or nothing where unlabelled", "'left'"),
        ("nose_tip_x", "1,2", "a row has the wrong number of columns", WHERE, 31, 32),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_row_and_column(
    tmp_path: Path, column: str, text: str, what: str, where: str, expected: object, found: object
) -> None:
    values = rows()
    values[2] |= {"nose_tip_x": "1", "nose_tip_y": "1"} | {column: text}
    error = complaint(tmp_path, table(values))
    assert (error.what, error.where, error.expected, error.found) == (what, where, expected, found)
    assert all(str(part) in str(error) for part in (what, where, expected, found))


def test_images_of_unequal_size_name_the_rows(tmp_path: Path) -> None:
    values = rows()
    for row in (1, 4):
        values[row]["Image"] = " ".join(["7"] * 25)
    error = complaint(tmp_path, table(values))
    assert error.what == "images of unequal size"
    assert error.found == "25 in row 1 (line 3), 25 in row 4 (line 6)"


def test_the_odd_image_is_named_even_if_it_is_the_first(tmp_path: Path) -> None:
    for text, count in ((" ".join(["7"] * 25), 25), ("7 7", 2)):
        error = complaint(tmp_path, changed(0, "Image", text))
        assert (error.expected, error.found) == (
            "16 numbers (4×4) as in the other rows",
            f"{count} in row 0 (line 2)",
        )


def test_many_odd_images_are_counted(tmp_path: Path) -> None:
    images = [{"Image": " ".join(["7"] * (9 if i % 2 else 16))} for i in range(41)]
    error = complaint(tmp_path, table(images))
    assert str(error.found).endswith("9 in row 19 (line 21) and 10 more rows")


def test_images_that_are_not_square_are_told(tmp_path: Path) -> None:
    error = complaint(tmp_path, table([{"Image": "1 2 3"}] * 3))
    assert error.what == "the images are not square"
    assert (error.where, error.found) == ("training.csv, row 0 (line 2), column Image", 3)


def test_line_numbers_are_right_after_empty_lines(tmp_path: Path) -> None:
    content = changed(3, "nose_tip_x", "left").replace(b"\n", b"\n\n", 3)
    assert complaint(tmp_path, content).where == "training.csv, row 3 (line 8), column nose_tip_x"


NO_NAMES = "the first line is no list of column names"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf\n", "the file has no faces"),
        (b"nose_tip_x,nose_tip_y\n1,2\n", "the file has no faces"),
        (b"a;b;Image\n", "the file has no faces"),
        (b"nose_tip_x,nose_tip_y,Image\n", "the file has no rows"),
        (b"nose_tip_x,nose_tip_y,Image", "the file has no rows"),
        (b"nose_tip_x,nose_tip_y,Image\n\n \n", "the file has no rows"),
        (b"Image,Image\n1,1\n", "a column occurs twice"),
        (bytes(range(256)) * 10, NO_NAMES),
        ("Image\n1 2 3 4\n".encode("utf-16"), NO_NAMES),
        (b"\x00" * 1000, NO_NAMES),
        (b"Image\r1 2 3 4\r", NO_NAMES),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), NO_NAMES),
    ],
)
def test_files_that_hold_no_faces_are_told(tmp_path: Path, content: bytes, what: str) -> None:
    error = complaint(tmp_path, content)
    assert error.what == what
    assert str(error.where).startswith("training.csv")


@pytest.mark.parametrize("text", ["", "one", "1.5", "9" * 40, "-1"])
def test_an_id_must_be_a_whole_number(tmp_path: Path, text: str) -> None:
    values = [{"ImageId": str(i)} | row for i, row in enumerate(rows())]
    values[2]["ImageId"] = text
    error = complaint(tmp_path, table(values))
    assert (error.what, error.where) == ("an id is no whole number", f"{WHERE}, column ImageId")
    assert error.found == repr(text)


def test_an_id_must_not_occur_twice(tmp_path: Path) -> None:
    values = [{"ImageId": str(i % 4)} | row for i, row in enumerate(rows())]
    error = complaint(tmp_path, table(values))
    assert (error.what, error.where) == ("an id occurs twice", "training.csv, column ImageId")
    assert error.found == "0 in rows 0, 4"


def test_a_file_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    images = small_images(900, side=48)
    content = table([{"Image": pixel_text(image)} for image in images])
    assert len(content) > 3 * (2 << 20)
    faces = read(tmp_path, content)
    np.testing.assert_array_equal(np.load(tmp_path / "images.npy"), images)
    assert len(faces.points) == 900
    assert np.isnan(faces.points).all()


def test_cancelling_stops_and_ends_the_reading_thread(tmp_path: Path) -> None:
    images = small_images(900, side=48)
    content = table([{"Image": pixel_text(image)} for image in images])
    job: Job

    def cancel_at_first(event: str, data: dict[str, object]) -> None:
        assert (event, data["done"]) == ("progress", 0)
        job.cancel()

    job = Job(cancel_at_first)
    with pytest.raises(Cancelled):
        read(tmp_path, content, job=job)
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


def test_a_fault_ends_the_reading_thread_while_the_error_is_held(tmp_path: Path) -> None:
    images = small_images(900, side=48)
    content = table([{"Image": pixel_text(image)} for image in images]).replace(b" ", b" x", 1)
    error = complaint(tmp_path, content)
    assert error.__traceback__ is not None
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


def test_a_header_is_read_without_marks_and_spaces(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'\xef\xbb\xbf"a" , b,"c,d"\r\n1,2,3\r\n')
    assert read_header(members(tmp_path / "a.csv")[0]) == ["a", "b", "c,d"]
