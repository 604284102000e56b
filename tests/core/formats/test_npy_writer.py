"""Files written piece by piece are what NumPy would have written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fkd_core.formats.npy_writer import NpyWriter
from tests.helpers.downloads import small_images


@pytest.mark.parametrize("faces", [1, 3, 1000])
def test_numpy_reads_what_was_appended(tmp_path: Path, faces: int) -> None:
    images = small_images(faces)
    with NpyWriter(tmp_path / "a.npy", durable=True) as writer:
        writer.append(images[:1])
        for image in images[1:]:
            writer.append(image.ravel())
        writer.finish(images.shape)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy", mmap_mode="r"), images)


def test_a_shape_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with NpyWriter(tmp_path / "a.npy") as writer:
        writer.append(np.zeros(16, np.uint8))
        with pytest.raises(ValueError, match="received \\(2, 4, 4\\)"):
            writer.finish((2, 4, 4))
