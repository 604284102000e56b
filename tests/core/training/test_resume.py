"""Going on after a stop, a crash or a kill, as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.errors import Cancelled, RunError
from fkd_core.inference.predict import load_model
from fkd_core.jobs import Job
from fkd_core.runs import Run, RunWriter
from fkd_core.training import loop
from fkd_core.training.start import train_run
from tests.helpers.projects import make_project

CONFIG = {"epochs": 6, "batch_size": 4, "seed": 3}
SWIFT = {"model": "swift", "options": {"width": 8}} | CONFIG
SEED = {"model": "seed", "options": {"filters": 4, "blocks": 1}} | CONFIG


class Killed(BaseException):
    """Stands for a process that ends without a word."""


@pytest.fixture(autouse=True)
def a_checkpoint_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd")


def interrupted_at(step: int, error: type[BaseException]) -> Job:
    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress" and data["text"].startswith("Epoch") and data["done"] == step:
            raise error

    return Job(hear, interval=0)


def weights(run: Run, fold: int | None = None) -> list[np.ndarray]:
    path = run.weights_paths(fold)[0]
    return load_model(path).get_weights()


def curve(run: Run) -> list[tuple[int, float, float]]:
    return [(record["epoch"], record["loss"], record["learning_rate"]) for record in run.metrics]


def start(project: Path, config: dict[str, Any], name: str, job: Job | None = None) -> Run:
    train_run(job or Job(), str(project), config, name=name)
    return Run.open(project / "runs" / name)


def resume(project: Path, name: str) -> Run:
    train_run(Job(), str(project), name=name, resume=True)
    return Run.open(project / "runs" / name)


@pytest.mark.trains
@pytest.mark.parametrize("config", [SWIFT, SEED], ids=["swift", "seed"])
@pytest.mark.parametrize("error", [Cancelled, Killed])
def test_a_run_that_goes_on_ends_like_one_that_was_never_interrupted(
    project: Path, config: dict[str, Any], error: type[BaseException]
) -> None:
    whole = start(project, config, "whole")
    step = whole.metrics[1]["step"] + 2
    if error is Cancelled:
        broken = start(project, config, "broken", interrupted_at(step, error))
    else:
        with pytest.raises(Killed):
            start(project, config, "broken", interrupted_at(step, error))
        broken = Run.open(project / "runs" / "broken")
    assert broken.resumable
    assert (broken.folder / "checkpoint.npz").is_file()
    again = resume(project, "broken")
    assert again.status == "finished"
    assert curve(again) == curve(whole)
    for mine, other in zip(weights(again), weights(whole), strict=True):
        np.testing.assert_array_equal(mine, other)
    # With it the run can be extended.
    assert (again.folder / "checkpoint.npz").is_file()


@pytest.mark.trains
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a signal of POSIX systems")
def test_a_process_that_is_killed_leaves_what_is_needed_to_go_on(project: Path) -> None:
    config = SWIFT | {"epochs": 8}
    whole = start(project, config, "whole")
    code = f"""
import os, signal
from fkd_core.jobs import Job
from fkd_core.training import loop
from fkd_core.training.start import train_run
loop.SECONDS_BETWEEN_CHECKPOINTS = 0.0
def hear(event, data):
    if event == "progress" and data["text"].startswith("Epoch") and data["done"] == 11:
        os.kill(os.getpid(), signal.SIGKILL)
train_run(Job(hear, interval=0), {str(project)!r}, {config!r}, name="killed")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    killed = Run.open(project / "runs" / "killed")
    assert killed.status == "interrupted"
    again = resume(project, "killed")
    assert curve(again) == curve(whole)
    for mine, other in zip(weights(again), weights(whole), strict=True):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.trains
def test_folds_go_on_where_they_were(project: Path) -> None:
    config = SWIFT | {"folds": 3, "epochs": 3}
    whole = start(project, config, "whole")
    steps = whole.metrics[2]["step"]
    seen: list[int] = []

    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress" and data["text"].startswith("Epoch"):
            seen.append(data["done"])
            if len(seen) == steps + 2:
                raise Killed

    with pytest.raises(Killed):
        start(project, config, "broken", Job(hear, interval=0))
    broken = Run.open(project / "runs" / "broken")
    assert [record["fold"] for record in broken.metrics] == [1, 1, 1]
    again = resume(project, "broken")
    assert curve(again) == curve(whole)
    assert [record["fold"] for record in again.metrics] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [record["epoch"] for record in again.metrics] == list(range(1, 10))
    for fold in (1, 2, 3):
        assert not (again.folder / f"fold-{fold}" / "checkpoint.npz").exists()
        for mine, other in zip(weights(again, fold), weights(whole, fold), strict=True):
            np.testing.assert_array_equal(mine, other)
    for split in ("out-of-fold",):
        np.testing.assert_array_equal(again.predictions(split), whole.predictions(split))


def make_broken(project: Path) -> Run:
    with pytest.raises(Killed):
        start(project, SWIFT, "broken", interrupted_at(5, Killed))
    return Run.open(project / "runs" / "broken")


@pytest.mark.trains
def test_what_cannot_go_on_is_refused_by_name(project: Path) -> None:
    with pytest.raises(RunError, match="there is no run 'nobody'"):
        resume(project, "nobody")
    broken = make_broken(project)

    checkpoint = broken.folder / "checkpoint.npz"
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(content[:1000])
    with pytest.raises(RunError, match=r"broken.*the checkpoint is damaged"):
        resume(project, "broken")
    assert broken.status == "failed"

    checkpoint.write_bytes(content)
    header = json.loads((broken.folder / "run.json").read_text())
    header["data"]["fingerprint"] = "other"
    (broken.folder / "run.json").write_text(json.dumps(header))
    with pytest.raises(RunError, match="the project has other faces now"):
        resume(project, "broken")


@pytest.mark.trains
def test_a_run_that_is_finished_or_being_trained_is_not_resumed(project: Path) -> None:
    start(project, SWIFT | {"epochs": 1}, "done")
    with pytest.raises(RunError, match="it is finished"):
        resume(project, "done")
    broken = make_broken(project)
    with RunWriter.reopen(broken.folder), pytest.raises(RunError, match="it is being trained"):
        resume(project, "broken")


@pytest.mark.trains
def test_a_run_without_a_checkpoint_begins_again(project: Path) -> None:
    whole = start(project, SWIFT, "whole")
    broken = make_broken(project)
    (broken.folder / "checkpoint.npz").unlink()
    assert curve(resume(project, "broken")) == curve(whole)
