"""Landmarks beside a photo: the `.pts` files of the iBUG group, and their 68 points as our fifteen."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fkd_core.arrays import Floats
from fkd_core.errors import BadInputError
from fkd_core.schema import FKD_15

IBUG_POINTS = 68

IBUG_68_TO_FKD_15: dict[str, tuple[int, ...]] = {
    "left_eye_center": (43, 44, 45, 46, 47, 48),
    "right_eye_center": (37, 38, 39, 40, 41, 42),
    "left_eye_inner_corner": (43,),
    "left_eye_outer_corner": (46,),
    "right_eye_inner_corner": (40,),
    "right_eye_outer_corner": (37,),
    "left_eyebrow_inner_end": (23,),
    "left_eyebrow_outer_end": (27,),
    "right_eyebrow_inner_end": (22,),
    "right_eyebrow_outer_end": (18,),
    "nose_tip": (31,),
    "mouth_left_corner": (55,),
    "mouth_right_corner": (49,),
    "mouth_center_top_lip": (52,),
    "mouth_center_bottom_lip": (58,),
}
"""For each keypoint the landmarks whose mean it is, counted from 1 as the group's figure counts them.

The lips' middles are those of the outer outlines: 52 is the upper edge of the upper lip, 58 the lower edge of
the lower one. Eye centres are the mean of the lids' outline, which is not the pupil.

Source: Sagonas et al., "300 Faces in-the-Wild Challenge", ICCV Workshops 2013, and its figure of the marks,
https://ibug.doc.ic.ac.uk/resources/300-W/. It counts along the picture, so it begins at the person's right.
"""

_HEADER = ("version", "n_points")
_ROWS = np.array(
    [np.isin(np.arange(1, IBUG_POINTS + 1), IBUG_68_TO_FKD_15[name]) for name in FKD_15.keypoints]
)


def read_pts(path: Path) -> Floats:
    """The points of one file.

    Returns:
        float64 `(n, 2)`, x then y in pixels of the photo as the file has them: the centre of the first pixel
        is (1, 1).

    Raises:
        BadInputError: if the file cannot be read, has another form, or holds more or fewer points than it
            says; the message names the line.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise BadInputError(
            "the landmarks cannot be read", where=path, found=error.strerror or error
        ) from error
    except UnicodeDecodeError as error:
        raise BadInputError(
            "this is no text", where=path, expected="landmarks in UTF-8", found=error
        ) from error
    filled = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    start = next((i for i, (_, line) in enumerate(filled) if line == "{"), None)
    if start is None:
        raise BadInputError(
            "this is no file of landmarks", where=path, expected="a line with {", found="none"
        )
    count = _count(path, filled[:start])
    end = next((i for i, (_, line) in enumerate(filled) if line == "}"), None)
    if end is None:
        raise BadInputError("the landmarks do not end", where=path, expected="a line with }", found="none")
    if filled[end + 1 :]:
        number, line = filled[end + 1]
        raise BadInputError(
            "there is more after the landmarks",
            where=f"{path}, line {number}",
            expected="nothing after }",
            found=repr(line[:40]),
        )
    points = [_point(path, number, line) for number, line in filled[start + 1 : end]]
    if len(points) != count:
        raise BadInputError(
            "the number of landmarks is not the one that the file says",
            where=path,
            expected=f"{count} points",
            found=len(points),
        )
    return np.array(points, np.float64).reshape(-1, 2)


def fifteen_of_68(points: npt.NDArray[np.floating[Any]]) -> Floats:
    """The fifteen keypoints of `FKD_15` out of iBUG's 68 landmarks; see `IBUG_68_TO_FKD_15`.

    Args:
        points: `(…, 68, 2)`.

    Returns:
        float64 `(…, 15, 2)` in the same pixels; NaN where a landmark that it needs is.

    Raises:
        ValueError: if the shape is another one.
    """
    if points.shape[-2:] != (IBUG_POINTS, 2):
        raise ValueError(f"points must have the shape (…, {IBUG_POINTS}, 2), received {points.shape}")
    chosen = [points[..., rows, :].mean(axis=-2, dtype=np.float64) for rows in _ROWS]
    return np.stack(chosen, axis=-2)


def _count(path: Path, header: list[tuple[int, str]]) -> int:
    """How many points the header says there are."""
    said: dict[str, int] = {}
    for number, line in header:
        match = re.fullmatch(r"(\w+)\s*:\s*(\d{1,9})", line)
        if match is None or match[1] not in _HEADER or match[1] in said:
            raise BadInputError(
                "this is no line of a header",
                where=f"{path}, line {number}",
                expected="version: 1 or n_points: 68",
                found=repr(line[:40]),
            )
        said[match[1]] = int(match[2])
    if said.get("version") != 1 or "n_points" not in said:
        raise BadInputError(
            "this is no file of landmarks",
            where=path,
            expected="version: 1 and n_points: 68 before {",
            found=", ".join(f"{name}: {value}" for name, value in said.items()) or "no header",
        )
    return said["n_points"]


def _point(path: Path, number: int, line: str) -> tuple[float, float]:
    try:
        x, y = map(float, line.split())
        if math.isfinite(x) and math.isfinite(y):
            return x, y
    except ValueError:
        pass
    raise BadInputError(
        "this is no landmark",
        where=f"{path}, line {number}",
        expected="two numbers, x and y",
        found=repr(line[:40]),
    )
