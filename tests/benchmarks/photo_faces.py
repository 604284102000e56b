"""Photos with landmarks, and faces cropped out of them as the faces of a project are.

Coordinates here count from the edge of the first pixel, whose centre is (0.5, 0.5): scaling is then plain
multiplication. A `.pts` file calls that centre (1, 1), OpenCV calls it (0, 0).
"""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.errors import BadInputError
from fkd_core.formats.pts import IBUG_POINTS, fifteen_of_68, read_pts
from fkd_core.schema import FKD_15

PICTURES = (".jpg", ".jpeg", ".png")
_EYES = (FKD_15.index("left_eye_center"), FKD_15.index("right_eye_center"))
_PTS_FIRST_PIXEL, _FIRST_PIXEL = 1.0, 0.5


@attrs.frozen(eq=False)
class Photo:
    """A photo and what a person marked in it.

    Attributes:
        path: where it lies.
        image: uint8 `(H, W)`.
        points: float64 `(15, 2)`, the keypoints of `FKD_15` in pixels of the photo.
    """

    path: Path
    image: NDArray[np.uint8]
    points: Floats


def read_photos(folder: Path) -> list[Photo]:
    """All photos of a folder that have landmarks beside them, by name.

    Raises:
        BadInputError: if there are none, a file of landmarks has no photo, or one of either cannot be read.
    """
    found = sorted(folder.glob("*.pts"))
    if not found:
        raise BadInputError(
            "there are no photos with landmarks here",
            where=folder,
            expected="NAME.pts beside NAME.jpg",
            found="no folder" if not folder.is_dir() else "no .pts file",
        )
    return [_read(path) for path in found]


def _read(marks: Path) -> Photo:
    path = next((p for p in map(marks.with_suffix, PICTURES) if p.is_file()), None)
    if path is None:
        raise BadInputError("these landmarks have no photo", where=marks, expected=" or ".join(PICTURES))
    points = read_pts(marks)
    if len(points) != IBUG_POINTS:
        raise BadInputError(
            "these are other landmarks", where=marks, expected=f"{IBUG_POINTS} points", found=len(points)
        )
    # Read from memory, since OpenCV opens no names outside the system's code page; as stored, since the marks
    # know nothing of the camera's orientation.
    data = np.fromfile(path, np.uint8)
    flags = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(data, flags) if len(data) else None
    if image is None:
        raise BadInputError("the photo cannot be read", where=path, expected="a whole JPEG or PNG file")
    pixels = np.asarray(image, np.uint8)
    return Photo(path, pixels, fifteen_of_68(points) - _PTS_FIRST_PIXEL + _FIRST_PIXEL)


def fit_eyes(points: Floats, wanted: Floats, *, upright: bool = True) -> Floats:
    """The similarity transform that puts a face's eye centres where another face has them.

    Args:
        points: `(15, 2)` of the face.
        wanted: `(15, 2)` of the other face, such as the mean of a project.
        upright: also turn the face; else it keeps its tilt, and only the middle between the eyes and their
            distance become those of the other face.

    Returns:
        float64 `(2, 3)`, from pixels of the photo to those of the crop.

    Raises:
        ValueError: if the eyes of either lie on one spot or are unknown.
    """
    # As complex numbers a turn together with a scale is one factor.
    (left, right), (left_wanted, right_wanted) = (
        [complex(*face[eye]) for eye in _EYES] for face in (points, wanted)
    )
    if not (abs(left - right) > 0 and abs(left_wanted - right_wanted) > 0):
        raise ValueError(f"eye centres must be known and apart, received {points[list(_EYES)].tolist()}")
    factor = (left_wanted - right_wanted) / (left - right)
    if not upright:
        factor = complex(abs(factor))
    shift = (left_wanted + right_wanted) / 2 - factor * (left + right) / 2
    return np.array([[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]])


def moved(points: Floats, transform: Floats) -> Floats:
    """Points `(…, 2)` after a transform `(2, 3)`."""
    return np.asarray(points @ transform[:, :2].T + transform[:, 2])


def crop(image: NDArray[np.uint8], transform: Floats, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The part of a photo that a transform brings into a frame; beyond the photo its edge goes on.

    Every pixel is the mean over its area: the photo is first turned at its own scale or above, by linear
    interpolation, and then made smaller by a whole factor. Sampling at once would pass over what is between.

    Args:
        image: uint8 `(H, W)`.
        transform: `(2, 3)`, from pixels of the photo to those of the frame.
        size: height and width of the frame.
    """
    scale = np.hypot(transform[0, 0], transform[1, 0])
    finer = max(1, int(np.ceil(1 / scale)))
    height, width = size
    enlarged = transform * finer
    # OpenCV counts from the centre of the first pixel.
    enlarged[:, 2] += enlarged[:, :2].sum(axis=1) * _FIRST_PIXEL - _FIRST_PIXEL
    turned = cv2.warpAffine(
        # Rounding grey values twice would brighten the face.
        image.astype(np.float32),
        enlarged,
        (width * finer, height * finer),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    smaller = cv2.resize(turned, (width, height), interpolation=cv2.INTER_AREA)
    return np.clip(np.rint(smaller), 0, 255).astype(np.uint8)
