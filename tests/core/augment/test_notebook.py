"""The published augmentation, counted by an independent loop."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fkd_core.augment.notebook import notebook_plan, notebook_transforms
from fkd_core.augment.plan import make_plan
from fkd_core.impute.backfill import backfill
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images, random_points
from tests.helpers.competition import competition_points


def turned(face, degrees):
    """Keypoints of one face turned counter-clockwise about (48, 48), by trigonometry alone."""
    result = []
    for x, y in face:
        radius, angle = math.hypot(x - 48, y - 48), math.atan2(48 - y, x - 48) + math.radians(degrees)
        result.append((48 + radius * math.cos(angle), 48 - radius * math.sin(angle)))
    return result


def stays(face, dx, dy):
    return all(0 < x + dx < 96 and 0 < y + dy < 96 for x, y in face if not (math.isnan(x) or math.isnan(y)))


def counted(points, angles, shifts, shift_rotated=True):
    """How many images there are after the rotations, and after the shifts, by one plain loop."""
    after_rotation = after_shifts = 0
    for face in points.astype(float).tolist():
        versions = [face] + [turned(face, sign * angle) for angle in angles for sign in (1, -1)]
        after_rotation += len(versions)
        after_shifts += len(versions)
        for version in versions if shift_rotated else versions[:1]:
            for shift in shifts:
                for dx, dy in ((-shift, -shift), (-shift, shift), (shift, -shift), (shift, shift)):
                    after_shifts += stays(version, dx, dy)
    return after_rotation, after_shifts


@pytest.mark.parametrize("missing", [0.0, 0.6])
@pytest.mark.parametrize("shift_rotated", [True, False])
@pytest.mark.parametrize(
    ("angles", "shifts"), [((15,), (15,)), ((5, 12.5), (3, 10)), ((), (15,)), ((15,), ())]
)
def test_as_many_copies_survive_as_a_plain_loop_counts(missing, shift_rotated, angles, shifts):
    points = random_points(300, seed=1, missing=missing, spread=34)
    _, expected = counted(points, angles, shifts, shift_rotated)
    plan = notebook_plan(points, angles=angles, shifts=shifts, shift_rotated=shift_rotated)
    assert len(plan) == expected
    if shifts:
        assert expected < 300 * (1 + 2 * len(angles)) * (1 + 4 * len(shifts))


def test_which_copies_survive_and_not_only_how_many():
    points = random_points(100, seed=2, spread=33)
    plan = notebook_plan(points, angles=(), shifts=(15,))
    kept = {(plan.transforms[which].name, row) for row, which in zip(plan.rows, plan.which, strict=True)}
    expected = {("original", row) for row in range(100)}
    for dx in (-15, 15):
        for dy in (-15, 15):
            expected |= {
                (f"shift {dx:+d} {dy:+d}", row)
                for row, face in enumerate(points.tolist())
                if stays(face, dx, dy)
            }
    assert kept == expected


@pytest.mark.faces
@pytest.mark.parametrize("shuffle", [True, False])
def test_real_faces_after_backfill_give_the_counts_of_the_notebook(shuffle):
    points = backfill(competition_points(), seed=0, shuffle=shuffle)
    assert len(notebook_plan(points, angles=(15,), shifts=())) == 21_147
    after_rotation, after_shifts = counted(points, (15,), (15,))
    assert after_rotation == 21_147
    assert len(notebook_plan(points, angles=(15,), shifts=(15,))) == after_shifts
    assert (
        len(notebook_plan(points, angles=(15,), shifts=(15,), shift_rotated=False))
        == (counted(points, (15,), (15,), shift_rotated=False)[1])
    )


def test_rotated_copies_are_kept_even_when_a_keypoint_leaves():
    points = np.full((1, 15, 2), 95.0, dtype=np.float32)
    counts = notebook_plan(points, angles=(15,), shifts=()).counts()
    assert counts == {"original": 1, "rotate +15°": 1, "rotate -15°": 1}


def test_moved_points_are_those_of_the_loop():
    points, images = random_points(4, spread=10), random_images(4)
    plan = notebook_plan(points)
    _, moved = plan.batch(np.arange(len(plan)), images, points)
    names = [change.name for change in plan.transforms]
    for copy, row, which in zip(moved, plan.rows, plan.which, strict=True):
        expected = np.array(points[row], dtype=float)
        for part in names[which].split(", "):
            if part.startswith("rotate"):
                expected = np.array(turned(expected.tolist(), float(part.split()[1].rstrip("°"))))
            elif part.startswith("shift"):
                expected += [float(step) for step in part.split()[1:]]
        np.testing.assert_allclose(copy, expected, atol=1e-4)


def test_all_the_light_variants_are_there_on_request():
    changes = notebook_transforms(
        angles=(), shifts=(), mirror=FKD_15, brightness=(0.6, 1.2), contrast=(1.5,), noise=(8,)
    )
    plan = make_plan(random_points(5), changes)
    assert plan.counts() == {
        "original": 5,
        "mirror": 5,
        "brightness ×0.6": 5,
        "brightness ×1.2": 5,
        "contrast ×1.5": 5,
        "noise 8": 5,
    }


@pytest.mark.parametrize(("word", "values"), [("angles", (0,)), ("shifts", (15, -3)), ("angles", (np.nan,))])
def test_angles_and_shifts_must_be_positive(word, values):
    with pytest.raises(ValueError, match=f"{word} must be positive"):
        notebook_transforms(**{word: values})
