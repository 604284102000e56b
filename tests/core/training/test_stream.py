"""What a preview shows is what training is fed, bit for bit, and what the run records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from fkd_core.augment.presets import PRESETS
from fkd_core.augment.random import AugmentConfig
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.training.config import TrainingConfig
from fkd_core.training.loop import Training
from fkd_core.training.preview import Look
from fkd_core.training.start import train_run
from fkd_core.training.stream import Coming
from tests.helpers.projects import make_project

OWN = AugmentConfig.from_dict(
    {"rotation": 30, "shift": 30, "elastic": 2, "gamma": True, "occlusion": {"probability": 0.7}}
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd", train=18)


def coming(folder: Path, scratch: Path, **values: Any) -> Coming:
    with Project(folder) as project:
        return Coming.of(project, TrainingConfig.from_dict(values), None, scratch, Job())


@pytest.mark.parametrize(
    "values",
    [
        {"model": "swift", "options": {"width": 8}},
        {"model": "swift", "options": {"width": 8}, "folds": 2, "limit": 15, "augment": OWN.to_dict()},
        {"model": "seed", "options": {"filters": 4, "blocks": 1}, "augment": OWN.to_dict()},
    ],
)
def test_a_training_is_fed_what_the_preview_shows(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    values = values | {"epochs": 2, "seed": 7, "batch_size": 3}
    fed: list[tuple[Any, ...]] = []
    step = Training._step

    def listen(training: Training, faces: Any, truth: Any, weights: Any) -> dict[str, float]:
        fed.append((faces.copy(), truth.copy(), weights.copy()))
        return step(training, faces, truth, weights)

    monkeypatch.setattr(Training, "_step", listen)
    result = train_run(Job(), str(folder), values)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    stream = coming(folder, scratch, **values).stream
    shown = [Look.at(stream, number).batch for number in range(1, 2 * stream.batches + 1)]
    assert len(fed) >= len(shown) > 3
    for batch, (faces, truth, weights) in zip(shown, fed, strict=False):
        np.testing.assert_array_equal(faces[..., 0], batch.images)
        np.testing.assert_array_equal(truth[..., :2], batch.points)
        np.testing.assert_array_equal(weights, batch.weights)
    # A run holds the changes themselves, whatever their name may mean one day.
    recorded = Run.open(folder / "runs" / result["run"]).config["augment"]
    assert AugmentConfig.from_dict(recorded) == stream.config
    wanted = OWN if "augment" in values else PRESETS["default"]
    assert stream.config.same_as(attrs.evolve(wanted, whole=values["model"] == "seed"))


def test_other_settings_on_the_same_faces_need_no_new_reading(folder: Path, tmp_path: Path) -> None:
    first = coming(folder, tmp_path, batch_size=4)
    config = TrainingConfig(batch_size=4, augment=OWN)
    assert first.redrawn(config)
    assert not first.redrawn(attrs.evolve(config, seed=1))
    again, new = first.changed(config), coming(folder, tmp_path, batch_size=4, augment=OWN.to_dict())
    for number in (1, 2, 9):
        assert Look.at(again.stream, number).digest() == Look.at(new.stream, number).digest()
    assert Look.at(first.stream, 1).digest() != Look.at(new.stream, 1).digest()
