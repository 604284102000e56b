"""Labels as a table that any program reads: coordinates as they stand now, and where each came from."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.files import write_atomic
from fkd_core.labels.table import LabelTable
from fkd_core.schema import KeypointSchema


def write_labels(path: Path, table: LabelTable, faces: slice, schema: KeypointSchema) -> int:
    """Write the labels of one split.

    Columns: `row` (0-based), the 2K coordinates (empty where there is none), then `NAME_origin` for each
    keypoint (empty where it is unlabelled).

    Args:
        faces: the face indices of the split.

    Returns:
        the number of rows.

    Raises:
        ProjectError: if the file cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["row", *schema.columns, *(f"{name}_origin" for name in schema.keypoints)])
    for row, face in enumerate(range(faces.start, faces.stop)):
        coordinates = [_number(value) for value in table.points[face].ravel()]
        origins = [table.origin_text(face, keypoint) for keypoint in range(len(schema))]
        writer.writerow([row, *coordinates, *origins])
    _write(path, text)
    return len(range(faces.start, faces.stop))


def write_predictions(
    path: Path, ids: NDArray[np.int64], points: NDArray[Any], schema: KeypointSchema
) -> None:
    """Write predictions: `ImageId` and the 2K coordinates in pixels, clipped to the frame.

    Raises:
        ProjectError: if the file cannot be written.
    """
    height, width = schema.size
    clipped = np.clip(points, 0, [width, height])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["ImageId", *schema.columns])
    for image_id, face in zip(ids.tolist(), clipped, strict=True):
        writer.writerow([image_id, *(_number(value) for value in face.ravel())])
    _write(path, text)


def read_rows(path: Path, count: int) -> NDArray[np.int64]:
    """Row numbers from a text file: one 0-based row of the training file a line, `#` starts a comment.

    Raises:
        BadInputError: if the file is missing or empty, or a line is no row of the file.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError("the list of rows cannot be read", where=path, found=str(error)) from error
    rows: list[int] = []
    for number, line in enumerate(lines, start=1):
        for token in line.partition("#")[0].replace(",", " ").split():
            if not token.isdecimal() or len(token) > 18 or int(token) >= count:
                raise BadInputError(
                    "this is no row of the training faces",
                    where=f"{path}, line {number}",
                    expected=f"a whole number from 0 to {count - 1}",
                    found=repr(token[:40]),
                )
            rows.append(int(token))
    if not rows:
        raise BadInputError("the list of rows is empty", where=path, expected="one row a line")
    return np.unique(np.array(rows, np.int64))


def _number(value: float) -> str:
    # Nine digits bring a float32 back exactly.
    return "" if np.isnan(value) else f"{value:.9g}"


def _write(path: Path, text: io.StringIO) -> None:
    if not path.absolute().parent.is_dir():
        raise BadInputError("there is no such folder", where=path.absolute().parent, todo="Make it first")
    write_atomic(path, text.getvalue().encode())
