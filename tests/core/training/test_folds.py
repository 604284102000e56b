"""Dividing faces: every row once, even parts, like faces together."""

from __future__ import annotations

import numpy as np
import pytest

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.training.folds import FaceGroups, folds, set_aside


def alone(faces: int) -> FaceGroups:
    return FaceGroups(np.arange(faces), 0, 0)


def in_groups(sizes: list[int]) -> FaceGroups:
    of_row = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    return FaceGroups(of_row, sum(size for size in sizes if size > 1), sum(size > 1 for size in sizes))


def test_like_pictures_are_one_face_whatever_their_light() -> None:
    random = np.random.default_rng(0)
    images = random.integers(60, 180, (6, 32, 32)).astype(np.uint8)
    images[4] = np.clip(images[1] * 1.2 + 10 + random.normal(0, 3, (32, 32)), 0, 255)
    found = FaceGroups.find(images, Job())
    assert found.of_row[4] == found.of_row[1]
    assert len(set(found.of_row)) == 5
    assert (found.alike, found.groups) == (2, 1)
    assert "2 of 6 faces" in found.describe()


@pytest.mark.parametrize("seed", range(5))
def test_folds_take_every_row_once_in_even_parts_with_an_even_mixture(seed: int) -> None:
    random = np.random.default_rng(seed)
    sizes = [*random.integers(1, 12, 30).tolist(), *[1] * 150]
    groups = in_groups(sizes)
    faces = len(groups.of_row)
    kinds = random.integers(0, 3, faces)
    rows = np.sort(random.permutation(faces)[: faces - 20])
    parts = folds(rows, groups, kinds, 5, seed)
    assert np.array_equal(np.sort(np.concatenate(parts)), rows)
    assert np.ptp([len(part) for part in parts]) < 0.15 * len(rows) / 5
    for kind in range(3):
        shares = [np.mean(kinds[part] == kind) for part in parts]
        assert np.ptp(shares) < 0.15
    for group in set(groups.of_row[rows]):
        assert sum(group in groups.of_row[part] for part in parts) == 1


def test_another_seed_divides_otherwise_and_the_same_seed_alike() -> None:
    kinds, rows = np.zeros(60, np.int64), np.arange(60)
    first, again, other = (folds(rows, alone(60), kinds, 3, seed) for seed in (0, 0, 1))
    assert all(map(np.array_equal, first, again))
    assert not all(map(np.array_equal, first, other))


def test_fewer_faces_than_folds_are_refused() -> None:
    with pytest.raises(BadInputError, match="at least 5 faces that are not alike"):
        folds(np.arange(40), in_groups([10, 10, 20]), np.zeros(40, np.int64), 5, 0)


def test_a_share_is_set_aside_group_by_group() -> None:
    groups = in_groups([7, 3, *[1] * 90])
    train, held = set_aside(np.arange(100), groups, 0.1, 0)
    assert sorted([*train, *held]) == list(range(100))
    assert 1 <= len(held) <= 10
    assert not set(groups.of_row[train]) & set(groups.of_row[held])
    assert not np.array_equal(held, set_aside(np.arange(100), groups, 0.1, 1)[1])


def test_one_face_is_trained_on_and_not_set_aside() -> None:
    train, held = set_aside(np.array([7]), alone(8), 0.9, 1)
    assert (train.tolist(), held.tolist()) == ([7], [])
    train, held = set_aside(np.arange(4), in_groups([4]), 0.5, 1)
    assert (len(train), len(held)) == (4, 0)
