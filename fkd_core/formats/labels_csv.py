"""Labels and predictions as tables that any program reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.files import write_atomic
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import State
from fkd_core.schema import KeypointSchema


def labels_frame(table: LabelTable, faces: slice, schema: KeypointSchema) -> pd.DataFrame:
    """Labels of one split as they stand now.

    Columns: `row` (0-based), the 2K coordinates in pixels (NaN where there is none), then `NAME_origin` for
    each keypoint (empty where it is unlabelled).

    Args:
        faces: the face indices of the split.
    """
    points = table.points[faces]
    frame = pd.DataFrame(points.reshape(len(points), -1), columns=list(schema.columns))
    frame.insert(0, "row", np.arange(len(points)))
    names = np.array([*table.origins, ""], dtype=object)
    codes = np.where(table.state[faces] == State.UNLABELLED, len(table.origins), table.origin[faces])
    origins = pd.DataFrame(names[codes], columns=[f"{name}_origin" for name in schema.keypoints])
    return pd.concat([frame, origins], axis=1)


def predictions_frame(ids: NDArray[np.int64], points: NDArray[Any], schema: KeypointSchema) -> pd.DataFrame:
    """Predictions: `ImageId` and the 2K coordinates in pixels, clipped to the frame.

    Args:
        ids: `(N,)`.
        points: `(N, K, 2)`.
    """
    height, width = schema.size
    clipped = np.clip(points, 0, [width, height]).astype(np.float32)
    frame = pd.DataFrame(clipped.reshape(len(clipped), -1), columns=list(schema.columns))
    frame.insert(0, "ImageId", ids)
    return frame


def write_labels(path: Path, table: LabelTable, faces: slice, schema: KeypointSchema) -> int:
    """Write `labels_frame` as CSV; returns the number of rows.

    Raises:
        BadInputError: if the folder does not exist.
        ProjectError: if the file cannot be written.
    """
    frame = labels_frame(table, faces, schema)
    _write(path, frame)
    return len(frame)


def write_predictions(
    path: Path, ids: NDArray[np.int64], points: NDArray[Any], schema: KeypointSchema
) -> None:
    """Write `predictions_frame` as CSV.

    Raises:
        BadInputError: if the folder does not exist.
        ProjectError: if the file cannot be written.
    """
    _write(path, predictions_frame(ids, points, schema))


def _write(path: Path, frame: pd.DataFrame) -> None:
    if not path.absolute().parent.is_dir():
        raise BadInputError("there is no such folder", where=path.absolute().parent, todo="Make it first")
    # Nine digits bring a float32 back exactly.
    text = frame.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    write_atomic(path, text.encode())
