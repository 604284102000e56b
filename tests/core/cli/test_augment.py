"""`fkd augment`: what it tells is what training will be fed; settings by name and by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from fkd_core.augment.presets import PRESETS, own_presets
from fkd_core.cli.main import main
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.training.config import TrainingConfig
from fkd_core.training.preview import Look
from fkd_core.training.stream import Coming
from tests.helpers.projects import make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd", train=24)


def told(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    assert main(["augment", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_tells_the_batch_that_training_will_be_fed(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [project, "--seed", 3, "--batch-size", 4, "--batch", 7, "--preset", "notebook"]
    answer = told(capsys, *words, "-o", tmp_path / "sheet.png")
    config = TrainingConfig(seed=3, batch_size=4, augment="notebook")
    with Project(project) as opened:
        coming = Coming.of(opened, config, None, tmp_path, Job())
    epoch, index = divmod(6, coming.stream.batches)
    batch = coming.stream.batch(epoch + 1, index)
    assert epoch > 0
    assert answer["sha256"] == Look.at(coming.stream, 7).digest()
    assert (answer["epoch"], answer["rows"]) == (epoch + 1, batch.rows.tolist())
    np.testing.assert_allclose(
        np.array(answer["points"], float)[batch.weights > 0], batch.points[batch.weights > 0]
    )
    assert answer["augmentation"] == PRESETS["notebook"].to_dict()
    assert answer["keypoints_left_the_frame"] == 0
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert sheet is not None
    assert sheet.shape == (228, 808, 3)
    # Keypoints are drawn in colour on grey faces.
    assert (np.ptp(sheet, axis=-1) > 60).sum() > 100


def test_settings_are_saved_listed_and_forgotten_by_name(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"rotation": 40, "gamma": true}')
    answer = told(capsys, project, "--file", path, "--save", "steep", "--write", tmp_path / "again.json")
    assert answer["augmentation"]["rotation"] == {"on": True, "low": -40, "high": 40, "probability": 1}
    assert list(own_presets(project)) == ["steep"]
    assert told(capsys, project, "--preset", "steep")["sha256"] == answer["sha256"]
    assert told(capsys, project, "--file", tmp_path / "again.json")["sha256"] == answer["sha256"]
    assert list(told(capsys, project, "--list")) == ["default", "notebook", "none", "steep"]
    assert main(["augment", str(project), "--delete", "steep"]) == 0
    assert own_presets(project) == {}


def test_one_face_is_shown_from_the_lowest_to_the_highest_value(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "one.png"
    answer = told(capsys, project, "--one", "rotation", "--row", 3, "--steps", 5, "-o", out)
    assert answer["one"]["row"] == 3
    assert answer["one"]["values"] == ["-15 deg", "-7.5 deg", "0 deg", "+7.5 deg", "+15 deg"]
    assert out.is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--preset", "wild"], "no augmentation called 'wild'; expected default, notebook, none"),
        (["--file", "nowhere.json"], "nowhere.json: this file cannot be read"),
        (["--one", "blur", "--row", "99"], "--row: there is no such training face; expected 0 to 23"),
        (["--save", "default"], "belongs to FKD"),
        (["-o", "no/such/sheet.png"], "there is no such folder"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["augment", str(project), *words]) == 1
    told = capsys.readouterr().err.strip().splitlines()
    assert message in told[-1]


def test_a_training_goes_on_with_its_own_augmentation(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(project), "--resume", "run-1", "--augmentation", "none"]) == 1
    assert "a run goes on as it was begun" in capsys.readouterr().err
    assert main(["train", str(project), "--augmentation", "wild"]) == 1
    assert "no augmentation called 'wild'" in capsys.readouterr().err
    assert not list((project / "runs").iterdir())
