"""The edits that people and methods make."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.labels import edits
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CORRECTED, OriginKind, State
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points


@pytest.fixture
def table() -> LabelTable:
    points = random_points(6, seed=3)
    points[:3, 5:] = np.nan
    return LabelTable(points)


def snapshot(table: LabelTable) -> list[bytes]:
    return [part.tobytes() for part in (table.points, table.origin, table.state, table.reviewed)]


def test_making_an_edit_changes_nothing(table: LabelTable) -> None:
    before = snapshot(table)
    edits.move(table, FKD_15, 0, [1], np.array([[3, 4]]))
    edits.set_state(table, FKD_15, 0, [1], State.ABSENT)
    edits.accept(table, "accept", np.ones((6, 15), bool))
    edits.revert(table, FKD_15, 0, [1])
    edits.impute(table, "mean", np.full((6, 15, 2), 9, np.float32), np.ones((6, 15), bool))
    assert snapshot(table) == before


def test_a_moved_keypoint_is_corrected_reviewed_and_visible(table: LabelTable) -> None:
    edit = edits.move(table, FKD_15, 0, [1, 9], np.array([[3.25, 4], [0, 96]]))
    assert edit.what == "move 2 keypoints"
    table.put(edit.changes, 0)
    assert table.points[0, [1, 9]].tolist() == [[3.25, 4], [0, 96]]
    assert table.origin[0, [1, 9]].tolist() == [CORRECTED, CORRECTED]
    assert table.state[0, [1, 9]].tolist() == [State.VISIBLE, State.VISIBLE]
    assert table.reviewed[0, [1, 9]].all()


def test_an_occluded_keypoint_stays_so_when_it_is_moved(table: LabelTable) -> None:
    table.put(edits.set_state(table, FKD_15, 0, [1], State.OCCLUDED).changes, 0)
    assert table.origin_text(0, 1) == "human"
    table.put(edits.move(table, FKD_15, 0, [1], np.array([[3, 4]])).changes, 0)
    assert table.state[0, 1] == State.OCCLUDED


def test_an_absent_keypoint_is_visible_when_it_is_put_somewhere(table: LabelTable) -> None:
    table.put(edits.set_state(table, FKD_15, 0, [1], State.ABSENT).changes, 0)
    assert np.isnan(table.points[0, 1]).all()
    table.put(edits.move(table, FKD_15, 0, [1], np.array([[3, 4]])).changes, 0)
    assert table.state[0, 1] == State.VISIBLE


@pytest.mark.parametrize("point", [[-0.01, 5], [5, 96.01], [np.nan, 5], [np.inf, 5]])
def test_a_keypoint_must_stay_in_the_frame(table: LabelTable, point: list[float]) -> None:
    with pytest.raises(
        BadInputError, match=r"move right eye center: a keypoint must stay in the frame.*0 to 96"
    ):
        edits.move(table, FKD_15, 0, [1], np.array([point]))


@pytest.mark.parametrize("state", [State.VISIBLE, State.OCCLUDED])
def test_a_keypoint_without_a_place_cannot_be_seen(table: LabelTable, state: State) -> None:
    with pytest.raises(BadInputError, match="nose tip has no place yet"):
        edits.set_state(table, FKD_15, 0, [1, FKD_15.index("nose_tip")], state)


@pytest.mark.parametrize(("state", "reviewed"), [(State.ABSENT, True), (State.UNLABELLED, False)])
def test_states_without_a_place_take_it_away(table: LabelTable, state: State, reviewed: bool) -> None:
    table.put(edits.set_state(table, FKD_15, 0, [1, 2], state).changes, 0)
    assert np.isnan(table.points[0, 1:3]).all()
    assert table.reviewed[0, 1:3].tolist() == [reviewed] * 2
    assert not table.mask[0, 1:3].any()


def test_accepting_leaves_what_is_unlabelled_or_reviewed_alone(table: LabelTable) -> None:
    table.put(edits.move(table, FKD_15, 0, [1], np.array([[3, 4]])).changes, 0)
    where = np.zeros((6, 15), bool)
    where[0] = True
    edit = edits.accept(table, "accept", where)
    assert sorted(edit.changes["keypoint"].tolist()) == [0, 2, 3, 4]
    before = table.points.copy()
    table.put(edit.changes, 0)
    assert table.reviewed[0].sum() == 5
    np.testing.assert_array_equal(table.points, before)


def test_revert_brings_the_original_back_bit_for_bit(table: LabelTable) -> None:
    before = snapshot(table)
    table.put(edits.move(table, FKD_15, 0, [1, 8], np.array([[3, 4], [5, 6]])).changes, 0)
    table.put(edits.set_state(table, FKD_15, 0, [1], State.ABSENT).changes, 0)
    table.put(edits.revert(table, FKD_15, 0, [1, 8]).changes, 0)
    assert snapshot(table) == before


def test_entered_values_leave_the_rest_alone(table: LabelTable) -> None:
    before = table.points.copy()
    values = np.full((6, 15, 2), 9, np.float32)
    values[0, 6] = np.nan
    where = np.zeros((6, 15), bool)
    where[0, 5:8] = True
    edit = edits.take(table, "predict", "predicted:run-1", values, where, reviewed=True)
    table.put(edit.changes, 0)
    assert [table.origin_text(0, k) for k in (5, 6, 7)] == ["predicted:run-1", "", "predicted:run-1"]
    before[0, [5, 7]] = 9
    np.testing.assert_array_equal(table.points, before)
    assert table.reviewed.sum() == 2


def imputed(table: LabelTable, method: str, value: float) -> None:
    filled = np.full((6, 15, 2), value, np.float32)
    table.put(edits.impute(table, method, filled, np.ones((6, 15), bool)).changes, 0)


def test_none_takes_away_exactly_what_imputations_entered(table: LabelTable) -> None:
    before = snapshot(table)
    imputed(table, "mean", 7)
    assert table.mask.all()
    assert table.is_kind(OriginKind.IMPUTED).sum() == 30
    imputed(table, "backfill", 8)
    assert (table.points[:3, 5:] == 8).all()
    imputed(table, "none", np.nan)
    assert snapshot(table) == before


def test_imputing_spares_people_s_values_and_accepted_ones(table: LabelTable) -> None:
    table.put(edits.move(table, FKD_15, 0, [5], np.array([[3, 4]])).changes, 0)
    table.put(edits.set_state(table, FKD_15, 0, [6], State.ABSENT).changes, 0)
    imputed(table, "mean", 7)
    where = np.zeros((6, 15), bool)
    where[0, 7] = True
    table.put(edits.accept(table, "accept", where).changes, 0)
    imputed(table, "backfill", 8)
    assert table.points[0, 5].tolist() == [3, 4]
    assert table.state[0, 6] == State.ABSENT
    assert [table.origin_text(0, k) for k in (7, 8)] == ["imputed:mean", "imputed:backfill"]
    imputed(table, "none", np.nan)
    assert table.points[0, 7].tolist() == [7, 7]
    assert table.mask[0].sum() == 7
    np.testing.assert_array_equal(table.points[3:], table.original[3:])


def test_a_method_with_nothing_to_say_clears_what_was_imputed(table: LabelTable) -> None:
    imputed(table, "mean", 7)
    filled = np.full((6, 15, 2), 9, np.float32)
    filled[:, 14] = np.nan
    table.put(edits.impute(table, "backfill", filled, np.ones((6, 15), bool)).changes, 0)
    assert (table.points[:3, 5:14] == 9).all()
    assert not table.mask[:3, 14].any()
