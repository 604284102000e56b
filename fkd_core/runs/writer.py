"""Writing a run while it trains."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from fkd_core.errors import Cancelled, RunError
from fkd_core.files import plain, write_atomic, write_json, writing
from fkd_core.jobs import Job
from fkd_core.names import check_name
from fkd_core.runs import layout
from fkd_core.runs.environment import describe_environment
from fkd_core.runs.history import read_metrics
from fkd_core.runs.run import Run
from fkd_core.runs.summary import summarise

Rows = Sequence[int] | npt.NDArray[np.integer[Any]]
Ending = Literal["finished", "stopped", "failed"]


class RunWriter:
    """The run that is being trained; made by `create`, ended by `finish` or by leaving a `with` block.

    Left by an exception the run is `stopped` (cancelled, Ctrl-C) or `failed` with the exception's words.
    What was written before stays.
    """

    def __init__(self, folder: Path, header: dict[str, Any], lock: FileLock, job: Job) -> None:
        self.folder = folder
        self._header = header
        self._lock = lock
        self._job = job
        self._epochs = 0
        self._open = True

    @classmethod
    def create(
        cls,
        runs_folder: Path,
        *,
        model: str,
        config: Mapping[str, Any],
        seed: int,
        data: Mapping[str, Any],
        split: Mapping[str, Rows],
        name: str | None = None,
        devices: Sequence[str] = (),
        job: Job | None = None,
    ) -> RunWriter:
        """Make the run's folder and lock it.

        Args:
            runs_folder: made if it is not there.
            model: name of the network.
            config: plain values, everything that is needed to train it again.
            seed: of everything random.
            data: plain values that say what it was trained on; `fingerprint` must be among them.
            split: rows by `train` and `validation`.
            name: of the run; the next free one like `run-3` if None.
            devices: names of the devices that train.
            job: receives a log line, and each epoch as the event `epoch`.

        Raises:
            BadInputError: if the name cannot be used.
            RunError: if there is a run of this name.
            ProjectError: if the folder cannot be written.
            ValueError: if `data` or `split` lacks an entry.
        """
        if "fingerprint" not in data:
            raise ValueError(f"data must have a fingerprint, received {sorted(data)}")
        if not {"train", "validation"} <= set(split):
            raise ValueError(f"split must have train and validation, received {sorted(split)}")
        rows = {part: [int(row) for row in members] for part, members in split.items()}
        job = job or Job()
        folder = _make_folder(Path(runs_folder), name)
        header = {
            "format": layout.FORMAT,
            "name": folder.name,
            "model": model,
            "status": "running",
            "message": "",
            "created": _now(),
            "ended": None,
            "config": plain(dict(config)),
            "seed": int(seed),
            "data": plain(dict(data)),
        }
        lock = layout.new_lock(folder)
        try:
            with writing(folder):
                lock.acquire(timeout=0)
                (folder / layout.METRICS).touch()
            write_json(folder / layout.SPLIT, rows, indent=None)
            write_json(folder / layout.ENVIRONMENT, describe_environment(devices))
            # last: a folder is a run from here on
            write_json(folder / layout.HEADER, header)
        except BaseException:
            lock.release(force=True)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        job.log(f"Run {folder.name} started")
        return cls(folder, header, lock, job)

    @classmethod
    def reopen(
        cls, folder: Path, job: Job | None = None, *, extended: Sequence[Mapping[str, Any]] | None = None
    ) -> RunWriter:
        """Lock a run that did not come to its end, to go on with it; it is `running` again.

        Call `keep_epochs` before the next epoch.

        Args:
            folder: of the run.
            job: receives a log line, and each epoch as the event `epoch`.
            extended: what was added to the training, now or before, for its configuration; then the run may
                be finished as well.

        Raises:
            RunError: if there is no such run, it is damaged, finished, or another process trains it.
            ProjectError: if the folder cannot be written.
        """
        run = Run.open(folder)
        if not (run.resumable or (extended is not None and run.status == "finished")):
            why = {"finished": "it is finished", "running": "it is being trained"}
            raise RunError(
                f"run {run.name!r} cannot be resumed",
                where=folder,
                expected="a run that was stopped or interrupted",
                found=why.get(run.status, f"it is {run.status}"),
                todo="Wait for it, or stop it first"
                if run.status == "running"
                else "Train a new one, or add epochs or minutes to it",
            )
        header = layout.read_json_object(folder / layout.HEADER, "run's description")
        lock = layout.new_lock(folder)
        try:
            with writing(folder):
                lock.acquire(timeout=0)
        except Timeout:
            raise RunError(
                f"run {run.name!r} cannot be resumed", where=folder, found="another process trains it"
            ) from None
        header |= {"status": "running", "message": "", "ended": None, "result": None}
        if extended is not None:
            header["config"] = header["config"] | {"extended": plain(list(extended))}
        try:
            write_json(folder / layout.HEADER, header)
        except BaseException:
            lock.release(force=True)
            raise
        job = job or Job()
        job.log(f"Run {folder.name} goes on")
        return cls(folder, header, lock, job)

    def keep_epochs(self, count: int) -> None:
        """Forget the epochs after the first `count`: they come again.

        Raises:
            RunError: if a line before is damaged.
            ProjectError: if the file cannot be written.
        """
        path = self.folder / layout.METRICS
        kept = read_metrics(path)[:count]
        lines = [json.dumps(plain(record), ensure_ascii=False, allow_nan=False) + "\n" for record in kept]
        write_atomic(path, "".join(lines).encode())
        self._epochs = len(kept)

    @property
    def name(self) -> str:
        """The run's name, which is its folder's."""
        return self.folder.name

    def weights_path(self, which: Literal["best", "last"], fold: int | None = None) -> Path:
        """Where the weights of the best or the last epoch belong, of the run or of a fold from 1 on."""
        return self._place(fold) / layout.WEIGHTS[which]

    def checkpoint_path(self, fold: int | None = None) -> Path:
        """Where the checkpoint of the run or of a fold belongs."""
        return self._place(fold) / layout.CHECKPOINT

    def _place(self, fold: int | None) -> Path:
        if fold is None:
            return self.folder
        place = self.folder / layout.fold_name(fold)
        with writing(place):
            place.mkdir(exist_ok=True)
        return place

    def epoch(self, values: Mapping[str, Any]) -> None:
        """Append one epoch's metrics; they are on their way to the disk when this returns.

        Args:
            values: plain or numpy numbers by name. `epoch`, counted from 1, is added if it is missing.

        Raises:
            ProjectError: if the file cannot be written; the epochs before stay readable.
            RuntimeError: if the run has ended.
        """
        self._check_open()
        self._epochs += 1
        record = plain({"epoch": self._epochs, **values})
        line = json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        path = self.folder / layout.METRICS
        with writing(path), path.open("ab", buffering=0) as file:
            before = file.seek(0, 2)
            try:
                rest = memoryview(line)
                while rest:
                    rest = rest[file.write(rest) :]
            except OSError:
                # half a line would make the next one unreadable
                file.truncate(before)
                raise
        self._job.emit("epoch", record)

    def finish(self, status: Ending, message: str = "", result: Mapping[str, Any] | None = None) -> None:
        """End the run and free its lock.

        Args:
            status: `finished`, `stopped` by the user or `failed`.
            message: a sentence for the user.
            result: plain values that the training gives back; see `Run.result`.

        Raises:
            ProjectError: if the end cannot be written down; the lock is free all the same.
            RuntimeError: if the run has ended before.
            ValueError: if there is no such status.
        """
        self._check_open()
        if status not in ("finished", "stopped", "failed"):
            raise ValueError(f"status must be finished, stopped or failed, received {status!r}")
        self._open = False
        self._header |= {"status": status, "message": message, "ended": _now(), "result": plain(result)}
        try:
            write_json(self.folder / layout.HEADER, self._header)
        finally:
            self._lock.release(force=True)
        # So that no list has to read ten thousand epochs first.
        summarise(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._open:
            return
        if error is None:
            self.finish("finished")
        elif isinstance(error, (Cancelled, KeyboardInterrupt)):
            self.finish("stopped", "Stopped by the user")
        else:
            self.finish("failed", str(error) or type(error).__name__)

    def _check_open(self) -> None:
        if not self._open:
            raise RuntimeError(f"run {self.name} has ended and can no longer be written")


def _make_folder(runs_folder: Path, name: str | None) -> Path:
    chosen = None if name is None else check_name(name, "run name")
    with writing(runs_folder):
        runs_folder.mkdir(parents=True, exist_ok=True)
        while True:
            folder = runs_folder / (chosen or layout.next_name(runs_folder))
            # 'Run-1' and 'run-1' are one folder on Windows and macOS
            taken = {entry.name.casefold() for entry in runs_folder.iterdir()}
            if folder.name.casefold() not in taken:
                try:
                    folder.mkdir()
                except FileExistsError:
                    pass  # another process took the name between the two lines
                else:
                    return folder
            if chosen is not None:
                raise RunError(
                    "there is already a run of this name",
                    where=folder,
                    todo="Choose another name, or delete that run first",
                )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
