"""Which faces are wanted, as masks over all faces of a project."""

from __future__ import annotations

from enum import StrEnum

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import OriginKind, State
from fkd_core.project import Project


class Pattern(StrEnum):
    """How many keypoints the source knew."""

    FULL = "full"
    FOUR = "four"
    NONE = "none"
    OTHER = "other"


def has_pattern(table: LabelTable, pattern: Pattern) -> NDArray[np.bool_]:
    """`(N,)`, where the source had all keypoints, four, none, or another number of them."""
    known = np.count_nonzero(np.isfinite(table.original[:, :, 0]), axis=1)
    every = table.original.shape[1]
    found: NDArray[np.bool_]
    if pattern == Pattern.OTHER:
        found = ~np.isin(known, (0, 4, every))
    else:
        found = known == {Pattern.FULL: every, Pattern.FOUR: 4, Pattern.NONE: 0}[pattern]
    return found


def has_origin(table: LabelTable, kind: OriginKind) -> NDArray[np.bool_]:
    """`(N,)`, where some keypoint has a value of this kind of origin."""
    of_kind = table.kinds() == kind.value
    found: NDArray[np.bool_] = (of_kind[table.origin] & (table.state != State.UNLABELLED)).any(axis=1)
    return found


def misses(table: LabelTable, keypoint: int) -> NDArray[np.bool_]:
    """`(N,)`, where nothing is said about a keypoint."""
    missed: NDArray[np.bool_] = table.state[:, keypoint] == State.UNLABELLED
    return missed


def is_reviewed(table: LabelTable) -> NDArray[np.bool_]:
    """`(N,)`, where a person said of every keypoint with a value that it is right, and there is one."""
    labelled = table.state != State.UNLABELLED
    reviewed: NDArray[np.bool_] = labelled.any(axis=1) & (table.reviewed | ~labelled).all(axis=1)
    return reviewed


def needs_work(table: LabelTable) -> NDArray[np.bool_]:
    """`(N,)`, where a keypoint is unlabelled, or was imputed or predicted and nobody looked at it."""
    by_machine = np.isin(table.kinds(), (OriginKind.IMPUTED.value, OriginKind.PREDICTED.value))
    waiting = by_machine[table.origin] & ~table.reviewed
    found: NDArray[np.bool_] = (waiting | (table.state == State.UNLABELLED)).any(axis=1)
    return found


def next_face(mask: NDArray[np.bool_], face: int, step: int = 1) -> int | None:
    """The nearest other face in a mask after (step 1) or before (step -1) a face, around the end."""
    if step < 0:
        found = next_face(mask[::-1], len(mask) - 1 - face)
        return None if found is None else len(mask) - 1 - found
    after = mask[face + 1 :]
    if after.any():
        return face + 1 + int(after.argmax())
    before = mask[:face]
    return int(before.argmax()) if before.any() else None


@attrs.frozen
class FaceFilter:
    """Which faces are wanted: those for which all that is set holds.

    Attributes:
        split: of this split.
        pattern: of this pattern in the source.
        origin: with a value of this kind.
        missing: without this keypoint.
        reviewed: reviewed, or not.
        needs_work: with something left to do.
    """

    split: str | None = None
    pattern: Pattern | None = None
    origin: OriginKind | None = None
    missing: int | None = None
    reviewed: bool | None = None
    needs_work: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether every face is wanted."""
        return self == FaceFilter()

    def mask(self, project: Project) -> NDArray[np.bool_]:
        """`(N,)`, the faces that are wanted."""
        table = project.labels.table
        wanted = np.ones(len(project), np.bool_)
        if self.split is not None:
            span = project.span(self.split)
            wanted[: span.start] = False
            wanted[span.stop :] = False
        if self.pattern is not None:
            wanted &= has_pattern(table, self.pattern)
        if self.origin is not None:
            wanted &= has_origin(table, self.origin)
        if self.missing is not None:
            wanted &= misses(table, self.missing)
        if self.reviewed is not None:
            wanted &= is_reviewed(table) == self.reviewed
        if self.needs_work:
            wanted &= needs_work(table)
        return wanted

    def faces(self, project: Project) -> NDArray[np.intp]:
        """Indices of the faces that are wanted, ascending."""
        return np.flatnonzero(self.mask(project))
