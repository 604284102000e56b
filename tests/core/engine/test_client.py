"""A real child process: results, failures, cancelling, death and what is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fkd_core.engine.client import Engine
from fkd_core.errors import Cancelled, EngineError, RunError
from fkd_core.jobs import Job

TABLE = "tests.helpers.engine_calls"
FINDS_TESTS = {"PYTHONPATH": str(Path(__file__).parents[3])}


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(calls=TABLE, grace=0.3, environment=FINDS_TESTS) as engine:
        yield engine


class Heard(list[tuple[str, dict[str, Any]]]):
    def __call__(self, event: str, data: dict[str, Any]) -> None:
        self.append((event, data))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_call_returns_its_result(engine: Engine) -> None:
    values = {"text": "ü\n{", "number": 1.5, "list": [1, None, True], "nested": {"a": []}}
    assert engine.call("echo", values, Job()) == values


def test_the_child_starts_with_the_first_call_and_is_kept(engine: Engine) -> None:
    assert engine.pid is None
    engine.call("echo", {}, Job())
    first = engine.pid
    engine.call("echo", {}, Job())
    assert engine.pid == first is not None
    engine.close()
    assert engine.pid is None


def test_events_arrive_in_their_order_before_the_result(engine: Engine) -> None:
    heard = Heard()
    assert engine.call("events", {"count": 500}, Job(heard)) == "done"
    assert [data["number"] for event, data in heard if event == "step"] == list(range(500))
    assert heard[-1] == ("log", {"text": "all said ü"})


def test_a_failure_is_rebuilt_with_its_parts_and_the_child_is_kept(engine: Engine) -> None:
    engine.call("echo", {}, Job())
    before = engine.pid
    with pytest.raises(RunError) as caught:
        engine.call("fail", {}, Job())
    error = caught.value
    parts = (error.what, error.where, error.expected, error.found, error.todo)
    assert parts == ("it failed", "here", "1", "[2]", "Try again")
    assert str(error) == "here: it failed; expected 1, found [2]. Try again."
    assert engine.pid == before


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("crash", "ZeroDivisionError: by nothing"),
        ("unprintable", "TypeError"),
        ("nothing", "KeyError: 'nothing'"),
    ],
)
def test_an_unexpected_exception_is_an_engine_error_and_the_child_is_kept(
    engine: Engine, call: str, found: str
) -> None:
    with pytest.raises(EngineError, match=f"{call}: the engine failed") as caught:
        engine.call(call, {}, Job())
    assert str(caught.value.found).startswith(found)
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def test_junk_on_standard_output_disturbs_nothing(engine: Engine) -> None:
    assert engine.call("chatter", {}, Job()) == "the real one"
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def cancelled_while_running(engine: Engine, call: str) -> float:
    """Seconds from cancelling a call that runs to its end."""
    at: list[float] = []

    def hear(event: str, _: dict[str, Any]) -> None:
        assert event == "running"
        at.append(time.monotonic())
        job.cancel()

    job = Job(hear)
    with pytest.raises(Cancelled):
        engine.call(call, {}, job)
    return time.monotonic() - at[0]


def test_cancelling_is_heard_within_a_second_and_the_child_is_kept(engine: Engine) -> None:
    engine.call("echo", {}, Job())
    before = engine.pid
    assert cancelled_while_running(engine, "patient") < 1
    assert engine.pid == before
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def test_a_child_that_does_not_hear_is_killed_within_a_second(engine: Engine) -> None:
    engine.call("echo", {}, Job())
    before = engine.pid
    assert before is not None
    assert cancelled_while_running(engine, "deaf") < 1.3
    assert gone(before)
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}
    assert engine.pid != before


def test_a_cancelled_job_starts_no_child(engine: Engine) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        engine.call("echo", {}, job)
    assert engine.pid is None


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a matter of Unix")
@pytest.mark.parametrize(("code", "found"), [(3, "exit status 3"), (-9, "ended by signal SIGKILL")])
def test_a_death_is_told_and_the_next_call_works(engine: Engine, code: int, found: str) -> None:
    with pytest.raises(EngineError) as caught:
        engine.call("die", {"code": code}, Job())
    assert caught.value.where == "die"
    assert caught.value.found == f"{found}; out of memory"
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def test_a_child_that_died_between_calls_is_replaced(engine: Engine) -> None:
    engine.call("echo", {}, Job())
    pid = engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    # The engine itself may see the end, and reap it, before this does.
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def test_a_listener_that_fails_ends_the_conversation_and_not_the_engine(engine: Engine) -> None:
    def hear(event: str, data: dict[str, Any]) -> None:
        raise BrokenPipeError(f"{event} {data}")

    with pytest.raises(BrokenPipeError, match="step"):
        engine.call("events", {"count": 5}, Job(hear))
    assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def test_closing_while_a_call_runs_ends_it(engine: Engine) -> None:
    running = threading.Event()
    ended: list[BaseException] = []

    def work() -> None:
        try:
            engine.call("patient", {}, Job(lambda *_: running.set()))
        except (Cancelled, EngineError) as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(20)
    engine.close()
    thread.join(5)
    assert not thread.is_alive()
    assert len(ended) == 1


def test_closing_kills_a_child_that_does_not_stop(engine: Engine) -> None:
    pids: list[int] = []
    running = threading.Event()

    def hear(_: str, data: dict[str, Any]) -> None:
        pids.append(data["pid"])
        running.set()

    def work() -> None:
        with pytest.raises(EngineError):
            engine.call("deaf", {}, Job(hear))

    thread = threading.Thread(target=work)
    thread.start()
    assert running.wait(20)
    start = time.monotonic()
    engine.close()
    thread.join(5)
    assert time.monotonic() - start < 10
    assert gone(pids[0])


PARENT = """
import sys
from fkd_core.engine.client import Engine
from fkd_core.jobs import Job
job = Job(lambda event, data: print(data["pid"], flush=True))
Engine(calls="tests.helpers.engine_calls").call(sys.argv[1], {}, job)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux when a process is gone")
def test_the_child_of_a_killed_parent_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, "patient"], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    with os.fdopen(child) as handle:
        assert wait_for(handle.fileno(), 5)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux when a process is gone")
def test_an_orphan_that_hears_nothing_ends_itself() -> None:
    command = [sys.executable, "-m", "fkd_core.engine.child", TABLE, "0.2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write('{"call": "deaf", "arguments": {}}\n')
        child.stdin.flush()
        assert "running" in child.stdout.readline()
        child.stdin.close()
        assert child.wait(5) == 1


def wait_for(process: int, seconds: float) -> bool:
    import select

    return bool(select.select([process], [], [], seconds)[0])


def test_the_child_is_started_from_any_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fkd_core.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "queue.py").write_text("raise SystemExit('the wrong one')")
    with Engine(calls=TABLE, environment=FINDS_TESTS) as engine:
        assert engine.call("echo", {"a": 1}, Job()) == {"a": 1}


def test_a_grace_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="received -1"):
        Engine(grace=-1)
