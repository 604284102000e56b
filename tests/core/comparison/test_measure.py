"""Runs compared on faces that none of them saw: which faces, by how much, and how sure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.comparison.faces import shared_faces
from fkd_core.comparison.measure import compare_runs, tabulate
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, RunError
from fkd_core.evaluating import placed_points
from fkd_core.files import write_json
from fkd_core.jobs import Job
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.proof.frozen import freeze
from fkd_core.runs import Run, layout
from fkd_core.schema import FKD_15
from tests.helpers.projects import make_project
from tests.helpers.runs import make_run, random_network


@pytest.fixture
def project(tmp_path: Path):
    folder = make_project(tmp_path / "small.fkd")
    for seed in range(3):
        make_run(folder, f"run-{seed}", random_network(seed=seed))
    with Project(folder, write=True) as opened:
        yield opened


def runs_of(project: Project, *names: str) -> list[Run]:
    return [Run.find(project.runs_folder, name) for name in names]


def test_the_faces_are_those_that_no_run_was_trained_on(project: Project) -> None:
    labelled = np.isfinite(placed_points(project)[project.span("train")]).all(axis=2).any(axis=1)
    rows, about = shared_faces(project, runs_of(project, "run-0", "run-1"))
    assert rows.tolist() == [row for row in np.flatnonzero(labelled) if row > 2]
    assert f"{len(rows)} faces" in about
    split = runs_of(project, "run-1")[0].split
    write_json(project.runs_folder / "run-1" / layout.SPLIT, split | {"train": [3, 5]})
    fewer, _ = shared_faces(project, runs_of(project, "run-0", "run-1"))
    assert set(rows.tolist()) - set(fewer.tolist()) == {3, 5}


def test_frozen_faces_are_taken_where_no_run_saw_them(project: Project) -> None:
    freeze(project, Job(), rows=np.array([5, 4]))
    rows, about = shared_faces(project, runs_of(project, "run-0", "run-1"))
    assert (rows.tolist(), about) == ([4, 5], "the 2 frozen faces")


def test_a_face_of_a_fold_is_new_to_the_network_that_answers_for_it(project: Project) -> None:
    path = project.runs_folder / "run-0" / layout.SPLIT
    every = list(range(len(project.faces["train"])))
    write_json(path, {"train": every, "validation": [], "fold-1": every[::2], "fold-2": every[1::2]})
    rows, _ = shared_faces(project, runs_of(project, "run-0", "run-1"))
    assert rows.min() == 3


def test_without_a_new_face_it_says_what_to_do(project: Project) -> None:
    every = list(range(len(project.faces["train"])))
    write_json(project.runs_folder / "run-1" / layout.SPLIT, {"train": every, "validation": []})
    with pytest.raises(RunError, match=r"none of these runs was trained on.*fkd freeze"):
        shared_faces(project, runs_of(project, "run-0", "run-1"))


def test_a_comparison_says_what_evaluating_each_run_says(project: Project) -> None:
    found = compare_runs(Engine(), project, ["run-0", "run-1", "run-2"], Job())
    truth = placed_points(project)[project.span("train")][found.rows]
    known = np.isfinite(truth)
    for i, name in enumerate(found.runs):
        run = Run.find(project.runs_folder, name)
        images = project.faces["train"].images[found.rows]
        points = predict_images(Engine(), run, images, project.schema, Job()).points
        error = np.sqrt(np.mean((points - truth)[known].astype(float) ** 2))
        assert found.rmse[i] == pytest.approx(error, rel=1e-5)
        assert found.intervals[i][0] <= error <= found.intervals[i][1]
    assert [d.run for d in found.differences] == ["run-1", "run-2"]
    assert found.differences[0].rmse == pytest.approx(found.rmse[1] - found.rmse[0])
    plain = found.to_dict()
    assert plain["faces"] == len(found.rows) == len(plain["by_face"])
    assert plain["differences"][0]["says"] in found.describe()


@pytest.mark.parametrize("names", [["run-0"], ["run-0", "run-0"], [f"r{i}" for i in range(13)]])
def test_what_cannot_be_compared_is_refused(project: Project, names: list[str]) -> None:
    with pytest.raises(BadInputError, match="cannot be compared"):
        compare_runs(Engine(), project, names, Job())


def made_up() -> tuple[np.ndarray, np.ndarray]:
    truth = np.random.default_rng(0).uniform(20, 76, (40, 15, 2)).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 1, (2, 40, 15, 2)).astype(np.float32)
    points = truth + noise * np.array([1, 2], np.float32).reshape(2, 1, 1, 1)
    points[1, 7] += 20
    points[1, 3] = truth[3]
    return points, truth


def test_a_worse_run_is_called_worse_and_its_broken_faces_are_listed() -> None:
    points, truth = made_up()
    found = tabulate(["old", "new"], points, truth, np.arange(100, 140), FKD_15)
    assert found.rows[found.broken(1)[0]] == 107
    assert 103 not in found.rows[found.broken(1, 40)]
    assert "new is worse than old" in found.describe()
    assert found.differences[0].worse + found.differences[0].better == 40
    same = tabulate(["old", "old again"], points[[0, 0]], truth, np.arange(40), FKD_15)
    assert "cannot be told apart" in same.describe()
    assert not len(same.broken(1))
    back = tabulate(["new", "old"], points[::-1], truth, np.arange(40), FKD_15)
    assert "old is better than new" in back.describe()


def test_unknown_keypoints_count_nowhere() -> None:
    points, truth = made_up()
    truth[:, 4] = np.nan
    truth[:30, 5] = np.nan
    found = tabulate(["old", "new"], points, truth, np.arange(40), FKD_15)
    assert np.isnan(found.per_keypoint[:, 4]).all()
    expected = np.sqrt(np.mean((points[0, 30:, 5] - truth[30:, 5]) ** 2))
    assert found.per_keypoint[0, 5] == pytest.approx(expected, rel=1e-5)
    assert found.to_dict()["runs"][0]["per_keypoint"][FKD_15.keypoints[4]] is None
