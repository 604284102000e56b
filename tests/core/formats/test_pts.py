from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.formats.pts import IBUG_68_TO_FKD_15, fifteen_of_68, read_pts
from fkd_core.schema import FKD_15
from tests.helpers.competition import data_folder

GOOD = "version: 1\nn_points:  2\n{\n160.5 129.25\n-3 1e1\n}"


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "ein Gesicht 顔.pts"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [GOOD, GOOD + "\n\n", GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD, GOOD.replace(" ", "  "),
     GOOD.replace("{", "\n {").replace("160.5", "\t160.5")],
)  # fmt: skip
def test_points_come_as_the_file_has_them(tmp_path: Path, text: str) -> None:
    points = read_pts(write(tmp_path, text))
    np.testing.assert_array_equal(points, [[160.5, 129.25], [-3, 10]])
    assert points.dtype == np.float64


def test_a_file_of_no_points_is_read(tmp_path: Path) -> None:
    assert read_pts(write(tmp_path, "version: 1\nn_points: 0\n{\n}\n")).shape == (0, 2)


BAD = {
    "empty": ("", "a line with {, found none"),
    "not text": (b"\xff\xd8\xff\xe0", "this is no text"),
    "no header": ("{\n1 2\n}", "version: 1 and n_points: 68 before {, found no header"),
    "no count": ("version: 1\n{\n1 2\n}", "found version: 1"),
    "other version": (GOOD.replace("version: 1", "version: 2"), "found version: 2, n_points: 2"),
    "odd header": ("version: 1\nn_points: two\n{\n}", "line 2: this is no line of a header"),
    "said twice": ("version: 1\nversion: 1\n{\n}", "line 2: this is no line of a header"),
    "cut off": (GOOD[:-2], "the landmarks do not end"),
    "fewer": (GOOD.replace("-3 1e1\n", ""), "expected 2 points, found 1"),
    "more": (GOOD.replace("{", "{\n1 1"), "expected 2 points, found 3"),
    "three numbers": (GOOD.replace("1e1", "1e1 5"), "line 5: this is no landmark"),
    "one number": (GOOD.replace("160.5 ", ""), "line 4: this is no landmark"),
    "a word": (GOOD.replace("160.5", "left"), "found 'left 129.25'"),
    "not finite": (GOOD.replace("160.5", "nan"), "found 'nan 129.25'"),
    "infinite": (GOOD.replace("160.5", "1e999"), "found '1e999 129.25'"),
    "more after it": (GOOD + "\n{", "line 7: there is more after the landmarks"),
    "the wrong way round": ("version: 1\nn_points: 0\n}\n{", "line 3: this is no line of a header"),
}


@pytest.mark.parametrize("case", BAD)
def test_other_forms_are_refused_by_what_is_wrong(tmp_path: Path, case: str) -> None:
    text, complaint = BAD[case]
    path = write(tmp_path, text)
    with pytest.raises(BadInputError) as caught:
        read_pts(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "no.pts", tmp_path):
        with pytest.raises(BadInputError, match="the landmarks cannot be read"):
            read_pts(path)


def test_the_fifteen_are_the_landmarks_of_the_table() -> None:
    landmarks = np.stack([np.arange(1, 69), np.arange(101, 169)], axis=1).astype(np.float32)
    points = fifteen_of_68(landmarks)
    assert points.shape == (15, 2)
    by_name = dict(zip(FKD_15.keypoints, points.tolist(), strict=True))
    assert by_name["nose_tip"] == [31, 131]
    assert by_name["left_eye_center"] == [45.5, 145.5]
    assert by_name["right_eyebrow_outer_end"] == [18, 118]
    assert (by_name["mouth_center_top_lip"], by_name["mouth_center_bottom_lip"]) == ([52, 152], [58, 158])
    assert list(IBUG_68_TO_FKD_15) == list(FKD_15.keypoints)
    np.testing.assert_array_equal(fifteen_of_68(np.stack([landmarks, landmarks + 1])), [points, points + 1])


def test_an_unknown_landmark_makes_its_keypoints_unknown() -> None:
    landmarks = np.ones((68, 2))
    landmarks[42] = np.nan
    unknown = np.isnan(fifteen_of_68(landmarks)).all(axis=1)
    assert {FKD_15.keypoints[i] for i in np.flatnonzero(unknown)} == {
        "left_eye_center",
        "left_eye_inner_corner",
    }


def test_another_number_of_landmarks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"received \(51, 2\)"):
        fifteen_of_68(np.ones((51, 2)))


@pytest.mark.faces
def test_on_real_photos_every_keypoint_lies_where_its_name_says() -> None:
    files = sorted((data_folder() / "photos").glob("*.pts"))
    assert files
    faces = np.stack([fifteen_of_68(read_pts(path)) for path in files])
    x, y = ({name: faces[:, i, axis] for i, name in enumerate(FKD_15.keypoints)} for axis in (0, 1))
    for side, sign in (("left", 1), ("right", -1)):
        # The person's left is on the right of the picture.
        row = ["eye_inner_corner", "eye_center", "eye_outer_corner"]
        places = [sign * x[f"{side}_{name}"] for name in row]
        assert (np.diff(places, axis=0) > 0).all()
        assert (sign * (x[f"{side}_eyebrow_outer_end"] - x[f"{side}_eyebrow_inner_end"]) > 0).all()
        assert (y[f"{side}_eyebrow_inner_end"] < y[f"{side}_eye_center"]).all()
    assert (x["mouth_left_corner"] > x["mouth_right_corner"]).all()
    assert (y["nose_tip"] < y["mouth_center_top_lip"]).all()
    assert (y["mouth_center_top_lip"] < y["mouth_center_bottom_lip"]).all()
