"""Labels in the frame of the eyes, and scores that no outlier moves."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from fkd_core.rules.geometry import in_eye_frame, normal_scores
from fkd_core.schema import FKD_15
from tests.helpers.marking import MEAN, in_picture, marked_faces


def test_place_size_and_tilt_do_not_matter() -> None:
    framed = marked_faces(50)
    np.testing.assert_allclose(in_eye_frame(in_picture(framed), FKD_15), framed, atol=1e-4)


def test_the_left_eye_is_to_the_right_and_the_mouth_below() -> None:
    framed = in_eye_frame((MEAN[None] + 48).astype(np.float32), FKD_15)
    np.testing.assert_allclose(framed[0, :2], [(18, 0), (-18, 0)], atol=1e-5)
    np.testing.assert_allclose(framed[0, 14], (0, 46), atol=1e-4)


def test_without_both_eyes_there_is_no_frame() -> None:
    points = in_picture(marked_faces(3))
    points[0, 0] = np.nan
    points[1, 1] = points[1, 0]
    framed = in_eye_frame(points, FKD_15)
    assert np.isnan(framed[:2]).all()
    assert np.isfinite(framed[2]).all()


def test_corners_stand_in_for_eye_centres_that_a_schema_lacks() -> None:
    keep = range(2, 15)
    names = tuple(FKD_15.keypoints[k] for k in keep)
    groups = (("left eye", names[:2]), ("right eye", names[2:4]))
    schema = attrs.evolve(FKD_15, keypoints=names, pairs=(), groups=groups)
    framed = in_eye_frame((MEAN[None, 2:] + 48).astype(np.float32), schema)
    np.testing.assert_allclose(framed[0, -1], (0, 46), atol=1e-4)
    bare = attrs.evolve(schema, groups=())
    assert np.isnan(in_eye_frame((MEAN[None, 2:] + 48).astype(np.float32), bare)).all()


def test_scores_are_the_ranks_of_a_normal_and_nothing_is_in_the_middle() -> None:
    values = np.array([[3.0, 1.0], [np.nan, 1.0], [1e9, 1.0], [-1.0, 1.0]])
    scores = normal_scores(values)
    np.testing.assert_allclose(scores[:, 0], [0, 0, 0.9674, -0.9674], atol=1e-4)
    assert not scores[:, 1].any()


def test_equal_values_have_equal_scores() -> None:
    scores = normal_scores(np.array([[1.0], [5.0], [5.0], [9.0]]))[:, 0]
    assert scores[1] == scores[2] == pytest.approx(0)
    assert scores[0] == pytest.approx(-scores[3])
