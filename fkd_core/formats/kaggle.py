"""The competition's download: the zip with its nested zips, a folder in any layout, or single CSV files."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.formats.archive import Listing, Member, look_into
from fkd_core.formats.csv_faces import read_header, shown
from fkd_core.lookup import LookupTable
from fkd_core.schema import KeypointSchema

_NAMES = {
    "train": ("training.csv", "train.csv"),
    "test": ("test.csv",),
    "lookup": ("idlookuptable.csv",),
    "sample": ("samplesubmission.csv",),
}
_WHOLE = re.compile(r"[0-9]{1,18}(\.0*)?")
_LOOKUP_COLUMNS = ("RowId", "ImageId", "FeatureName")


@attrs.frozen
class KaggleFiles:
    """Where the parts of a download lie; at least one of train and test is there."""

    train: Member | None
    test: Member | None
    lookup: Member | None
    sample: Member | None


def find(source: Path, schema: KeypointSchema) -> KaggleFiles:
    """Look for the competition's files in a zip, a folder or a single CSV file.

    Where a file is there twice, the one with the fewest folders around it is taken.

    Raises:
        BadInputError: if there are no faces, or an archive is damaged.
    """
    listing = look_into(source)
    found = listing.members
    if source.is_file() and source.suffix.lower() == ".csv":
        return _single(found[0], schema)
    parts = {part: _first(found, names) for part, names in _NAMES.items()}
    _check_damaged(listing, parts)
    if parts["train"] is None and parts["test"] is None:
        shown = ", ".join(member.path for member in found[:5])
        raise BadInputError(
            "no faces were found",
            where=source,
            expected="training.csv or test.csv, also zipped",
            found=shown + (f" and {len(found) - 5} more files" if len(found) > 5 else ""),
        )
    return KaggleFiles(**parts)


def _check_damaged(listing: Listing, parts: dict[str, Member | None]) -> None:
    """An archive that cannot be opened is of no interest once all faces were found elsewhere."""
    if listing.damaged and (parts["train"] is None or parts["test"] is None):
        raise listing.damaged[0]


def _single(member: Member, schema: KeypointSchema) -> KaggleFiles:
    header = read_header(member)
    if "Image" not in header:
        raise BadInputError(
            "the file has no faces", where=member.path, expected="a column Image", found=shown(header)
        )
    labelled = set(header) & set(schema.columns)
    return KaggleFiles(member if labelled else None, None if labelled else member, None, None)


def _first(found: Sequence[Member], names: Sequence[str]) -> Member | None:
    fitting = [member for member in found if member.name.lower() in names]
    return min(fitting, key=lambda member: (member.depth, member.path), default=None)


def read_lookup(member: Member, schema: KeypointSchema) -> LookupTable:
    """Read `IdLookupTable.csv`.

    Raises:
        BadInputError: naming row and column of what is wrong.
    """
    table = _read_table(member, _LOOKUP_COLUMNS)
    row_ids = _whole(member, table, "RowId")
    _check_different(member, row_ids, table)
    codes = {name: index for index, name in enumerate(schema.columns)}
    coordinates = [codes.get(name, -1) for name in table.columns["FeatureName"]]
    if -1 in coordinates:
        row = coordinates.index(-1)
        raise BadInputError(
            "a coordinate is asked that the faces do not have",
            where=table.where(member, row, "FeatureName"),
            expected="a name such as left_eye_center_x",
            found=repr(table.columns["FeatureName"][row][:80]),
        )
    image_ids = _whole(member, table, "ImageId")
    return LookupTable(row_ids, image_ids, np.array(coordinates, np.int64))


def check_asked(member: Member, lookup: LookupTable, ids: NDArray[np.int64]) -> None:
    """Make sure that every face the lookup table asks for is one of `ids`.

    Raises:
        BadInputError: naming the first row that asks for another.
    """
    unknown = np.flatnonzero(~np.isin(lookup.image_ids, ids))
    if len(unknown):
        row = int(unknown[0])
        more = f", and {len(unknown) - 1} more rows" if len(unknown) > 1 else ""
        raise BadInputError(
            "the lookup table asks for a face that the test file does not have",
            where=f"{member.path}, row {row} (line {row + 2}), column ImageId",
            expected=f"one of {len(ids)} ids from {ids.min()} to {ids.max()}",
            found=f"{lookup.image_ids[row]}{more}",
        )


def check_sample(member: Member, lookup: LookupTable) -> None:
    """Compare `SampleSubmission.csv` with the lookup table: both must name the same rows.

    Raises:
        BadInputError: if they do not.
    """
    rows = _whole(member, _read_table(member, ("RowId",)), "RowId")
    if not np.array_equal(np.sort(rows), np.sort(lookup.row_ids)):
        raise BadInputError(
            "the sample submission asks for other rows than the lookup table",
            where=member.path,
            expected=f"{len(lookup)} row ids",
            found=f"{len(rows)}, {len(set(rows.tolist()) & set(lookup.row_ids.tolist()))} of them the same",
        )


@attrs.frozen
class _Table:
    """Columns of a small CSV file as text, and the line in which each row stands."""

    columns: dict[str, list[str]]
    lines: list[int]

    def where(self, member: Member, row: int, column: str) -> str:
        return f"{member.path}, row {row} (line {self.lines[row]}), column {column}"


def _read_table(member: Member, columns: Sequence[str]) -> _Table:
    header = read_header(member)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise BadInputError(
            "a column occurs twice", where=f"{member.path}, line 1", found=", ".join(map(repr, twice))
        )
    missing = [name for name in columns if name not in header]
    if missing:
        raise BadInputError(
            "a column is missing", where=member.path, expected=", ".join(columns), found=shown(header)
        )
    text = member.read().decode("utf-8-sig", "replace")
    reader = csv.reader(text.replace("\r\n", "\n").split("\n"))
    next(reader)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(header):
                raise BadInputError(
                    "a row has the wrong number of columns",
                    where=f"{member.path}, row {len(rows)} (line {reader.line_num})",
                    expected=len(header),
                    found=len(fields),
                )
            rows.append(fields)
            lines.append(reader.line_num)
    except csv.Error as error:
        where = f"{member.path}, row {len(rows)} (line {reader.line_num})"
        raise BadInputError("a row cannot be read", where=where, found=str(error)) from error
    if not rows:
        raise BadInputError("the table has no rows", where=member.path, expected=", ".join(columns))
    places = {name: header.index(name) for name in columns}
    return _Table({name: [row[i].strip() for row in rows] for name, i in places.items()}, lines)


def _whole(member: Member, table: _Table, column: str) -> NDArray[np.int64]:
    values = table.columns[column]
    for row, text in enumerate(values):
        if not _WHOLE.fullmatch(text):
            raise BadInputError(
                "an id is no whole number",
                where=table.where(member, row, column),
                expected="a number such as 1",
                found=repr(text[:80]),
            )
    return np.array([int(text.partition(".")[0]) for text in values], np.int64)


def _check_different(member: Member, row_ids: NDArray[np.int64], table: _Table) -> None:
    order = np.argsort(row_ids, kind="stable")
    again = order[1:][np.diff(row_ids[order]) == 0]
    if len(again):
        row = int(again.min())
        raise BadInputError(
            "a row id occurs twice",
            where=table.where(member, row, "RowId"),
            expected="a number of its own in each row",
            found=int(row_ids[row]),
        )
