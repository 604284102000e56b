"""The child's main loop: `python -m fkd_core.engine.child`, started by `client` and by nothing else."""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import sys
import threading
import traceback
from pathlib import Path
from typing import IO, Any

from fkd_core.engine.protocol import Message, describe, receive, send
from fkd_core.errors import Cancelled, EngineError, FkdError
from fkd_core.jobs import Job

CALLS_MODULE = "fkd_core.engine.calls"
_ORPHAN_GRACE = 5.0
"""Seconds that a call has to stop by itself once the parent is gone."""


class Child:
    """Runs one call after the other until its input ends.

    Args:
        requests: what the parent says.
        replies: what it hears.
        calls: name of the module with the table `CALLS`.
        orphan_grace: seconds that a call has to stop once the input ended; then the process ends.
    """

    def __init__(
        self,
        requests: IO[str],
        replies: IO[str],
        calls: str = CALLS_MODULE,
        orphan_grace: float = _ORPHAN_GRACE,
    ) -> None:
        self._requests = requests
        self._replies = replies
        self._table = calls
        self._orphan_grace = orphan_grace
        self._sending = threading.Lock()
        self._calls: queue.Queue[Message | None] = queue.Queue()
        self._job = Job()
        self._ended = threading.Event()

    def serve(self) -> None:
        """Read requests on a thread, so that a cancellation is heard while a call runs."""
        threading.Thread(target=self._listen, name="requests", daemon=True).start()
        try:
            while (message := self._calls.get()) is not None:
                self._run(message["call"], message["arguments"])
        finally:
            self._ended.set()

    def _listen(self) -> None:
        while (message := receive(self._requests)) is not None:
            if "cancel" in message:
                self._job.cancel()
            else:
                self._job = Job(lambda event, data: self._say({"event": event, "data": data}))
                self._calls.put(message)
        # The parent is gone: whatever runs stops at its next step and keeps what it has.
        self._job.cancel()
        self._calls.put(None)
        if not self._ended.wait(self._orphan_grace):
            # It never comes to a next step, and nobody is left to kill it.
            os._exit(1)

    def _run(self, name: str, arguments: dict[str, Any]) -> None:
        try:
            # Imported with the first call, so that the loop itself is there at once.
            call = importlib.import_module(self._table).CALLS[name]
            self._say({"result": call(self._job, **arguments)})
        except Cancelled:
            self._say({"stopped": True})
        except FkdError as error:
            self._say({"failure": describe(error)})
        except BrokenPipeError:
            # The parent is gone; the listening thread ends the process.
            return
        except Exception as error:
            traceback.print_exc()
            wrapped = EngineError(
                "the engine failed", where=name, found=f"{type(error).__name__}: {str(error)[:2000]}"
            )
            self._say({"failure": describe(wrapped)})

    def _say(self, message: Message) -> None:
        with self._sending:
            send(self._replies, message)


def give_way() -> None:
    """Let other programs go first wherever processors are short."""
    if os.name == "posix":
        os.nice(10)
        if os.getsid(0) == os.getpid():
            # Linux shares processors out among sessions first: in one of its own, only this says who waits.
            with contextlib.suppress(OSError):
                Path("/proc/self/autogroup").write_text("10", "ascii")
    else:
        import ctypes

        below_normal = 0x00004000  # BELOW_NORMAL_PRIORITY_CLASS of winbase.h
        windows: Any = ctypes
        kernel = windows.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)


def main(words: list[str]) -> None:
    """Keep the real standard output for messages: native code prints on descriptor 1 what it likes.

    Args:
        words: `--yield` to give way to other programs; then the name of the module with the calls, and the
            seconds of the orphan's grace; all may be left out.
    """
    if words[:1] == ["--yield"]:
        give_way()
        words = words[1:]
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    calls = words[0] if words else CALLS_MODULE
    grace = float(words[1]) if len(words) > 1 else _ORPHAN_GRACE
    Child(requests, replies, calls, grace).serve()
    # Everything is on the disk; taking TensorFlow down in order would keep whoever closes the engine waiting.
    replies.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
