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
    edits.copy(table, FKD_15, 4, 0, [1, 7])
    edits.mirror(table, FKD_15, 0, [2])
    edits.swap_sides(table, FKD_15, 0, [2])
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


LEFT_EYE, RIGHT_EYE, INNER_LEFT, INNER_RIGHT, NOSE = 0, 1, 2, 4, 10


def test_what_is_copied_from_another_face_waits_for_a_person(table: LabelTable) -> None:
    edit = edits.copy(table, FKD_15, 4, 0, [3, NOSE, 12])
    assert edit.what == "copy 3 keypoints"
    table.put(edit.changes, 0)
    assert table.points[0, [3, NOSE, 12]].tolist() == table.points[4, [3, NOSE, 12]].tolist()
    assert table.is_kind(OriginKind.IMPUTED)[0, [3, NOSE, 12]].all()
    assert not table.reviewed[0].any()
    assert edits.copy(table, FKD_15, 0, 1, [5, 6]).changes.size == 0, "the other face lacks them too"


def test_a_mirrored_keypoint_lies_as_far_on_the_other_side(table: LabelTable) -> None:
    table.points[0, :5] = (66, 40), (30, 40), (58, 41), (74, 41), (5, 5)
    edit = edits.mirror(table, FKD_15, 0, [INNER_RIGHT, NOSE])
    assert edit.what == "mirror right eye inner corner", "the nose has no other side"
    table.put(edit.changes, 0)
    assert table.points[0, INNER_RIGHT].tolist() == [38, 41]
    assert table.origin_text(0, INNER_RIGHT) == "imputed:mirror"
    assert not table.reviewed[0, INNER_RIGHT]


def test_a_pair_that_is_mirrored_changes_sides_and_stays_in_the_frame(table: LabelTable) -> None:
    table.points[0, :5] = (66, 40), (30, 40), (95, 41), (74, 41), (34, 45)
    table.put(edits.mirror(table, FKD_15, 0, [INNER_LEFT, INNER_RIGHT]).changes, 0)
    assert table.points[0, [INNER_LEFT, INNER_RIGHT]].tolist() == [[62, 45], [1, 41]]
    table.points[0, INNER_LEFT] = 0, 41
    table.put(edits.mirror(table, FKD_15, 0, [INNER_RIGHT]).changes, 0)
    assert table.points[0, INNER_RIGHT].tolist() == [96, 41]


def test_nothing_to_mirror_is_told(table: LabelTable) -> None:
    with pytest.raises(BadInputError, match="no other half"):
        edits.mirror(table, FKD_15, 0, [11, NOSE])
    table.put(edits.set_state(table, FKD_15, 0, [0, 1, 2, 3], State.UNLABELLED).changes, 0)
    with pytest.raises(BadInputError, match="Place one pair first"):
        edits.mirror(table, FKD_15, 0, [2])


def test_swapped_sides_are_a_person_s_word_and_guesses_stay_guesses(table: LabelTable) -> None:
    imputed(table, "mean", 7)
    before = table.points[0].copy()
    table.put(edits.move(table, FKD_15, 0, [11], np.array([[60, 70]])).changes, 0)
    edit = edits.swap_sides(table, FKD_15, 0, [LEFT_EYE, RIGHT_EYE, 11, NOSE])
    assert edit.what == "swap left and right of 4 keypoints"
    undo = table.put(edit.changes, 0)
    assert table.points[0, :2].tolist() == before[[1, 0]].tolist()
    assert table.points[0, 11:13].tolist() == [[7, 7], [60, 70]]
    assert [table.origin_text(0, k) for k in (0, 1, 11, 12)] == [
        "corrected",
        "corrected",
        "imputed:mean",
        "corrected",
    ]
    assert table.reviewed[0, [0, 1, 11, 12]].tolist() == [True, True, False, True]
    table.put(undo, 0)
    assert table.points[0, :2].tolist() == before[:2].tolist()


def test_a_side_without_a_label_takes_the_other_s_place_in_a_swap(table: LabelTable) -> None:
    table.put(edits.set_state(table, FKD_15, 0, [RIGHT_EYE], State.UNLABELLED).changes, 0)
    left = table.points[0, LEFT_EYE].tolist()
    table.put(edits.swap_sides(table, FKD_15, 0, [LEFT_EYE]).changes, 0)
    assert table.points[0, RIGHT_EYE].tolist() == left
    assert table.state[0, LEFT_EYE] == State.UNLABELLED
    assert not table.reviewed[0, LEFT_EYE]
    assert edits.swap_sides(table, FKD_15, 0, [NOSE]).changes.size == 0
