"""A copy of a project elsewhere, with all that an open one knows, saved or not."""

from __future__ import annotations

import os
from pathlib import Path

from fkd_core.errors import BadInputError
from fkd_core.files import writing
from fkd_core.importing import new_project
from fkd_core.jobs import Job
from fkd_core.labels.journal import FILE
from fkd_core.labels.restore import find_restoration, write_database
from fkd_core.labels.store import Held
from fkd_core.manifest import NAME

_CHUNK = 4 * 2**20
_LEFT = ("writer.", "labels", "backups", ".")
"""beginnings of names that are no part of a copy: who writes, the labels, which are written anew, and what
is half done"""


def save_copy(source: Path, held: Held, folder: Path, job: Job) -> None:
    """Make a project of the same faces and runs, with labels as a running program knows them.

    Args:
        source: the folder of the open project, perhaps on a disk that is full or cannot be written.
        held: its labels.
        folder: the project to make.

    Raises:
        BadInputError: if it lies in the project itself.
        ProjectError: if there is something of this name, or it cannot be written.
    """
    if folder.absolute().is_relative_to(source.absolute()):
        raise BadInputError(
            "a copy cannot lie in the project itself", where=folder, todo="Choose another folder"
        )
    files = [path for path in _files(source) if path.name != NAME]
    total, done = sum(path.stat().st_size for path in files), 0
    found = find_restoration(source, held=held)
    with new_project(folder) as partial:
        for path in [*files, source / NAME]:
            target = partial / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            done = _copy(path, target, job, done, total)
        write_database(partial / FILE, found.merged)


def _files(source: Path) -> list[Path]:
    kept = [path for path in source.iterdir() if not path.name.startswith(_LEFT)]
    inner = [file for path in kept if path.is_dir() for file in path.rglob("*")]
    return sorted(path for path in (*kept, *inner) if path.is_file())


def _copy(source: Path, target: Path, job: Job, done: int, total: int) -> int:
    with source.open("rb") as reading, writing(target), target.open("xb") as made:
        while chunk := reading.read(_CHUNK):
            made.write(chunk)
            done += len(chunk)
            job.progress(done, max(total, done), "copying")
        made.flush()
        os.fsync(made.fileno())
    return done
