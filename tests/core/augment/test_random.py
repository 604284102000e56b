"""The stream of training batches: images and keypoints move together, and seeds decide everything."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core.augment.random import PRESETS, AugmentConfig, RandomBatches, affine, preset
from fkd_core.errors import BadInputError
from tests.core.training.blobs import TINY, blobs


def stream(config: AugmentConfig, faces: int = 12, batch_size: int = 4, seed: int = 5) -> RandomBatches:
    images, points = blobs(faces)
    return RandomBatches(
        images, points, np.ones((faces, 3), np.float32), np.arange(faces), TINY, config, batch_size, seed
    )


def darkest(image: NDArray[np.uint8], point: NDArray[np.float32]) -> NDArray[np.float64]:
    """Centre of the darkness within 3 pixels of a point."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    near = (np.abs(x - point[0]) <= 3) & (np.abs(y - point[1]) <= 3)
    dark = np.clip(170.0 - image, 0, None) * near
    return np.array([(dark * x).sum(), (dark * y).sum()]) / dark.sum()


@pytest.mark.parametrize(
    "config",
    [
        AugmentConfig(rotation=40),
        AugmentConfig(scale=0.2),
        AugmentConfig(shift=3),
        AugmentConfig(mirror=1),
        AugmentConfig(rotation=25, scale=0.15, shift=2, mirror=0.5, brightness=10, contrast=0.1, noise=2),
    ],
)
def test_every_known_point_stays_on_its_dot(config: AugmentConfig) -> None:
    for batch in stream(config).epoch(1):
        for image, points, weights in zip(batch.images, batch.points, batch.weights, strict=True):
            for point in points[weights > 0]:
                np.testing.assert_allclose(darkest(image, point), point, atol=0.35)


def test_mirroring_changes_names_and_counts_pixels_from_their_centres() -> None:
    plain, turned = stream(AugmentConfig(share=0)), stream(AugmentConfig(mirror=1))
    before, after = plain.batch(1, 0), turned.batch(1, 0)
    np.testing.assert_array_equal(after.images, before.images[:, :, ::-1])
    swapped = before.points[:, [1, 0, 2]]
    np.testing.assert_allclose(after.points[..., 0], 31 - swapped[..., 0], atol=1e-5)
    np.testing.assert_allclose(after.points[..., 1], swapped[..., 1], atol=1e-5)
    assert after.mirrored.all()
    assert not before.mirrored.any()


def test_a_batch_depends_on_seed_epoch_and_number_alone() -> None:
    config = PRESETS["default"]
    walked = list(stream(config).epoch(3))
    for index in (2, 0, 1):
        again = stream(config).batch(3, index)
        for field in ("images", "points", "weights", "rows"):
            np.testing.assert_array_equal(getattr(again, field), getattr(walked[index], field))
    assert not np.array_equal(stream(config).batch(4, 0).images, walked[0].images)
    assert not np.array_equal(stream(config, seed=6).batch(3, 0).images, walked[0].images)


def test_an_epoch_visits_every_row_once_in_a_new_order() -> None:
    batches = stream(PRESETS["none"])
    orders = [np.concatenate([batch.rows for batch in batches.epoch(epoch)]) for epoch in (1, 2)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(12))
    assert not np.array_equal(*orders)


def test_points_that_leave_the_frame_become_unknown() -> None:
    batches = stream(AugmentConfig(shift=20), faces=40, batch_size=40)
    batch = batches.batch(1, 0)
    gone = batch.weights == 0
    assert 0 < gone.sum() < gone.size
    assert (batch.points[gone] == 0).all()
    kept = batch.points[~gone]
    assert ((kept >= 0) & (kept <= 31)).all()


def test_whole_faces_keep_all_their_points() -> None:
    batch = stream(AugmentConfig(shift=20, whole=True), faces=40, batch_size=40).batch(1, 0)
    assert (batch.weights == 1).all()
    _, points = blobs(40)
    moved = np.abs(batch.points - points[batch.rows]).max(axis=(1, 2)) > 1e-4
    assert 0 < moved.sum() < 40


