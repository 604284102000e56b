"""A run with folds is measured on the faces that its networks never saw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.pipeline import evaluate
from fkd_core.predicting import predict_images, predict_out_of_fold
from fkd_core.project import Project
from fkd_core.runs import Run, RunWriter
from fkd_core.training.sink import save_model
from tests.helpers.projects import make_project
from tests.helpers.runs import export_onnx, make_run, random_network

FOLDS = {1: [0, 3, 8, 9], 2: [1, 4, 5, 10], 3: [2, 6, 7]}


@pytest.fixture
def project(tmp_path: Path):
    with Project(make_project(tmp_path / "small.fkd")) as opened:
        yield opened


@pytest.fixture
def run(project: Project) -> Run:
    """Three networks, each blind to one part of the first eleven rows."""
    split = {f"fold-{fold}": rows for fold, rows in FOLDS.items()}
    with RunWriter.create(
        project.runs_folder,
        model="swift",
        config={"folds": 3},
        seed=0,
        data={"fingerprint": project.manifest.fingerprint, "rules": ["inner", "outer"]},
        split=split | {"train": list(range(11)), "validation": []},
        name="folded",
    ) as writer:
        for fold in FOLDS:
            model = random_network(seed=fold)
            weights = writer.weights_path("last", fold)
            save_model(model, weights)
            export_onnx(model, weights.with_suffix(".onnx"), project.schema)
    return Run.open(writer.folder)


def test_each_row_is_seen_by_the_network_that_never_saw_it(project: Project, run: Run) -> None:
    rows, found = predict_out_of_fold(Engine(), project, run, Job(), rule="inner")
    assert rows.tolist() == list(range(11))
    images = project.faces["train"].images
    for fold, members in FOLDS.items():
        alone = predict_images(Engine(), run, images[members], project.schema, Job(), rule="inner", fold=fold)
        np.testing.assert_array_equal(found.points[members], alone.points)
        np.testing.assert_array_equal(found.std[members], alone.std)


def test_rules_of_rows_go_with_their_rows(project: Project, run: Run) -> None:
    numbers = np.arange(12) % 2
    _, mixed = predict_out_of_fold(Engine(), project, run, Job(), rule=numbers)
    parts = [predict_out_of_fold(Engine(), project, run, Job(), rule=name)[1] for name in ("inner", "outer")]
    for number, part in enumerate(parts):
        mine = numbers[:11] == number
        np.testing.assert_allclose(mixed.points[mine], part.points[mine], atol=1e-4)


def test_the_run_is_measured_on_all_its_rows_unless_others_are_named(project: Project, run: Run) -> None:
    said: list[str] = []
    job = Job(lambda event, data: said.append(data["text"]) if event == "log" else None)
    networks = Networks()
    whole = evaluate(Engine(), project, run.name, job, networks=networks)
    assert whole.faces == 11
    assert "never saw it" in said[0]
    rows, found = predict_out_of_fold(Engine(), project, run, Job())
    truth = project.labels.table.points[project.span("train")][rows]
    assert whole.rmse == pytest.approx(np.sqrt(np.nanmean((found.points - truth) ** 2)), rel=1e-5)

    named = evaluate(Engine(), project, run.name, Job(), rows=np.arange(12), networks=networks)
    assert named.faces == 12
    together = predict_images(
        Engine(), run, project.faces["train"].images, project.schema, Job(), networks=networks
    )
    every = project.labels.table.points[project.span("train")]
    assert named.rmse == pytest.approx(np.sqrt(np.nanmean((together.points - every) ** 2)), rel=1e-5)


def test_a_run_without_folds_has_no_such_predictions(project: Project) -> None:
    run = make_run(project.folder, "plain", random_network())
    with pytest.raises(RunError, match="run 'plain' has no folds"):
        predict_out_of_fold(Engine(), project, run, Job())
