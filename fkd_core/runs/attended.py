"""The job of a training that any process can find, follow and stop by way of its run's folder."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

from fkd_core.errors import Cancelled, ProjectError
from fkd_core.files import write_json
from fkd_core.jobs import Job
from fkd_core.runs import control

PROCESS = "process.json"
"""File in a run's folder that says which process trains it; gone when the training has ended."""
BEAT = 2.0
"""seconds between two signs of life"""
_NEWS = 1.0
"""seconds after which a sign is renewed early, where the progress it tells is no longer that of the task"""
_LOOK = 1.0
"""seconds between two looks at what is asked"""


class AttendedJob(Job):
    """Passes everything on to another job. From `attend` to `leave` it also obeys what is asked in the run's
    folder, and leaves a sign of life there.

    Args:
        job: hears all and may stop the training as before.

    Attributes:
        wish: what was asked in the folder and is being obeyed.
    """

    def __init__(self, job: Job) -> None:
        super().__init__(interval=0)
        self._job = job
        self.wish: control.Wish | None = None
        self._folder: Path | None = None
        self._looked = 0.0
        self._told: tuple[float, float | None, str] = (0.0, None, "")
        self._started = 0.0
        self._over = threading.Event()
        self._heart: threading.Thread | None = None

    def attend(self, folder: Path) -> None:
        """Begin to leave signs of life; what was asked of an earlier process is forgotten."""
        control.forget(folder)
        self._folder, self._started = folder, time.time()
        self._sign()
        self._heart = threading.Thread(target=self._beat, name="run's sign of life", daemon=True)
        self._heart.start()

    def leave(self) -> None:
        """The training has ended: take away sign and wish."""
        if self._folder is None or self._heart is None:
            return
        self._over.set()
        self._heart.join()
        with contextlib.suppress(OSError):
            (self._folder / PROCESS).unlink(missing_ok=True)
            control.forget(self._folder)

    def cancel(self) -> None:
        """Ask the task to stop."""
        self._job.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether someone asked the task to stop at once."""
        return self._job.cancelled or self.wish == "stop"

    def check(self) -> None:
        """Called between steps; looks into the folder about once a second."""
        self._job.check()
        now = time.monotonic()
        if now - self._looked > _LOOK:
            self._looked = now
            self._look()
        if self.wish == "stop":
            raise Cancelled

    def rest(self) -> None:
        """Called between epochs; what was asked a moment ago counts."""
        self._job.rest()
        self._look()
        if self.wish is not None:
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Let some time pass."""
        self._job.wait(seconds)
        self.check()

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Pass on how far the task is, and note it for the next sign of life."""
        self._told = (done, total, text)
        self.check()
        self._job.progress(done, total, text)

    def emit(self, event: str, data: dict[str, Any]) -> None:
        """Pass an event on."""
        self._job.emit(event, data)

    def _look(self) -> None:
        if self._folder is not None:
            self.wish = control.asked(self._folder) or self.wish

    def _beat(self) -> None:
        told, signed = self._told, time.monotonic()
        while not self._over.wait(_NEWS):
            if self._told != told or time.monotonic() - signed > BEAT - _NEWS:
                told, signed = self._told, time.monotonic()
                self._sign()

    def _sign(self) -> None:
        assert self._folder is not None
        done, total, what = self._told
        sign = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": self._started,
            "beat": time.time(),
            "done": done,
            "total": total,
            "what": what,
        }
        # A full disk is told by what the training itself writes; a sign of life is not worth its end.
        with contextlib.suppress(ProjectError, OSError):
            write_json(self._folder / PROCESS, sign, indent=None, durable=False)
