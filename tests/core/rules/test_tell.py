"""Telling rules from images: certain where they show, a guess where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.rules.tell import image_features, tell_rules
from tests.helpers.marking import plain_images

OF_ROW = np.repeat([0, 1, 2], [90, 60, 50]).astype(np.int16)


def test_rules_are_told_where_images_show_them() -> None:
    images = plain_images(200)
    images[90:150, 4:12] //= 4
    tells, seen = tell_rules(images, OF_ROW, [[0, 1], [2]])
    first, second, third = tells
    assert first is not None
    assert second is not None
    assert third is not None
    assert second.accuracy > 0.95
    assert second.interval[0] <= second.accuracy <= second.interval[1]
    assert first.chance == second.chance == third.chance == pytest.approx(1 / 3)
    assert (first.within_chance, third.within_chance) == (0.5, 1)
    assert first.within > 0.95
    assert third.within == 1
    assert first.accuracy < 0.85
    assert (seen[OF_ROW == 1] == 1).mean() == second.accuracy
    assert (seen[OF_ROW == 0] == 0).mean() == first.accuracy


def test_noise_tells_nothing() -> None:
    tells, _ = tell_rules(plain_images(200, seed=1), OF_ROW, [[0, 1, 2]], seed=1)
    average = np.mean([tell.accuracy for tell in tells if tell is not None])
    assert len(tells) == 3
    assert 0.2 < average < 0.47


def test_copies_of_a_face_do_not_cross_folds() -> None:
    """Each picture stands twice in the file: learning them by heart must not help."""
    images = np.repeat(plain_images(100, seed=2), 2, axis=0)
    of_row = np.repeat(np.random.default_rng(0).integers(0, 2, 100), 2).astype(np.int16)
    tells, _ = tell_rules(images, of_row, [[0, 1]])
    average = np.mean([tell.accuracy for tell in tells if tell is not None])
    assert 0.3 < average < 0.7


def test_there_is_nothing_to_tell_of_one_rule_or_of_too_few_rows() -> None:
    images = plain_images(30)
    assert tell_rules(images, np.zeros(30, np.int16), [[0]])[0] == [None]
    few = np.repeat([0, 1, -1], [20, 5, 5]).astype(np.int16)
    tells, seen = tell_rules(images, few, [[0, 1]])
    assert tells == [None, None]
    assert (seen == -1).all()
    assert tell_rules(images[:0], few[:0], [])[0] == []


def test_constant_images_tell_nothing_and_raise_nothing() -> None:
    tells, _ = tell_rules(
        np.full((60, 24, 24), 9, np.uint8), np.repeat([0, 1], 30).astype(np.int16), [[0, 1]]
    )
    assert all(tell is not None and np.isfinite(tell.accuracy) for tell in tells)


def test_features_do_not_depend_on_light() -> None:
    faces = plain_images(4, side=96) // 2
    brighter = faces + np.uint8(60)
    rows = np.arange(4)
    features = image_features(faces, rows, Job())
    assert features.shape == (4, 768)
    np.testing.assert_allclose(features, image_features(brighter, rows, Job()), atol=1e-3)


def test_shapes_are_checked_and_a_stopped_job_stops() -> None:
    with pytest.raises(ValueError, match=r"of_row must be \(3,\), received \(2,\)"):
        tell_rules(plain_images(3), np.zeros(2, np.int16), [[0]])
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        tell_rules(plain_images(200), OF_ROW, [[0, 1, 2]], job=job)
