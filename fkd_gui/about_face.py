"""What is said of a face in a line: where it comes from, and what is known of it."""

from __future__ import annotations

import numpy as np

from fkd_core.labels.values import OriginKind, State
from fkd_core.project import Project


def about_face(project: Project, face: int) -> str:
    """Split and row, keypoints of the source, and how many are imputed, predicted, corrected or missing."""
    split, row = project.locate(face)
    table = project.labels.table
    parts = [f"{split} row {row:,}"]
    if split != "train":
        parts.append(f"ImageId {project.faces[split].ids[row]}")
    source = int(np.isfinite(table.original[face]).all(axis=1).sum())
    parts.append(f"{source} keypoints in the source" if source else "no keypoints in the source")
    kinds = table.kinds()[table.origin[face]][table.state[face] != State.UNLABELLED]
    for kind in (OriginKind.IMPUTED, OriginKind.PREDICTED, OriginKind.CORRECTED):
        count = int((kinds == kind.value).sum())
        if count:
            parts.append(f"{count} {kind.value}")
    missing = int((table.state[face] == State.UNLABELLED).sum())
    if missing:
        parts.append(f"{missing} unlabelled")
    return "  ·  ".join(parts)
