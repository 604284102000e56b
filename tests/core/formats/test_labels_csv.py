"""Labels and predictions as tables: nothing is lost on the way out and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fkd_core.errors import BadInputError, ProjectError
from fkd_core.formats.labels_csv import write_labels, write_predictions
from fkd_core.formats.row_list import read_rows
from fkd_core.labels import edits
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import State
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points


def columns_of(table: pd.DataFrame) -> np.ndarray:
    return table[list(FKD_15.columns)].to_numpy(np.float32).reshape(len(table), 15, 2)


def test_coordinates_come_back_to_the_last_bit(tmp_path: Path) -> None:
    points = random_points(300, missing=0.5)
    points[0, 0] = np.nextafter(np.float32(96), np.float32(0)), np.float32(1e-20)
    assert write_labels(tmp_path / "a.csv", LabelTable(points), slice(0, 300), FKD_15) == 300
    read = pd.read_csv(tmp_path / "a.csv")
    assert read["row"].tolist() == list(range(300))
    np.testing.assert_array_equal(columns_of(read), points)
    assert list(read.columns) == ["row", *FKD_15.columns, *(f"{name}_origin" for name in FKD_15.keypoints)]


def test_each_keypoint_says_where_it_came_from(tmp_path: Path) -> None:
    points = random_points(4)
    points[2, :3] = np.nan
    table = LabelTable(points)
    table.put(edits.move(table, FKD_15, 1, [4], np.array([[7, 8]])).changes, 0)
    table.put(edits.set_state(table, FKD_15, 1, [5], State.ABSENT).changes, 0)
    filled = np.full((4, 15, 2), 5, np.float32)
    where = np.zeros((4, 15), bool)
    where[2, 0] = True
    table.put(edits.take(table, "", "imputed:mean", filled, where, reviewed=False).changes, 0)
    where[2] = [False, True] + [False] * 13
    table.put(edits.take(table, "", "predicted:run-1", filled, where, reviewed=True).changes, 0)
    write_labels(tmp_path / "a.csv", table, slice(1, 4), FKD_15)
    read = pd.read_csv(tmp_path / "a.csv", dtype=str, keep_default_na=False)
    origins = read[[f"{name}_origin" for name in FKD_15.keypoints]].to_numpy()
    assert origins[0].tolist() == ["human"] * 4 + ["corrected"] * 2 + ["human"] * 9
    assert origins[1].tolist() == ["imputed:mean", "predicted:run-1", ""] + ["human"] * 12
    assert read.iloc[0][["right_eye_outer_corner_x", "right_eye_outer_corner_y"]].tolist() == ["", ""]
    assert read["row"].tolist() == ["0", "1", "2"]


def test_predictions_are_clipped_to_the_frame(tmp_path: Path) -> None:
    points = random_points(3)
    points[1, 2] = -4, 99
    write_predictions(tmp_path / "a.csv", np.array([7, 5, 6]), points, FKD_15)
    read = pd.read_csv(tmp_path / "a.csv")
    assert list(read.columns) == ["ImageId", *FKD_15.columns]
    assert read["ImageId"].tolist() == [7, 5, 6]
    points[1, 2] = 0, 96
    np.testing.assert_array_equal(columns_of(read), points)


def test_a_missing_folder_or_a_folder_as_file_is_told(tmp_path: Path) -> None:
    table = LabelTable(random_points(1))
    with pytest.raises(BadInputError, match="nowhere: there is no such folder"):
        write_labels(tmp_path / "nowhere" / "a.csv", table, slice(0, 1), FKD_15)
    with pytest.raises(ProjectError, match="cannot be written"):
        write_labels(tmp_path, table, slice(0, 1), FKD_15)
    assert list(tmp_path.iterdir()) == []


def test_rows_are_read_from_text(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_bytes(b"\xef\xbb\xbf# mine\r\n5\r\n 3, 4 # two\r\n\r\n5\r\n")
    assert read_rows(tmp_path / "rows.txt", 6).tolist() == [3, 4, 5]


@pytest.mark.parametrize("token", ["6", "-1", "x", "1.0", "9" * 5000])
def test_a_row_that_is_not_there_is_named(tmp_path: Path, token: str) -> None:
    (tmp_path / "rows.txt").write_text(f"1\n2\n{token}\n")
    with pytest.raises(BadInputError) as caught:
        read_rows(tmp_path / "rows.txt", 6)
    assert str(caught.value.where).endswith("rows.txt, line 3")
    assert caught.value.expected == "a whole number from 0 to 5"


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe\x00"])
def test_a_list_without_rows_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rows.txt").write_bytes(content)
    with pytest.raises(BadInputError, match=r"rows\.txt"):
        read_rows(tmp_path / "rows.txt", 6)
    with pytest.raises(BadInputError, match="the list of rows cannot be read"):
        read_rows(tmp_path, 6)
    with pytest.raises(BadInputError, match="the list of rows cannot be read"):
        read_rows(tmp_path / "nothing.txt", 6)
