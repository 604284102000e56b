"""Original points: whatever is edited and however they are read, they are those of the source."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import changes_of
from tests.helpers.arrays import random_points

KEYS: list[Any] = [
    3,
    slice(None),
    slice(2, 9, 3),
    np.array([5, 0, 5]),
    np.arange(20) % 3 == 0,
    (slice(None), slice(None), 0),
    (3, 1),
    (4, slice(None), 1),
    (np.array([3, 4]), 2),
    (..., 0),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("edits", [0, 1, 200])
def test_they_read_like_an_array_that_nobody_writes_to(key: Any, edits: int) -> None:
    points = random_points(20, missing=0.3)
    table = LabelTable(points.copy())
    random = np.random.default_rng(edits)
    for _ in range(edits):
        faces, keypoints = random.integers(20, size=3), random.integers(15, size=3)
        table.put(changes_of(faces, keypoints, random.uniform(0, 96, (3, 2)), origin=1), 1)
    found = table.original[key]
    assert found.tobytes() == np.ascontiguousarray(points[key]).tobytes()
    assert found.dtype == np.float32
    found[...] = 0
    np.testing.assert_array_equal(table.original, points)


def test_single_keypoints_are_read_by_face_and_number() -> None:
    points = random_points(6)
    table = LabelTable(points.copy())
    table.put(changes_of([2], [3], [[1, 1]], origin=1), 1)
    faces, keypoints = np.array([2, 2, 5]), np.array([3, 4, 0])
    np.testing.assert_array_equal(table.original.at(faces, keypoints), points[faces, keypoints])


def test_only_edited_faces_are_kept() -> None:
    table = LabelTable(random_points(1000))
    table.put(changes_of([7, 7, 900], [1, 2, 3], np.ones((3, 2)), origin=1), 1)
    assert table.original.edited().tolist() == [7, 900]
    assert table.copy().original.edited().tolist() == [7, 900]


def test_a_copy_has_the_same_originals_and_edits() -> None:
    points = random_points(6)
    table = LabelTable(points.copy())
    table.put(changes_of([2], [3], [[1, 1]], origin=1), 1)
    made = table.copy()
    table.put(changes_of([2, 3], [4, 4], [[2, 2], [2, 2]], origin=1), 1)
    np.testing.assert_array_equal(made.original, points)
    assert made.points[2, 3].tolist() == [1, 1]
    assert made.points[2, 4].tolist() == points[2, 4].tolist()


def test_they_cannot_be_lent() -> None:
    with pytest.raises(ValueError, match="only be copied"):
        np.array(LabelTable(random_points(2)).original, copy=False)
