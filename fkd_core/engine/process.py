"""The child as an operating system's process: its start, its pipes and its end."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO

import fkd_core
from fkd_core.engine.protocol import Message, receive, send
from fkd_core.errors import EngineError

_LAST_LINES = 3


class ChildProcess:
    """One child, from its start to its end; its pipes are read on threads of their own.

    Args:
        calls: name of the module with the table of calls.
        environment: variables added to the child's environment.
        yielding: let other programs go first wherever processors are short.

    Attributes:
        messages: what it said; None once it says nothing any more.

    Raises:
        EngineError: if the system starts no process.
    """

    def __init__(self, calls: str, environment: dict[str, str], *, yielding: bool = False) -> None:
        self.messages: queue.Queue[Message | None] = queue.Queue()
        self._errors: deque[str] = deque(maxlen=200)
        way = ["--yield"] if yielding else []
        try:
            self._process = subprocess.Popen(
                # -P: a file of the user's folder, such as random.py, must not stand for the library's.
                [sys.executable, "-P", "-m", "fkd_core.engine.child", *way, calls],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=child_environment() | environment,
                # Ctrl-C in a terminal reaches the whole group: the parent decides what it means.
                process_group=0 if os.name == "posix" else None,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise EngineError(
                "the engine cannot be started", where=sys.executable, found=str(error)
            ) from error
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        self._stdin = stdin
        self._streams = (stdout, stderr)
        self._threads = [
            threading.Thread(target=self._hear, args=(stdout,), name="engine-messages", daemon=True),
            threading.Thread(target=self._note, args=(stderr,), name="engine-errors", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def send(self, message: Message) -> None:
        """Say something to it; if it is dead, `messages` will tell."""
        with contextlib.suppress(OSError):
            send(self._stdin, message)

    def end(self, grace: float) -> None:
        """Let it stop by itself for `grace` seconds, then kill it."""
        self._close_input()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._clean()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._close_input()
        self._clean()

    def last_words(self) -> str:
        """How it ended and the last lines it printed; waits for its end."""
        self._process.kill()
        code = self._process.wait()
        self._threads[1].join(1)
        lines = [line for line in self._errors if line.strip()][-_LAST_LINES:]
        return "; ".join([_reason(code), *lines])

    def _close_input(self) -> None:
        # What could not be sent before its death is still in the buffer and fails again.
        with contextlib.suppress(OSError):
            self._stdin.close()

    def _clean(self) -> None:
        self._process.wait()
        for thread, stream in zip(self._threads, self._streams, strict=True):
            # A grandchild that outlives it may keep a pipe open; its thread is left to it.
            thread.join(1)
            if not thread.is_alive():
                stream.close()

    def _hear(self, stream: IO[str]) -> None:
        try:
            while (message := receive(stream)) is not None:
                self.messages.put(message)
        except EngineError as error:
            self._errors.append(str(error))
        finally:
            self.messages.put(None)

    def _note(self, stream: IO[str]) -> None:
        for line in stream:
            self._errors.append(line.rstrip())


def child_environment() -> dict[str, str]:
    """Environment variables for a process that runs TensorFlow."""
    # The child finds the same package as its parent, whatever the folder it was started in.
    package = str(Path(fkd_core.__file__).resolve().parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
        # TensorFlow leaves oneDNN's convolutions off on processors without AVX-512, where a step of the
        # default network is 1.36 times as quick with them.
        "TF_ENABLE_ONEDNN_OPTS": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1"),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(paths),
    }


def _reason(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"ended by signal {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"
