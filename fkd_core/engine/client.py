"""The parent's side of the engine: starts the child, calls it, hears it, survives its death."""

from __future__ import annotations

import queue
import threading
import time
from types import TracebackType
from typing import Any, Self

from fkd_core.engine.child import CALLS_MODULE
from fkd_core.engine.process import ChildProcess
from fkd_core.engine.protocol import rebuild
from fkd_core.errors import Cancelled, EngineError
from fkd_core.jobs import Job

_TICK = 0.05
"""Seconds between two looks at whether someone cancelled."""


class Engine:
    """A child process for calls that need TensorFlow, started with the first call and kept for the next.

    Args:
        grace: seconds that a cancelled call has to stop by itself before the child is killed. A training
            writes its weights after the first epoch and every 15 seconds, its figures after every epoch:
            killing it loses no more.
        environment: variables added to the child's environment.
        calls: name of the module whose table `CALLS` says what the child can be asked to do.
        yielding: let other programs go first wherever processors are short, a window above all.
    """

    def __init__(
        self,
        *,
        grace: float = 0.7,
        environment: dict[str, str] | None = None,
        calls: str = CALLS_MODULE,
        yielding: bool = False,
    ) -> None:
        if grace < 0:
            raise ValueError(f"grace must not be negative, received {grace}")
        self._grace = grace
        self._yielding = yielding
        self._environment = environment or {}
        self._calls = calls
        self._process: ChildProcess | None = None
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
        process = self._process
        return process.pid if process is not None and process.alive else None

    def call(self, name: str, arguments: dict[str, Any], job: Job) -> Any:
        """Run a call in the child and wait for its result; call it on a worker thread.

        Args:
            name: one of the table of calls, see `fkd_core.engine.calls`.
            arguments: plain JSON values.
            job: hears the child's events and cancels it.

        Raises:
            Cancelled: if the job was cancelled, at most `grace` seconds and a little ago.
            EngineError: if the child died; the next call starts a new one.
            FkdError: whatever the call raised.
        """
        # Another call may be under way; waiting for it can be cancelled, too.
        while not self._calling.acquire(timeout=_TICK):
            job.check()
        try:
            job.check()
            process = self._alive()
            answered = False
            try:
                process.send({"call": name, "arguments": arguments})
                answer = self._answer(process, name, job)
                answered = True
            finally:
                if not answered:
                    # Something interrupted the conversation: the child's next words would answer the
                    # wrong call.
                    self._discard(process)
        finally:
            self._calling.release()
        if "failure" in answer:
            raise rebuild(answer["failure"])
        if "stopped" in answer:
            raise Cancelled
        return answer["result"]

    def close(self) -> None:
        """End the child: it stops what it does at its next step; after a moment it is killed."""
        process, self._process = self._process, None
        if process is not None:
            process.end(self._grace)

    def _answer(self, process: ChildProcess, name: str, job: Job) -> dict[str, Any]:
        deadline: float | None = None
        while True:
            if job.cancelled and deadline is None:
                process.send({"cancel": True})
                deadline = time.monotonic() + self._grace
            if deadline is not None and time.monotonic() > deadline:
                raise Cancelled
            try:
                message = process.messages.get(timeout=_TICK)
            except queue.Empty:
                continue
            if message is None:
                if job.cancelled:
                    raise Cancelled
                raise EngineError(
                    "the engine died",
                    where=name,
                    found=process.last_words(),
                    todo="Start it again; if it dies again, try a smaller batch or another device",
                )
            if "event" not in message:
                return message
            # The child's job thinned the progress already, and its own check heard the cancellation.
            job.emit(message["event"], message["data"])

    def _alive(self) -> ChildProcess:
        if self._process is None or not self._process.alive:
            if self._process is not None:
                self._process.end(0)
            self._process = ChildProcess(self._calls, self._environment, yielding=self._yielding)
        return self._process

    def _discard(self, process: ChildProcess) -> None:
        process.kill()
        if process is self._process:
            self._process = None
