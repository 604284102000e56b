"""Each later change: its keypoints stay on the face, its probability holds, and it draws for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core.augment.elastic import KNOTS, Bend
from fkd_core.augment.random import AugmentConfig, Batch, RandomBatches
from tests.core.augment.test_random import darkest
from tests.core.training.blobs import TINY, blobs


def made(faces: int = 24, seed: int = 5, **values: Any) -> Batch:
    images, points = blobs(faces)
    weights, rows = np.ones((faces, 3), np.float32), np.arange(faces)
    config = AugmentConfig.from_dict(values)
    return RandomBatches(images, points, weights, rows, TINY, config, faces, seed).batch(1, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"perspective": 0.2},
        {"elastic": 2},
        {"perspective": 0.15, "elastic": 2, "rotation": 20, "scale": 0.1, "shift": 2, "mirror": 0.5},
    ],
)
def test_keypoints_stay_on_their_dots(values: dict[str, Any]) -> None:
    plain, batch = made(share=0), made(**values)
    moved = np.abs(batch.places - plain.places).max()
    assert moved > 0.7
    for image, points, weights in zip(batch.images, batch.points, batch.weights, strict=True):
        for point in points[weights > 0]:
            np.testing.assert_allclose(darkest(image, point), point, atol=0.45)


def test_a_bend_has_no_fold_and_its_way_back_is_exact() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        bend = Bend(rng.choice([-9.0, 9.0], (KNOTS, KNOTS, 2)), (96, 96))
        field = bend.field()
        assert np.abs(field).max() <= 6
        y, x = np.mgrid[:96, :96]
        across, down = x + field[..., 0], y + field[..., 1]
        determinant = np.gradient(across, axis=1) * np.gradient(down, axis=0)
        determinant -= np.gradient(across, axis=0) * np.gradient(down, axis=1)
        assert determinant.min() > 0
        places = rng.uniform(8, 88, (30, 2))
        np.testing.assert_allclose(bend.move(places) + bend.at(bend.move(places)), places, atol=1e-3)
    assert np.isnan(bend.move(np.full((2, 2), np.nan))).all()


def differs(one: Batch, other: Batch) -> NDArray[np.bool_]:
    return np.asarray((one.images != other.images).any(axis=(1, 2)), np.bool_)


LATER = ["perspective", "elastic", "gamma", "blur", "occlusion"]


@pytest.mark.parametrize("name", ["rotation", "shift", "scale", "brightness", "contrast", "noise", *LATER])
def test_a_probability_is_the_share_of_faces_that_are_changed(name: str) -> None:
    # Where the least value could not be seen, the range begins higher.
    least = {"noise": {"low": 2.0}, "gamma": {"low": 1.2}, "blur": {"low": 0.5}}.get(name, {})
    plain = made(faces=400, share=0)
    assert differs(plain, made(faces=400, **{name: least | {"probability": 1}})).mean() > 0.97
    some = made(faces=400, **{name: least | {"probability": 0.3}})
    assert differs(plain, some).mean() == pytest.approx(0.3, abs=0.07)
    assert not differs(plain, made(faces=400, **{name: least | {"probability": 0}})).any()


@pytest.mark.parametrize("name", LATER)
def test_what_a_change_draws_does_not_depend_on_the_others(name: str) -> None:
    others = {other: True for other in LATER if other != name}
    alone, together = made(**{name: {"probability": 0.5}}), made(**{name: {"probability": 0.5}}, **others)
    touched = differs(alone, made(share=0))
    without = made(**others)
    np.testing.assert_array_equal(differs(together, without), touched)


def test_light_leaves_keypoints_alone() -> None:
    plain = made(share=0)
    for name in ("gamma", "blur", "occlusion", "brightness", "contrast", "noise"):
        np.testing.assert_array_equal(made(**{name: {"probability": 1}}).points, plain.points)


def test_gamma_keeps_black_and_white() -> None:
    images, points = blobs(8)
    images[:, 0], images[:, -1] = 0, 255
    config = AugmentConfig.from_dict({"gamma": {"low": 2, "high": 2}})
    rows, weights = np.arange(8), np.ones((8, 3), np.float32)
    batch = RandomBatches(images, points, weights, rows, TINY, config, 8, 0).batch(1, 0)
    assert (batch.images[:, 0] == 0).all()
    assert (batch.images[:, -1] == 255).all()
    expected = np.rint(255 * (images[batch.rows] / 255) ** 2)
    np.testing.assert_array_equal(batch.images, expected)


def test_blur_smooths_and_keeps_the_mean() -> None:
    plain, blurred = made(share=0), made(blur={"low": 1, "high": 1})
    steps = [np.abs(np.diff(b.images.astype(int), axis=2)).mean() for b in (plain, blurred)]
    assert steps[1] < 0.7 * steps[0]
    assert blurred.images.mean() == pytest.approx(plain.images.mean(), abs=1)


def test_a_cover_is_a_square_of_one_grey_inside_the_frame() -> None:
    plain = made(share=0)
    batch = made(occlusion={"low": 0.25, "high": 0.25, "probability": 1})
    for before, after in zip(plain.images, batch.images, strict=True):
        rows, columns = np.nonzero(before != after)
        assert np.ptp(rows) <= 7
        assert np.ptp(columns) <= 7
        assert len(np.unique(after[before != after])) == 1


def test_points_that_leave_are_told_with_their_places() -> None:
    plain, batch = made(share=0), made(shift={"low": 8, "high": 8})
    assert 0 < batch.left.sum() < batch.left.size
    np.testing.assert_allclose(batch.places, plain.places + 8, atol=1e-4)
    np.testing.assert_array_equal(batch.left, (batch.places > 31).any(axis=-1))
    assert (batch.weights[batch.left] == 0).all()
    assert not batch.kept.any()
    whole = made(shift={"low": 8, "high": 8}, whole=True)
    np.testing.assert_array_equal(whole.kept, batch.left.any(axis=1))
    assert not whole.left.any()
    np.testing.assert_array_equal(whole.images[whole.kept], plain.images[whole.kept])
