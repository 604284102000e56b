"""The demo as a project, with the truth of its test faces beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fkd_core.demo.dataset import make_demo
from fkd_core.importing import new_project
from fkd_core.jobs import Job
from fkd_core.lookup import LookupTable
from fkd_core.project import ProjectParts, write_parts

TRUTH = "demo_truth.npy"
"""float32 `(M, K, 2)` in the project's folder: the exact keypoints of the test faces, for scoring."""


def make_demo_project(folder: Path, job: Job, *, faces: int = 600, test: int = 150, seed: int = 0) -> None:
    """Draw faces and make a project of them.

    Raises:
        ProjectError: if the project exists already or cannot be written.
        Cancelled: if the job was stopped; nothing is left behind.
    """
    with new_project(folder) as partial:
        drawn = make_demo(faces, test, seed, job)
        images = {"train": drawn.train_images, "test": drawn.test_images}
        for split, pixels in images.items():
            np.save(partial / "faces" / f"{split}_images.npy", pixels)
        np.save(partial / TRUTH, drawn.test_truth)
        write_parts(
            partial,
            ProjectParts(
                schema=drawn.schema,
                points={"train": drawn.train_points, "test": np.full_like(drawn.test_truth, np.nan)},
                ids={"train": np.arange(len(images["train"])), "test": np.arange(1, test + 1)},
                digests={split: _digests(pixels) for split, pixels in images.items()},
                source=f"{faces} drawn faces, seed {seed}",
                lookup=_lookup(drawn.lookup),
                report={"demo": {"seed": seed}},
            ),
        )


def _digests(images: NDArray[np.uint8]) -> NDArray[np.uint64]:
    joined = b"".join(hashlib.blake2b(face.tobytes(), digest_size=8).digest() for face in images)
    return np.frombuffer(joined, "<u8")


def _lookup(asked: dict[int, tuple[int, ...]]) -> LookupTable:
    rows = [
        (image_id, 2 * keypoint + axis)
        for image_id, keypoints in sorted(asked.items())
        for keypoint in keypoints
        for axis in (0, 1)
    ]
    numbers = np.array(rows, np.int64).reshape(-1, 2)
    return LookupTable(np.arange(1, len(numbers) + 1), numbers[:, 0], numbers[:, 1])
