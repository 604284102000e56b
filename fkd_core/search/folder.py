"""A search on the disk: `searches/NAME/` in the project's folder. Nothing here imports Optuna.

search.json      what was asked for, when, on which faces
journal.log      Optuna's own record of the trials, unless they are kept in a database
trials/0003.json what each trial did, see `fkd_core.search.record.Trial`
runs/0003/       its run: split, epochs, environment; of the best trial with weights
workers/         a file for each process that works on it, locked while it lives
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fkd_core.errors import FkdError, SearchError
from fkd_core.files import write_json, writing
from fkd_core.names import check_name
from fkd_core.search.config import SearchConfig
from fkd_core.search.record import ENDED, FINISHED, PRUNED, RUNNING, Trial, best_of

FOLDER = "searches"
HEADER = "search.json"
JOURNAL = "journal.log"
FORMAT = 1
_LISTED = 10


class SearchFolder:
    """One search of a project; made by `create` or `open_search`."""

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        self.path = path
        self.header = header
        self.config = SearchConfig.from_dict(header["config"])

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.path.name

    @property
    def project(self) -> Path:
        """The project it belongs to."""
        return self.path.parent.parent

    @property
    def storage(self) -> str | None:
        """Address of the database of the trials without its password; None for the journal."""
        return self.header.get("storage")

    @property
    def runs(self) -> Path:
        """Where the runs of the trials lie."""
        return self.path / "runs"

    def trial_path(self, number: int) -> Path:
        """The file of a trial."""
        return self.path / "trials" / f"{number:04d}.json"

    def run_name(self, number: int) -> str:
        """What the run of a trial is called, in `runs`."""
        return f"{number:04d}"

    def write_trial(self, trial: Trial) -> None:
        """Keep what a trial did so far."""
        write_json(self.trial_path(trial.number), trial.to_dict())

    def trials(self) -> list[Trial]:
        """All trials by number. One whose process is gone is `interrupted`; a file that cannot be read is not
        among them."""
        found = []
        for path in sorted((self.path / "trials").glob("[0-9]*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError):
                trial = Trial.from_dict(json.loads(path.read_bytes()))
                found.append(trial)
        if any(trial.status == RUNNING for trial in found):
            working = set(self.workers())
            for trial in found:
                if (
                    trial.status == RUNNING
                    and trial.worker.startswith(_here())
                    and trial.worker not in working
                ):
                    trial.status, trial.message = "interrupted", "Its process ended"
        return found

    def worker_lock(self, worker: str) -> FileLock:
        """The lock that a process holds while it works on this search."""
        with writing(self.path):
            (self.path / "workers").mkdir(exist_ok=True)
        return FileLock(self.path / "workers" / f"{worker}.lock", thread_local=False)

    def workers(self) -> list[str]:
        """The processes that work on it now; files of dead ones are cleared away."""
        living = []
        for path in (self.path / "workers").glob("*.lock"):
            try:
                with FileLock(path, thread_local=False).acquire(timeout=0.005, poll_interval=0.001):
                    pass
            except Timeout:
                living.append(path.stem)
            except (OSError, NotImplementedError):
                continue
        return sorted(living)

    def status(self, trials: list[Trial] | None = None) -> str:
        """`running`, `finished`, or `stopped` where trials are left."""
        if self.workers():
            return RUNNING
        trials = self.trials() if trials is None else trials
        done = sum(trial.status in ENDED for trial in trials)
        return FINISHED if done >= self.config.total else "stopped"

    def summary(self, trials: list[Trial] | None = None) -> dict[str, Any]:
        """The search in a line, as plain values."""
        trials = self.trials() if trials is None else trials
        best = best_of(trials)
        config = self.config
        return {
            "name": self.name,
            "status": self.status(trials),
            "strategy": config.strategy,
            "model": config.space.model,
            "keep": config.keep,
            "created": self.header.get("created", ""),
            "trials": config.total,
            "ended": sum(trial.status in ENDED for trial in trials),
            "pruned": sum(trial.status == PRUNED for trial in trials),
            "best": None if best is None else best.to_dict() | {"curve": None},
            "seconds": sum(trial.seconds for trial in trials),
            "seconds_left": seconds_left(config.total, trials, max(1, len(self.workers()))),
            "storage": self.storage,
        }


def seconds_left(total: int, trials: list[Trial], workers: int = 1) -> float | None:
    """An estimate of how long the rest takes, from how long trials took; None before the first."""
    took = [trial.seconds for trial in trials if trial.status in ENDED and trial.same_as is None]
    if not took:
        return None
    mean = sum(took) / len(took)
    ended = sum(trial.status in ENDED for trial in trials)
    under_way = sum(min(trial.seconds, mean) for trial in trials if trial.status == RUNNING)
    return max(0.0, (total - ended) * mean - under_way) / workers


def create(
    project: Path, name: str, config: SearchConfig, data: dict[str, Any], storage: str | None = None
) -> SearchFolder:
    """Make the folder of a search.

    Args:
        project: folder of the project.
        name: of the search.
        config: what is asked for.
        data: fingerprints of the faces and labels.
        storage: address of a database without password; None for a journal in the folder.

    Raises:
        BadInputError: if the name cannot be used.
        SearchError: if there is a search of that name.
    """
    path = project / FOLDER / check_name(name, "search name")
    header = {
        "format": FORMAT,
        "name": path.name,
        "created": now(),
        "config": config.to_dict(),
        "data": data,
        "storage": storage,
    }
    with writing(path):
        path.parent.mkdir(exist_ok=True)
        try:
            path.mkdir()
        except FileExistsError:
            raise SearchError(f"there is a search {path.name!r} already", where=path) from None
        for part in ("trials", "runs", "workers"):
            (path / part).mkdir()
    write_json(path / HEADER, header)
    return SearchFolder(path, header)


def open_search(project: Path, name: str) -> SearchFolder:
    """A search of a project.

    Raises:
        SearchError: if there is none of that name, naming those that there are, or it is damaged.
    """
    path = project / FOLDER / name
    there = [found.name for found in _paths(project)]
    if Path(name).name != name or name not in there:
        raise SearchError(
            f"there is no search {name!r}",
            where=project / FOLDER,
            expected=f"one of {', '.join(there[:_LISTED])}" if there else None,
            todo=None if there else "Begin one: fkd search PROJECT",
        )
    try:
        header = json.loads((path / HEADER).read_bytes())
        if header["format"] > FORMAT:
            raise SearchError(
                "this search was made by a newer version of FKD",
                where=path,
                expected=f"format {FORMAT}",
                found=header["format"],
                todo="Use that version",
            )
        return SearchFolder(path, header)
    except (OSError, ValueError, KeyError, TypeError, FkdError) as error:
        if isinstance(error, SearchError):
            raise
        raise SearchError(
            "this search cannot be read",
            where=path / HEADER,
            found=error,
            todo="Restore the file from a copy, or begin another search",
        ) from error


def list_searches(project: Path) -> Iterator[SearchFolder]:
    """All searches of a project that can be read, the oldest first."""
    found = []
    for path in _paths(project):
        with contextlib.suppress(SearchError):
            found.append(open_search(project, path.name))
    yield from sorted(found, key=lambda search: str(search.header.get("created", "")))


def delete(search: SearchFolder) -> None:
    """Delete a search and all that its trials left.

    Raises:
        SearchError: if a process works on it.
    """
    if search.workers():
        raise SearchError(f"search {search.name!r} is at work", where=search.path, todo="Stop it first")
    with writing(search.path):
        shutil.rmtree(search.path)


def now() -> str:
    """This moment, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _here() -> str:
    from fkd_core.search.worker import host

    return f"{host()}-"


def _paths(project: Path) -> list[Path]:
    folder = project / FOLDER
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if (path / HEADER).is_file())
