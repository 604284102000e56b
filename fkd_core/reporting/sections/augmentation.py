"""What training did to the faces."""

from __future__ import annotations

import attrs
import numpy as np

from fkd_core.augment.changes import SPECS
from fkd_core.augment.random import RandomBatches
from fkd_core.augment.settings import described
from fkd_core.errors import FkdError
from fkd_core.reporting import pictures
from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, element, joined, paragraph, table
from fkd_core.training.config import TrainingConfig

id, title = "augmentation", "Augmentation"

_FACES = 12


def make(data: ReportData) -> Markup:
    """The ranges, and some faces of its first batch."""
    names = [field.name for field in attrs.fields(TrainingConfig)]
    try:
        given = {name: value for name, value in data.run.config.items() if name in names}
        config = TrainingConfig.from_dict({"model": data.run.model} | given).augmentation()
    except (FkdError, TypeError, ValueError):
        return paragraph(f"The model {data.run.model!r} says nothing of changes to its faces.")
    rows = [[described(name, config.change(name)), SPECS[name].what] for name in config.active]
    outside = "stay as they are" if config.whole else "are trained without it"
    told = paragraph(
        f"{config.share:.0%} of the faces are changed; those that would lose a keypoint over the edge"
        f" {outside}."
        if rows
        else "No face is changed."
    )
    ranges = joined([told, table("Random changes", ["change", "what it does"], rows)]) if rows else told
    learnt = np.array(data.run.split["train"], np.int64)
    if not len(learnt):
        learnt = np.array(sorted(row for part in data.run.folds.values() for row in part), np.int64)
    if not len(learnt) or "train" not in data.project.faces:
        return ranges
    points = data.truth
    weights = np.zeros(points.shape[:2], np.float32)
    weights[np.isfinite(points).all(axis=2)] = 1
    stream = RandomBatches(
        data.project.faces["train"].images,
        points,
        weights,
        learnt,
        data.project.schema,
        config,
        min(_FACES, len(learnt)),
        data.run.seed,
    )
    batch = stream.batch(0, 0)
    shown = [
        pictures.face(
            image,
            f"Row {row}, changed{', mirrored' if mirrored else ''}",
            truth=np.where(counted[:, None] > 0, places, np.nan),
        )
        for image, places, counted, row, mirrored in zip(
            batch.images, batch.points, batch.weights, batch.rows.tolist(), batch.mirrored, strict=True
        )
    ]
    sample = paragraph(f"Some of the training faces, changed with seed {data.run.seed}:", muted=True)
    return joined([ranges, sample, element("div", *shown, class_="faces small")])
