"""Following a training that runs in another process, by what it leaves in its run's folder."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from fkd_core.errors import RunError
from fkd_core.jobs import Job
from fkd_core.runs import layout
from fkd_core.runs.log import LOG, last_lines, said_in
from fkd_core.runs.run import Run
from fkd_core.runs.signs import counts, signed
from fkd_core.runs.watched import FILE as FACES
from fkd_core.runs.watched import as_event, watched_faces

INTERVAL = 0.5
"""seconds between two looks"""


def follow(run_folder: Path, job: Job) -> dict[str, Any]:
    """Tell a job what a training in another process does, from its first epoch on, until it ends.

    Emits what the engine emits: `started`, `epoch` for each epoch so far and then for each new one, `faces`
    after a validation, `log`, and progress. A run that has ended is told at once.

    Args:
        run_folder: of the run.
        job: hears it. Cancelling it ends the following; the training goes on.

    Returns:
        What `fkd_core.training.start.train_run` returns.

    Raises:
        Cancelled: if the job was cancelled.
        RunError: if there is no such run, its training failed, or its process is gone.
    """
    run = Run.open(run_folder)
    job.check()
    job.emit("started", {"run": run.name})
    told = _Told(run_folder, job)
    while True:
        # Asked before reading: what was written until the end is then told in any case.
        status = run.status
        told.tell()
        if status != "running":
            break
        said = signed(run_folder)
        if said is not None and not counts(said):
            raise _gone(run_folder)
        job.wait(INTERVAL)
    if status == "interrupted":
        raise _gone(run_folder)
    if status in ("failed", "damaged"):
        raise RunError(run.message.rstrip(".") or f"run {run.name!r} failed")
    return run.result or {"run": run.name, "status": "stopped" if status == "stopped" else "done"}


def _gone(run_folder: Path) -> RunError:
    """The error for a run whose process is gone without a word."""
    name = run_folder.name
    return RunError(
        f"the process that trained run {name!r} is gone",
        where=run_folder,
        found="; ".join(last_lines(run_folder)) or None,
        todo=f"What it had learned is kept; go on with it by: fkd train PROJECT --resume {name}",
    )


class _Told:
    """What a job was told of a run so far."""

    def __init__(self, folder: Path, job: Job) -> None:
        self._folder, self._job = folder, job
        self._metrics = _Lines(folder / layout.METRICS)
        self._log = _Lines(folder / LOG)
        self._epochs: list[bytes] = []
        self._faces: tuple[int, int] | None = None
        self._progress: tuple[float, float | None, str] | None = None

    def tell(self) -> None:
        """Read what is new and pass it on."""
        for line in self._log.fresh():
            said = said_in(line.decode("utf-8", "replace"))
            if said is not None:
                self._job.log(said)
        self._tell_epochs()
        self._tell_faces()
        sign = signed(self._folder)
        if sign is not None:
            progress = (sign.done, sign.total, sign.what)
            if progress != self._progress and sign.what:
                self._progress = progress
                self._job.progress(*progress)

    def _tell_epochs(self) -> None:
        fresh = self._metrics.fresh()
        if self._metrics.anew:
            # A run that goes on forgets epochs that come again; those that stay were told.
            same = 0
            for old, new in zip(self._epochs, fresh, strict=False):
                if old != new:
                    break
                same += 1
            self._epochs, fresh = self._epochs[:same], fresh[same:]
        for line in fresh:
            self._epochs.append(line)
            with contextlib.suppress(ValueError):
                self._job.emit("epoch", json.loads(line))

    def _tell_faces(self) -> None:
        with contextlib.suppress(OSError, RunError):
            stat = (self._folder / FACES).stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen == self._faces:
                return
            faces = watched_faces(self._folder)
            if faces is not None:
                self._faces = seen
                self._job.emit("faces", as_event(faces))


class _Lines:
    """The whole lines of a file that grows, and may be replaced by another.

    Attributes:
        anew: whether what was read last begins at the first line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._inode: int | None = None
        self.anew = True

    def fresh(self) -> list[bytes]:
        """Lines that were not read before."""
        self.anew = False
        try:
            with self._path.open("rb") as file:
                stat = os.fstat(file.fileno())
                if stat.st_ino != self._inode or stat.st_size < self._at:
                    self._inode, self._at, self.anew = stat.st_ino, 0, True
                file.seek(self._at)
                content = file.read()
        except OSError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._at += len(whole)
        return whole.splitlines()
