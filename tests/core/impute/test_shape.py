from __future__ import annotations

import numpy as np
import pytest

from fkd_core.impute.context import Context
from fkd_core.impute.shape import shape
from tests.core.impute.faces import HIDDEN, cut_down, linear_faces, plain_faces
from tests.helpers.competition import competition_points


def off(points: np.ndarray, truth: np.ndarray) -> float:
    return float(np.sqrt(np.mean((points - truth)[:, HIDDEN] ** 2)))


def test_keypoints_that_follow_from_the_known_ones_are_recovered() -> None:
    faces = linear_faces(300)
    points = np.concatenate([faces[:200], cut_down(faces[200:])])
    assert np.abs(shape(points, Context()).points - faces).max() < 0.02


def test_it_beats_the_mean_and_says_how_far_off_it_is() -> None:
    faces = plain_faces(600)
    points = np.concatenate([faces[:300], cut_down(faces[300:])])
    filling = shape(points, Context())
    assert filling.variance is not None
    mean = np.broadcast_to(faces[:300].mean(axis=0), (300, 15, 2))
    assert off(filling.points[300:], faces[300:]) < 0.5 * off(mean, faces[300:])
    stated = np.sqrt(filling.variance[300:, HIDDEN].mean())
    assert 0.8 < stated / off(filling.points[300:], faces[300:]) < 1.4


def test_a_rule_that_is_asked_for_is_learnt_from_its_own_rows() -> None:
    faces = plain_faces(400)
    lower = faces.copy()
    lower[:, 13, 1] += 4
    rules = np.repeat([0, 1, 2], [200, 200, 50])
    points = np.concatenate([faces[:200], lower[200:], cut_down(faces[:50])])
    answers = [shape(points, Context(rules=rules, rule=rule)).points[400:, 13, 1] for rule in (0, 1)]
    assert abs(float((answers[1] - answers[0]).mean()) - 4) < 0.5


@pytest.mark.faces
def test_four_keypoints_of_a_real_face_tell_the_others_better_than_the_mean() -> None:
    points = competition_points()
    whole = np.flatnonzero(np.isfinite(points).all(axis=(1, 2)))
    tested = whole[::10]
    cut = points.copy()
    cut[tested] = cut_down(points[tested])
    filled = shape(cut, Context()).points[tested]
    mean = np.nanmean(cut, axis=0)[None].repeat(len(tested), axis=0)
    assert off(filled, points[tested]) < 0.7 * off(mean, points[tested])
