"""`fkd evaluate`: what it prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.cli.evaluate import print_report
from fkd_core.cli.main import main
from fkd_core.evaluation.report import EvaluationReport, evaluate
from fkd_core.project import Project
from fkd_core.rules import set_rule
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_points
from tests.helpers.fake_runs import make_run, predict_always
from tests.helpers.projects import make_project

WIDTH = 100


def report(faces: int = 30, **options: Any) -> EvaluationReport:
    truth = random_points(faces, missing=0.2)
    noise = np.random.default_rng(1).normal(0, 1, truth.shape)
    predicted = np.where(np.isnan(truth), 50, truth + noise).astype(np.float32)
    return evaluate(predicted, truth, FKD_15, **{"draws": 50} | options)


def printed(capsys: pytest.CaptureFixture[str], told: EvaluationReport) -> list[str]:
    print_report(told)
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= WIDTH
    return lines


def table(lines: list[str], title: str) -> list[str]:
    """The lines of a table below its title."""
    start = next(i for i, line in enumerate(lines) if line.startswith(title)) + 1
    end = next((i for i in range(start, len(lines)) if not lines[i].strip()), len(lines))
    return lines[start:end]


def test_everything_is_there_and_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    told = report(
        std=np.ones((30, 15)),
        rows=np.arange(1990, 2020),
        rules=np.arange(30) % 3 - 1,
        rule_names=("A", "the [bold] one"),
        mean_face=np.full((15, 2), 48.0),
    )
    lines = printed(capsys, told)
    whole = table(lines, "All faces")
    low, high = told.intervals["rmse"]
    assert f"{told.rmse:.3f} px  ({low:.2f} to {high:.2f})" in whole[1]
    assert whole[1].startswith("RMSE ")
    assert len({line.index("(") for line in whole if "(" in line}) == 1
    assert any("of the keypoints; as expected, 85% to 95%" in line for line in whole)
    assert any(f"{told.null_model.ratio:.3f}" in line for line in whole if line.startswith("run / mean face"))
    curve = table(lines, "Cumulative error")
    assert curve[0].split()[-3:] == ["8%", "9%", "10%"]
    assert curve[1].split()[-1] == f"{told.cumulative.shares[-1]:.1%}"
    assert [line[:14] for line in table(lines, "By the rule")[1:]] == ["A".ljust(14), "the [bold] one"]
    keypoints = table(lines, "Keypoints")
    assert len(keypoints) == 16
    nose = told.per_keypoint[10]
    line = next(line for line in keypoints if line.startswith("nose_tip "))
    assert f"{nose.rmse:.3f} ({nose.interval[0]:.2f} to {nose.interval[1]:.2f})" in line
    assert len({line.rindex(")") for line in keypoints[1:]}) == 1
    worst = table(lines, "Worst faces")
    assert len(worst) == 11
    assert worst[1].split()[0] == str(told.worst[0].row)
    assert len({line.index(" px") for line in worst[1:]}) == 1


def test_a_report_of_little_says_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, report(faces=1, std=np.full((1, 15), np.nan)))
    whole = table(lines, "All faces")
    assert not any("(" in line for line in whole if line.startswith(("RMSE", "MAE", "NME")))
    assert any("unknown" in line and "does not say how sure" in line for line in whole)
    assert not any(line.startswith(("By the rule", "mean face")) for line in lines)
    nothing = np.empty((0, 15, 2), np.float32)
    lines = printed(capsys, evaluate(nothing, nothing, FKD_15, draws=10))
    assert table(lines, "All faces")[1].split()[:2] == ["RMSE", "unknown"]
    assert not any(line.startswith(("Cumulative", "Worst", "inside")) for line in lines)


def test_one_rule_needs_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, report(rules=np.zeros(30, int), rule_names=("A",)))
    assert not any(line.startswith("By the rule") for line in lines)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "small.fkd")
    with Project(folder, write=True) as opened:
        make_run(opened, "fake", [0, 1, 3, 4], [2, 5, 6, 8])
        set_rule(opened, np.array([2, 6]), "dots")
    predict_always(monkeypatch, np.full((15, 2), 50.0), 5.0)
    return folder


def test_the_command_prints_one_object_or_tables(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["evaluate", str(project), "--run", "fake"]
    assert main([*words, "--json", "--worst", "3"]) == 0
    out, err = capsys.readouterr()
    value = json.loads(out)
    assert err == ""
    assert value["faces"] == 4
    assert list(value["per_rule"]) == ["A", "dots"]
    assert len(value["worst"]) == 3
    assert value["null_model"]["ratio"] > 0
    assert main([*words, "--fast", "--worst", "0"]) == 0
    out, err = capsys.readouterr()
    first = out.splitlines()[0]
    assert first == "fake on 4 faces with 27 keypoints, rule auto, each face seen once"
    assert "dots" in out
    assert "Worst faces" not in out
    assert f"{value['rmse']:.3f} px" in out


def test_the_number_of_worst_faces_is_a_whole_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "p", "--run", "r", "--worst", "-1"]) == 2
    assert "--worst" in capsys.readouterr().err
