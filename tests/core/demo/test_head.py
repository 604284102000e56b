"""The head's geometry: projection, curves and where its keypoints lie."""

import attrs
import numpy as np
import pytest

from fkd_core.demo.head import View, brow, eye_lids, keypoints, lips, smooth
from fkd_core.demo.traits import Traits
from fkd_core.schema import FKD_15

AVERAGE = Traits()


def seen(traits: Traits) -> np.ndarray:
    found = keypoints(traits)
    return View.of(traits).project([found[name] for name in FKD_15.keypoints])


def test_average_face_lies_where_the_competitions_faces_do():
    points = seen(AVERAGE)
    expected = {
        "left_eye_center": (66, 37),
        "right_eye_center": (30, 37),
        "nose_tip": (48, 57),
        "mouth_center_bottom_lip": (48, 80),
    }
    for name, place in expected.items():
        assert np.hypot(*(points[FKD_15.index(name)] - place)) < 3.5, name


def test_front_view_is_symmetrical():
    points = seen(AVERAGE)
    mirrored = points[list(FKD_15.mirror)] * (-1, 1) + (96, 0)
    assert mirrored == pytest.approx(points, abs=1e-9)


def test_turning_right_moves_what_stands_out_further_right():
    straight, turned = seen(AVERAGE), seen(attrs.evolve(AVERAGE, yaw=20.0))
    tip, centre = FKD_15.index("nose_tip"), FKD_15.index("left_eye_center")
    assert turned[tip, 0] - straight[tip, 0] > 3
    assert turned[centre, 0] - turned[FKD_15.index("right_eye_center"), 0] < 36


def test_nodding_moves_the_nose_down_the_frame():
    straight, nodding = seen(AVERAGE), seen(attrs.evolve(AVERAGE, pitch=12.0))
    tip = FKD_15.index("nose_tip")
    assert nodding[tip, 1] - straight[tip, 1] > 1.5


def test_roll_turns_the_frame_about_the_middle_of_the_eyes():
    points = seen(attrs.evolve(AVERAGE, roll=90.0))
    expected = seen(AVERAGE) - (48, 37)
    assert points - (48, 37) == pytest.approx(np.stack([-expected[:, 1], expected[:, 0]], 1), abs=1e-6)


@pytest.mark.parametrize("side", [1, -1])
def test_eye_corners_and_brow_ends_are_keypoints(side):
    found = keypoints(AVERAGE)
    name = "left" if side == 1 else "right"
    upper, lower, _ = eye_lids(AVERAGE, side)
    assert upper[0] == pytest.approx(lower[0], abs=1e-6)
    assert upper[-1] == pytest.approx(lower[-1], abs=1e-6)
    assert found[f"{name}_eye_outer_corner"] == pytest.approx(upper[-1])
    assert found[f"{name}_eyebrow_inner_end"] == pytest.approx(brow(AVERAGE, side)[0])
    assert np.sign(upper[:, 0]).tolist() == [side] * len(upper)


def test_mouth_opens_smiles_and_purses():
    calm = lips(AVERAGE)
    wide = lips(attrs.evolve(AVERAGE, opening=1.0))
    grin = lips(attrs.evolve(AVERAGE, smile=1.0))
    kiss = lips(attrs.evolve(AVERAGE, pucker=1.0))
    assert wide.bottom[20, 1] - calm.bottom[20, 1] > 6
    assert grin.top[-1, 0] > calm.top[-1, 0] + 1
    assert grin.top[-1, 1] < calm.top[-1, 1] - 2
    assert kiss.top[-1, 0] < calm.top[-1, 0] - 3


@pytest.mark.parametrize("opening", [0.0, 0.5, 1.0])
def test_edges_of_the_lips_never_cross(opening):
    mouth = lips(attrs.evolve(AVERAGE, opening=opening, smile=0.4))
    middle = [edge[20, 1] for edge in (mouth.top, mouth.inner_top, mouth.inner_bottom, mouth.bottom)]
    assert middle == sorted(middle)


def test_shut_eyes_close():
    upper, lower, centre = eye_lids(attrs.evolve(AVERAGE, eye_opening=0.0), 1)
    assert np.abs(lower[:, 1] - upper[:, 1]).max() < 0.8
    assert upper[12, 1] == pytest.approx(centre[1], abs=0.6)


def test_smooth_passes_through_its_points_also_in_batches():
    points = np.array([[0.0, 0.0], [1.0, 3.0], [4.0, 1.0], [6.0, 2.0]])
    curve = smooth(points, 5)
    assert curve[::5] == pytest.approx(points)
    assert smooth(np.stack([points, points + 1]), 5) == pytest.approx(np.stack([curve, curve + 1]))
