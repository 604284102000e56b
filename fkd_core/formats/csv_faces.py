"""Faces in a CSV file as the competition writes them: coordinates in columns, pixels as one string."""

from __future__ import annotations

import csv
import hashlib
import queue
import re
import threading
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.formats.archive import Member
from fkd_core.formats.npy_writer import NpyWriter
from fkd_core.formats.pixels import PixelError, count_tokens, parse_pixels
from fkd_core.jobs import Job

_CHUNK = 2 << 20
_MISSING = (b"", b"nan", b"NaN", b"NA", b"null")
_LONGEST_ID = 18
"""Digits that int64 always holds."""
_QUOTED = re.compile(rb'"([^"]*(?:""[^"]*)*)"?(,|$)')


@attrs.frozen(eq=False)
class CsvFaces:
    """What was read from one file; the images went to the disk.

    Attributes:
        points: float32 `(N, K, 2)`, NaN where unlabelled.
        ids: int64 `(N,)`, the column ImageId or else the 0-based row.
        digests: uint64 `(N,)`, equal for equal pixels.
        size: height and width.
        empty_pixels: rows to the number of empty pixel tokens in them.
        absent: keypoints for which the file has no columns.
        ignored: columns that the schema does not know.
    """

    points: NDArray[np.float32]
    ids: NDArray[np.int64]
    digests: NDArray[np.uint64]
    size: tuple[int, int]
    empty_pixels: dict[int, int]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]


def read_header(member: Member) -> list[str]:
    """Column names of a CSV file.

    Raises:
        BadInputError: if the file is empty or does not begin with text.
    """
    with member.open() as stream:
        first = stream.readline(1 << 20)
    if not first.strip():
        raise BadInputError("the file is empty", where=member.path, expected="a line of column names")
    try:
        names = next(csv.reader([first.decode("utf-8-sig").rstrip("\r\n")]))
    except (UnicodeDecodeError, csv.Error):
        names = None
    if names is None or not all(name.replace("\t", " ").isprintable() for name in names):
        raise BadInputError(
            "the first line is no list of column names",
            where=member.path,
            expected="text in UTF-8, names parted by commas, lines ended by LF or CR LF",
            found=repr(first[:40]).removeprefix("b"),
        )
    return [name.strip() for name in names]


def shown(header: Sequence[str]) -> str:
    """The first column names, short enough for a message."""
    text = ", ".join(header[:6])
    return text if len(text) <= 200 else f"{text[:200]} …"


def read_faces(
    member: Member, columns: Sequence[str], images: Path, job: Job, *, stand_in: int = 128
) -> CsvFaces:
    """Read all faces of a file; pixels go to `images` as they come.

    Args:
        member: the CSV file; the order of its columns is free.
        columns: names of the 2K coordinates, `NAME_x`, `NAME_y`.
        images: the `.npy` file to write.
        stand_in: grey level of an empty pixel token.

    Raises:
        BadInputError: naming file, row and column of what is wrong.
    """
    return _Reader(member, columns, stand_in).read(images, job)