def test_unknown_points_stay_unknown_and_never_reach_the_network_as_nan() -> None:
    images, points = blobs(4)
    points[:, 0] = np.nan
    rows = np.arange(4)
    batches = RandomBatches(
        images, points, np.ones((4, 3), np.float32), rows, TINY, AugmentConfig(mirror=1), 4, 0
    )
    batch = batches.batch(1, 0)
    assert np.isfinite(batch.points).all()
    # The left eye was unknown, and in the mirror the right one is.
    np.testing.assert_array_equal(batch.weights, np.tile([1, 0, 1], (4, 1)))


def test_light_changes_grey_levels_and_no_point() -> None:
    plain, lit = stream(AugmentConfig(share=0)).batch(1, 0), stream(AugmentConfig(brightness=40)).batch(1, 0)
    np.testing.assert_array_equal(lit.points, plain.points)
    steps = lit.images.astype(int) - plain.images
    inside = (lit.images > 0) & (lit.images < 255)
    for face in range(len(steps)):
        assert np.ptp(steps[face][inside[face]]) <= 1
    assert np.ptp([np.median(step) for step in steps]) > 5


def test_noise_has_the_deviation_asked_for() -> None:
    grey = np.full((200, 32, 32), 128, np.uint8)
    points = np.full((200, 3, 2), 16, np.float32)
    batches = RandomBatches(
        grey, points, np.ones((200, 3), np.float32), np.arange(200), TINY, AugmentConfig(noise=10), 200, 0
    )
    deviations = batches.batch(1, 0).images.std(axis=(1, 2))
    assert deviations.max() == pytest.approx(10, abs=0.6)
    assert deviations.mean() == pytest.approx(5, abs=0.8)


def test_fewer_faces_than_a_batch_make_one_batch() -> None:
    batches = stream(PRESETS["default"], faces=3, batch_size=64)
    assert batches.batches == 1
    assert len(batches.batch(1, 0).rows) == 3


def test_the_matrix_turns_about_the_middle_of_the_frame() -> None:
    turn = affine((96, 96), rotation=90)
    np.testing.assert_allclose(turn @ [47.5, 47.5, 1], [47.5, 47.5], atol=1e-9)
    # Counter-clockwise as seen: what is right of the middle goes above it.
    np.testing.assert_allclose(turn @ [57.5, 47.5, 1], [47.5, 37.5], atol=1e-9)


@pytest.mark.parametrize("name", list(PRESETS))
def test_settings_survive_the_way_to_a_file_and_back(name: str) -> None:
    assert AugmentConfig.from_dict(preset(name).to_dict()) == preset(name)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"rotation": 200}, "rotation"),
        ({"mirror": -1}, "mirror"),
        ({"noise": float("nan")}, "noise"),
        ({"shift": "far"}, "shift"),
        ({"skew": 1}, "skew"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(value: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        AugmentConfig.from_dict(value)


def test_an_unknown_preset_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadInputError, match="default, notebook, none"):
        preset("wild")


def test_switching_one_change_off_leaves_the_others_as_they_were() -> None:
    full = AugmentConfig(rotation=20, brightness=30)
    lit, turned = stream(full).batch(1, 0), stream(attrs.evolve(full, brightness=0)).batch(1, 0)
    np.testing.assert_array_equal(lit.points, turned.points)


def test_faces_with_more_known_keypoints_come_round_oftener() -> None:
    images, points = blobs(40)
    weights = np.ones((40, 3), np.float32)
    weights[20:, 1:] = 0
    batches = RandomBatches(images, points, weights, np.arange(40), TINY, PRESETS["none"], 8, 3)
    visits = np.mean([np.bincount(batches.order(epoch), minlength=40) for epoch in range(60)], axis=0)
    assert visits.sum() == 40
    np.testing.assert_allclose(visits[:20], 1.5, atol=0.25)
    np.testing.assert_allclose(visits[20:], 0.5, atol=0.25)


def test_faces_alike_are_visited_once_each() -> None:
    assert sorted(stream(PRESETS["none"]).order(2)) == list(range(12))
