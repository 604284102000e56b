"""Faces in the order of one column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.query.evaluate import Columns
from fkd_core.query.fields import FIELDS, Choices, Kind, Texts
from fkd_core.query.lexer import QueryError


def sorted_faces(
    faces: NDArray[np.intp], columns: Columns, field: str, *, descending: bool = False
) -> NDArray[np.intp]:
    """Faces by what a field says of them; those of which it says nothing come last, equals keep their order.

    A face counts by its highest keypoint, such as the largest error; by how many are missing; by how
    many are reviewed; and by whether it has a note.

    Args:
        faces: `(n,)` indices.
        columns: what is known of all faces.
        field: name of one of `FIELDS`.
        descending: the highest first.

    Raises:
        QueryError: if nothing is known of the field yet; says what to do about it.
    """
    if field not in columns:
        raise QueryError(f"{field}: {FIELDS[field].absent}", 0, 0)
    column = columns[field]
    if isinstance(column, Texts):
        column = column.given
    values = (column.codes if isinstance(column, Choices) else column)[faces]
    if values.ndim > 1:
        counted = FIELDS[field].kind in (Kind.GAPS, Kind.FLAG)
        number = values == 1 if counted else values.astype(np.float64)
        values = number.sum(axis=1) if counted else np.fmax.reduce(number, axis=1)
    key = values.astype(np.float64)
    unknown = np.isnan(key) | ((key < 0) if isinstance(column, Choices) else False)
    key = np.where(unknown, np.inf, -key if descending else key)
    return faces[np.argsort(key, kind="stable")]
