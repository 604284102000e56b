"""Two runs on the same frozen labels, and the interval of their difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.engine.client import Engine
from fkd_core.errors import ProjectError, RunError
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.proof.compare import compare, measure_pair
from fkd_core.proof.frozen import freeze
from fkd_core.proof.retrain import run_before, settings_of
from fkd_core.runs import Run
from tests.helpers.projects import make_project
from tests.helpers.runs import make_run, random_network


@pytest.fixture
def project(tmp_path: Path):
    folder = make_project(tmp_path / "small.fkd")
    for seed in (0, 1):
        make_run(folder, f"run-{seed}", random_network(seed=seed))
    with Project(folder, write=True) as opened:
        yield opened


def test_the_difference_is_that_of_both_errors_on_the_frozen_labels(project: Project) -> None:
    frozen = freeze(project, Job(), rows=np.array([3, 4, 5]))
    truth = frozen.truth(project)
    made = compare(Engine(), project, "run-0", "run-1", Job())
    known = np.isfinite(truth)
    for name, measured in (("run-0", made.before), ("run-1", made.after)):
        run = Run.find(project.runs_folder, name)
        images = project.faces["train"].images[frozen.rows]
        points = predict_images(Engine(), run, images, project.schema, Job()).points
        rmse = np.sqrt(np.mean((points - truth)[known].astype(float) ** 2))
        assert measured.rmse == pytest.approx(rmse)
        assert measured.interval[0] <= rmse <= measured.interval[1]
    assert made.difference == pytest.approx(made.after.rmse - made.before.rmse)
    assert (made.faces, made.points, made.dropped) == (3, 15 + 4 + 4, 0)
    assert (made.changed_faces, made.changed_points) == (0, 0)
    assert tuple(made.per_keypoint) == project.schema.keypoints


def test_corrections_are_counted_and_frozen_ones_measured_by(project: Project) -> None:
    freeze(project, Job(), rows=np.array([3, 4, 5]))
    before = compare(Engine(), project, "run-0", "run-1", Job())
    table = project.labels.table
    project.labels.apply(edits.move(table, project.schema, 3, [7], np.array([[1.0, 2.0]])))
    project.labels.apply(edits.move(table, project.schema, 8, [0, 1], np.array([[30.0, 30.0], [60, 30]])))
    after = compare(Engine(), project, "run-0", "run-1", Job())
    assert (after.changed_faces, after.changed_points) == (2, 3)
    assert after.points == before.points
    moved = project.schema.keypoints[7]
    assert after.per_keypoint[moved][0] > before.per_keypoint[moved][0]


def test_a_run_that_saw_frozen_faces_is_refused(project: Project) -> None:
    with pytest.raises(ProjectError, match="no frozen validation set"):
        compare(Engine(), project, "run-0", "run-1", Job())
    freeze(project, Job(), rows=np.array([2, 3]))
    with pytest.raises(RunError, match="trained on 1 of the 2 frozen faces"):
        compare(Engine(), project, "run-0", "run-1", Job())
    assert run_before(project) is None
    with pytest.raises(RunError, match="nothing to compare with"):
        run_before(project, "run-0")


def test_the_newest_run_that_will_do_is_trained_like(project: Project) -> None:
    freeze(project, Job(), rows=np.array([4, 5]))
    found = run_before(project)
    assert found is not None
    assert found.name == "run-1"
    assert settings_of(found) == ({}, None)


def pair(random: np.random.Generator, shift: float) -> list[np.ndarray]:
    truth = random.uniform(20, 70, (200, 15, 2)).astype(np.float32)
    hard = random.gamma(2, 1, (200, 1, 1))
    before = truth + hard * random.normal(0, 1, truth.shape)
    return [before.astype(np.float32), (truth + (before - truth) * shift).astype(np.float32), truth]


def test_what_both_find_hard_cancels_out_of_the_difference() -> None:
    before, after, truth = pair(np.random.default_rng(0), 0.97)
    values, ends = measure_pair(before, after, truth)
    assert values[2] == pytest.approx(-0.03 * values[0])
    assert ends[2, 1] < 0
    assert np.ptp(ends[2]) < 0.1 * np.ptp(ends[0])


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(1)
    inside = 0
    for seed in range(40):
        truth = random.uniform(20, 70, (60, 15, 2)).astype(np.float32)
        before, after = (truth + random.normal(0, 1, truth.shape).astype(np.float32) for _ in range(2))
        _, ends = measure_pair(before, after, truth, seed=seed)
        inside += bool(ends[2, 0] <= 0 <= ends[2, 1])
    assert 33 <= inside <= 40


def test_one_face_has_no_interval_and_nothing_known_no_error() -> None:
    before, after, truth = pair(np.random.default_rng(2), 0.5)
    truth[1:] = np.nan
    values, ends = measure_pair(before, after, truth)
    assert values[2] < 0
    assert np.isnan(ends).all()
    truth[:] = np.nan
    assert np.isnan(measure_pair(before, after, truth)[0]).all()
