"""Some faces of a relabelling, as they are and as they would be, for a person to look at."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Images, Mask, Points
from fkd_core.project import Project
from fkd_core.rules.outcome import Relabelling


@attrs.frozen(eq=False)
class Sample:
    """Some of the faces that change, to be looked at.

    Attributes:
        faces: `(n,)` numbers of the faces, ascending.
        images: uint8 `(n, H, W)`.
        before, after: float32 `(n, K, 2)`, their labels as they are and as they would be.
        changing: `(n, K)`, the labels that change.
    """

    faces: NDArray[np.intp]
    images: Images
    before: Points
    after: Points
    changing: Mask


def spot_check(project: Project, found: Relabelling, count: int = 12, *, seed: int = 0) -> Sample:
    """Draw faces of a relabelling, each as likely as any other."""
    every = found.edit.faces
    random = np.random.default_rng(seed)
    faces = np.sort(random.choice(every, min(count, len(every)), replace=False)).astype(np.intp)
    before = project.labels.table.points[faces]
    after, changing = before.copy(), np.zeros(before.shape[:2], np.bool_)
    changes = found.edit.changes[np.isin(found.edit.changes["face"], faces)]
    places = np.searchsorted(faces, changes["face"]), changes["keypoint"].astype(np.intp)
    after[places] = np.stack([changes["x"], changes["y"]], axis=1)
    changing[places] = True
    shape = (0, *project.schema.size)
    images = [project.image(face) for face in faces.tolist()]
    return Sample(faces, np.stack(images) if images else np.zeros(shape, np.uint8), before, after, changing)
