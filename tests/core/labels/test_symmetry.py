"""The midline of a face, and the mean shape laid over it."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.labels.symmetry import laid_over, mean_shape, midline
from fkd_core.schema import FKD_15
from tests.helpers.marking import MEAN, in_picture, marked_faces

NOSE = FKD_15.index("nose_tip")


def turned(points: np.ndarray, degrees: float, scale: float = 1.0) -> np.ndarray:
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ turn.T + (48, 40)).astype(np.float32)


@pytest.mark.parametrize("degrees", [0, 17, -40, 90])
def test_a_symmetric_face_is_its_own_mirror_image(degrees: float) -> None:
    points = turned(MEAN, degrees)
    line = midline(points, FKD_15)
    assert line is not None
    np.testing.assert_allclose(line.reflect(points)[list(FKD_15.mirror)], points, atol=1e-3)
    assert line.tilt == pytest.approx(degrees, abs=0.1)


def test_keypoints_that_are_to_be_mirrored_do_not_bend_the_midline() -> None:
    points = turned(MEAN, 10)
    straight = midline(points, FKD_15)
    points[FKD_15.index("mouth_left_corner")] += (30, -25)
    spared = midline(points, FKD_15, [FKD_15.index("mouth_left_corner")])
    assert straight is not None
    assert spared is not None
    assert spared.offset == pytest.approx(straight.offset, abs=1e-3)
    assert spared.normal == pytest.approx(straight.normal, abs=1e-3)


def test_without_a_pair_there_is_no_midline() -> None:
    points = np.full((15, 2), np.nan, np.float32)
    assert midline(points, FKD_15) is None
    points[[0, NOSE]] = (60, 40), (48, 60)
    assert midline(points, FKD_15) is None
    points[1] = points[0]
    assert midline(points, FKD_15) is None, "two eyes on one place have no direction"


def test_the_mean_shape_is_that_of_the_known_points() -> None:
    points = in_picture(marked_faces(300))
    points[::2, NOSE] = np.nan
    points[:, 3] = np.nan
    shape = mean_shape(points)
    assert shape[NOSE] == pytest.approx(np.nanmean(points[:, NOSE].astype(float), axis=0))
    assert np.isnan(shape[3]).all()
    assert np.isnan(mean_shape(points[:0])).all()


def test_a_shape_is_laid_over_a_turned_face() -> None:
    points = turned(MEAN, 25, 0.7)
    np.testing.assert_allclose(laid_over(MEAN, points), points, atol=1e-3)


def test_one_wrong_label_does_not_drag_the_shape_with_it() -> None:
    points = turned(MEAN, -8, 0.9)
    right = points[NOSE].copy()
    points[NOSE] += (18, -12)
    assert laid_over(MEAN, points)[NOSE] == pytest.approx(right, abs=0.5)


@pytest.mark.parametrize("known", [0, 1])
def test_a_face_that_is_hardly_known_gets_the_shape_as_it_is(known: int) -> None:
    points = np.full((15, 2), np.nan, np.float32)
    points[:known] = 40
    np.testing.assert_array_equal(laid_over(MEAN, points), MEAN)
