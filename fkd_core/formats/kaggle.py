"""The competition's download: the zip with its nested zips, a folder in any layout, or single CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd

from fkd_core.errors import BadInputError
from fkd_core.formats.archive import Member, members
from fkd_core.formats.csv_faces import read_header
from fkd_core.lookup import LookupTable
from fkd_core.schema import KeypointSchema

_NAMES = {
    "train": ("training.csv", "train.csv"),
    "test": ("test.csv",),
    "lookup": ("idlookuptable.csv",),
    "sample": ("samplesubmission.csv",),
}
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
    found = members(source)
    if source.is_file() and source.suffix.lower() == ".csv":
        return _single(found[0], schema)
    parts = {part: _first(found, names) for part, names in _NAMES.items()}
    if parts["train"] is None and parts["test"] is None:
        shown = ", ".join(member.path for member in found[:5])
        raise BadInputError(
            "no faces were found",
            where=source,
            expected="training.csv or test.csv, also zipped",
            found=shown + (f" and {len(found) - 5} more files" if len(found) > 5 else ""),
        )
    return KaggleFiles(**parts)


def _single(member: Member, schema: KeypointSchema) -> KaggleFiles:
    header = read_header(member)
    if "Image" not in header:
        raise BadInputError(
            "the file has no faces", where=member.path, expected="a column Image", found=", ".join(header[:6])
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
    codes = {name: index for index, name in enumerate(schema.columns)}
    coordinates = table["FeatureName"].map(codes)
    if coordinates.isna().any():
        row = int(np.flatnonzero(coordinates.isna())[0])
        raise BadInputError(
            "a coordinate is asked that the faces do not have",
            where=f"{member.path}, row {row} (line {row + 2}), column FeatureName",
            expected="a name such as left_eye_center_x",
            found=repr(table["FeatureName"].iloc[row]),
        )
    return LookupTable(
        _whole(member, table, "RowId"), _whole(member, table, "ImageId"), np.asarray(coordinates, np.int64)
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


def _read_table(member: Member, columns: Sequence[str]) -> pd.DataFrame:
    header = read_header(member)
    missing = [name for name in columns if name not in header]
    if missing:
        raise BadInputError(
            "a column is missing", where=member.path, expected=", ".join(columns), found=", ".join(header[:6])
        )
    content = member.read()
    try:
        return pd.read_csv(io.BytesIO(content), usecols=list(columns), dtype=str, encoding="utf-8-sig")
    except (ValueError, csv.Error) as error:
        raise BadInputError("the table cannot be read", where=member.path, found=str(error)) from error


def _whole(member: Member, table: pd.DataFrame, column: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    numbers = pd.to_numeric(table[column], errors="coerce")
    wrong = numbers.isna() | (numbers % 1 != 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise BadInputError(
            "an id is no whole number",
            where=f"{member.path}, row {row} (line {row + 2}), column {column}",
            found=repr(table[column].iloc[row]),
        )
    return np.asarray(numbers, np.int64)
