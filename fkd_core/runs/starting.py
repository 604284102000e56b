"""Starting a training in a process of its own, which outlives whoever starts it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from fkd_core.engine.process import child_environment
from fkd_core.engine.protocol import rebuild, receive, send
from fkd_core.errors import Cancelled, EngineError
from fkd_core.jobs import Job

_TICK = 0.05
_LAST_LINES = 3


def start_detached(project: Path, arguments: dict[str, Any], job: Job) -> str:
    """Start a training in a process that survives this one, its terminal and its window.

    Args:
        project: folder of the project.
        arguments: of `fkd_core.training.start.train_run`, plain JSON values, without `project`.
        job: hears what happens until there is a run; cancelled before, nothing trains.

    Returns:
        The run's name; its folder is there, and `follow` tells how it goes.

    Raises:
        Cancelled: if the job was stopped before there was a run.
        EngineError: if the process cannot be started, or died before there was a run.
        FkdError: if the data or the configuration cannot be used.
    """
    given = arguments | {"project": str(project.absolute())}
    if given.get("hold_out") is not None:
        given["hold_out"] = str(Path(given["hold_out"]).absolute())
    job.check()
    with tempfile.TemporaryFile() as errors:
        process = _new_process(project, errors)
        assert process.stdin is not None
        assert process.stdout is not None
        # Whoever starts it need not wait for its end, but somebody must take note of it.
        threading.Thread(target=process.wait, name="end of a training", daemon=True).start()
        try:
            return _await_start(process, given, errors, job)
        finally:
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()


def _new_process(project: Path, errors: IO[bytes]) -> subprocess.Popen[str]:
    windows = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    try:
        return subprocess.Popen(
            # -P: a file of the user's folder, such as random.py, must not stand for the library's.
            [sys.executable, "-P", "-m", "fkd_core.engine.detached"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=child_environment(),
            cwd=project,
            start_new_session=os.name == "posix",
            creationflags=windows,
        )
    except OSError as error:
        raise EngineError("the training cannot be started", where=sys.executable, found=str(error)) from error


def _await_start(
    process: subprocess.Popen[str], arguments: dict[str, Any], errors: IO[bytes], job: Job
) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
    reader = threading.Thread(
        target=_hear, args=(process.stdout, messages), name="start of a training", daemon=True
    )
    reader.start()
    # If it is dead, the end of its messages tells.
    with contextlib.suppress(OSError):
        send(process.stdin, arguments)
    asked = False
    while True:
        if job.cancelled and not asked:
            # It stops by itself where there is no run yet; where there is one, it says so.
            asked = True
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            message = messages.get(timeout=_TICK)
        except queue.Empty:
            continue
        if message is None or "stopped" in message:
            break
        if message.get("event") == "started":
            reader.join()
            return str(message["data"]["run"])
        if "event" in message:
            job.emit(message["event"], message["data"])
        else:
            reader.join()
            raise rebuild(message["failure"])
    process.wait()
    reader.join()
    if asked:
        raise Cancelled
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").splitlines()
    last = [line for line in lines if line.strip()][-_LAST_LINES:]
    raise EngineError(
        "the training died before there was a run",
        found="; ".join([f"exit status {process.returncode}", *last]),
        todo="Try again; without --background it says more",
    )


def _hear(stream: IO[str], messages: queue.Queue[dict[str, Any] | None]) -> None:
    # A stream that was closed, or holds what is no message, has no more to say.
    with contextlib.suppress(EngineError, ValueError, OSError):
        while (message := receive(stream)) is not None:
            messages.put(message)
            if message.get("event") == "started":
                return
    messages.put(None)
