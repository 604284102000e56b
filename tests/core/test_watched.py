"""The file of watched faces: whole, missing or damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import RunError
from fkd_core.runs.watched import FILE, WatchedFaces, keep_faces, watched_faces

FACES = WatchedFaces(np.array([3, 9]), np.arange(12, dtype=np.float32).reshape(2, 3, 2), 4)


def test_faces_come_back_as_they_were_kept(tmp_path: Path) -> None:
    assert watched_faces(tmp_path) is None
    event = keep_faces(tmp_path, FACES)
    found = watched_faces(tmp_path)
    assert found is not None
    assert (found.epoch, found.rows.dtype, found.points.dtype) == (4, np.int64, np.float32)
    np.testing.assert_array_equal(found.rows, FACES.rows)
    np.testing.assert_array_equal(found.points, FACES.points)
    assert event == {"epoch": 4, "rows": [3, 9], "points": FACES.points.tolist()}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("cut", [0, 1, 100, -30])
def test_a_torn_file_is_an_error_that_names_it(tmp_path: Path, cut: int) -> None:
    keep_faces(tmp_path, FACES)
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(RunError, match=r"faces\.npz: the predictions of the watched faces are damaged"):
        watched_faces(tmp_path)


@pytest.mark.parametrize(
    "parts",
    [
        {"rows": FACES.rows},
        {"rows": FACES.rows[:1], "points": FACES.points, "epoch": 4},
        {"rows": FACES.rows, "points": FACES.points.astype(np.float64), "epoch": 4},
        {"rows": FACES.rows.astype(np.float32), "points": FACES.points, "epoch": 4},
        {"rows": FACES.rows, "points": FACES.points, "epoch": [4, 5]},
        {"rows": FACES.rows, "points": FACES.points[..., 0], "epoch": 4},
    ],
)
def test_a_file_of_other_content_is_damaged(tmp_path: Path, parts: dict[str, object]) -> None:
    np.savez(tmp_path / FILE, **parts)  # type: ignore[arg-type]
    with pytest.raises(RunError, match="damaged"):
        watched_faces(tmp_path)
