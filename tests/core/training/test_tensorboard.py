"""The files that are left for TensorBoard, read back by TensorFlow."""

from __future__ import annotations

from pathlib import Path

import keras
import pytest
import tensorflow as tf

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.runs import Run
from fkd_core.training.config import TrainingConfig
from fkd_core.training.start import train_run
from tests.helpers.projects import make_project

SWIFT = {"model": "swift", "options": {"width": 8}, "epochs": 2, "batch_size": 4}


def scalars(folder: Path) -> dict[tuple[str, int], float]:
    found = {}
    for path in sorted(folder.glob("*.tfevents.*")):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                found[value.tag, event.step] = value.simple_value
    return found


@pytest.mark.trains
def test_epochs_are_written_and_read_back_also_those_that_are_added(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p.fkd", train=30)
    config = SWIFT | {"tensorboard": True, "validation_share": 0.4}
    train_run(Job(), str(project), config, name="it")
    train_run(Job(), str(project), name="it", resume=True, extend={"epochs": 1})
    run = Run.open(project / "runs" / "it")
    assert run.config["tensorboard"] is True
    found = scalars(run.folder / "tensorboard")
    assert {step for _, step in found} == {1, 2, 3}
    for record in run.metrics:
        for name in ("loss", "rmse", "val_loss", "val_rmse", "learning_rate", "images_per_second"):
            if record[name] is not None:
                assert found[name, record["epoch"]] == pytest.approx(record[name])
        nose = record["val_keypoints"][10]
        assert found["val_keypoints/nose_tip", record["epoch"]] == pytest.approx(nose)
    assert ("gpu_memory_mb", 1) not in found


def test_another_backend_is_refused_before_there_is_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "p.fkd")
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    monkeypatch.setattr("fkd_core.models.devices.choose", lambda name: name)
    with pytest.raises(BadInputError, match=r"tensorboard: .* expected the backend tensorflow, found jax"):
        train_run(Job(), str(project), SWIFT | {"tensorboard": True})
    assert list((project / "runs").iterdir()) == []


def test_it_is_asked_for_by_true_or_false() -> None:
    assert TrainingConfig.from_dict({"model": "swift"}).tensorboard is False
    with pytest.raises(BadInputError, match="true or false"):
        TrainingConfig.from_dict({"tensorboard": "yes"})
