"""The keypoints of the competition's real download, for tests that carry the marker `faces`."""

from __future__ import annotations

import functools
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fkd_core.arrays import Points
from fkd_core.schema import FKD_15

ARCHIVE = "facial-keypoints-detection.zip"


def data_folder() -> Path:
    """The folder that FKD_DATA names; the test is skipped where there is none."""
    name = os.environ.get("FKD_DATA")
    if not name or not (Path(name) / ARCHIVE).is_file():
        pytest.skip(f"FKD_DATA names no folder with {ARCHIVE}")
    return Path(name)


def competition_points() -> Points:
    """The labels of training.csv, `(7049, 15, 2)` float32, NaN where unknown."""
    return _read(data_folder()).copy()


@functools.cache
def _read(folder: Path) -> Points:
    with zipfile.ZipFile(folder / ARCHIVE) as outer:
        nested = next(name for name in outer.namelist() if name.endswith("training.zip"))
        with zipfile.ZipFile(io.BytesIO(outer.read(nested))) as inner, inner.open("training.csv") as file:
            table = pd.read_csv(file, usecols=list(FKD_15.columns))
    values = table[list(FKD_15.columns)].to_numpy(dtype=np.float32)
    return values.reshape(len(values), len(FKD_15), 2)
