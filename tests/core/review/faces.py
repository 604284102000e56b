"""Labels that go together like those of faces, and what networks would see of them."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.schema import FKD_15

STD = 1.0
PLACES = np.array(
    [
        *((66, 38), (30, 38), (59, 38), (73, 38), (37, 38), (23, 38)),
        *((56, 29), (80, 29), (40, 29), (16, 29)),
        *((48, 57), (63, 76), (33, 76), (48, 72), (48, 82)),
    ],
    np.float64,
)
"""Where the 15 keypoints of the competition are on an average face."""


@attrs.frozen(eq=False)
class Faces:
    """Labels `(N, K, 2)` and what is seen of them with the stated deviations `(N, K)`."""

    labels: NDArray[np.float64]
    seen: NDArray[np.float64]
    std: NDArray[np.float64]


def faces(count: int = 400, seed: int = 0, hard: float = 4.0) -> Faces:
    """Turned, scaled and shifted faces, every third with but four labels.

    A tenth of them are hard: what is seen of them is `hard` times as far off, and says so.
    """
    random = np.random.default_rng(seed)
    centre = PLACES.mean(axis=0)
    angle, scale = random.normal(0, 0.1, count), np.exp(random.normal(0, 0.08, count))
    turn = scale[:, None, None] * np.stack(
        [np.stack([np.cos(angle), -np.sin(angle)], -1), np.stack([np.sin(angle), np.cos(angle)], -1)], axis=1
    )
    truth = np.einsum("nab,kb->nka", turn, PLACES - centre) + centre + random.normal(0, 2, (count, 1, 2))
    std = np.where(random.random((count, 1)) < 0.1, hard * STD, STD) * np.ones((1, len(FKD_15)))
    seen = truth + std[..., None] * random.normal(size=truth.shape)
    labels = truth + random.normal(0, 0.3, truth.shape)
    few = np.setdiff1d(np.arange(len(FKD_15)), [0, 1, 10, 14])
    labels[1::3, few] = np.nan
    return Faces(labels, seen, std)
