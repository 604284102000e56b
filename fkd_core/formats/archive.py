"""Files in a folder, in a zip or in a zip within a zip, read without unpacking them to the disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import attrs

from fkd_core.errors import BadInputError

_MAX_NESTING = 3
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@attrs.frozen
class Member:
    """A file that can be read from its beginning.

    Attributes:
        path: for people, such as `download.zip/training.zip/training.csv`.
        name: the last part of it.
        depth: how many folders and archives it lies in.
    """

    path: str
    name: str
    depth: int
    _open: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Read the file.

        Raises:
            BadInputError: if it, or an archive around it, is damaged or cannot be read.
        """
        try:
            with self._open() as stream:
                yield stream
        except _DAMAGED as error:
            raise _damaged(self.path, error) from error
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def read(self) -> bytes:
        """The whole content."""
        with self.open() as stream:
            return stream.read()


def members(source: Path) -> list[Member]:
    """All files below a folder or in a zip, archives looked into; or the file itself.

    Raises:
        BadInputError: if the source is missing, empty, unreadable or damaged.
    """
    if not source.exists():
        raise BadInputError("there is no such file or folder", where=source)
    try:
        if source.is_dir():
            files = sorted(path for path in source.rglob("*") if path.is_file())
            found = [m for path in files for m in _of_file(path, f"{source.name}/{path.relative_to(source)}")]
        else:
            found = list(_of_file(source, source.name))
    except OSError as error:
        raise _unreadable(source, error) from error
    if not found:
        raise BadInputError("there is nothing in it", where=source, expected="the competition's files")
    return found


def _of_file(path: Path, shown: str) -> Iterator[Member]:
    shown = shown.replace("\\", "/")
    if path.suffix.lower() == ".zip":
        if path.stat().st_size == 0:
            raise BadInputError("the file is empty", where=shown)
        yield from _of_zip(partial(_open_file, path), shown, 0)
    else:
        yield Member(shown, path.name, shown.count("/"), partial(_open_file, path))


def _open_file(path: Path) -> IO[bytes]:
    return path.open("rb")


def _of_zip(open_zip: Callable[[], IO[bytes]], shown: str, nesting: int) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(open_zip())
    except _DAMAGED as error:
        raise _damaged(shown, error) from error
    for info in archive.infolist():
        if info.is_dir() or info.filename.startswith("__MACOSX/"):
            continue
        path = f"{shown}/{info.filename}"
        if info.filename.lower().endswith(".zip") and nesting < _MAX_NESTING:
            # A zip needs to be read from its end: the packed bytes of an inner one are held in memory.
            yield from _of_zip(partial(_in_memory, archive, info, path), path, nesting + 1)
        else:
            name = info.filename.rpartition("/")[2]
            yield Member(path, name, path.count("/"), partial(archive.open, info))


def _in_memory(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> IO[bytes]:
    try:
        return io.BytesIO(archive.read(info))
    except _DAMAGED as error:
        raise _damaged(path, error) from error


def _damaged(path: object, error: Exception) -> BadInputError:
    return BadInputError(
        "the archive is damaged or was not downloaded to its end",
        where=path,
        found=str(error),
        todo="Download it again",
    )


def _unreadable(path: object, error: OSError) -> BadInputError:
    return BadInputError("it cannot be read", where=path, found=error.strerror or str(error))
