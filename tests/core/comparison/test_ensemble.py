"""Runs joined into one that predicts as their mean."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fkd_core.comparison.ensemble import ensemble
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, RunError
from fkd_core.files import write_json
from fkd_core.jobs import Job
from fkd_core.predicting import predict_images
from fkd_core.project import Project
from fkd_core.runs import Run, layout, list_runs
from tests.helpers.projects import make_project
from tests.helpers.runs import make_run, random_network


@pytest.fixture
def project(tmp_path: Path):
    folder = make_project(tmp_path / "small.fkd")
    for seed in range(2):
        make_run(folder, f"run-{seed}", random_network(seed=seed))
    make_run(folder, "other", random_network(seed=3))
    header = folder / "runs" / "other" / layout.HEADER
    told = json.loads(header.read_text())
    write_json(header, told | {"data": told["data"] | {"rules": ["A"]}})
    with Project(folder, write=True) as opened:
        yield opened


def test_it_predicts_as_the_mean_of_its_runs(project: Project) -> None:
    made = ensemble(Engine(), project, ["run-0", "run-1"], Job(), name="both")
    assert (made.status, made.folds, made.split["train"]) == ("finished", {}, [0, 1, 2])
    (record,) = made.metrics
    assert record["val_rmse_low"] < record["val_rmse"] < record["val_rmse_high"]
    images = project.faces["train"].images[:6]
    first, second, both = (
        predict_images(Engine(), Run.find(project.runs_folder, name), images, project.schema, Job()).points
        for name in ("run-0", "run-1", "both")
    )
    np.testing.assert_allclose(both, (first + second) / 2, atol=0.6)
    assert np.abs(both - first).max() > 2
    assert made.metrics[0]["val_rmse"] > 0
    assert made.config["ensemble"] == ["run-0", "run-1"]


def test_what_does_not_fit_is_refused_and_leaves_no_run(project: Project) -> None:
    before = [run.name for run in list_runs(project.runs_folder)]
    with pytest.raises(BadInputError, match="two different runs"):
        ensemble(Engine(), project, ["run-0", "run-0"], Job())
    with pytest.raises(BadInputError, match="the same marking rules"):
        ensemble(Engine(), project, ["run-0", "other"], Job())
    with pytest.raises(RunError, match="no run 'gone'"):
        ensemble(Engine(), project, ["run-0", "gone"], Job())
    (project.runs_folder / "run-1" / "last.keras").unlink(missing_ok=True)
    (project.runs_folder / "run-1" / "best.keras").unlink(missing_ok=True)
    with pytest.raises(RunError, match="no weights"):
        ensemble(Engine(), project, ["run-0", "run-1"], Job())
    assert [run.name for run in list_runs(project.runs_folder)] == before
