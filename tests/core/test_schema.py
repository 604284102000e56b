"""Keypoints, their pairs and their order."""

from __future__ import annotations

import json

import pytest

from fkd_core.schema import FKD_15, KeypointSchema


def test_the_competition_s_keypoints_are_in_the_order_of_its_files() -> None:
    assert len(FKD_15) == 15
    assert FKD_15.columns[:3] == ("left_eye_center_x", "left_eye_center_y", "right_eye_center_x")
    assert FKD_15.columns[-1] == "mouth_center_bottom_lip_y"
    assert len(set(FKD_15.columns)) == 30
    assert FKD_15.size == (96, 96)


def test_mirroring_twice_changes_nothing_and_swaps_sides() -> None:
    assert [FKD_15.mirror[k] for k in FKD_15.mirror] == list(range(15))
    for index, partner in enumerate(FKD_15.mirror):
        name, other = FKD_15.keypoints[index], FKD_15.keypoints[partner]
        swapped = name.replace("left", "L").replace("right", "left").replace("L", "right")
        assert other == swapped
    assert [k for k, partner in enumerate(FKD_15.mirror) if k == partner] == [10, 13, 14]


def test_every_keypoint_but_the_nose_is_drawn_in_a_group() -> None:
    drawn = {name for _, names in FKD_15.groups for name in names}
    assert set(FKD_15.keypoints) - drawn == {"nose_tip"}


def test_a_schema_comes_back_through_json() -> None:
    assert KeypointSchema.from_dict(json.loads(json.dumps(FKD_15.to_dict()))) == FKD_15


def test_keypoints_are_found_by_name() -> None:
    assert FKD_15.index("nose_tip") == 10
    assert FKD_15.label(10) == "nose tip"
    with pytest.raises(KeyError, match="no keypoint 'chin' in schema fkd-15"):
        FKD_15.index("chin")


def test_names_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="must differ"):
        KeypointSchema("x", ("a", "a"))
    with pytest.raises(ValueError, match="received \\['c'\\]"):
        KeypointSchema("x", ("a", "b"), pairs=(("a", "c"),))
    with pytest.raises(ValueError, match="received \\['d'\\]"):
        KeypointSchema("x", ("a", "b"), groups=(("g", ("d",)),))
