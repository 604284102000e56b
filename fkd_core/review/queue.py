"""Faces in the order in which they deserve a second look."""

from __future__ import annotations

from typing import Any, Self

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.review.reasons import why
from fkd_core.review.suspicion import Suspicion
from fkd_core.schema import KeypointSchema

ACCEPTED = "accepted or put right by a person"


@attrs.frozen
class Finding:
    """One face and its most suspicious label.

    Args:
        row: of the training faces, from 0.
        suspicion: probability that the label is wrong; 0 where it is settled.
        keypoint: its name.
        why: a sentence.
    """

    row: int
    suspicion: float
    keypoint: str
    why: str

    def to_dict(self) -> dict[str, Any]:
        """A plain value."""
        return attrs.asdict(self) | {"suspicion": round(self.suspicion, 6)}


@attrs.frozen(eq=False)
class Queue:
    """All labelled faces, the most suspicious first.

    Args:
        findings: one a face.
        level: float64 `(N, K)`, probability that each label is wrong, 0 where it is settled, NaN where there
            is no label.
        suspicion: what speaks against each label.
        seen: `(N, K, 2)`, where networks see each keypoint, in pixels; NaN where they did not look.
        run: name of the run whose networks looked.
    """

    findings: tuple[Finding, ...]
    level: Floats
    suspicion: Suspicion
    seen: NDArray[np.floating[Any]]
    run: str

    @property
    def expected(self) -> float:
        """How many wrong labels are likely to be left."""
        return float(np.nansum(self.level))

    @classmethod
    def of(
        cls,
        suspicion: Suspicion,
        points: NDArray[np.floating[Any]],
        seen: NDArray[np.floating[Any]],
        settled: NDArray[np.bool_],
        schema: KeypointSchema,
        run: str,
    ) -> Self:
        """Order the faces that have a label.

        Args:
            suspicion: of all labels.
            points: the labels `(N, K, 2)` in pixels, NaN where there is none.
            seen: `(N, K, 2)`, where networks see each keypoint, in pixels.
            settled: `(N, K)`, labels that a person accepted or put right.
            schema: of the keypoints.
            run: name of the run whose networks looked.
        """
        labelled = np.isfinite(points).all(axis=-1)
        # A label that nobody can judge comes after those that are judged and before those that are settled.
        odds = np.where(np.isfinite(suspicion.log_odds), suspicion.log_odds, -1e6)
        odds = np.where(labelled, np.where(settled, -1e9, odds), -np.inf)
        rows = np.flatnonzero(labelled.any(axis=1))
        worst = odds.argmax(axis=1)
        order = rows[np.argsort(-odds[rows, worst[rows]], kind="stable")]
        level = np.where(labelled, np.where(settled, 0.0, np.nan_to_num(suspicion.level)), np.nan)
        findings = []
        for row in order.tolist():
            keypoint = int(worst[row])
            reason = ACCEPTED if settled[row, keypoint] else why(suspicion, points, schema, row, keypoint)
            name = schema.keypoints[keypoint]
            findings.append(Finding(row, float(level[row, keypoint]), name, reason))
        return cls(tuple(findings), level, suspicion, seen, run)
