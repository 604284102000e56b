"""What a training leaves in a project: which rows it used, and nothing at all where it cannot start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import pytest

from fkd_core.errors import BadInputError
from fkd_core.inference.convert import walk
from fkd_core.inference.onnx_model import OnnxNetwork
from fkd_core.jobs import Job
from fkd_core.runs import Run
from fkd_core.schema import FKD_15
from fkd_core.training.start import train_run
from tests.helpers.projects import make_project

SMALL = {"model": "swift", "options": {"width": 8}, "epochs": 1, "batch_size": 4}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd")


def rows_file(folder: Path, rows: list[int]) -> str:
    path = folder / "rows.txt"
    path.write_text("".join(f"{row}\n" for row in rows))
    return str(path)


def train(project: Path, **values: Any) -> Run:
    hold_out = values.pop("hold_out", None)
    result = train_run(Job(), str(project), SMALL | values, hold_out=hold_out)
    return Run.open(project / "runs" / result["run"])


def test_held_out_rows_are_validated_on_and_never_trained_on(project: Path, tmp_path: Path) -> None:
    run = train(project, hold_out=rows_file(tmp_path, [1, 4, 7]))
    assert run.split["validation"] == [1, 4, 7]
    assert run.split["train"] == [0, 2, 3, 5, 6, 8, 9, 10, 11]
    assert run.metrics[-1]["val_rmse"] is not None
    assert run.status == "finished"
    assert [path.name for path in run.weights_paths()] == ["last.keras"]
    assert [path.name for path in run.exported_paths()] == ["last.onnx"]


def test_a_limit_shows_in_the_split(project: Path, tmp_path: Path) -> None:
    hold_out = rows_file(tmp_path, [1, 4, 7])
    splits = [train(project, limit=5, seed=seed, hold_out=hold_out).split for seed in (1, 1, 2)]
    assert splits[0] == splits[1] != splits[2]
    for split in splits:
        assert len(set(split["train"]) - {1, 4, 7}) == 5
        assert split["validation"] == [1, 4, 7]


@pytest.mark.parametrize("model", ["swift", "seed"])
def test_what_cannot_start_leaves_no_run(project: Path, tmp_path: Path, model: str) -> None:
    with pytest.raises(BadInputError, match="this device cannot be used"):
        train(project, model=model, options={}, device="abacus")
    with pytest.raises(BadInputError, match="there is nothing to learn from"):
        train(project, model=model, options={}, hold_out=rows_file(tmp_path, list(range(12))))
    assert list((project / "runs").iterdir()) == []


@pytest.mark.parametrize("model", ["swift", "seed"])
def test_a_finished_run_is_exported_and_says_so(project: Path, model: str) -> None:
    options = {"width": 8} if model == "swift" else {"filters": 4, "blocks": 2}
    said: list[str] = []
    job = Job(lambda event, data: said.append(data["text"]) if event == "log" else None)
    config = SMALL | {"model": model, "options": options, "limit": 4}
    run = Run.open(project / "runs" / train_run(job, str(project), config)["run"])
    assert run.status == "finished"
    (path,) = run.exported_paths()
    assert OnnxNetwork.read(path).about.schema == FKD_15
    assert said[-1].startswith("Exported in ")


def test_a_run_that_cannot_be_exported_is_finished_all_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(walk._LAYERS, keras.layers.UpSampling2D)
    said: list[str] = []
    job = Job(lambda event, data: said.append(data["text"]) if event == "log" else None)
    run = Run.open(project / "runs" / train_run(job, str(project), SMALL)["run"])
    assert run.status == "finished"
    assert run.exported_paths() == ()
    assert run.weights_paths()[0].is_file()
    assert "found UpSampling2D" in said[-1]


def test_a_stopped_run_is_not_kept_waiting_for_an_export(project: Path) -> None:
    def hear(event: str, _: dict[str, Any]) -> None:
        if event == "epoch":
            job.cancel()

    job = Job(hear)
    result = train_run(job, str(project), SMALL | {"epochs": 50})
    run = Run.open(project / "runs" / result["run"])
    assert (run.status, run.exported_paths()) == ("stopped", ())
    assert run.weights_paths()[0].is_file()
