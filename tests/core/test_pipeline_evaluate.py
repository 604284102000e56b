"""What `pipeline.evaluate` takes from the project beside the predictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.demo.project import TRUTH
from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.evaluation.null_model import mean_face
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.pipeline import evaluate, evaluate_test
from fkd_core.project import Project
from fkd_core.rules import set_rule
from tests.helpers.fake_runs import make_run, predict_always
from tests.helpers.projects import FOUR, make_project

FACE = np.full((15, 2), 50.0)
TRAIN, VALIDATION = [0, 1, 3, 4, 6, 7, 10], [2, 5, 8, 9, 11]


@pytest.fixture
def project(tmp_path: Path):
    with Project(make_project(tmp_path / "small.fkd"), write=True) as opened:
        make_run(opened, "fake", TRAIN, VALIDATION)
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    return predict_always(monkeypatch, FACE, 5.0)


@pytest.mark.usefixtures("asked")
def test_the_yardstick_is_the_mean_of_the_training_rows_alone(project: Project) -> None:
    labels = project.labels.table.points[project.span("train")]
    report = evaluate(Engine(), project, "fake", Job())
    truth = labels[VALIDATION].astype(np.float64)
    gaps = mean_face(labels[TRAIN]) - truth
    assert report.null_model is not None
    assert report.null_model.rmse == pytest.approx(np.sqrt(np.nanmean(gaps**2)))
    assert report.null_model.ratio == pytest.approx(
        np.sqrt(np.nanmean((FACE - truth) ** 2)) / report.null_model.rmse
    )
    assert report.null_model.rmse != pytest.approx(np.sqrt(np.nanmean((mean_face(labels) - truth) ** 2)))


@pytest.mark.usefixtures("asked")
def test_labels_that_nobody_made_move_no_yardstick(project: Project) -> None:
    before = evaluate(Engine(), project, "fake", Job())
    table = project.labels.table
    filled = np.full_like(table.points, 5.0)
    project.labels.apply(edits.impute(table, "mean", filled, edits.imputable(table)))
    assert project.labels.table.mask[:12].all()
    after = evaluate(Engine(), project, "fake", Job())
    assert after.to_dict() == before.to_dict()


@pytest.mark.usefixtures("asked")
def test_deviations_are_judged(project: Project) -> None:
    report = evaluate(Engine(), project, "fake", Job())
    apart = np.hypot(*(FACE - project.labels.table.points[VALIDATION]).transpose(2, 0, 1))
    known = np.isfinite(apart)
    assert report.calibration is not None
    assert report.calibration.overall.count == known.sum()
    assert report.calibration.overall.share == pytest.approx((apart[known] <= 5 * 2.145966).mean())


@pytest.mark.usefixtures("asked")
def test_without_rules_there_are_no_figures_by_rule(project: Project) -> None:
    assert evaluate(Engine(), project, "fake", Job()).per_rule is None


def test_figures_by_rule_go_by_each_rows_own_rule_and_leave_out_rows_without(
    project: Project, asked: list[dict[str, Any]]
) -> None:
    set_rule(project, np.array([2, 5, 8, 11]), "dots")
    set_rule(project, np.array([8]), "stripes")
    report = evaluate(Engine(), project, "fake", Job(), rule="A")
    assert asked[-1]["rule"] == "A"
    assert report.per_rule is not None
    assert {name: part.faces for name, part in report.per_rule.items()} == {"A": 1, "dots": 3, "stripes": 1}
    dots = project.labels.table.points[[2, 5, 11]].astype(np.float64)
    assert report.per_rule["dots"].rmse == pytest.approx(np.sqrt(np.nanmean((FACE - dots) ** 2)))
    assert {face.row: face.rule for face in report.worst} == {
        2: "dots", 5: "dots", 8: "stripes", 9: "A", 11: "dots",
    }  # fmt: skip


@pytest.mark.usefixtures("asked")
def test_worst_faces_are_named_by_their_rows_in_the_project(project: Project) -> None:
    rows = np.array([11, 4, 7])
    report = evaluate(Engine(), project, "fake", Job(), rows=rows, worst=2)
    truth = project.labels.table.points[rows].astype(np.float64)
    errors = np.sqrt(np.nanmean((FACE - truth) ** 2, axis=(1, 2)))
    assert [face.row for face in report.worst] == rows[np.argsort(-errors)][:2].tolist()
    assert report.worst[0].points == len(FOUR)


@pytest.mark.usefixtures("asked")
def test_rows_that_were_trained_on_are_told(project: Project) -> None:
    told: list[str] = []
    job = Job(lambda event, data: told.append(data["text"]) if event == "log" else None)
    evaluate(Engine(), project, "fake", job)
    assert told == []
    evaluate(Engine(), project, "fake", job, rows=np.array([0, 1, 2]))
    assert told == ["2 of these 3 faces were trained on; new faces have larger errors"]


@pytest.mark.usefixtures("asked")
def test_a_run_of_other_faces_has_no_yardstick_and_no_validation_rows_here(project: Project) -> None:
    make_run(project, "strange", [0, 5000], [1, 6000], fingerprint="of others")
    report = evaluate(Engine(), project, "strange", Job(), rows=np.array([0, 1, 2]))
    assert report.null_model is None
    assert report.faces == 3
    with pytest.raises(RunError, match=r"trained on other faces.*Name the rows"):
        evaluate(Engine(), project, "strange", Job())


def test_test_faces_of_a_demo_are_measured_in_the_same_way(
    project: Project, asked: list[dict[str, Any]]
) -> None:
    truth = np.tile(FACE, (4, 1, 1))
    truth[2] += 10
    np.save(project.folder / TRUTH, truth.astype(np.float32))
    report = evaluate_test(Engine(), project, "fake", Job(), rule="A", fast=True, worst=1)
    assert asked == [{"rule": "A", "fast": True}]
    assert report.rmse == pytest.approx(5)
    assert [(face.row, face.rmse) for face in report.worst] == [(2, pytest.approx(10))]
    assert report.per_rule is None
    assert report.calibration is not None
    assert report.calibration.overall.share == 0.75
    assert report.null_model is not None
