"""Faces on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import ProjectError
from fkd_core.faces import FaceSet
from tests.helpers.downloads import small_images


def saved(folder: Path, digests: list[int]) -> FaceSet:
    images = small_images(len(digests))
    np.save(folder / "train_images.npy", images)
    FaceSet(images, np.arange(len(digests)) + 10, np.array(digests, np.uint64)).save(folder, "train")
    return FaceSet.open(folder, "train")


def test_faces_come_back_as_they_were_saved(tmp_path: Path) -> None:
    faces = saved(tmp_path, [2**64 - 1, 0, 7])
    np.testing.assert_array_equal(faces.images, small_images(3))
    assert isinstance(faces.images, np.memmap)
    assert faces.ids.tolist() == [10, 11, 12]
    assert faces.digests.tolist() == [2**64 - 1, 0, 7]
    assert len(faces) == 3


def test_duplicates_are_grouped_largest_first(tmp_path: Path) -> None:
    assert saved(tmp_path, [5, 1, 9, 5, 2**63, 1, 9, 9, 2]).duplicates() == [[2, 6, 7], [0, 3], [1, 5]]


def test_faces_all_different_or_single_have_no_duplicates(tmp_path: Path) -> None:
    assert saved(tmp_path, [3, 2, 1]).duplicates() == []
    assert saved(tmp_path, [3]).duplicates() == []


def test_parts_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    saved(tmp_path, [1, 2, 3])
    np.save(tmp_path / "train_ids.npy", np.arange(2))
    with pytest.raises(ProjectError, match=r"do not fit together.*ids int64 \(2,\)"):
        FaceSet.open(tmp_path, "train")


def test_arrays_of_objects_are_never_loaded(tmp_path: Path) -> None:
    saved(tmp_path, [1])
    np.save(tmp_path / "train_ids.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ProjectError, match=r"train_ids\.npy"):
        FaceSet.open(tmp_path, "train")
