"""From frame to widget and back; what keeps points in the frame."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_gui.canvas.geometry import LARGEST, View, clamped_shift, fit

FRAME = (96, 96)


def test_the_first_pixel_is_centred_on_zero() -> None:
    view = View(scale=10, left=0, top=0)
    assert view.to_widget(np.array([0, 0])).tolist() == [5, 5]
    assert view.to_frame(0, 0) == (-0.5, -0.5)
    assert view.to_frame(960, 960) == (95.5, 95.5)


def test_places_and_coordinates_are_inverse() -> None:
    view = View(7.3, 12.5, -40)
    x, y = view.to_widget(np.array([31.25, 77.5]))
    assert view.to_frame(x, y) == pytest.approx((31.25, 77.5))


def test_a_point_without_a_place_stays_without() -> None:
    assert np.isnan(View(2, 0, 0).to_widget(np.array([[np.nan, 3.0]]))[0, 0])


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0, 3.0])
def test_a_fitted_face_has_equal_pixels_on_the_screen(ratio: float) -> None:
    view = fit(FRAME, 900, 700, ratio)
    assert view.scale * ratio == pytest.approx(round(view.scale * ratio))
    assert view.left * ratio == pytest.approx(round(view.left * ratio))
    assert 96 * view.scale <= 700 - 16
    assert 96 * (view.scale + 1 / ratio) > 700 - 16


def test_a_fitted_face_leaves_room_below() -> None:
    view = fit(FRAME, 600, 600, below=40)
    assert view.top + 96 * view.scale <= 600 - 8 - 40


def test_a_small_place_still_shows_the_whole_face() -> None:
    view = fit(FRAME, 60, 60)
    assert 96 * view.scale <= 60


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    view = View(8, 20, 30)
    before = view.to_frame(300, 200)
    assert view.zoomed(1.7, 300, 200, 2).to_frame(300, 200) == pytest.approx(before)


def test_zoom_has_limits() -> None:
    view = View(8, 0, 0)
    assert view.zoomed(1000, 0, 0, 4).scale == LARGEST
    assert view.zoomed(0.001, 0, 0, 4).scale == 4


def test_a_face_cannot_be_panned_out_of_sight() -> None:
    view = View(8, 0, 0).panned(10_000, -10_000).kept_near(FRAME, 800, 600)
    assert view.left <= 400
    assert view.top + 96 * view.scale >= 300


def test_points_move_together_and_stay_inside() -> None:
    points = np.array([[10, 50], [90, 50]], np.float32)
    moved, held = clamped_shift(points, (20, -3), FRAME)
    assert held
    assert moved.tolist() == [[16, 47], [96, 47]]


def test_a_free_move_is_not_held_back() -> None:
    moved, held = clamped_shift(np.array([[10, 50]]), (-10, 46), FRAME)
    assert not held
    assert moved.tolist() == [[0, 96]]


def test_a_point_that_was_outside_comes_in() -> None:
    moved, held = clamped_shift(np.array([[98, 50]]), (0, 1), FRAME)
    assert held
    assert moved.tolist() == [[96, 51]]


@pytest.mark.parametrize("angle", [15, -75, 90, 180])
def test_a_turned_face_is_found_where_it_is_shown(angle: float) -> None:
    view = View(7.3, 212.5, 140, angle)
    points = np.array([[31.25, 77.5], [0, 0], [np.nan, 3]])
    places = view.to_widget(points)
    assert view.to_frame(*places[0].tolist()) == pytest.approx((31.25, 77.5))
    assert np.isnan(places[2]).any()
    way = (places[1] - places[0]).tolist()
    assert view.way_in_frame(*way) == pytest.approx((-31.25, -77.5))
    assert np.hypot(*view.steps_in_frame(3, 4)) == pytest.approx(5)


def test_clockwise_is_clockwise() -> None:
    above, middle = View(8, 0, 0, 90).to_widget(np.array([[48, 0], [48, 48]]))
    assert above[0] > middle[0]
    assert above[1] == pytest.approx(middle[1])


@pytest.mark.parametrize("angle", [0, 30, 90, 135, -15])
def test_the_whole_turned_face_fits(angle: float) -> None:
    view = fit((60, 96), 900, 700, angle=angle, below=40)
    corners = view.to_widget(np.array([(-0.5, -0.5), (95.5, -0.5), (-0.5, 59.5), (95.5, 59.5)]))
    low, high = corners.min(axis=0), corners.max(axis=0)
    assert (low >= 7.5).all()
    assert high[0] <= 892.5
    assert high[1] <= 652.5
    assert (low + high) / 2 == pytest.approx([450, 330], abs=1)
    assert max(high[0] - low[0] + 16, (high[1] - low[1] + 56) * 900 / 700) > 700, "as large as fits"


def test_a_turned_face_is_kept_near_too() -> None:
    view = View(8, 0, 0, 40).panned(10_000, -10_000).kept_near(FRAME, 800, 600)
    x, y = view.to_frame(400, 300)
    assert -0.501 <= x <= 95.501
    assert -0.501 <= y <= 95.501
