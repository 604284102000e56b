from __future__ import annotations

import cv2
import numpy as np
import pytest

from fkd_core.augment.geometry import (
    compose,
    identity,
    inside,
    mirror_images,
    mirror_points,
    rotation,
    transform_points,
    translation,
    warp,
)
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images, random_points


def spot(x, y, size=(96, 96)):
    """A black face with a soft white spot whose centre of mass is at (x, y)."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    return (255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)).astype(np.uint8)


def centre_of_mass(image):
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    weight = image.astype(float)
    return (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()


@pytest.mark.parametrize("degrees", [15, -15, 90, 33.3])
@pytest.mark.parametrize("center", [(48.0, 48.0), (10.0, 70.0)])
def test_rotation_is_the_matrix_of_opencv(degrees, center):
    np.testing.assert_allclose(
        rotation(degrees, center), cv2.getRotationMatrix2D(center, degrees, 1.0), atol=1e-9
    )


def test_positive_angles_turn_counter_clockwise_as_seen():
    right_of_center = np.array([60.0, 48.0])
    np.testing.assert_allclose(transform_points(right_of_center, rotation(90)), [48, 36], atol=1e-9)


@pytest.mark.parametrize(
    "matrix", [rotation(15), rotation(-40), translation(15, -15), compose(rotation(20), translation(-7.5, 3))]
)
@pytest.mark.parametrize("place", [(40.0, 55.0), (60.0, 35.0)])
def test_picture_and_points_move_together(matrix, place):
    moved = centre_of_mass(warp(spot(*place), matrix))
    np.testing.assert_allclose(moved, transform_points(np.array(place), matrix), atol=0.1)


def test_compose_does_one_after_the_other():
    points = random_points(3)
    first, then = rotation(15), translation(4, -9)
    np.testing.assert_allclose(
        transform_points(points, compose(first, then)),
        transform_points(transform_points(points, first), then),
        atol=1e-9,
    )


def test_identity_changes_nothing():
    points, images = random_points(3, missing=0.3), random_images(3)
    np.testing.assert_array_equal(transform_points(points, identity()), points)
    np.testing.assert_array_equal(warp(images, identity()), images)


def test_whole_pixel_shift_keeps_every_pixel_and_fills_the_border():
    image = random_images(1)[0]
    moved = warp(image, translation(15, -15), fill=7)
    np.testing.assert_array_equal(moved[:81, 15:], image[15:, :81])
    assert (moved[81:] == 7).all()
    assert (moved[:, :15] == 7).all()


def test_border_can_repeat_the_edge():
    moved = warp(random_images(1)[0], translation(15, 0), border="replicate")
    assert (moved[:, :15] == moved[:, 15:16]).all()


def test_many_faces_are_warped_as_one_is_and_frames_need_not_be_square():
    images = random_images(4, size=(64, 80))
    together = warp(images, rotation(10, (40, 32)))
    assert together.shape == images.shape
    for image, moved in zip(images, together, strict=True):
        np.testing.assert_array_equal(warp(image, rotation(10, (40, 32))), moved)


def test_a_read_only_view_can_be_warped():
    images = random_images(2)[:, ::-1, ::2]
    images.flags.writeable = False
    np.testing.assert_array_equal(warp(images, identity()), images)


def test_one_unknown_coordinate_makes_both_unknown():
    points = np.array([[np.nan, 3.0], [1.0, np.nan], [1.0, 2.0]])
    np.testing.assert_array_equal(
        transform_points(points, translation(1, 1)), [[np.nan] * 2, [np.nan] * 2, [2, 3]]
    )


def test_inside_is_strict_and_knows_no_unknown():
    points = np.array(
        [[0, 5], [5, 0], [96, 5], [5, 96], [0.001, 95.999], [np.nan, np.nan], [np.nan, 96], [-3, np.nan]]
    )
    expected = [False, False, False, False, True, True, False, False]
    np.testing.assert_array_equal(inside(points), expected)


def test_inside_takes_height_before_width():
    points = np.array([[[90.0, 40.0]], [[40.0, 90.0]]])
    np.testing.assert_array_equal(inside(points, (48, 96)), [[True], [False]])


def test_mirror_exchanges_names_and_twice_changes_nothing():
    points = random_points(5, missing=0.3)
    mirrored = mirror_points(points, FKD_15)
    left, right = FKD_15.index("left_eye_center"), FKD_15.index("right_eye_center")
    np.testing.assert_array_equal(mirrored[:, left, 0], 95 - points[:, right, 0])
    np.testing.assert_array_equal(mirrored[:, left, 1], points[:, right, 1])
    nose = FKD_15.index("nose_tip")
    np.testing.assert_array_equal(mirrored[:, nose, 0], 95 - points[:, nose, 0])
    np.testing.assert_allclose(mirror_points(mirrored, FKD_15), points, atol=1e-5)


def test_mirrored_point_lies_on_the_mirrored_pixel():
    image = np.zeros((96, 96), np.uint8)
    image[30, 20] = 255
    points = np.full((15, 2), 48.0)
    points[FKD_15.index("left_eye_center")] = (20, 30)
    x, y = mirror_points(points, FKD_15)[FKD_15.index("right_eye_center")]
    assert mirror_images(image)[int(y), int(x)] == 255


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match=r"2×3 matrix, received the shape \(3, 3\)"):
        transform_points(random_points(1), np.eye(3))
    with pytest.raises(ValueError, match="received float64"):
        warp(np.zeros((96, 96)), identity())
    with pytest.raises(ValueError, match=r"\(…, 15, 2\), received \(2, 14, 2\)"):
        mirror_points(np.zeros((2, 14, 2)), FKD_15)
