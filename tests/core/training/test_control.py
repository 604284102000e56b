"""Stopping a training by a file in its run's folder, and the sign of life it leaves there."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from fkd_core.cli.main import main
from fkd_core.errors import Cancelled, RunError
from fkd_core.jobs import Job
from fkd_core.runs import Run, RunWriter, attended, control
from fkd_core.runs.attended import PROCESS, AttendedJob
from fkd_core.training.start import train_run
from tests.helpers.projects import make_project

SWIFT = {"model": "swift", "options": {"width": 8}, "epochs": 4, "batch_size": 4}


@pytest.fixture(autouse=True)
def a_look_before_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attended, "_LOOK", -1.0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd")


def make_writer(folder: Path) -> RunWriter:
    return RunWriter.create(
        folder,
        model="swift",
        config={},
        seed=0,
        data={"fingerprint": "f"},
        split={"train": [], "validation": []},
        name="run",
    )


def asking(project: Path, wish: str, step: int) -> tuple[Job, list[str]]:
    """A job in which the run is asked something at a step, by its folder alone."""
    seen: list[str] = []

    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress" and data["text"].startswith("Epoch"):
            seen.append(data["text"])
            if data["done"] == step:
                assert main(["train", str(project), f"--{wish}", "it"]) == 0

    return Job(hear, interval=0), seen


@pytest.mark.trains
def test_a_run_stops_at_once_or_after_its_epoch_and_goes_on_to_the_same_end(project: Path) -> None:
    train_run(Job(), str(project), SWIFT, name="whole")
    whole = Run.open(project / "runs" / "whole")
    per_epoch = whole.metrics[0]["step"]
    job, seen = asking(project, "stop-after-epoch", per_epoch + 1)
    told = train_run(job, str(project), SWIFT, name="it")
    run = Run.open(project / "runs" / "it")
    assert (told["status"], run.status, run.resumable) == ("stopped", "stopped", True)
    assert run.message == "Stopped by the user at the end of epoch 2"
    assert run.result == told
    assert seen == ["Epoch 1"] * per_epoch + ["Epoch 2"] * per_epoch
    assert len(run.metrics) == 2
    assert not (run.folder / control.FILE).exists()
    assert not (run.folder / PROCESS).exists()

    job, _ = asking(project, "stop", 2 * per_epoch + 1)
    told = train_run(job, str(project), name="it", resume=True)
    assert (run.status, run.message) == ("stopped", "Stopped by the user in epoch 3")
    assert len(run.metrics) == 2
    assert not (run.folder / control.FILE).exists()

    assert train_run(Job(), str(project), name="it", resume=True)["status"] == "done"
    assert [(r["loss"], r["val_loss"]) for r in run.metrics] == [
        (r["loss"], r["val_loss"]) for r in whole.metrics
    ]


@pytest.mark.trains
def test_what_was_asked_of_an_earlier_process_does_not_stop_the_next(project: Path) -> None:
    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "epoch" and data["epoch"] == 1:
            job.cancel()

    job = Job(hear)
    train_run(job, str(project), SWIFT, name="it")
    run = Run.open(project / "runs" / "it")
    (run.folder / control.FILE).write_text('{"ask": "stop"}')
    assert train_run(Job(), str(project), name="it", resume=True)["status"] == "done"


@pytest.mark.trains
def test_folds_stop_after_the_epoch_under_way_too(project: Path) -> None:
    job, _ = asking(project, "stop-after-epoch", 1)
    config = SWIFT | {"folds": 2, "epochs": 1}
    with pytest.raises(Cancelled):
        train_run(job, str(project), config, name="it")
    run = Run.open(project / "runs" / "it")
    assert (run.status, run.message) == ("stopped", "Stopped by the user")
    assert [record["fold"] for record in run.metrics] == [1]
    assert train_run(Job(), str(project), name="it", resume=True)["status"] == "done"
    assert [record["fold"] for record in run.metrics] == [1, 2]


def test_only_a_run_that_trains_can_be_asked(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    with pytest.raises(ValueError, match="received 'dance'"):
        control.ask(writer.folder, "dance")  # type: ignore[arg-type]
    control.ask(writer.folder, "stop-after-epoch")
    assert control.asked(writer.folder) == "stop-after-epoch"
    control.ask(writer.folder, "stop")
    assert control.asked(writer.folder) == "stop"
    writer.finish("finished")
    with pytest.raises(RunError, match=r"run 'run' does not train; .* found it is finished"):
        control.ask(writer.folder, "stop")
    with pytest.raises(RunError, match="there is no run 'other'"):
        control.ask(tmp_path / "other", "stop")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"ask": "dance"}', '{"ask": ["stop"]}', "\x00"])
def test_a_damaged_wish_is_no_wish(tmp_path: Path, text: str) -> None:
    (tmp_path / control.FILE).write_text(text)
    assert control.asked(tmp_path) is None


def test_a_command_says_that_a_run_does_not_train(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_writer(project / "runs").finish("finished")
    assert main(["train", str(project), "--stop", "run"]) == 1
    assert "run 'run' does not train" in capsys.readouterr().err
    assert main(["train", str(project), "--stop-after-epoch", "no-such"]) == 1
    assert "there is no run 'no-such'" in capsys.readouterr().err


def test_a_sign_of_life_tells_who_trains_and_how_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attended, "BEAT", 0.001)
    job = AttendedJob(Job())
    job.attend(tmp_path)
    first = json.loads((tmp_path / PROCESS).read_text())
    assert (first["pid"], first["done"], first["total"]) == (os.getpid(), 0, None)
    job.progress(3, 10, "Epoch 1")
    beats = 0

    def read() -> dict[str, Any]:
        sign: dict[str, Any] = json.loads((tmp_path / PROCESS).read_text())
        return sign

    while read()["done"] != 3:
        beats += 1
        assert beats < 100_000
    sign = read()
    assert (sign["total"], sign["what"], sign["started"]) == (10, "Epoch 1", first["started"])
    assert sign["beat"] > first["beat"]
    job.leave()
    assert list(tmp_path.iterdir()) == []
    assert "run's sign of life" not in {thread.name for thread in threading.enumerate()}


def test_a_folder_that_cannot_be_written_does_not_end_a_training(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    job = AttendedJob(Job())
    job.attend(folder)
    job.progress(1, 2)
    job.check()
    job.rest()
    job.leave()
