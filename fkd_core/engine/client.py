"""The parent's side of the engine: starts the child, calls it, hears it, survives its death."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from types import TracebackType
from typing import IO, Any, Self

from fkd_core.engine.protocol import Message, rebuild, receive, send
from fkd_core.errors import Cancelled, EngineError
from fkd_core.jobs import Job

_TICK = 0.05
"""Seconds between two looks at whether someone cancelled."""


class Engine:
    """A child process for calls that need TensorFlow, started with the first call and kept for the next.

    Args:
        grace: seconds that a cancelled call has to stop by itself before the child is killed. What a
            training keeps is on the disk after every epoch, so killing it loses no more than one.
        environment: variables added to the child's environment.
        yielding: let other programs go first wherever processors are short, a window above all.
    """

    def __init__(
        self, *, grace: float = 0.7, environment: dict[str, str] | None = None, yielding: bool = False
    ) -> None:
        self._grace = grace
        self._yielding = yielding
        self._environment = environment or {}
        self._process: subprocess.Popen[str] | None = None
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._errors: deque[str] = deque(maxlen=200)
        self._calling = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process number of the child, None while there is none."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if alive and self._process else None

    def call(self, name: str, arguments: dict[str, Any], job: Job) -> Any:
        """Run a call in the child and wait for its result; call it on a worker thread.

        Args:
            name: one of `fkd_core.engine.calls.CALLS`.
            arguments: plain JSON values.
            job: hears the child's events and cancels it.

        Raises:
            Cancelled: if the job was cancelled, at most `grace` seconds and a little ago.
            EngineError: if the child died; the next call starts a new one.
            FkdError: whatever the call raised.
        """
        while not self._calling.acquire(timeout=_TICK):
            job.check()
        try:
            job.check()
            process = self._alive()
            try:
                assert process.stdin is not None
                send(process.stdin, {"call": name, "arguments": arguments})
                return self._answer(process, job)
            except BrokenPipeError:
                if job.cancelled:
                    raise Cancelled from None
                raise self._died(process, name) from None
            except (Cancelled, EngineError):
                raise
            except BaseException:
                # Something interrupted the conversation: the child's next words would answer the wrong call.
                self._kill(process)
                raise
        finally:
            self._calling.release()

    def close(self) -> None:
        """End the child: it stops what it does at its next step; after a moment it is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        _hang_up(process)
        try:
            process.wait(self._grace)
        except subprocess.TimeoutExpired:
            self._kill(process)

    def _answer(self, process: subprocess.Popen[str], job: Job) -> Any:
        deadline: float | None = None
        while True:
            if job.cancelled and deadline is None:
                assert process.stdin is not None
                send(process.stdin, {"cancel": True})
                deadline = time.monotonic() + self._grace
            if deadline is not None and time.monotonic() > deadline:
                self._kill(process)
                raise Cancelled
            try:
                message = self._messages.get(timeout=_TICK)
            except queue.Empty:
                continue
            if message is None:
                if job.cancelled:
                    raise Cancelled
                raise self._died(process, "it")
            if "event" in message:
                _hand_on(job, message)
            elif "failure" in message:
                raise rebuild(message["failure"])
            elif "stopped" in message:
                raise Cancelled
            else:
                return message["result"]

    def _alive(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self._kill(self._process)
        if self._process is None:
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[str]:
        environment = os.environ | {
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
            "PYTHONIOENCODING": "utf-8",
            **self._environment,
        }
        yielding = ["--yield"] if self._yielding else []
        process = subprocess.Popen(
            [sys.executable, "-m", "fkd_core.engine.child", *yielding],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            # Ctrl-C in a terminal reaches the whole group: the parent decides what it means for the child.
            process_group=0 if os.name == "posix" else None,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._messages = queue.Queue()
        self._errors.clear()
        assert process.stdout is not None
        assert process.stderr is not None
        hear = (process.stdout, self._messages)
        threading.Thread(target=_hear, args=hear, name="engine-messages", daemon=True).start()
        threading.Thread(
            target=_note, args=(process.stderr, self._errors), name="engine-errors", daemon=True
        ).start()
        return process

    def _kill(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.wait()
        _hang_up(process)
        if process is self._process:
            self._process = None

    def _died(self, process: subprocess.Popen[str], name: str) -> EngineError:
        self._kill(process)
        last = [line for line in self._errors if line.strip()][-3:]
        return EngineError(
            "the engine died",
            where=None if name == "it" else name,
            found="; ".join([_reason(process.returncode), *last]),
            todo="Start it again; if it dies again, try a smaller batch or another device",
        )


def _hang_up(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    # What was not sent before the child died is of no use to anyone.
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


def _hand_on(job: Job, message: Message) -> None:
    # The child's job thinned the progress already, and its own check heard the cancellation.
    job.emit(message["event"], message["data"])


def _hear(stream: IO[str], messages: queue.Queue[Message | None]) -> None:
    with stream:
        try:
            while (message := receive(stream)) is not None:
                messages.put(message)
        finally:
            messages.put(None)


def _note(stream: IO[str], lines: deque[str]) -> None:
    with stream:
        for line in stream:
            lines.append(line.rstrip())


def _reason(code: int) -> str:
    if code < 0:
        return f"ended by signal {signal.Signals(-code).name}"
    return f"exit status {code}"
