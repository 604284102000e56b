"""A large project whose faces take no space: a sparse file of zeros with a few faces written into it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fkd_core.importing import new_project
from fkd_core.project import ProjectParts, write_parts
from fkd_core.schema import FKD_15


def make_sparse_project(folder: Path, faces: int, seed: int = 0) -> Path:
    """A project with one split of many faces, one in three with all keypoints, the others with four."""
    random = np.random.default_rng(seed)
    points = random.uniform(24, 72, (faces, len(FKD_15), 2)).astype(np.float32)
    some = np.ones(len(FKD_15), np.bool_)
    some[[0, 1, 10, 14]] = False
    for offset in (1, 2):
        points[offset::3, some] = np.nan
    with new_project(folder) as partial:
        images = np.lib.format.open_memmap(
            partial / "faces" / "train_images.npy", "w+", np.uint8, (faces, 96, 96)
        )
        images[:512] = random.integers(0, 255, (512, 96, 96), np.uint8)[: len(images[:512])]
        images.flush()
        del images
        write_parts(
            partial,
            ProjectParts(
                schema=FKD_15,
                points={"train": points},
                ids={"train": np.arange(faces, dtype=np.int64)},
                digests={"train": np.arange(faces, dtype=np.uint64)},
                source="made by program",
            ),
        )
    return folder
