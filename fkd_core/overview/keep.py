"""Where the overview keeps what it worked out: beside the labels, to be made anew at any time."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import ProjectError
from fkd_core.files import write_atomic
from fkd_core.project import Project

FOLDER = "overview"
_VERSION = 1


def kept_arrays(project: Project, name: str, wanted: tuple[str, ...]) -> dict[str, NDArray[Any]] | None:
    """Arrays that were kept for these faces; None where there are none, or none that can be used."""
    try:
        # Read first: a damaged file would be left open.
        content = _path(project, name).read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            if str(file["fingerprint"]) != f"{_VERSION} {project.manifest.fingerprint}":
                return None
            return {part: file[part] for part in wanted}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        # A damaged copy costs the time to make it anew, nothing else.
        return None


def keep_arrays(project: Project, name: str, arrays: dict[str, Any]) -> None:
    """Keep arrays for these faces where the folder can be written; elsewhere nothing is lost but time."""
    content = io.BytesIO()
    fingerprint = np.array(f"{_VERSION} {project.manifest.fingerprint}")
    np.savez(content, allow_pickle=False, fingerprint=fingerprint, **arrays)
    with suppress(OSError, ProjectError):
        path = _path(project, name)
        path.parent.mkdir(exist_ok=True)
        write_atomic(path, content.getvalue())


def _path(project: Project, name: str) -> Path:
    return project.folder / FOLDER / name
