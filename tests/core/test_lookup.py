"""What a submission is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.lookup import LookupTable, find_ids


def test_a_table_comes_back_from_its_array() -> None:
    table = LookupTable(np.array([3, 1, 2]), np.array([7, 8, 7]), np.array([0, 29, 4]))
    again = LookupTable.from_array(table.to_array())
    assert again.row_ids.tolist() == [3, 1, 2]
    assert again.image_ids.tolist() == [7, 8, 7]
    assert again.coordinates.tolist() == [0, 29, 4]
    assert len(again) == 3


@pytest.mark.parametrize("array", [np.zeros((3, 2), int), np.zeros(3, int), np.zeros((2, 3))])
def test_other_arrays_are_refused(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="received"):
        LookupTable.from_array(array)


def test_asked_keypoints_are_told_for_faces_in_any_order() -> None:
    table = LookupTable(np.arange(1, 5), np.array([7, 7, 9, 4]), np.array([0, 1, 4, 6]))
    expected = np.zeros((3, 4), bool)
    expected[0, 2] = expected[2, 0] = True
    np.testing.assert_array_equal(table.asked(np.array([9, 1, 7]), 4), expected)
    assert table.asked(np.empty(0, np.int64), 4).shape == (0, 4)


def test_ids_are_found_in_any_order() -> None:
    rng = np.random.default_rng(0)
    ids = rng.permutation(1000)[:300]
    wanted = rng.integers(-5, 1005, 500)
    place = {value: i for i, value in enumerate(ids.tolist())}
    assert find_ids(ids, wanted).tolist() == [place.get(value, -1) for value in wanted.tolist()]
    assert find_ids(ids[:0], wanted[:2]).tolist() == [-1, -1]
