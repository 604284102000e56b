"""Forests and mean faces as runs of a project: trained, predicted, measured and joined like any other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.comparison.ensemble import ensemble
from fkd_core.comparison.measure import compare_runs
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError, RunError
from fkd_core.inference.predict import load_model
from fkd_core.jobs import Job
from fkd_core.pipeline import evaluate, predict_split, train
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.runs.control import ask
from fkd_core.training.begin import train as begin
from tests.helpers.projects import make_project

FOREST = {"model": "forest", "options": {"trees": 3}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd", train=24)


def trained(project: Path, config: dict[str, Any], name: str, job: Job | None = None, **how: Any) -> Run:
    rows = project.parent / "rows.txt"
    rows.write_text("".join(f"{row}\n" for row in (1, 3, 4, 6)))
    hold_out = None if "folds" in config else str(rows)
    begin(job or Job(), project=str(project), config=config, name=name, hold_out=hold_out, **how)
    return Run.open(project / "runs" / name)


@pytest.mark.parametrize("model", ["forest", "mean"])
def test_it_is_a_run_like_any_other(project: Path, model: str) -> None:
    config = FOREST if model == "forest" else {"model": "mean"}
    run = trained(project, config, "base")
    assert run.status == "finished"
    assert run.split["validation"] == [1, 3, 4, 6]
    assert len(run.metrics) == (3 if model == "forest" else 1)
    assert run.metrics[-1]["val_rmse"] > 0
    assert [path.name for path in run.weights_paths()] == ["arrays.npz"]
    ending = "Finished with 3 trees, " if model == "forest" else "Finished with 1 pass, "
    assert run.message.startswith(ending)
    assert run.message.endswith("B"), "the size of the file is told"
    assert run.data["rules"] == ["all"]
    assert run.environment["versions"]["scikit-learn"]
    with Project(project) as opened:
        engine = Engine()
        predicted = predict_split(engine, opened, "base", "test", Job())
        assert np.isfinite(predicted.points).all()
        assert (predicted.std > 0).all()
        fast = predict_split(engine, opened, "base", "test", Job(), fast=True)
        np.testing.assert_array_equal(predicted.points, fast.points)
        assert evaluate(engine, opened, "base", Job()).rmse == pytest.approx(
            run.metrics[-1]["val_rmse"], rel=1e-5
        )
        assert engine.pid is None
    with pytest.raises(RunError, match=r"no network.*no ONNX file"):
        load_model(run.weights_paths()[0])


def test_training_predicting_and_measuring_load_no_tensorflow(project: Path) -> None:
    code = f"""
import json, sys
from pathlib import Path
from fkd_core.engine.calls import CALLS
from fkd_core.jobs import Job
heavy = ("tensorflow", "keras", "sklearn")
before = [name for name in heavy if name in sys.modules]
said = [before]
for config in ({{"model": "mean"}}, {FOREST!r}):
    CALLS["train"](Job(), project={str(project)!r}, config=config)
    said.append([name for name in heavy if name in sys.modules])
print(json.dumps(said))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(found.stdout) == [[], [], ["sklearn"]]


def test_whoever_asks_the_engine_loads_no_scikit_learn(project: Path) -> None:
    with Engine() as engine:
        result = train(engine, project, FOREST, Job(), name="asked")
    assert (result["status"], result["run"], result["epochs"]) == ("done", "asked", 3)
    assert result["size"] == (project / "runs" / "asked" / "arrays.npz").stat().st_size
    assert result["best"]["epoch"] == 3


def test_with_folds_every_face_is_seen_by_a_forest_that_never_saw_it(project: Path) -> None:
    run = trained(project, FOREST | {"folds": 2}, "folded")
    assert run.status == "finished"
    assert [path.parent.name for path in run.weights_paths()] == ["fold-1", "fold-2"]
    assert [record["epoch"] for record in run.metrics] == [1, 2, 3, 4, 5, 6]
    assert run.prediction_rows("out-of-fold") == sorted(run.folds[1] + run.folds[2])
    assert not (run.folder / "fold-1" / "checkpoint.npz").exists()
    with Project(project) as opened:
        report = evaluate(Engine(), opened, "folded", Job())
    assert report.faces == 24


def test_stopped_it_predicts_and_goes_on(project: Path) -> None:
    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "epoch" and data["epoch"] == 2:
            job.cancel()

    job = Job(hear)
    run = trained(project, {"model": "forest", "options": {"trees": 6}}, "stopped", job)
    assert (run.status, len(run.metrics)) == ("stopped", 2)
    assert run.message.startswith("Stopped by the user after 2 trees")
    with Project(project) as opened:
        assert np.isfinite(predict_split(Engine(), opened, "stopped", "test", Job()).points).all()
    begin(Job(), project=str(project), name="stopped", resume=True)
    run = Run.open(run.folder)
    assert (run.status, len(run.metrics)) == ("finished", 6)
    whole = trained(project, {"model": "forest", "options": {"trees": 6}}, "whole")
    again, expected = (np.load(each.weights_paths()[0]) for each in (run, whole))
    for name in expected.files:
        np.testing.assert_allclose(again[name], expected[name], rtol=1e-6)


def test_asked_to_stop_after_its_tree_it_does(project: Path) -> None:
    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "epoch" and data["epoch"] == 2:
            ask(project / "runs" / "asked", "stop-after-epoch")

    run = trained(project, {"model": "forest", "options": {"trees": 6}}, "asked", Job(hear))
    assert (run.status, len(run.metrics)) == ("stopped", 2)
    assert run.message.startswith("Stopped by the user after 2 trees")


def test_what_cannot_start_leaves_no_run(project: Path) -> None:
    for config, words in (
        ({"model": "forest", "epochs": 3}, "no network"),
        ({"model": "forest", "options": {"trees": -1}}, "trees"),
        ({"model": "mean", "options": {"trees": 3}}, "no option 'trees'"),
    ):
        with pytest.raises(BadInputError, match=words):
            begin(Job(), project=str(project), config=config)
    with pytest.raises(BadInputError, match=r"forest.*more_epochs"):
        begin(Job(), project=str(project), config=FOREST, more_epochs=3)
    assert list((project / "runs").iterdir()) == []


def test_forests_join_and_are_compared_with_the_mean(project: Path) -> None:
    trained(project, FOREST, "one")
    trained(project, FOREST | {"seed": 1}, "two")
    trained(project, {"model": "mean"}, "mean")
    with Project(project, write=True) as opened:
        joined = ensemble(Engine(), opened, ["one", "two"], Job(), name="both")
        assert [path.name for path in joined.weights_paths()] == ["arrays.npz", "arrays.npz"]
        one, two, both = (
            predict_split(Engine(), opened, name, "test", Job()).points for name in ("one", "two", "both")
        )
        np.testing.assert_allclose(both, (one + two) / 2, atol=1e-4)
        found = compare_runs(Engine(), opened, ["mean", "one"], Job())
        assert [spread.ratio > 0 for spread in found.spreads] == [False, True]
        with pytest.raises(BadInputError, match="one kind of network"):
            ensemble(Engine(), opened, ["one", "mean"], Job())
