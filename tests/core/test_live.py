"""Trainings of other processes: signs of life, following, and real ones that outlive their starter."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fkd_core.errors import BadInputError, Cancelled, RunError
from fkd_core.jobs import Job
from fkd_core.runs import Run, RunWriter, control, follow
from fkd_core.runs.attended import PROCESS
from fkd_core.runs.live import Live, live, start_detached
from fkd_core.runs.live import follow as follow_run
from fkd_core.runs.log import LOG, said_in
from fkd_core.runs.processes import is_alive
from fkd_core.runs.signs import STALE
from tests.helpers.projects import make_project

SWIFT = {"model": "swift", "options": {"width": 8}, "epochs": 3, "batch_size": 4}
LONG = SWIFT | {"epochs": 100_000}


class Heard(list[tuple[str, dict[str, Any]]]):
    def __call__(self, event: str, data: dict[str, Any]) -> None:
        self.append((event, data))

    def named(self, event: str) -> list[dict[str, Any]]:
        return [data for name, data in self if name == event]


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


def dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def sign(folder: Path, **values: Any) -> None:
    said = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "started": 1.0,
        "beat": time.time(),
        "done": 3,
        "total": None,
        "what": "Epoch 1",
    }
    (folder / PROCESS).write_text(json.dumps(said | values))


def test_a_sign_of_life_counts_while_it_is_fresh_or_its_process_is_there(tmp_path: Path) -> None:
    assert live(tmp_path) is None
    sign(tmp_path)
    found = live(tmp_path)
    assert isinstance(found, Live)
    assert (found.run, found.pid, found.done, found.total, found.what) == (
        tmp_path.name,
        os.getpid(),
        3,
        None,
        "Epoch 1",
    )
    old = time.time() - STALE - 1
    sign(tmp_path, beat=old)
    assert live(tmp_path) is not None
    sign(tmp_path, beat=old, pid=dead_pid())
    assert live(tmp_path) is None
    sign(tmp_path, beat=old, host="elsewhere")
    assert live(tmp_path) is None
    sign(tmp_path, host="elsewhere", pid=dead_pid())
    assert live(tmp_path) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x"}', "null"])
def test_a_sign_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / PROCESS).write_text(text)
    assert live(tmp_path) is None


@pytest.mark.skipif(os.name == "nt", reason="nobody need take note of a process's end on Windows")
def test_a_process_that_ended_is_dead_even_if_nobody_took_note() -> None:
    assert is_alive(os.getpid())
    assert not is_alive(dead_pid())
    assert not is_alive(0)
    unnoted = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert unnoted.stdout is not None
    unnoted.stdout.read()
    unnoted.stdout.close()
    os.waitid(os.P_PID, unnoted.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(unnoted.pid)
    unnoted.wait()


def test_a_run_that_ended_is_told_at_once(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    for loss in (3.0, 2.0):
        writer.epoch({"loss": loss})
    (writer.folder / LOG).write_text("noise\n2026-01-02T03:04:05Z  it began\nhalf a li")
    writer.finish("finished", "well", {"run": "run", "status": "done", "epochs": 2})
    heard = Heard()
    result = follow_run(writer.folder, Job(heard))
    assert result == {"run": "run", "status": "done", "epochs": 2}
    assert heard[0] == ("started", {"run": "run"})
    assert [data["loss"] for data in heard.named("epoch")] == [3.0, 2.0]
    assert heard.named("log") == [{"text": "it began"}]


def test_epochs_that_come_again_are_told_once_more_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "INTERVAL", 0.0)
    writer = make_writer(tmp_path)
    for loss in (3.0, 2.0, 1.0):
        writer.epoch({"loss": loss})
    told: list[tuple[int, float]] = []

    def hear(event: str, data: dict[str, Any]) -> None:
        if event != "epoch":
            return
        told.append((data["epoch"], data["loss"]))
        if len(told) == 3:
            writer.keep_epochs(2)
            writer.epoch({"loss": 0.5})
        if len(told) == 4:
            writer.epoch({"loss": 0.25})
        if len(told) == 5:
            writer.finish("stopped")

    assert follow_run(writer.folder, Job(hear)) == {"run": "run", "status": "stopped"}
    assert told == [(1, 3.0), (2, 2.0), (3, 1.0), (3, 0.5), (4, 0.25)]


def test_a_failure_is_raised_with_its_words(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    writer.finish("failed", "the loss diverged in epoch 3. Train with a lower learning rate.")
    with pytest.raises(RunError) as caught:
        follow_run(writer.folder, Job())
    assert str(caught.value) == "the loss diverged in epoch 3. Train with a lower learning rate."
    with pytest.raises(RunError, match="there is no run 'other'"):
        follow_run(tmp_path / "other", Job())


def test_a_dead_process_is_told_where_the_lock_seems_to_be_held(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    sign(writer.folder, beat=time.time() - STALE - 1, pid=dead_pid())
    with pytest.raises(RunError, match="the process that trained run 'run' is gone"):
        follow_run(writer.folder, Job())
    writer.finish("stopped")


def test_lines_of_libraries_are_not_told() -> None:
    assert said_in("E0000 00:00:1795665686.954084 cuda_platform.cc:52] failed") is None
    assert said_in("2026-01-02 03:04:05.123: I tensorflow") is None
    assert said_in("2026-01-02T03:04:05Z  well\n") == "well"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd")


@pytest.mark.trains
def test_a_training_goes_on_without_its_follower_and_hears_what_is_asked(project: Path) -> None:
    heard = Heard()
    name = start_detached(project, {"config": LONG, "name": "far"}, Job(heard))
    folder = project / "runs" / name
    assert name == "far"
    assert Run.open(folder).status == "running"
    process = live(folder)
    assert process is not None
    assert process.pid != os.getpid()

    def hear(event: str, _: dict[str, Any]) -> None:
        if event == "epoch":
            job.cancel()

    job = Job(hear)
    with pytest.raises(Cancelled):
        follow_run(folder, job)
    assert Run.open(folder).status == "running"

    def hear_again(event: str, data: dict[str, Any]) -> None:
        heard(event, data)
        if event == "progress" and data["text"].startswith("Epoch"):
            control.ask(folder, "stop")

    result = follow_run(folder, Job(hear_again))
    run = Run.open(folder)
    assert (result["status"], run.status) == ("stopped", "stopped")
    assert result == run.result
    assert [data["epoch"] for data in heard.named("epoch")] == [record["epoch"] for record in run.metrics]
    assert heard.named("epoch") == run.metrics
    assert heard.named("faces")
    assert any("Training swift" in data["text"] for data in heard.named("log"))
    assert not (folder / PROCESS).exists()
    assert "Training swift" in (folder / LOG).read_text()


@pytest.mark.trains
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a signal of POSIX systems")
def test_a_killed_training_is_interrupted_and_can_go_on(project: Path) -> None:
    name = start_detached(project, {"config": LONG, "name": "far"}, Job())
    folder = project / "runs" / name
    process = live(folder)
    assert process is not None

    def hear(event: str, _: dict[str, Any]) -> None:
        if event == "epoch":
            os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(RunError, match=r"the process that trained run 'far' is gone; .*--resume far"):
        follow_run(folder, Job(hear))
    run = Run.open(folder)
    assert (run.status, run.resumable) == ("interrupted", True)
    assert not is_alive(process.pid)

    again = start_detached(project, {"name": "far", "resume": True}, Job())
    assert again == "far"
    control.ask(folder, "stop-after-epoch")
    assert follow_run(folder, Job())["status"] == "stopped"
    assert "at the end of epoch" in Run.open(folder).message


@pytest.mark.trains
def test_what_cannot_start_is_told_and_leaves_no_run(project: Path) -> None:
    with pytest.raises(BadInputError, match="this device cannot be used"):
        start_detached(project, {"config": SWIFT | {"device": "abacus"}}, Job())
    assert list((project / "runs").iterdir()) == []

    def hear(event: str, _: dict[str, Any]) -> None:
        if event in ("progress", "log"):
            job.cancel()

    job = Job(hear, interval=0)
    with pytest.raises(Cancelled):
        start_detached(project, {"config": LONG}, job)
    assert [run.status for run in map(Run.open, (project / "runs").iterdir())] in ([], ["stopped"])


@pytest.mark.trains
@pytest.mark.skipif(os.name == "nt", reason="sessions and their signals are a matter of POSIX")
def test_a_training_survives_the_terminal_it_was_started_from(project: Path) -> None:
    words = ["train", str(project), "--background", "--epochs", "2", "--name", "far", "--json"]
    # A shell with its own group that is killed as a terminal kills it.
    code = f"""
import os, signal, sys
from fkd_core.cli.main import main
assert main({words!r}) == 0
sys.stdout.flush()
os.killpg(0, signal.SIGKILL)
"""
    shell = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, start_new_session=True
    )
    assert shell.returncode == -signal.SIGKILL, shell.stderr
    assert json.loads(shell.stdout)["run"] == "far"
    heard = Heard()
    assert follow_run(project / "runs" / "far", Job(heard))["status"] == "done"
    assert [data["epoch"] for data in heard.named("epoch")] == [1, 2]
