"""Labels in memory: what is known, where from, and that the originals stay."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import OriginKind, State, changes_of
from tests.helpers.arrays import random_points


def test_a_new_table_holds_the_originals() -> None:
    points = random_points(20, missing=0.5)
    table = LabelTable(points.copy())
    np.testing.assert_array_equal(table.points, points)
    np.testing.assert_array_equal(table.mask, ~np.isnan(points[..., 0]))
    np.testing.assert_array_equal(table.is_kind(OriginKind.HUMAN), table.mask)
    assert not table.reviewed.any()
    assert not table.changed.any()
    assert len(table) == 20


def test_put_returns_what_was_there() -> None:
    table = LabelTable(random_points(4, missing=0.3))
    before = table.points.copy()
    changes = changes_of([1, 2], [3, 4], [[5, 6], [7, 8]], origin=1, reviewed=True)
    old = table.put(changes, 1000.7)
    assert table.points[1, 3].tolist() == [5, 6]
    assert (table.origin[2, 4], table.reviewed[2, 4], table.changed[2, 4]) == (1, True, 1000)
    assert table.changed.astype(bool).sum() == 2
    np.testing.assert_array_equal(table.put(old, 0), changes)
    np.testing.assert_array_equal(table.points, before)
    assert not table.origin.any()


@pytest.mark.parametrize(("field", "value"), [("face", 4), ("keypoint", 15), ("origin", 2)])
def test_what_does_not_exist_is_refused_and_nothing_changes(field: str, value: int) -> None:
    table = LabelTable(random_points(4))
    before = table.points.copy()
    changes = changes_of([1, 2], [3, 4], [[5, 6], [7, 8]], origin=1)
    changes[field][1] = value
    with pytest.raises(IndexError, match=f"{field} must be below {value}, received {value}"):
        table.put(changes, 0)
    np.testing.assert_array_equal(table.points, before)


def test_origins_get_codes_as_they_come() -> None:
    table = LabelTable(random_points(2))
    assert [table.origin_code(text) for text in ("human", "corrected", "imputed:mean", "imputed:mean")] == [
        0,
        1,
        2,
        2,
    ]
    with pytest.raises(ValueError, match="guess"):
        table.origin_code("guess")
    assert table.kinds().tolist() == ["human", "corrected", "imputed"]


def test_where_a_value_came_from_is_told() -> None:
    table = LabelTable(random_points(2))
    code = table.origin_code("predicted:run-1")
    table.put(changes_of([0], [1], [[5, 6]], origin=code), 0)
    table.put(
        changes_of([0, 0], [2, 3], [[np.nan] * 2] * 2, origin=1, state=[State.ABSENT, State.UNLABELLED]), 0
    )
    assert [table.origin_text(0, k) for k in range(4)] == ["human", "predicted:run-1", "corrected", ""]
    assert table.is_kind(OriginKind.PREDICTED).sum() == 1
    assert table.mask[0, :4].tolist() == [True, True, False, False]


@pytest.mark.parametrize("shape", [(3, 30), (3, 15, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="received"):
        LabelTable(np.zeros(shape, np.float32))
