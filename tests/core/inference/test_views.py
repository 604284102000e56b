"""Faces shown larger, smaller and mirrored, and what is said of them brought back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fkd_core.inference.tables import as_table, predict_with
from fkd_core.inference.views import FAST, VIEWS, View, views
from fkd_core.schema import KeypointSchema

SCHEMA = KeypointSchema(name="pair", keypoints=("left", "right"), pairs=(("left", "right"),), size=(48, 64))
PLACES = np.array([[[40.0, 20.0], [22.0, 27.0]], [[34.5, 30.25], [31.0, 12.0]]], np.float32)


class Lamps:
    """Sees the bright lamp, which lies left as one looks out of the picture, and the dim one."""

    rules, size, keypoints, batch_size = ("all",), SCHEMA.size, 2, 8

    def __init__(self) -> None:
        self.seen = 0

    def table(self, faces: np.ndarray) -> np.ndarray:
        self.seen += 1
        y, x = np.mgrid[: faces.shape[1], : faces.shape[2]]
        points = []
        for face in faces.astype(float):
            _, parts = cv2.connectedComponents((face > 60).astype(np.uint8))
            lamps = [face * (parts == part) for part in (1, 2)]
            bright, dim = sorted(lamps, key=np.max, reverse=True)
            pair = [[(lamp * x).sum() / lamp.sum(), (lamp * y).sum() / lamp.sum()] for lamp in (bright, dim)]
            # In a mirrored picture the bright lamp is on the other side, and so is called right.
            points.append(pair if pair[0][0] > pair[1][0] else pair[::-1])
        return as_table(np.array(points, np.float32))


def faces() -> np.ndarray:
    y, x = np.mgrid[:48, :64]
    shown = []
    for places in PLACES:
        face = np.zeros((48, 64))
        for (px, py), level in zip(places, (255, 150), strict=True):
            face = np.maximum(face, level * (np.hypot(x - px, y - py) < 5.5))
        shown.append(face)
    return np.array(shown, np.uint8)


@pytest.mark.parametrize("view", [*VIEWS, *FAST, View(1.5), View(0.7, mirror=True)], ids=str)
def test_what_is_seen_in_a_view_is_told_of_the_face_itself(view: View) -> None:
    found = predict_with([Lamps()], faces(), SCHEMA, views=[view])
    np.testing.assert_allclose(found.points, PLACES, atol=0.35)


@pytest.mark.parametrize("scale", [0.8, 1.25])
def test_deviations_are_those_in_the_faces_own_pixels(scale: float) -> None:
    table = np.zeros((1, 1, 2, 7), np.float32)
    table[..., 2] = np.log(2.0)
    undone = View(scale).undo(table, SCHEMA)
    np.testing.assert_allclose(np.exp(undone[..., 2]), 2.0 / scale, rtol=1e-6)
    np.testing.assert_array_equal(table[..., 2], np.float32(np.log(2.0)))


def test_the_middle_of_the_frame_stays_and_other_points_move_away_from_it() -> None:
    table = np.zeros((1, 1, 2, 7), np.float32)
    table[0, 0, :, :2] = [[31.5, 23.5], [31.5 + 12, 23.5 - 6]]
    undone = View(1.2).undo(table, SCHEMA)
    np.testing.assert_allclose(undone[0, 0, :, :2], [[31.5, 23.5], [41.5, 18.5]], rtol=1e-6)


def test_a_quick_answer_asks_once_and_the_exact_one_in_every_view() -> None:
    for fast, times in ((True, 1), (False, len(VIEWS))):
        network = Lamps()
        predict_with([network], faces(), SCHEMA, views=views(fast=fast))
        assert network.seen == times
