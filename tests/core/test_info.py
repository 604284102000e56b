"""What is in a project, as plain values."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from fkd_core.importing import import_kaggle
from fkd_core.info import project_info
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.labels.values import State
from fkd_core.project import Project
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images, random_points
from tests.helpers.downloads import small_project, table, train_rows, write_files


def imported(folder: Path, images: np.ndarray, points: np.ndarray) -> Project:
    source = write_files(folder / "source", {"training.csv": table(train_rows(images, points))})
    import_kaggle(source, folder / "p.fkd", Job())
    return Project(folder / "p.fkd", write=True)


def test_labels_and_row_patterns_are_counted(tmp_path: Path) -> None:
    points = random_points(12)
    points[3:8, 4:] = np.nan
    points[8, 1:] = np.nan
    points[9] = np.nan
    with imported(tmp_path, random_images(12), points) as project:
        info = project_info(project)
    train = info["train"]
    assert train["patterns"] == {"15": 5, "4": 5, "other": 2}
    known = (~np.isnan(points[..., 0])).sum(axis=0)
    assert train["known"] == dict(zip(FKD_15.keypoints, known.tolist(), strict=True))
    assert (train["faces"], train["size"], train["memory"]) == (12, [96, 96], 12 * 96 * 96)
    assert "test" not in info
    assert info["lookup_rows"] == 0


def test_origins_are_counted_as_they_stand_and_known_as_they_were(tmp_path: Path) -> None:
    points = random_points(6)
    points[:2, 5] = np.nan
    with imported(tmp_path, random_images(6), points) as project:
        store = project.labels
        filled = np.full((6, 15, 2), 9, np.float32)
        store.apply(edits.impute(store.table, "mean", filled, np.ones((6, 15), bool)))
        store.apply(edits.move(store.table, FKD_15, 5, [5, 6], np.array([[1, 1], [2, 2]])))
        store.apply(edits.set_state(store.table, FKD_15, 4, [6], State.UNLABELLED))
        train = project_info(project)["train"]
    names = FKD_15.keypoints
    assert {kind: counts[names[5]] for kind, counts in train["origins"].items()} == {
        "human": 3,
        "imputed": 2,
        "predicted": 0,
        "corrected": 1,
    }
    assert {kind: counts[names[6]] for kind, counts in train["origins"].items()} == {
        "human": 4,
        "imputed": 0,
        "predicted": 0,
        "corrected": 1,
    }
    assert (train["known"][names[5]], train["known"][names[6]]) == (4, 6)


def test_a_face_is_reviewed_when_every_keypoint_is(tmp_path: Path) -> None:
    with imported(tmp_path, random_images(4), random_points(4)) as project:
        store = project.labels
        where = np.zeros((4, 15), bool)
        where[1] = True
        where[2, :14] = True
        store.apply(edits.accept(store.table, "accept", where))
        assert project_info(project)["train"]["reviewed_faces"] == 1


def test_duplicates_are_counted_within_splits(tmp_path: Path) -> None:
    images = np.kron(random_images(6, size=(8, 8)), np.ones((1, 12, 12), np.uint8))
    images[3] = images[0]
    images[5] = np.clip(images[0].astype(int) + 5, 0, 255)
    with imported(tmp_path, images, random_points(6)) as project:
        duplicates = project_info(project)["duplicates"]
    assert duplicates == {"exact": {"groups": 1, "faces": 2}, "near": {"groups": 1, "faces": 3}}


def test_everything_is_plain_json_and_nothing_is_changed(tmp_path: Path) -> None:
    folder = small_project(tmp_path)
    with Project(folder) as project:
        info = project_info(project)
    assert json.loads(json.dumps(info)) == info
    assert (info["name"], info["source"], info["lookup_rows"], info["runs"]) == (
        "small",
        "small-download.zip",
        6,
        [],
    )
    assert info["test"] == {
        "faces": 3,
        "size": [4, 4],
        "memory": 48,
        "empty_pixels": 0,
        "faces_with_empty_pixels": 0,
    }
