"""A small competition: drawn faces with most labels cut away, and a test split whose truth is kept."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fkd_core.demo.render import draw_face
from fkd_core.jobs import Job
from fkd_core.schema import FKD_15, KeypointSchema

Points = npt.NDArray[np.float32]
Images = npt.NDArray[np.uint8]

FOUR = ("left_eye_center", "right_eye_center", "nose_tip", "mouth_center_bottom_lip")
"""The keypoints that most faces of the competition are labelled with."""

FULL_SHARE = 2140 / 7049
"""Share of the competition's training rows that have all fifteen keypoints."""

ODD_SHARE = 1 / 50
"""Share of rows that lack a single keypoint of those they should have."""

ASKED_SHARE = 556 / 1783
"""Share of the competition's test faces of which all fifteen keypoints are asked."""

# What the odd rows of the competition lack, in falling order of how often: the outer ends of the eyebrows on
# fully labelled faces, the lower lip and an eye on the others. True stands for a fully labelled face.
_LACKING = (
    (True, "left_eyebrow_outer_end"),
    (True, "right_eyebrow_outer_end"),
    (False, "mouth_center_bottom_lip"),
    (True, "mouth_center_bottom_lip"),
    (False, "right_eye_center"),
)

_FACES, _PATTERN = 0, 1


@attrs.frozen(eq=False)
class DemoFaces:
    """Drawn faces, split and cut like the competition's files.

    Args:
        schema: the keypoints; K of them.
        train_images: uint8 `(N, 96, 96)`.
        train_points: float32 `(N, K, 2)`, x then y in pixels, NaN where the label was cut away.
        train_truth: float32 `(N, K, 2)`, nothing cut away.
        test_images: uint8 `(M, 96, 96)`.
        test_truth: float32 `(M, K, 2)`.
        lookup: ImageId (from 1, in the order of `test_images`) to the keypoints asked of that face, as
            indices of the schema.
    """

    schema: KeypointSchema
    train_images: Images
    train_points: Points
    train_truth: Points
    test_images: Images
    test_truth: Points
    lookup: dict[int, tuple[int, ...]]


def make_demo(faces: int = 600, test: int = 150, seed: int = 0, job: Job | None = None) -> DemoFaces:
    """Draw faces and cut their labels down to the competition's pattern.

    Face number i depends on `seed` and i alone. The last `test` faces are the test split.

    Raises:
        ValueError: if `test` is negative or leaves no face to train on, or `seed` is negative.
        Cancelled: if the job is stopped.
    """
    if not 0 <= test < faces:
        raise ValueError(
            f"test must be at least 0 and less than faces, received test={test} and faces={faces}"
        )
    if seed < 0:
        raise ValueError(f"seed must not be negative, received {seed}")
    schema, job = FKD_15, job or Job()
    images = np.empty((faces, *schema.size), np.uint8)
    truth = np.empty((faces, len(schema), 2), np.float32)
    for index in job.track(range(faces), faces, "Drawing faces"):
        images[index], truth[index] = draw_face(np.random.default_rng([seed, _FACES, index]), schema)
    train = faces - test
    rng = np.random.default_rng([seed, _PATTERN])
    points = np.where(cut(train, rng, schema)[..., None], truth[:train], np.float32(np.nan))
    return DemoFaces(
        schema, images[:train], points, truth[:train], images[train:], truth[train:], ask(test, rng, schema)
    )


def cut(rows: int, rng: np.random.Generator, schema: KeypointSchema = FKD_15) -> npt.NDArray[np.bool_]:
    """Which labels are kept, bool `(rows, K)`: all, only `FOUR`, or one less than either, in random order."""
    kinds = np.zeros(rows, bool)
    kinds[: round(rows * FULL_SHARE)] = True
    few = np.isin(schema.keypoints, FOUR)
    kept = np.where(kinds[:, None], True, few[None])
    free = {True: list(np.flatnonzero(kinds)), False: list(np.flatnonzero(~kinds))}
    for index in range(round(rows * ODD_SHARE)):
        full, name = _LACKING[index % len(_LACKING)]
        if free[full]:
            kept[free[full].pop(), schema.index(name)] = False
    return kept[rng.permutation(rows)]


def ask(count: int, rng: np.random.Generator, schema: KeypointSchema = FKD_15) -> dict[int, tuple[int, ...]]:
    """Which keypoints a submission must give for each test face: all of some, `FOUR` of the rest."""
    full = np.zeros(count, bool)
    full[: round(count * ASKED_SHARE)] = True
    full = full[rng.permutation(count)]
    four = tuple(sorted(schema.index(name) for name in FOUR))
    every = tuple(range(len(schema)))
    return {index + 1: every if full[index] else four for index in range(count)}
