"""One training as a window attends it: started in a process of its own, or found while it runs already.

No Qt here: the desk runs these calls on its worker threads.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fkd_core.errors import Cancelled, FkdError, RunError
from fkd_core.jobs import Job
from fkd_core.runs import Run
from fkd_core.runs.control import Wish, ask
from fkd_gui.panels.keypoint_values import errors_of


class Attendance:
    """Starts or joins a training and passes on what it says, with two events of its own.

    `joined` carries how a run stood when it was joined: `run`, `epochs` (its records so far), `seconds` since
    it began, `length` (what it was to be: `epochs` or `minutes`). `advice` carries `run` and `found`, see
    `fkd_core.runs.advice`, whenever that changes.

    Args:
        project: folder of the project.
    """

    def __init__(self, project: Path) -> None:
        self._project = project
        self._wish: Wish | None = None
        self._left = threading.Event()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.folder: Path | None = None
        """of the run; None as long as there is none"""

    @property
    def runs(self) -> Path:
        """The folder of the project's runs."""
        return self._project / "runs"

    def start(self, arguments: dict[str, Any], job: Job) -> dict[str, Any]:
        """Start a training and attend it to its end; see `fkd_core.runs.live.start_detached`.

        Returns:
            How it ended, as `fkd_core.training.start.train_run` returns it.

        Raises:
            Cancelled: if it was stopped before there was a run, or the window left it.
            FkdError: if it cannot start, failed, or its process is gone.
        """
        from fkd_core.runs.live import start_detached

        run = start_detached(self._project, arguments, _Passed(job.emit, self._has_ended))
        return self._follow(run, job)

    def join(self, run: str, job: Job) -> dict[str, Any]:
        """Attend a training that runs already; returns and raises what `start` does."""
        return self._follow(run, job)

    def wish(self, wish: Wish) -> None:
        """Ask the training to stop, now or after its epoch; before there is a run it does not begin.

        Raises:
            FkdError: if that cannot be written down. A training that has just ended needs no wish.
        """
        with self._lock:
            self._wish = wish
            if self.folder is None:
                if wish == "stop":
                    self._stop.set()
                return
        self._ask(wish)

    def leave(self) -> None:
        """Stop attending; the training goes on. One that has no run yet does not begin."""
        self._left.set()

    def _has_ended(self) -> bool:
        return self._left.is_set() or self._stop.is_set()

    def _ask(self, wish: Wish) -> None:
        assert self.folder is not None
        try:
            ask(self.folder, wish)
        except FkdError:
            if Run.open(self.folder).status == "running":
                raise

    def _follow(self, run: str, job: Job) -> dict[str, Any]:
        from fkd_core.runs.live import follow

        with self._lock:
            self.folder, wish = self.runs / run, self._wish
        if wish is not None:
            self._ask(wish)
        passed = _Passed(_Hearing(run, self.folder, job).hear, self._left.is_set)
        return follow(self.folder, passed)


class _Passed(Job):
    """Passes on what is said; what ends it is not the window's own job."""

    def __init__(self, hear: Callable[[str, dict[str, Any]], None], ended: Callable[[], bool]) -> None:
        super().__init__(interval=0)
        self._hear, self._ended = hear, ended

    @property
    def cancelled(self) -> bool:
        return self._ended()

    def check(self) -> None:
        if self._ended():
            raise Cancelled

    def emit(self, event: str, data: dict[str, Any]) -> None:
        self._hear(event, data)


class _Hearing:
    """Tells the epochs that a run has already in one go, and what is to be said of its course."""

    def __init__(self, run: str, folder: Path, job: Job) -> None:
        found = Run.open(folder)
        self._run, self._job = run, job
        self._history = found.metrics
        self._known, self._said = list(self._history), ()
        job.emit(
            "joined",
            {
                "run": run,
                "epochs": self._known,
                "seconds": _running_for(folder),
                "length": length_of(found),
            },
        )
        self._at = 0
        self._advise()

    def hear(self, event: str, data: dict[str, Any]) -> None:
        """One event of the training."""
        if event == "epoch" and self._at < len(self._known) and data == self._known[self._at]:
            # It was told when the run was joined.
            self._at += 1
            return
        self._job.emit(event, data)
        if event == "epoch":
            self._known = []
            # Where a run went on from a checkpoint, epochs come again.
            while self._history and self._history[-1]["epoch"] >= data["epoch"]:
                self._history.pop()
            self._history.append(data)
            self._advise()

    def _advise(self) -> None:
        from fkd_core.runs.advice import advise

        found = advise(self._history)
        if found != self._said:
            self._said = found
            self._job.emit("advice", {"run": self._run, "found": found})


def _running_for(folder: Path) -> float:
    """Seconds for which the process of a run has trained; 0 where it does not say."""
    from fkd_core.runs.live import live

    found = live(folder)
    return 0.0 if found is None else max(0.0, time.time() - found.started)


def length_of(run: Run) -> dict[str, Any]:
    """How long a run was to be, with what was added to it: `epochs` or `minutes` of each of its `folds`."""
    config = run.config
    length = {key: config.get(key) for key in ("epochs", "minutes", "folds")}
    for part in config.get("extended") or ():
        for key in ("epochs", "minutes"):
            if part.get(key) is not None:
                # A run by minutes that was given epochs ends after neither alone.
                length[key] = length[key] + part[key] if length[key] is not None else None
    return length


def more_of(run: Run, epochs: list[dict[str, Any]]) -> dict[str, Any]:
    """What is shown of a run beside its curves; looked up on a thread.

    Returns:
        `keypoints`, its latest `KeypointErrors`, and `seen`, its `WatchedFaces`, None where there are none;
        `advice` on its course; `extends`, whether it can be trained for longer than it was to be; `length`,
        how long that was: `epochs` or `minutes`.
    """
    from fkd_core.runs import layout
    from fkd_core.runs.advice import advise
    from fkd_core.runs.watched import WatchedFaces, watched_faces

    seen: WatchedFaces | None = None
    # Curves are shown all the same where this one file is damaged.
    with contextlib.suppress(RunError):
        seen = watched_faces(run.folder)
    return {
        "seen": seen,
        "keypoints": errors_of(epochs),
        "advice": advise(epochs),
        "extends": run.status in ("finished", "stopped")
        and not run.config.get("folds")
        and (run.folder / layout.CHECKPOINT).is_file(),
        "length": length_of(run),
    }
