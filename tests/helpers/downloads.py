"""Tiny competition downloads in every layout, well formed or not, built from plain values."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from fkd_core.arrays import Images, Points
from fkd_core.importing import import_kaggle
from fkd_core.jobs import Job
from fkd_core.schema import FKD_15
from tests.helpers.arrays import random_images

COLUMNS = FKD_15.columns
SIDE = 4


def small_images(faces: int, *, seed: int = 0, side: int = SIDE) -> Images:
    """`(faces, side, side)` uint8 noise."""
    return random_images(faces, seed=seed, size=(side, side))


def small_points(faces: int, *, seed: int = 0, side: int = SIDE, missing: float = 0.4) -> Points:
    """`(faces, 15, 2)` within the frame, a share of the keypoints NaN."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, side, (faces, 15, 2)).astype(np.float32)
    points[rng.random((faces, 15)) < missing] = np.nan
    return points


def pixel_text(image: Images) -> str:
    """The pixels of one face as the competition writes them."""
    return " ".join(map(str, image.ravel().tolist()))


def train_rows(images: Images, points: Points) -> list[dict[str, str]]:
    """One row a face: the coordinates, empty where unknown, and the pixels."""
    rows = []
    for image, face in zip(images, points, strict=True):
        values = ["" if np.isnan(value) else f"{value:.9g}" for value in face.ravel()]
        rows.append(dict(zip(COLUMNS, values, strict=True)) | {"Image": pixel_text(image)})
    return rows


def test_rows(images: Images) -> list[dict[str, str]]:
    """One row a face: ImageId from 1 on and the pixels."""
    return [{"ImageId": str(i), "Image": pixel_text(image)} for i, image in enumerate(images, start=1)]


test_rows.__test__ = False  # type: ignore[attr-defined]  # its name begins as that of a test


def lookup_rows(
    faces: int, features: Sequence[str] = ("left_eye_center_x", "nose_tip_y")
) -> list[dict[str, str]]:
    """What `IdLookupTable.csv` holds when every face is asked for the same features."""
    asked = [(face, feature) for face in range(1, faces + 1) for feature in features]
    return [
        {"RowId": str(i), "ImageId": str(face), "FeatureName": feature, "Location": ""}
        for i, (face, feature) in enumerate(asked, start=1)
    ]


def table(
    rows: Sequence[Mapping[str, str]], *, header: Sequence[str] | None = None, end: str = "\n"
) -> bytes:
    """Rows as the text of a CSV file; values are written as they are."""
    names = list(header if header is not None else rows[0])
    lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows)]
    return (end.join(lines) + end).encode()


def zipped(files: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """A zip archive in memory."""
    content = io.BytesIO()
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(content, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def small_files(train: int = 5, test: int = 3, *, seed: int = 0, side: int = SIDE) -> dict[str, bytes]:
    """The four CSV files of a tiny download."""
    lookup = lookup_rows(test)
    return {
        "training.csv": table(
            train_rows(small_images(train, seed=seed, side=side), small_points(train, seed=seed, side=side))
        ),
        "test.csv": table(test_rows(small_images(test, seed=seed + 1, side=side))),
        "IdLookupTable.csv": table(lookup),
        "SampleSubmission.csv": table([{"RowId": row["RowId"], "Location": "0"} for row in lookup]),
    }


def download(files: Mapping[str, bytes]) -> bytes:
    """The competition's own nesting: training and test each in a zip within the zip."""
    inner = {"training.csv": "training.zip", "test.csv": "test.zip"}
    packed = {
        inner.get(name, name): zipped({name: data}) if name in inner else data for name, data in files.items()
    }
    return zipped(packed, stored=True)


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder, making what lies between."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def small_project(folder: Path, train: int = 5, test: int = 3, *, seed: int = 0, side: int = SIDE) -> Path:
    """Import a tiny download into the project `folder / 'small.fkd'`."""
    source = folder / "small-download.zip"
    source.write_bytes(download(small_files(train, test, seed=seed, side=side)))
    project = folder / "small.fkd"
    import_kaggle(source, project, Job())
    source.unlink()
    return project
