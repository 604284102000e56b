"""A project's labels beside what a run with folds saw of its faces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core import reviewing
from fkd_core.cli.main import main
from fkd_core.engine.client import Engine
from fkd_core.errors import RunError
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.predicting import Predicted
from fkd_core.project import Project
from fkd_core.review.queue import ACCEPTED
from fkd_core.reviewing import review, run_for_review
from tests.helpers.fake_runs import make_folds, make_run
from tests.helpers.projects import make_project

FACES = 60
FOLDS = [list(range(0, 50, 2)), list(range(1, 50, 2))]
LEFT = list(range(50, FACES))
WRONG, NOSE = 17, 10


def truth(project: Project) -> np.ndarray:
    return project.labels.table.original[project.span("train")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose run with folds sees every label where it is, but one."""
    path = make_project(tmp_path / "faces.fkd", train=FACES)
    with Project(path, write=True) as project:
        seen = np.nan_to_num(truth(project), nan=48.0)
        seen += np.random.default_rng(0).normal(0, 0.5, seen.shape)
        seen[WRONG, NOSE] += [0, 12]
        make_folds(project, "folds", [[*FOLDS[0], *LEFT], FOLDS[1]], seen.astype(np.float32))
    return path


def test_every_labelled_face_is_in_the_queue_and_the_wrong_one_first(folder: Path) -> None:
    with Project(folder) as project:
        run = run_for_review(project)
        assert run is not None
        queue = review(Engine(), project, run, Job())
    assert sorted(finding.row for finding in queue.findings) == list(range(FACES))
    first = queue.findings[0]
    assert (first.row, first.keypoint) == (WRONG, "nose_tip")
    assert first.suspicion > 0.9
    assert "px above where the model sees it" in first.why
    assert queue.findings[1].suspicion < 0.5
    assert queue.run == "folds"


def test_what_was_accepted_stays_accepted_whatever_is_seen(folder: Path) -> None:
    with Project(folder, write=True) as project:
        where = np.zeros(project.labels.table.points.shape[:2], np.bool_)
        where[WRONG, NOSE] = True
        project.labels.apply(edits.accept(project.labels.table, "one label", where))
        run = run_for_review(project)
        assert run is not None
        queue = review(Engine(), project, run, Job())
        assert queue.level[WRONG, NOSE] == 0
        assert queue.findings[0].row != WRONG or queue.findings[0].keypoint != "nose_tip"
        where[WRONG] = np.isfinite(queue.level[WRONG])
        project.labels.apply(edits.accept(project.labels.table, "one face", where))
        last = review(Engine(), project, run, Job()).findings[-1]
    assert (last.row, last.suspicion, last.why) == (WRONG, 0.0, ACCEPTED)


def test_filled_in_labels_are_not_judged(folder: Path) -> None:
    with Project(folder, write=True) as project:
        table = project.labels.table
        filled = np.full_like(table.points, 5.0)
        project.labels.apply(edits.impute(table, "mean", filled, edits.imputable(table)))
        run = run_for_review(project)
        assert run is not None
        queue = review(Engine(), project, run, Job())
    assert np.isfinite(queue.level[1]).sum() == 4


def test_faces_that_no_fold_had_are_seen_by_all_networks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def predict(*given: Any, **how: Any) -> Predicted:
        images = given[2]
        asked.append((len(images), how.get("fold")))
        points = np.full((len(images), 15, 2), 48, np.float32)
        return Predicted(points, np.full((len(images), 15), 0.5, np.float32))

    monkeypatch.setattr(reviewing, "predict_images", predict)
    with Project(folder, write=True) as project:
        seen = np.full((FACES, 15, 2), 48, np.float32)
        run = make_folds(project, "held", FOLDS, seen, validation=LEFT)
        blind = reviewing.blind_predictions(Engine(), project, run, Job())
    assert asked == [(len(LEFT), None)]
    assert np.isfinite(blind.points).all()
    assert (blind.std[LEFT] == 0.5).all()


def test_only_a_finished_run_with_folds_on_these_faces_will_do(folder: Path) -> None:
    with Project(folder, write=True) as project:
        make_run(project, "whole", list(range(40)), list(range(40, FACES)))
        make_run(project, "strange", [], [], fingerprint="of other faces")
        found = run_for_review(project)
        assert found is not None
        assert found.name == "folds"
        with pytest.raises(RunError, match=r"cannot say which labels are wrong.*it has no folds.*--folds 5"):
            run_for_review(project, "whole")
        with pytest.raises(RunError, match="it was trained on other faces"):
            run_for_review(project, "strange")
        with pytest.raises(RunError, match="no run"):
            run_for_review(project, "nothing")


def test_a_project_without_such_a_run_has_none(tmp_path: Path) -> None:
    with Project(make_project(tmp_path / "bare.fkd")) as project:
        assert run_for_review(project) is None


def test_the_command_gives_all_faces_in_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(folder), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["faces"]) == FACES
    first = said["faces"][0]
    assert set(first) == {"row", "suspicion", "keypoint", "why"}
    assert (first["row"], first["keypoint"]) == (WRONG, "nose_tip")
    assert said["run"] == "folds"
    assert said["expected_errors"] > 0.9


def test_the_command_prints_the_first_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(folder), "--run", "folds", "--first", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{FACES} labelled faces, by run folds; about ")
    assert lines[2].split()[0] == str(WRONG)
    assert len(lines) == 5


@pytest.mark.trains
def test_without_a_run_a_quick_one_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_project(tmp_path / "bare.fkd", train=FACES)
    monkeypatch.setattr(reviewing, "QUICK", {"folds": 2, "epochs": 1})
    assert main(["review", str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    assert "a quick one is trained first" in err
    assert len(json.loads(out)["faces"]) == FACES
    with Project(folder) as project:
        assert run_for_review(project) is not None
