"""`fkd impute` by the methods that know faces; the others are tested with the command line as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.engine import client
from fkd_core.project import Project
from tests.helpers.looking import LookingEngine, make_run
from tests.helpers.projects import make_project

TRAIN = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd", train=TRAIN)


@pytest.fixture
def engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> LookingEngine:
    with Project(folder) as project:
        images = project.faces["train"].images
        sees = np.full((TRAIN, 15, 2), 48, np.float32)
        made = LookingEngine(images, {None: sees, "A": sees + 1})
    monkeypatch.setattr(client, "Engine", lambda **_: made)
    return made


def impute(folder: Path, *words: Any) -> int:
    return main(["impute", str(folder), *map(str, words)])


def test_shape_fills_in_from_the_known_keypoints(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert impute(folder, "--method", "shape") == 0
    assert capsys.readouterr().out == "set 220 keypoints of 20 faces\n"
    with Project(folder) as project:
        assert project.labels.undo_text == "impute by shape"
        assert project.labels.table.mask[:TRAIN].all()


def test_model_fills_in_what_the_run_sees(
    folder: Path, engine: LookingEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project(folder) as project:
        make_run(project, validation=[0, 3, 6])
    assert impute(folder, "--method", "model", "--run", "first") == 0
    out, err = capsys.readouterr()
    assert out == "set 220 keypoints of 20 faces\n"
    assert err.startswith("model: first was trained on 20 of the 20 faces that lack a keypoint\n")
    with Project(folder) as project:
        assert project.labels.undo_text == "impute by model"
        assert project.labels.table.origin_text(1, 2) == "imputed:model"
    assert impute(folder, "--method", "model", "--run", "first", "--rule", "A", "--fast") == 0
    assert [rule for _, rule in engine.looked] == [None, None, "A"]


def test_model_without_a_run_is_wrong_usage_and_names_those_that_there_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert impute(folder, "--method", "model") == 2
    err = capsys.readouterr().err
    assert err.startswith("usage: fkd impute")
    assert err.endswith("--method model needs --run RUN; there is none yet: fkd train PROJECT makes one\n")
    with Project(folder) as project:
        for name in ("first", "second"):
            make_run(project, name)
    assert impute(folder, "--method", "model") == 2
    assert capsys.readouterr().err.endswith("needs --run RUN; there are: first, second\n")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--method", "model", "--run", "none"), "there is no run 'none'. There are no runs here yet"),
        (("--method", "shape", "--rule", "Z"), "there is no rule 'Z'; expected A"),
    ],
)
def test_what_does_not_exist_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], text: str
) -> None:
    assert impute(folder, *words) == 1
    err = capsys.readouterr().err
    assert text in err
    assert err.count("\n") == 1
    with Project(folder) as project:
        assert not project.labels.done


def test_what_is_surer_than_a_limit_is_accepted_as_one_edit(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert impute(folder, "--method", "mean", "--accept-under", "50") == 0
    assert capsys.readouterr().out == "accepted 220 keypoints of 20 faces\n"
    with Project(folder) as project:
        assert project.labels.undo_text == "accept mean under 50.0 px"
        assert project.labels.table.reviewed[1, 2]
        assert project.labels.table.origin_text(1, 2) == "imputed:mean"
    assert impute(folder, "--method", "mean", "--accept-under", "50") == 0
    assert capsys.readouterr().out == "nothing to do: no missing keypoint is known to within 50 px\n"


def test_what_is_less_sure_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert impute(folder, "--method", "backfill", "--accept-under", "0.01") == 0
    assert "nothing to do" in capsys.readouterr().out
    with Project(folder) as project:
        assert not project.labels.done


def test_nothing_is_accepted_of_a_method_that_fills_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert impute(folder, "--method", "none", "--accept-under", "2") == 2
    assert "leave --accept-under out" in capsys.readouterr().err
