"""Small projects made by program."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fkd_core.importing import new_project
from fkd_core.project import ProjectParts, write_parts
from fkd_core.schema import FKD_15

FOUR = (0, 1, 10, 14)
"""eye centres, nose tip and lower lip: what most rows of the competition have"""


def make_project(folder: Path, *, train: int = 12, test: int = 4, seed: int = 0) -> Path:
    """A project of random faces: every third training row has all keypoints, the others four.

    The faces are noise around a bright disc, each in a light of its own, so that no two count as one face;
    keypoints lie between 20 and 76. Test faces have no labels.
    """
    random, lights = np.random.default_rng(seed), np.random.default_rng((seed, 1))
    sizes = {"train": train, "test": test}
    points = {split: np.full((n, len(FKD_15), 2), np.nan, np.float32) for split, n in sizes.items()}
    grid = np.stack(np.meshgrid(np.linspace(24, 72, 4), np.linspace(24, 72, 4)), axis=-1).reshape(-1, 2)
    for row in range(train):
        known = range(len(FKD_15)) if row % 3 == 0 else FOUR
        jitter = random.uniform(-4, 4, (len(FKD_15), 2))
        points["train"][row, list(known)] = (grid[: len(FKD_15)] + jitter)[list(known)]
    y, x = np.mgrid[:96, :96]
    disc = np.where((x - 48) ** 2 + (y - 48) ** 2 < 38**2, 120, 40)
    with new_project(folder) as partial:
        for split, count in sizes.items():
            noise = random.integers(0, 60, (count, 96, 96))
            light = lights.integers(0, 70, (count, 4, 4)).repeat(24, axis=1).repeat(24, axis=2)
            np.save(partial / "faces" / f"{split}_images.npy", (disc + noise + light).astype(np.uint8))
        write_parts(
            partial,
            ProjectParts(
                schema=FKD_15,
                points=points,
                ids={split: np.arange(n, dtype=np.int64) for split, n in sizes.items()},
                digests={split: np.arange(n, dtype=np.uint64) for split, n in sizes.items()},
                source="made by program",
            ),
        )
    return folder
