"""Faces that look alike."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fkd_core.duplicates import connected, near_duplicates
from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from tests.helpers.arrays import random_images


def smooth_images(count: int) -> np.ndarray:
    """Blobs that have little to do with each other, free of pixel noise."""
    return np.kron(random_images(count, size=(8, 8)), np.ones((1, 12, 12), np.uint8))


def test_noise_brightness_and_contrast_do_not_hide_a_copy() -> None:
    images = smooth_images(8)
    noise = np.random.default_rng(1).normal(0, 6, images[2].shape)
    images[5] = np.clip(images[2] + noise, 0, 255)
    images[7] = images[2] // 2 + 60
    images[6] = images[0]
    assert near_duplicates(images) == [[2, 5, 7], [0, 6]]


def test_different_and_blank_faces_are_no_copies() -> None:
    images = smooth_images(5)
    images[1] = images[3] = 100
    assert near_duplicates(images) == []
    assert near_duplicates(images[:0]) == []
    assert near_duplicates(images[:1]) == []


def test_faces_in_different_blocks_are_compared() -> None:
    images = smooth_images(1300)
    images[1299] = images[3]
    images[1100] = images[1024]
    assert near_duplicates(images) == [[3, 1299], [1024, 1100]]


def test_many_copies_of_one_face_are_one_group() -> None:
    images = np.repeat(smooth_images(1), 1500, axis=0)
    assert near_duplicates(images) == [list(range(1500))]


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_the_connected_components(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 60))
    pairs = rng.integers(0, count, (int(rng.integers(0, 60)), 2))
    groups = [{node} for node in range(count)]
    for a, b in pairs.tolist():
        one = next(group for group in groups if a in group)
        two = next(group for group in groups if b in group)
        if one is not two:
            groups.remove(two)
            one |= two
    expected = sorted((sorted(group) for group in groups if len(group) > 1), key=lambda g: (-len(g), g[0]))
    assert connected(pairs, count) == expected


def test_a_long_chain_is_one_group() -> None:
    nodes = np.random.default_rng(0).permutation(3000)
    assert connected(np.array(list(itertools.pairwise(nodes.tolist()))), 3000) == [list(range(3000))]


def test_it_can_be_stopped() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        near_duplicates(smooth_images(3), job=job)
