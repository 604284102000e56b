"""Which keypoint is meant."""

from __future__ import annotations

import numpy as np

from fkd_gui.canvas.hit_test import following, inside, nearest, toggled

PLACES = np.array([[10, 10], [20, 10], [np.nan, np.nan], [200, 200]])


def test_the_nearest_one_is_meant() -> None:
    assert nearest(PLACES, 14, 10) == 0
    assert nearest(PLACES, 16, 10) == 1


def test_of_two_on_each_other_the_preferred_one_is_meant() -> None:
    assert nearest(PLACES, 13, 10, prefer=[1]) == 1
    assert nearest(PLACES, 12, 10, prefer=[1]) == 0
    assert nearest(PLACES, 10, 10, prefer=[0, 2]) == 0
    assert nearest(PLACES, 200, 214.1, prefer=[3]) is None


def test_none_is_meant_out_of_reach() -> None:
    assert nearest(PLACES, 100, 100) is None
    assert nearest(PLACES, 200, 214) == 3
    assert nearest(PLACES, 200, 214.1) is None


def test_nothing_shown_means_nothing() -> None:
    assert nearest(np.full((3, 2), np.nan), 1, 1) is None


def test_tab_goes_around() -> None:
    assert following((), 15, 1) == 0
    assert following((), 15, -1) == 14
    assert following((14,), 15, 1) == 0
    assert following((0,), 15, -1) == 14
    assert following((3, 5), 15, 1) == 6


def test_toggling_adds_and_takes_away() -> None:
    assert toggled((1,), 4) == (1, 4)
    assert toggled((1, 4), 1) == (4,)


def test_a_box_holds_what_is_between_its_corners_whichever_was_first() -> None:
    places = np.array([[10, 10], [20, 30], [40, 20], [np.nan, np.nan]])
    assert inside(places, (5, 5), (25, 35)) == (0, 1)
    assert inside(places, (25, 5), (5, 35)) == (0, 1)
    assert inside(places, (10, 10), (40, 20)) == (0, 2), "edges belong to the box"
    assert inside(places, (50, 50), (60, 60)) == ()
