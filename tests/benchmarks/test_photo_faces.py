"""Cropping must neither move a face by half a pixel nor let fine patterns alias."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.schema import FKD_15
from tests.benchmarks.photo_faces import crop, fit_eyes, moved, read_photos

SIZE = (96, 96)
LEFT, RIGHT = FKD_15.index("left_eye_center"), FKD_15.index("right_eye_center")


def face(left: tuple[float, float], right: tuple[float, float]) -> np.ndarray:
    points = np.full((15, 2), 50.0)
    points[LEFT], points[RIGHT] = left, right
    return points


WANTED = face((66.0, 38), (30, 38))
TILTED = face((260.0, 150), (170, 190))


def test_eyes_come_to_lie_where_they_are_wanted() -> None:
    transform = fit_eyes(TILTED, WANTED)
    np.testing.assert_allclose(moved(TILTED, transform)[[LEFT, RIGHT]], WANTED[[LEFT, RIGHT]])
    turn = transform[:, :2]
    np.testing.assert_allclose(turn.T @ turn, np.eye(2) * np.linalg.det(turn), atol=1e-12)
    assert np.linalg.det(turn) > 0  # nothing is mirrored


def test_a_face_may_keep_its_tilt() -> None:
    transform = fit_eyes(TILTED, WANTED, upright=False)
    eyes = moved(TILTED, transform)[[LEFT, RIGHT]]
    np.testing.assert_allclose(eyes.mean(axis=0), (48, 38))
    assert np.hypot(*(eyes[0] - eyes[1])) == pytest.approx(36)
    assert transform[0, 1] == transform[1, 0] == 0


def test_eyes_without_a_distance_fit_nothing() -> None:
    for points in (face((50, 50), (50, 50)), face((np.nan, 50), (20, 50))):
        with pytest.raises(ValueError, match="eye centres must be known and apart"):
            fit_eyes(points, WANTED)
        with pytest.raises(ValueError, match="eye centres must be known and apart"):
            fit_eyes(WANTED, points)


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("apart", [20, 36, 90, 250])
def test_a_slope_of_grey_stays_where_it_is(apart: float, upright: bool) -> None:
    # In a slope every grey value tells its place, so a shift of half a pixel would show.
    centre = np.array([400.0, 300])
    eyes = np.array([np.cos(0.3), np.sin(0.3)]) * apart / 2
    points = face(tuple(centre + eyes), tuple(centre - eyes))
    transform = fit_eyes(points, WANTED, upright=upright)
    y, x = np.mgrid[:700, :800] + 0.5
    slope = 60 / apart
    image = np.clip(np.round(120 + slope * (x - 400) + slope / 2 * (y - 300)), 0, 255).astype(np.uint8)
    found = crop(image, transform, SIZE)[20:70, 25:75].astype(float)
    rows, columns = np.mgrid[20:70, 25:75] + 0.5
    back = np.linalg.inv(np.vstack([transform, [0, 0, 1]]))[:2]
    source = moved(np.stack([columns, rows], axis=-1), back)
    expected = 120 + slope * (source[..., 0] - 400) + slope / 2 * (source[..., 1] - 300)
    inside = (expected > 5) & (expected < 250)
    assert inside.mean() > 0.8
    gap = (found - expected)[inside]
    # A pixel of the crop is 60 / 36 = 1.7 grey values.
    assert abs(gap.mean()) < 0.1
    assert np.abs(gap).max() < 1.5


def test_a_pattern_finer_than_the_crop_becomes_its_mean() -> None:
    image = np.zeros((700, 800), np.uint8)
    image[::2, ::2] = image[1::2, 1::2] = 200
    points = face((500.0, 330), (300, 270))
    found = crop(image, fit_eyes(points, WANTED), SIZE)
    assert np.abs(found[10:86, 10:86].astype(float) - 100).max() < 30


def test_beyond_the_photo_its_edge_goes_on() -> None:
    image = np.full((60, 60), 77, np.uint8)
    found = crop(image, fit_eyes(face((40.0, 20), (20, 20)), WANTED), SIZE)
    assert found.shape == SIZE
    assert set(np.unique(found)) == {77}


def landmarks(points: np.ndarray) -> str:
    lines = "\n".join(f"{x} {y}" for x, y in points)
    return f"version: 1\nn_points: {len(points)}\n{{\n{lines}\n}}\n"


def test_photos_are_read_with_their_marks(tmp_path: Path) -> None:
    image = np.arange(40 * 30, dtype=np.uint32).reshape(40, 30).astype(np.uint8)
    for name in ("b é", "a"):
        cv2.imencode(".png", image)[1].tofile(tmp_path / f"{name}.png")
        (tmp_path / f"{name}.pts").write_text(landmarks(np.full((68, 2), 1.0)))
    photos = read_photos(tmp_path)
    assert [photo.path.name for photo in photos] == ["a.png", "b é.png"]
    np.testing.assert_array_equal(photos[0].image, image)
    # (1, 1) is the centre of the first pixel, half a pixel from its edges
    np.testing.assert_array_equal(photos[0].points, np.full((15, 2), 0.5))


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, "no photos with landmarks here"),
        ({"a.pts": landmarks(np.ones((68, 2)))}, "these landmarks have no photo"),
        ({"a.pts": landmarks(np.ones((5, 2))), "a.jpg": "x"}, "expected 68 points, found 5"),
        ({"a.pts": landmarks(np.ones((68, 2))), "a.jpg": "no picture"}, "the photo cannot be read"),
        ({"a.pts": landmarks(np.ones((68, 2))), "a.jpg": ""}, "the photo cannot be read"),
        ({"a.pts": "x", "a.jpg": "x"}, "this is no file of landmarks"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, files: dict[str, str], complaint: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(BadInputError, match=complaint):
        read_photos(tmp_path)
    with pytest.raises(BadInputError, match="found no folder"):
        read_photos(tmp_path / "nowhere")
