"""A project with everything that an overview should find."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fkd_core.importing import new_project
from fkd_core.project import ProjectParts, write_parts
from fkd_core.schema import FKD_15
from tests.helpers.marking import in_picture, lower_nose_and_lip, marked_faces, plain_images
from tests.helpers.projects import FOUR

ROWS, TEST, STEP = 600, 6, 300
DARK, FLAT, BRIGHT, TWINS, OUT = 3, 4, 5, (10, 11), 7
NO_NOSE = 20


def make_odd_faces(folder: Path) -> Path:
    """From row `STEP` on nose and lip lie lower; the last 100 rows have four labels, one row lacks its nose.

    A row is dark, one flat and one bright; two are the same picture; one label is out of the frame.
    """
    framed = lower_nose_and_lip(marked_faces(ROWS), slice(STEP, ROWS))
    framed[ROWS - 100 :, [k for k in range(15) if k not in FOUR]] = np.nan
    points = np.clip(in_picture(framed), 1, 95)
    points[NO_NOSE, 10] = np.nan
    points[OUT, 14] = (48, 97)
    random = np.random.default_rng(1)
    images = plain_images(ROWS + TEST, side=96)
    # Large squares of light, so that no two pictures are alike.
    light = random.integers(0, 90, (len(images), 6, 6)).repeat(16, axis=1).repeat(16, axis=2)
    images = (images // 3 + 40 + light).astype(np.uint8)
    images[DARK], images[BRIGHT] = 5, 250
    images[DARK, :24, :24], images[BRIGHT, 60:, 60:] = 200, 60
    images[FLAT] = 120
    images[TWINS[1]] = images[TWINS[0]]
    digests = np.arange(ROWS + TEST, dtype=np.uint64)
    digests[TWINS[1]] = digests[TWINS[0]]
    with new_project(folder) as partial:
        for split, part in (("train", slice(0, ROWS)), ("test", slice(ROWS, None))):
            np.save(partial / "faces" / f"{split}_images.npy", images[part])
        write_parts(
            partial,
            ProjectParts(
                schema=FKD_15,
                points={"train": points, "test": np.full((TEST, 15, 2), np.nan, np.float32)},
                ids={"train": np.arange(ROWS), "test": np.arange(TEST)},
                digests={"train": digests[:ROWS], "test": digests[ROWS:]},
                source="made by program",
            ),
        )
    return folder
