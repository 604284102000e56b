"""A batch as one picture: faces with their keypoints, for whoever has no window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.random import Batch
from fkd_core.errors import ProjectError
from fkd_core.files import write_atomic
from fkd_core.schema import KeypointSchema

_SIDE = 192
_GAP = 8
_CAPTION = 20
_PAPER, _INK = (255, 255, 255), (60, 60, 60)
_DARK, _KNOWN, _LEFT = (16, 16, 16), (115, 158, 0), (0, 94, 213)
"""blue, green, red; of keypoints Okabe and Ito's bluish green and vermilion"""


def sides(schema: KeypointSchema) -> tuple[int, int] | None:
    """A keypoint of the left side and its partner of the right, to show which is which; None without any."""
    for one, other in schema.pairs:
        for left, right in ((one, other), (other, one)):
            if "left" in left and "right" in right:
                return schema.keypoints.index(left), schema.keypoints.index(right)
    return None


def at_the_edge(places: NDArray[Any], size: tuple[int, int]) -> NDArray[np.float64]:
    """Where on the frame's edge to show keypoints `(…, 2)` that left it."""
    height, width = size
    return np.clip(places.astype(np.float64), 0, (width - 1, height - 1))


def captions(batch: Batch) -> list[str]:
    """What is to be said of each face: its row, and what became of it."""
    texts = []
    for row, mirrored, kept, left in zip(batch.rows, batch.mirrored, batch.kept, batch.left, strict=True):
        words = [f"row {row}"]
        if kept:
            words.append("kept as it is")
        if left.any():
            words.append(f"{left.sum()} outside")
        if mirrored:
            words.append("mirrored")
        texts.append(", ".join(words))
    return texts


def draw_sheet(
    batch: Batch, schema: KeypointSchema, *, columns: int = 8, texts: Sequence[str] | None = None
) -> NDArray[np.uint8]:
    """Draw a batch.

    Args:
        batch: of faces.
        schema: of the keypoints.
        columns: faces beside each other.
        texts: below each face; see `captions`.

    Returns:
        uint8 `(height, width, 3)`, blue, green and red.
    """
    texts = captions(batch) if texts is None else texts
    columns = max(1, min(columns, len(batch.rows)))
    lines = -(-len(batch.rows) // columns)
    wide, high = _SIDE + _GAP, _SIDE + _CAPTION + _GAP
    sheet = np.full((lines * high + _GAP, columns * wide + _GAP, 3), _PAPER, np.uint8)
    for face, text in enumerate(texts):
        x, y = _GAP + face % columns * wide, _GAP + face // columns * high
        sheet[y : y + _SIDE, x : x + _SIDE] = _draw_face(batch, schema, face)
        _write(sheet, text, (x, y + _SIDE + 14), _INK, 1)
    return sheet


def write_sheet(path: Path, sheet: NDArray[np.uint8]) -> None:
    """Write a drawn sheet as PNG.

    Raises:
        ProjectError: if it cannot be written.
    """
    done, content = cv2.imencode(".png", sheet)
    if not done:
        raise ProjectError("this picture cannot be made", where=path, found=f"{sheet.shape} pixels")
    write_atomic(path, content.tobytes())


def _draw_face(batch: Batch, schema: KeypointSchema, face: int) -> NDArray[np.uint8]:
    image = batch.images[face]
    scale = _SIDE / image.shape[1]
    drawn = cv2.cvtColor(
        cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST), cv2.COLOR_GRAY2BGR
    )
    letters = dict(zip(sides(schema) or (), "LR", strict=False))
    edge = at_the_edge(batch.places[face], (image.shape[0], image.shape[1]))
    for keypoint in range(len(schema)):
        left = bool(batch.left[face, keypoint])
        if not left and batch.weights[face, keypoint] == 0:
            continue
        x, y = (round(float(value)) for value in (edge[keypoint] + 0.5) * scale)
        if left:
            cv2.drawMarker(drawn, (x, y), _DARK, cv2.MARKER_TILTED_CROSS, 13, 5, cv2.LINE_AA)
            cv2.drawMarker(drawn, (x, y), _LEFT, cv2.MARKER_TILTED_CROSS, 12, 2, cv2.LINE_AA)
            continue
        cv2.circle(drawn, (x, y), 5, _DARK, -1, cv2.LINE_AA)
        cv2.circle(drawn, (x, y), 4, _PAPER, -1, cv2.LINE_AA)
        cv2.circle(drawn, (x, y), 3, _KNOWN, -1, cv2.LINE_AA)
        if keypoint in letters:
            for tone, thick in ((_DARK, 3), (_PAPER, 1)):
                _write(drawn, letters[keypoint], (x + 6, y + 5), tone, thick)
    return np.asarray(drawn, np.uint8)


def _write(
    picture: NDArray[np.uint8], text: str, place: tuple[int, int], colour: tuple[int, int, int], thick: int
) -> None:
    cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, thick, cv2.LINE_AA)
