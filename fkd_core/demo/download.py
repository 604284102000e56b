"""The demo in the form of the competition's download: a zip with zips of CSV files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fkd_core.demo.dataset import DemoFaces
from fkd_core.files import write_atomic


def write_download(path: Path, drawn: DemoFaces) -> None:
    """Write drawn faces as the competition does: zips of CSV files and two tables in one zip.

    Raises:
        ProjectError: if the file cannot be written.
    """
    columns = drawn.schema.columns
    training = [",".join((*columns, "Image"))]
    for points, face in zip(drawn.train_points, drawn.train_images, strict=True):
        training.append(",".join((*map(_number, points.ravel().tolist()), _pixels(face))))
    test = ["ImageId,Image"]
    test += [f"{number},{_pixels(face)}" for number, face in enumerate(drawn.test_images, start=1)]
    asked = [
        (image_id, f"{drawn.schema.keypoints[keypoint]}_{axis}")
        for image_id, keypoints in sorted(drawn.lookup.items())
        for keypoint in keypoints
        for axis in "xy"
    ]
    lookup = ["RowId,ImageId,FeatureName,Location"]
    lookup += [f"{row},{image_id},{feature}," for row, (image_id, feature) in enumerate(asked, start=1)]
    sample = ["RowId,Location", *(f"{row},0" for row in range(1, len(asked) + 1))]
    members = {
        "training.zip": _zipped({"training.csv": training}),
        "test.zip": _zipped({"test.csv": test}),
        "IdLookupTable.csv": _text(lookup),
        "SampleSubmission.csv": _text(sample),
    }
    write_atomic(path, _packed(members))


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.9g}"


def _pixels(face: NDArray[np.uint8]) -> str:
    return " ".join(map(str, face.ravel().tolist()))


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _zipped(files: dict[str, list[str]]) -> bytes:
    return _packed({name: _text(lines) for name, lines in files.items()})


def _packed(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
