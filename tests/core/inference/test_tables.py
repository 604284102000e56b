"""Batches, mirroring and averaging, with networks that need no library at all."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core.errors import BadInputError, Cancelled, RunError
from fkd_core.inference.tables import as_table, predict_tables, predict_with
from fkd_core.inference.views import FAST, View
from fkd_core.jobs import Job
from fkd_core.schema import KeypointSchema

PAIR = KeypointSchema(name="pair", keypoints=("left", "right"), pairs=(("left", "right"),), size=(8, 12))

MIRRORED = (View(), View(mirror=True))


@attrs.define
class Brightest:
    """Sees its first keypoint where a face is brightest and the second `gap` pixels to the left of it."""

    gap: float = 3.0
    shift: float = 0.0
    rules: tuple[str, ...] = ("all",)
    size: tuple[int, int] = PAIR.size
    keypoints: int = 2
    batch_size: int = 4
    asked: list[int] = attrs.field(factory=list)

    def table(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked.append(len(faces))
        place = faces.reshape(len(faces), -1).argmax(axis=1)
        y, x = np.divmod(place, faces.shape[2])
        points = np.stack([np.stack([x, x - self.gap], 1) + self.shift, np.stack([y, y], 1)], axis=-1)
        table = as_table(points.astype(np.float32))
        table[..., 2] = 0
        return np.repeat(table, len(self.rules), axis=1)


def lamps(count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Dark faces with one bright pixel, and where that is: x, y."""
    random = np.random.default_rng(count)
    places = np.stack([random.integers(3, 9, count), random.integers(0, 8, count)], axis=1)
    faces = np.zeros((count, 8, 12), np.uint8)
    faces[np.arange(count), places[:, 1], places[:, 0]] = 255
    return faces, places


@pytest.mark.parametrize("count", [0, 1, 4, 9])
def test_every_face_gets_its_own_points_in_batches(count: int) -> None:
    faces, places = lamps(count)
    network = Brightest()
    found = predict_with([network], faces, PAIR, views=FAST)
    np.testing.assert_array_equal(found.points[:, 0], places)
    np.testing.assert_array_equal(found.points[:, 1], places - [3, 0])
    assert network.asked == [4] * (count // 4) + [count % 4] * bool(count % 4)


def test_mirroring_averages_both_names_of_a_place() -> None:
    faces, places = lamps(5)
    found = predict_with([Brightest()], faces, PAIR, views=MIRRORED)
    # In the mirrored face the brightest pixel is called left, and right lies on its other side.
    np.testing.assert_array_equal(found.points[:, 1, 0], places[:, 0] - 1.5)
    np.testing.assert_array_equal(found.points[:, 0, 0], places[:, 0] + 1.5)


def test_networks_are_averaged_in_the_smallest_batches() -> None:
    faces, places = lamps(5)
    networks = [Brightest(batch_size=4), Brightest(batch_size=3, shift=0.5)]
    found = predict_with(networks, faces, PAIR, views=FAST)
    np.testing.assert_array_equal(found.points[:, 0, 0], places[:, 0] + 0.25)
    assert [network.asked for network in networks] == [[3, 2], [3, 2]]


def test_one_network_of_several_is_mirrored_like_all() -> None:
    faces, _ = lamps(5)
    alone = [predict_with([Brightest(gap)], faces, PAIR, views=MIRRORED).points for gap in (1.0, 3.0)]
    together = predict_with([Brightest(1.0), Brightest(3.0)], faces, PAIR, views=MIRRORED).points
    np.testing.assert_allclose(together, np.mean(alone, axis=0))


def test_progress_is_told_and_cancelling_stops() -> None:
    faces, _ = lamps(6)
    heard: list[float] = []
    job = Job(lambda _, data: heard.append(data["done"]), interval=0)
    predict_with([Brightest()], faces, PAIR, views=FAST, job=job)
    assert heard == [4, 6]
    job.cancel()
    network = Brightest()
    with pytest.raises(Cancelled):
        predict_with([network], faces, PAIR, views=FAST, job=job)
    assert network.asked == [4]


def test_what_does_not_fit_is_refused() -> None:
    faces, _ = lamps(1)
    with pytest.raises(RunError, match="8 x 9 pixels and 2 keypoints, found 8 x 12 pixels and 2 keypoints"):
        predict_with([Brightest(), Brightest(size=(8, 9))], faces, PAIR)
    with pytest.raises(RunError, match="different marking rules; expected all, found inner, outer"):
        predict_with([Brightest(), Brightest(rules=("inner", "outer"))], faces, PAIR)
    with pytest.raises(BadInputError, match="no marking rule called 'none'"):
        predict_with([Brightest()], faces, PAIR, rule="none")
    with pytest.raises(ValueError, match="networks must not be empty"):
        next(predict_tables([], faces, PAIR, views=FAST))


def test_points_alone_say_nothing_of_their_deviation() -> None:
    table = as_table(np.ones((2, 3, 2), np.float32))
    assert table.shape == (2, 1, 3, 7)
    assert (table[..., :2] == 1).all()
    assert np.isnan(table[..., 2]).all()
    assert as_table(table) is table
