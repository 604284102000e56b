"""Writing files so that they are there whole or not at all, and saying in words why they cannot be."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import math
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import ProjectError, ReadOnlyError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_NOT_ALLOWED = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_FILE = {errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}
_REPLACE_TRIES = 10 if os.name == "nt" else 1
_REPLACE_PAUSE = 0.02


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write `path` into an error that a person can act on.

    Raises:
        ProjectError: if there is no space left.
        ReadOnlyError: if the place is read-only or may not be written by this user.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise ProjectError(
                "there is no space left to write this file",
                where=path,
                todo="Free some space on this disk and try again; what was there before is unchanged",
            ) from error
        if error.errno in _NOT_ALLOWED:
            raise ReadOnlyError(
                "this file cannot be written",
                where=path,
                found=os.strerror(error.errno).lower() if error.errno else None,
                todo="Allow writing to the folder, or copy the project to a place that you can write to",
            ) from error
        if error.errno in _NO_FILE:
            raise ProjectError(
                "this file cannot be written",
                where=path,
                found=os.strerror(error.errno).lower(),
                todo="Choose another name or folder",
            ) from error
        raise


def write_atomic(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file so that after a crash there is the old content or the new, never a part.

    Args:
        path: the file; its folder must exist.
        content: all of the file.
        durable: wait until it is on the disk. Without, a reader still finds a whole file at any time, but a
            power cut may take it: for what is written often and can be done without.

    Raises:
        ProjectError: if there is no space left.
        ReadOnlyError: if the place is read-only.
    """
    # in the same folder: a rename is atomic only within one file system
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    with writing(path):
        try:
            with temporary.open("xb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            _replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(path.parent)


def write_json(path: Path, value: Any, *, indent: int | None = 2, durable: bool = True) -> None:
    """Write `value` as JSON, atomically. What JSON does not know is written as by `plain`.

    Args:
        path: the file; its folder must exist.
        value: what `plain` understands.
        indent: spaces for each level; None for one line.
        durable: see `write_atomic`.

    Raises:
        ProjectError: if there is no space left.
        ReadOnlyError: if the place is read-only.
        TypeError: if `value` holds something that has no plain form.
    """
    text = json.dumps(plain(value), indent=indent, ensure_ascii=False, allow_nan=False)
    # file names may hold bytes that are no text; Python's stand-ins for them have an escape in JSON
    write_atomic(path, (text + "\n").encode(errors="backslashreplace"), durable=durable)


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array as `.npy`, atomically.

    Args:
        path: the file; its folder must exist.
        array: of numbers, small enough to be held in memory twice.

    Raises:
        ProjectError: if there is no space left.
        ReadOnlyError: if the place is read-only.
    """
    # NumPy itself reports a full disk without its error number
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    write_atomic(path, content.getvalue())


def plain(value: Any) -> Any:
    """The value as JSON can hold it: arrays as lists, paths as text, NaN and infinity as null.

    Raises:
        TypeError: if there is no such form.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"this value cannot be written as JSON: {value!r}")


def _replace(source: Path, target: Path) -> None:
    for attempt in range(1, _REPLACE_TRIES + 1):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            # Windows refuses for the moment in which another process reads the target
            if attempt == _REPLACE_TRIES:
                raise
            time.sleep(_REPLACE_PAUSE)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there, and NTFS journals the rename
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # some network file systems know no fsync of a folder; the rename itself is done
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
