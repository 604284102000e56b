"""Who may write to a project: one program at a time, on this computer and on others that share its disk."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import filelock

from fkd_core.errors import InUseError, ProjectError, ReadOnlyError
from fkd_core.files import write_json

_LOCK = "writer.lock"
_HOLDER = "writer.json"
BEAT = 30.0
"""seconds between two signs of life"""
STALE = 4 * BEAT
"""seconds without a sign of life after which another computer's writer counts as gone"""


class WriterLock:
    """Held from `acquire` to `release`, or until the process ends, however it ends.

    It is a lock of the operating system. Some network disks keep such locks to one computer, so the holder
    also leaves its name in a file and touches that now and then: a killed holder's file grows old.

    Args:
        folder: the project.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holder = folder / _HOLDER
        # taken on the thread that opens the project, let go on the one that closes it
        self._lock = filelock.FileLock(folder / _LOCK, thread_local=False)
        self._over = threading.Event()
        self._heart: threading.Thread | None = None

    @classmethod
    def acquire(cls, folder: Path) -> Self:
        """Become the writer of a project.

        Raises:
            InUseError: if another program is.
            ReadOnlyError: if the folder cannot be written.
        """
        lock = cls(folder)
        lock._take()
        try:
            lock._begin()
        except BaseException:
            lock._lock.release()
            raise
        return lock

    def release(self) -> None:
        """Let others write."""
        self._over.set()
        if self._heart is not None:
            self._heart.join()
            with contextlib.suppress(OSError):
                self._holder.unlink()
        self._lock.release()

    def _take(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            raise _other_program(self._folder, _read(self._holder)) from None
        except (OSError, NotImplementedError) as error:
            # NotImplementedError: a file system that knows no locks
            raise ReadOnlyError(
                "the project's folder cannot be written",
                where=self._folder,
                found=getattr(error, "strerror", None) or str(error),
                todo="Copy the project to a folder that you can write to",
            ) from error

    def _begin(self) -> None:
        other = _read(self._holder)
        elsewhere = other is not None and other.get("host") not in (None, socket.gethostname())
        if elsewhere and self._age() < STALE:
            raise _other_program(self._folder, other)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            write_json(self._holder, {"process": os.getpid(), "host": socket.gethostname(), "since": now})
        except ProjectError as error:
            raise ReadOnlyError(error.what, where=error.where, found=error.found, todo=error.todo) from error
        self._heart = threading.Thread(target=self._beat, name="writer's sign of life", daemon=True)
        self._heart.start()

    def _age(self) -> float:
        """Seconds since the holder's last sign of life, by the clock of the disk."""
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".now-") as now:
                return os.stat(now.name).st_mtime - self._holder.stat().st_mtime
        except OSError:
            return STALE

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            try:
                os.utime(self._holder)
            except OSError:
                # The disk is gone or full: this program's writing says so, and nobody else can write either.
                continue


def _other_program(folder: Path, holder: dict[str, Any] | None) -> InUseError:
    found, todo = None, "Close it there to edit here"
    if holder is not None and "process" in holder and "since" in holder:
        found = f"process {holder['process']}, since {holder['since']}"
        host = holder.get("host")
        if host not in (None, socket.gethostname()):
            found = f"process {holder['process']} on the computer {host}, since {holder['since']}"
            todo = f"Close it there to edit here; if it ended badly, try again in {STALE / 60:.0f} minutes"
    return InUseError("another program is writing to the project", where=folder, found=found, todo=todo)


def _read(path: Path) -> dict[str, Any] | None:
    """What the holder says of itself; None if that cannot be read."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
