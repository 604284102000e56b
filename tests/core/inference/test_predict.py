from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import pytest

from fkd_core.errors import Cancelled, RunError
from fkd_core.inference.predict import load_model, predict
from fkd_core.inference.views import FAST, View
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.models.layers import SoftArgmax
from fkd_core.training.sink import save_model
from tests.core.training.blobs import TINY, blobs

MIRRORED = (View(), View(mirror=True))


@keras.saving.register_keras_serializable(package="fkd-tests")
class Dimness(keras.layers.Layer):
    """Scores that are high where the face is dark, the same for every keypoint."""

    def call(self, faces: object) -> object:
        dark = (120.0 - faces) / 4
        return keras.ops.concatenate([dark, dark, dark], axis=-1)


def darkness() -> keras.Model:
    """A network without weights: every keypoint is where the face is darkest."""
    faces = keras.Input((32, 32, 1))
    return keras.Model(faces, SoftArgmax(1)(Dimness()(faces)))


def faces_with_one_dot(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    places = rng.integers(2, 30, (count, 2))
    images = np.full((count, 32, 32), 200, np.uint8)
    images[np.arange(count), places[:, 1], places[:, 0]] = 0
    return images, places


@pytest.mark.parametrize("views", [FAST, MIRRORED], ids=["once", "mirrored"])
@pytest.mark.parametrize(("faces", "batch_size"), [(1, 256), (7, 3), (70, 64), (5, 5)])
def test_every_face_gets_its_own_points(faces: int, batch_size: int, views: Sequence[View]) -> None:
    images, places = faces_with_one_dot(faces)
    found = predict(darkness(), images, TINY, batch_size=batch_size, views=views)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.repeat(places[:, None], 3, axis=1), atol=1e-2)


def test_the_mirrored_face_brings_its_names_back() -> None:
    keras.utils.set_random_seed(0)
    model = registry.get("swift").build(TINY, {"width": 8})
    images, _ = blobs(6)
    both = predict(model, images, TINY, views=MIRRORED)
    turned = predict(model, np.ascontiguousarray(images[:, :, ::-1]), TINY, views=MIRRORED)
    np.testing.assert_allclose(both[:, [1, 0, 2], 1], turned[..., 1], atol=1e-3)
    np.testing.assert_allclose(both[:, [1, 0, 2], 0], 31 - turned[..., 0], atol=1e-3)


def test_labels_that_fit_the_mirrored_face_otherwise_are_brought_into_line() -> None:
    keras.utils.set_random_seed(0)
    model = registry.get("swift").build(TINY, {"width": 8})
    images, _ = blobs(6)
    before = predict(model, images, TINY, views=MIRRORED)
    # Labels that count from the edge of the first pixel are one pixel further left in mirrored faces.
    model.get_layer("table").turn.assign(np.broadcast_to([-0.25, 0.0], (1, 3, 2)))
    np.testing.assert_allclose(
        predict(model, images, TINY, views=MIRRORED) - before, np.broadcast_to([0.5, 0], (6, 3, 2)), atol=1e-4
    )


def test_no_face_gives_no_points() -> None:
    assert predict(darkness(), np.zeros((0, 32, 32), np.uint8), TINY).shape == (0, 3, 2)


def test_progress_is_told_and_cancelling_stops() -> None:
    images, _ = faces_with_one_dot(40)
    heard: list[float] = []
    job = Job(lambda _, data: heard.append(data["done"]), interval=0)
    predict(darkness(), images, TINY, batch_size=16, job=job)
    assert heard == [16, 32, 40]
    job.cancel()
    with pytest.raises(Cancelled):
        predict(darkness(), images, TINY, batch_size=16, job=job)


def test_faces_of_another_size_are_refused() -> None:
    with pytest.raises(RunError, match="32 x 32 pixels and 3 keypoints, found 96 x 96"):
        predict(darkness(), np.zeros((1, 96, 96), np.uint8), TINY)


def test_floats_are_refused() -> None:
    with pytest.raises(ValueError, match="received float32"):
        predict(darkness(), np.zeros((1, 32, 32), np.float32), TINY)


def saved(folder: Path) -> Path:
    path = folder / "best.keras"
    save_model(registry.get("swift").build(TINY, {"width": 8}), path)
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"gone\.keras: there is no such file"):
        load_model(tmp_path / "gone.keras")


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.98])
def test_a_cut_off_file_is_refused_by_name(keep: float, tmp_path: Path) -> None:
    path = saved(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep if keep >= 1 else keep * len(whole))])
    with pytest.raises(RunError, match=r"best\.keras"):
        load_model(path)


def test_a_flipped_bit_is_refused_by_name(tmp_path: Path) -> None:
    path = saved(tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"best\.keras"):
        load_model(path)


def test_code_in_a_file_is_refused(tmp_path: Path) -> None:
    faces = keras.Input((32, 32, 1))
    path = tmp_path / "evil.keras"
    keras.Model(faces, keras.layers.Lambda(lambda x: x * 2)(faces)).save(path)
    with pytest.raises(RunError, match=r"evil\.keras"):
        load_model(path)