class _Reader:
    def __init__(self, member: Member, columns: Sequence[str], stand_in: int) -> None:
        self.path = member.path
        self.member = member
        self.stand_in = stand_in
        self.columns = columns
        header = read_header(member)
        twice = sorted(name for name, count in Counter(header).items() if count > 1)
        if twice:
            raise BadInputError(
                "a column occurs twice", where=f"{self.path}, line 1", found=", ".join(map(repr, twice))
            )
        if "Image" not in header:
            raise BadInputError(
                "the file has no faces",
                where=self.path,
                expected="a column Image",
                found=shown(header),
            )
        self.header = header
        self.image_field = header.index("Image")
        self.id_field = header.index("ImageId") if "ImageId" in header else None
        self.fields = [(i, header.index(name)) for i, name in enumerate(columns) if name in header]
        self.pixels: int | None = None
        self.wrong: dict[int, int] = {}
        self.empty: dict[int, int] = {}
        self.shift: dict[int, int] = {}
        """Line number less row, where empty lines made it another than 2."""

    def read(self, images: Path, job: Job) -> CsvFaces:
        points: list[list[float]] = []
        ids: list[int] = []
        digests = bytearray()
        # Closed at once when a row is wrong: the reading thread and the file end with it.
        with NpyWriter(images, durable=True) as writer, closing(_lines(self.member)) as lines:
            for row, (number, line) in enumerate(lines):
                if number != row + 2:
                    self.shift[row] = number - row
                fields = self._split(row, line)
                points.append(self._coordinates(row, fields))
                ids.append(row if self.id_field is None else self._id(row, fields[self.id_field]))
                pixels = self._pixels(row, fields[self.image_field])
                if pixels is not None:
                    writer.append(pixels)
                    digests += hashlib.blake2b(pixels.data, digest_size=8).digest()
                if row % 64 == 0:
                    job.progress(row, None, f"reading {self.member.name}")
            size = self._size(len(points))
            writer.finish((len(points), *size))
        self._check_ids(ids)
        array = np.array(points, np.float64).reshape(len(points), len(self.columns) // 2, 2)
        self._check_coordinates(array, size)
        known = {i for i, _ in self.fields}
        return CsvFaces(
            points=array.astype(np.float32),
            ids=np.array(ids, np.int64),
            digests=np.frombuffer(bytes(digests), "<u8"),
            size=size,
            empty_pixels=self.empty,
            absent=tuple(name[:-2] for i, name in enumerate(self.columns[::2]) if 2 * i not in known),
            ignored=tuple(n for n in self.header if n not in (*self.columns, "Image", "ImageId")),
        )

    def _line(self, row: int) -> int:
        return row + self.shift.get(row, 2)

    def _where(self, row: int, column: str | None = None) -> str:
        where = f"{self.path}, row {row} (line {self._line(row)})"
        return where if column is None else f"{where}, column {column}"

    def _split(self, row: int, line: bytes) -> list[bytes]:
        fields = _unquoted(line) if b'"' in line else line.split(b",")
        if len(fields) != len(self.header):
            raise BadInputError(
                "a row has the wrong number of columns",
                where=self._where(row),
                expected=len(self.header),
                found=len(fields),
            )
        return fields

    def _coordinates(self, row: int, fields: list[bytes]) -> list[float]:
        values = [np.nan] * len(self.columns)
        for i, field in self.fields:
            token = fields[field]
            if not token:
                continue
            try:
                values[i] = float(token)
            except ValueError:
                if token.strip() in _MISSING:
                    continue
                raise BadInputError(
                    "a coordinate is no number",
                    where=self._where(row, self.columns[i]),
                    expected="pixels, or nothing where unlabelled",
                    found=repr(token.decode("utf-8", "replace")),
                ) from None
        return values

    def _id(self, row: int, token: bytes) -> int:
        digits = token.strip()
        if digits.isdigit() and len(digits) <= _LONGEST_ID:
            return int(digits)
        raise BadInputError(
            "an id is no whole number",
            where=self._where(row, "ImageId"),
            expected="a number such as 1",
            found=repr(token[:80].decode("utf-8", "replace")),
        )

    def _pixels(self, row: int, text: bytes) -> NDArray[np.uint8] | None:
        wrong: PixelError | None = None
        try:
            pixels = parse_pixels(text, self.stand_in)
        except PixelError as error:
            wrong = error
        # Counting is for the first face and for what is wrong: it costs as much as a quarter of the parsing.
        if wrong is not None or pixels.values.size != self.pixels:
            count = count_tokens(text)
            if count not in (self.pixels, 0) and _side(count) is None and text != text.strip(b" "):
                return self._pixels(row, text.strip(b" "))
            if self.pixels is None and _side(count) is not None and not self.wrong:
                self.pixels = count
            if count != self.pixels:
                self.wrong[row] = count
                return None
        if wrong is not None:
            raise BadInputError(
                "a pixel is no grey level",
                where=f"{self._where(row, 'Image')}, pixel {wrong.position}",
                expected="a whole number from 0 to 255",
                found=repr(wrong.token[:80]),
            ) from None
        if pixels.empty:
            self.empty[row] = pixels.empty
        return pixels.values

    def _size(self, rows: int) -> tuple[int, int]:
        if rows == 0:
            raise BadInputError("the file has no rows", where=self.path, expected="one face a row")
        if self.wrong:
            raise self._unequal(rows)
        side = _side(self.pixels or 0)
        assert side is not None
        return side, side

    def _unequal(self, rows: int) -> BadInputError:
        counts = Counter(self.wrong.values())
        if self.pixels is not None:
            counts[self.pixels] = rows - len(self.wrong)
        usual, most = counts.most_common(1)[0]
        odd = self.wrong
        if usual != self.pixels and most > rows - len(self.wrong):
            odd = {row: self.wrong.get(row, self.pixels or 0) for row in range(rows)}
            odd = {row: count for row, count in odd.items() if count != usual}
        if not odd or _side(usual) is None:
            return BadInputError(
                "the images are not square",
                where=self._where(min(self.wrong), "Image"),
                expected="as many numbers as a square has pixels, such as 9216",
                found=usual,
            )
        side = _side(usual)
        shown = ", ".join(
            f"{count} in row {row} (line {self._line(row)})" for row, count in list(odd.items())[:10]
        )
        more = f" and {len(odd) - 10} more rows" if len(odd) > 10 else ""
        return BadInputError(
            "images of unequal size" if len(odd) > 1 else "a row has the wrong number of pixels",
            where=f"{self.path}, column Image",
            expected=f"{usual} numbers ({side}×{side}) as in the other rows",
            found=shown + more,
        )

    def _check_ids(self, ids: list[int]) -> None:
        twice = [value for value, count in Counter(ids).items() if count > 1]
        if twice:
            rows = [row for row, value in enumerate(ids) if value == twice[0]]
            raise BadInputError(
                "an id occurs twice",
                where=f"{self.path}, column ImageId",
                expected="a number of its own for each face",
                found=f"{twice[0]} in rows {', '.join(map(str, rows[:5]))}",
            )

    def _check_coordinates(self, points: NDArray[np.float64], size: tuple[int, int]) -> None:
        limits = np.array([size[1], size[0]], np.float64)
        wrong = np.argwhere(~(((points >= 0) & (points <= limits)) | np.isnan(points)))
        if len(wrong):
            row, keypoint, axis = (int(i) for i in wrong[0])
            raise BadInputError(
                "a coordinate lies outside the image",
                where=self._where(row, self.columns[2 * keypoint + axis]),
                expected=f"0 to {limits[axis]:g}",
                found=f"{points[row, keypoint, axis]:g}",
            )
        half = np.argwhere(np.isnan(points[..., 0]) != np.isnan(points[..., 1]))
        if len(half):
            row, keypoint = (int(i) for i in half[0])
            raise BadInputError(
                "a keypoint has one coordinate of two",
                where=self._where(row, self.columns[2 * keypoint].removesuffix("_x")),
                expected="both x and y, or neither",
                found="only x" if np.isnan(points[row, keypoint, 1]) else "only y",
            )


def _side(count: int) -> int | None:
    side = round(count**0.5)
    return side if count and side * side == count else None


def _unquoted(line: bytes) -> list[bytes]:
    """The fields of a line in which some are quoted; one without an end takes all that follows."""
    fields: list[bytes] = []
    rest: bytes | None = line
    while rest is not None:
        match = _QUOTED.match(rest)
        if match is None:
            field, comma, after = rest.partition(b",")
        else:
            field, comma, after = match[1].replace(b'""', b'"'), match[2], rest[match.end() :]
        fields.append(field)
        rest = after if comma else None
    return fields


def _lines(member: Member) -> Generator[tuple[int, bytes], None, None]:
    """Lines after the first with their numbers, without their ends; empty ones are left out."""
    rest = b""
    number = 1
    with member.open() as stream, _read_ahead(stream) as chunks:
        for chunk in chunks:
            lines = (rest + chunk).split(b"\n")
            rest = lines.pop()
            for line in lines:
                if number > 1 and line.strip():
                    yield number, line.rstrip(b"\r")
                number += 1
    if number > 1 and rest.strip():
        yield number, rest.rstrip(b"\r")


@contextmanager
def _read_ahead(stream: IO[bytes]) -> Iterator[Iterator[bytes]]:
    """Chunks of a stream, read on a thread of their own: decompression runs beside parsing."""
    chunks: queue.Queue[bytes | BaseException] = queue.Queue(maxsize=4)
    stop = threading.Event()

    def put(item: bytes | BaseException) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                chunks.put(item, timeout=0.1)
                return

    def read() -> None:
        try:
            while not stop.is_set() and (chunk := stream.read(_CHUNK)):
                put(chunk)
            put(b"")
        except BaseException as error:
            put(error)

    def drain() -> Iterator[bytes]:
        while item := chunks.get():
            if isinstance(item, BaseException):
                raise item
            yield item

    thread = threading.Thread(target=read, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield drain()
    finally:
        stop.set()
        thread.join()
