"""Files in a folder, in a zip or in a zip within a zip, read without unpacking them to the disk."""

from __future__ import annotations

import io
import lzma
import struct
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
# What the standard library raises for bytes that are no proper archive.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


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


@attrs.frozen
class Listing:
    """What lies in a source.

    Attributes:
        members: the files.
        damaged: archives that could not be looked into, and why; they matter only if a file is missing.
    """

    members: list[Member]
    damaged: list[BadInputError]


def members(source: Path) -> list[Member]:
    """All files below a folder or in a zip, archives looked into; or the file itself.

    Raises:
        BadInputError: if the source is missing, empty, unreadable or damaged.
    """
    listing = look_into(source)
    if listing.damaged:
        raise listing.damaged[0]
    return listing.members


def look_into(source: Path) -> Listing:
    """As `members`, but an archive within the source may be damaged.

    Raises:
        BadInputError: if the source is missing, empty or unreadable.
    """
    found: list[Member] = []
    damaged: list[BadInputError] = []
    try:
        if not source.exists():
            raise BadInputError("there is no such file or folder", where=source)
        if source.is_dir():
            name = source.resolve().name
            for path in sorted(source.rglob("*")):
                shown = f"{name}/{path.relative_to(source).as_posix()}"
                if path.is_file() and not _is_resource_fork(shown):
                    _collect(path, shown, found, damaged)
        elif source.is_file():
            _collect(source, source.name, found, damaged)
        else:
            raise BadInputError("this is neither a file nor a folder", where=source)
    except OSError as error:
        raise _unreadable(source, error) from error
    if not found and not damaged:
        raise BadInputError("there is nothing in it", where=source, expected="the competition's files")
    return Listing(found, damaged)


def _collect(path: Path, shown: str, found: list[Member], damaged: list[BadInputError]) -> None:
    if path.suffix.lower() != ".zip":
        found.append(Member(shown, path.name, shown.count("/"), partial(_open_file, path)))
    elif path.stat().st_size == 0:
        damaged.append(BadInputError("the file is empty", where=shown, expected="a zip archive"))
    else:
        _collect_zip(partial(_on_disk, path), shown, 0, found, damaged)


def _collect_zip(
    open_zip: Callable[[], zipfile.ZipFile],
    shown: str,
    nesting: int,
    found: list[Member],
    damaged: list[BadInputError],
) -> None:
    try:
        archive = open_zip()
        _check_whole(archive)
    except _DAMAGED as error:
        damaged.append(_damaged(shown, error))
        return
    for info in archive.infolist():
        path = f"{shown}/{info.filename}"
        if info.is_dir() or _is_resource_fork(path):
            continue
        if info.filename.lower().endswith(".zip") and nesting < _MAX_NESTING:
            # A zip is read from its end: the packed bytes of an inner one are held in memory.
            _collect_zip(partial(_in_memory, archive, info), path, nesting + 1, found, damaged)
        else:
            name = info.filename.rpartition("/")[2]
            found.append(Member(path, name, path.count("/"), partial(archive.open, info)))


def _check_whole(archive: zipfile.ZipFile) -> None:
    """A download cut off soon after a zip within it ends like that one and would be taken for it."""
    files = archive.infolist()
    if files and min(info.header_offset for info in files) > 0:
        raise zipfile.BadZipFile("the end of the archive is missing")


def _open_file(path: Path) -> IO[bytes]:
    return path.open("rb")


def _on_disk(path: Path) -> zipfile.ZipFile:
    # Given a path, the archive closes its file when the last member is gone.
    return zipfile.ZipFile(path)


def _in_memory(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(archive.read(info)))


def _is_resource_fork(path: str) -> bool:
    """What macOS leaves beside each file; it has the file's name and ending and is none."""
    parts = path.split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._")


def _damaged(path: object, error: Exception) -> BadInputError:
    if "encrypted" in str(error) or "password" in str(error):
        return BadInputError("the archive asks for a password", where=path, todo="Unpack it first")
    return BadInputError(
        "the archive is damaged or was not downloaded to its end",
        where=path,
        found=str(error) or type(error).__name__,
        todo="Download it again",
    )


def _unreadable(path: object, error: OSError) -> BadInputError:
    return BadInputError("it cannot be read", where=path, found=error.strerror or str(error))
