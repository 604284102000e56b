"""What a project gives to learn from: faces, labels, what each counts, and the rule each was marked by."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.jobs import Job
from fkd_core.labels.values import OriginKind
from fkd_core.models import registry
from fkd_core.project import Project
from fkd_core.proof.frozen import load_frozen
from fkd_core.rules import ensure_rules
from fkd_core.schema import KeypointSchema
from fkd_core.training.config import REVIEWED, TrainingConfig


@attrs.frozen(eq=False)
class Labelled:
    """Training faces, what is known of them, and how much it counts.

    Args:
        schema: of the keypoints.
        images: uint8 `(N, H, W)`.
        points: float32 `(N, K, 2)`, NaN where unknown.
        weights: float32 `(N, K)`, 0 where a keypoint is unknown or must not be learned.
        sources: int64 `(N,)`, the row of the file that each face is, -1 for a changed copy; None where these
            are the faces of the file in their order.
    """

    schema: KeypointSchema
    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    sources: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, project: Project, config: TrainingConfig) -> Labelled:
        """The training faces of a project as they stand now.

        Raises:
            RunError: if the project has none.
        """
        if "train" not in project.faces:
            raise RunError(
                "the project has no training faces",
                where=project.folder,
                todo="Import a folder or zip with training.csv",
            )
        span = project.span("train")
        table = project.labels.table
        counts = config.counts()
        weights = np.zeros(table.mask[span].shape, np.float32)
        for kind in OriginKind:
            weights[table.is_kind(kind)[span]] = counts[kind]
        # What a person accepted is no guess any more; a correction is its own kind.
        accepted = table.reviewed[span] & ~table.is_kind(OriginKind.CORRECTED)[span]
        weights[accepted] = counts[REVIEWED]
        weights[~table.mask[span]] = 0
        frozen = load_frozen(project)
        if frozen is not None:
            # What errors are measured on is a person's alone, whatever else counts in training.
            faces = frozen.rows + span.start
            weights[frozen.rows] *= frozen.keypoints & table.placed_by_people(faces)
        return cls(project.schema, project.faces["train"].images, table.points[span].copy(), weights)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Faces with a keypoint that counts, ascending."""
        return np.flatnonzero((self.weights > 0).any(axis=1))


@attrs.frozen(eq=False)
class Marked:
    """By which rule each training face is marked; numbers are None where all are marked alike."""

    numbers: NDArray[np.int64] | None = None
    names: tuple[str, ...] = registry.ONE_RULE

    @classmethod
    def of(cls, project: Project, config: TrainingConfig, job: Job) -> Marked:
        """The rules of a project, found first where that was not done; one for a network that heeds none."""
        if not registry.get(config.model).heeds_rules:
            return cls()
        rules = ensure_rules(project, job)
        of_row = rules.of_row.astype(np.int64)
        # Of a rule that no row follows any more a network could learn nothing.
        used = np.unique(of_row[of_row >= 0])
        if len(used) < 2:
            return cls()
        # A row that nobody marked teaches nothing, so any rule will do for it.
        of_row[of_row < 0] = used[0]
        return cls(np.searchsorted(used, of_row), tuple(rules.names[rule] for rule in used))
