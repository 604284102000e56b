"""What every change of a face must do, and what each one does."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.augment.geometry import rotation, translation
from fkd_core.augment.transforms import Affine, Brightness, Contrast, Mirror, Noise, Original
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images, random_points

CHANGES = [
    Original(),
    Affine("turn", rotation(15)),
    Affine("shift", translation(4, 9), bounded=True),
    Mirror(FKD_15, 96),
    Brightness(1.4),
    Brightness(0.5),
    Contrast(1.7),
    Contrast(0.4),
    Noise(9),
]


@pytest.fixture(params=CHANGES, ids=lambda change: change.name)
def change(request):
    return request.param


def test_face_stays_a_face_and_is_not_written_into(change):
    image = random_images(1)[0]
    before = image.copy()
    drawn = change.draw(image, (1, 2, 3))
    assert (drawn.shape, drawn.dtype) == ((96, 96), np.uint8)
    np.testing.assert_array_equal(image, before)


def test_same_seed_same_face(change):
    image = random_images(1)[0]
    np.testing.assert_array_equal(change.draw(image, (1, 2, 3)), change.draw(image, (1, 2, 3)))


def test_points_keep_their_shape_and_their_gaps_in_number(change):
    points = random_points(6, missing=0.4)
    before = points.copy()
    moved = change.move(points)
    assert moved.shape == points.shape
    assert np.isnan(moved).sum() == np.isnan(points).sum()
    np.testing.assert_array_equal(points, before)


def test_a_read_only_face_will_do(change):
    image = random_images(1)[0]
    image.flags.writeable = False
    assert change.draw(image, (0,)).shape == image.shape


def test_brightness_multiplies_and_clips():
    image = np.array([[0, 100, 101, 200]], dtype=np.uint8)
    np.testing.assert_array_equal(Brightness(1.5).draw(image, ()), [[0, 150, 152, 255]])


def test_contrast_keeps_the_mean_and_scales_the_distance_to_it():
    image = np.array([[100, 120, 140]], dtype=np.uint8)
    np.testing.assert_array_equal(Contrast(2).draw(image, ()), [[80, 120, 160]])
    np.testing.assert_array_equal(Contrast(0.5).draw(image, ()), [[110, 120, 130]])


def test_noise_has_the_stated_size_and_depends_on_the_seed():
    image = np.full((200, 200), 128, dtype=np.uint8)
    first, second = Noise(10).draw(image, (1,)), Noise(10).draw(image, (2,))
    assert abs(first.astype(float).std() - 10) < 0.3
    assert abs(first.astype(float).mean() - 128) < 0.3
    assert not np.array_equal(first, second)


def test_senseless_strengths_are_refused():
    for make in (lambda: Brightness(0), lambda: Contrast(-1), lambda: Noise(-0.1)):
        with pytest.raises(ValueError, match="must be"):
            make()
