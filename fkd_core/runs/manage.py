"""Runs as things to keep in order: renamed, put away and back, removed, packed."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from fkd_core.errors import BadInputError, RunError
from fkd_core.files import write_json, writing
from fkd_core.jobs import Job
from fkd_core.names import check_name
from fkd_core.runs import control, layout
from fkd_core.runs.attended import PROCESS
from fkd_core.runs.run import Run

AWAY = ".deleted"
"""Folder beside the runs that holds what was put away."""


def rename(run: Run, name: str) -> Run:
    """Give a run another name, and its folder with it.

    Raises:
        BadInputError: if the name cannot name a folder, or another run has it.
        RunError: if the run trains or is damaged.
        ProjectError: if it cannot be written.
    """
    _check_still(run, "renamed")
    name = check_name(name, "name of a run")
    target = run.folder.parent / name
    # On some systems a name that differs in its letters' case alone is the same folder.
    if target.exists() and not (run.folder.exists() and target.samefile(run.folder)):
        raise BadInputError("another run has this name", found=name, todo="Choose another one")
    header = layout.read_json_object(run.folder / layout.HEADER, "run's description")
    with writing(target):
        run.folder.rename(target)
    write_json(target / layout.HEADER, header | {"name": name})
    return Run.open(target)


def put_away(run: Run) -> Path:
    """Take a run from the list; `put_back` brings it back, `discard` removes it for good.

    Returns:
        Where it lies now.

    Raises:
        RunError: if the run trains.
        ProjectError: if it cannot be written.
    """
    _check_still(run, "deleted", damaged=True)
    away = run.folder.parent / AWAY
    with writing(away):
        away.mkdir(exist_ok=True)
        number = 0
        while (target := away / f"{run.name}.{number}").exists():
            number += 1
        run.folder.rename(target)
    return target


def put_back(away: Path) -> Run:
    """Bring back a run that was put away.

    Raises:
        RunError: if a run of its name was made meanwhile.
        ProjectError: if it cannot be written.
    """
    target = away.parent.parent / away.name.rpartition(".")[0]
    if target.exists():
        raise RunError(
            "another run of this name was made meanwhile", where=target, todo="Rename that one first"
        )
    with writing(target):
        away.rename(target)
    return Run.open(target)


def last_put_away(runs_folder: Path, name: str) -> Path | None:
    """Where the run of a name lies that was put away last; None if there is none."""
    folder = runs_folder / AWAY
    entries = folder.iterdir() if folder.is_dir() else ()
    found = [entry for entry in entries if entry.name.rpartition(".")[0] == name]
    return max(found, key=lambda entry: int(entry.name.rpartition(".")[2]), default=None)


def discard(away: Path) -> None:
    """Remove a run for good that was put away.

    Raises:
        ProjectError: if it cannot be removed.
    """
    with writing(away):
        shutil.rmtree(away)


def discard_all(runs_folder: Path) -> int:
    """Remove all for good that was put away. Returns how many runs.

    Raises:
        ProjectError: if one cannot be removed.
    """
    away = runs_folder / AWAY
    found = sorted(away.iterdir()) if away.is_dir() else []
    for each in found:
        discard(each)
    return len(found)


def size_of(run: Run) -> int:
    """Bytes of all files of a run."""
    return _size(str(run.folder))


def _size(folder: str) -> int:
    # Not by paths: hundreds of runs are listed at once, and objects for each file take longer than the rest.
    with os.scandir(folder) as entries:
        return sum(
            _size(entry.path) if entry.is_dir(follow_symlinks=False) else entry.stat().st_size
            for entry in entries
        )


def pack(run: Run, target: Path, job: Job | None = None) -> int:
    """Write a run into a ZIP file under its name, without what only its training needs.

    Returns:
        How many files.

    Raises:
        BadInputError: if the file exists.
        Cancelled: if the job was stopped; no file is left.
        ProjectError: if it cannot be written.
    """
    job = job or Job()
    if target.exists():
        raise BadInputError("there is such a file already", where=target, todo="Choose another name")
    left_out = {layout.LOCK, layout.CHECKPOINT, layout.SUMMARY, layout.COMPARED, PROCESS, control.FILE}
    files = [path for path in sorted(run.folder.rglob("*")) if path.is_file() and path.name not in left_out]
    unfinished = target.with_name(f".{target.name}.new")
    try:
        with writing(target):
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
                for number, path in enumerate(files):
                    job.progress(number, len(files), f"packing {run.name}")
                    archive.write(path, Path(run.name) / path.relative_to(run.folder))
            unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(files)


def _check_still(run: Run, verb: str, *, damaged: bool = False) -> None:
    status = run.status
    if status == "running":
        raise RunError(
            f"run {run.name!r} is being trained and cannot be {verb}", where=run.folder, todo="Stop it first"
        )
    if status == "damaged" and not damaged:
        raise RunError(
            f"run {run.name!r} is damaged and cannot be {verb}", where=run.folder, found=run.message
        )
