"""What each method would fill in before anything is stored, how sure it is, and taking it over as an edit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask, Points
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError
from fkd_core.impute.registry import available, fill, get
from fkd_core.impute.spread import measure
from fkd_core.imputing import gather
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.labels import edits
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import Edit, OriginKind, State, changes_of
from fkd_core.project import Project
from fkd_core.schema import KeypointSchema


@attrs.frozen(eq=False)
class Fill:
    """What a method would put wherever a training face lacks a keypoint. Nothing of it is stored.

    Args:
        method: its name.
        points: float32 `(N, K, 2)` over all faces, in the frame, NaN where it has nothing to fill.
        std: float32 `(N, K)`, deviation along one axis in pixels; NaN where nothing is filled or nobody can
            say.
        known: float32 `(N, K, 2)`, the labels that it was worked out from, NaN where there was none.
        run: the run that looked at the faces; empty if none did.
    """

    method: str
    points: Points
    std: NDArray[np.float32]
    known: Points
    run: str = ""

    @property
    def origin(self) -> str:
        """Where values taken from it come from."""
        return f"{OriginKind.IMPUTED.value}:{self.method}"


def methods() -> tuple[str, ...]:
    """Names of the methods that fill, those that look at the face before those that look at labels only."""
    every = [name for name in available() if name != "none"]
    return tuple(sorted(every, key=lambda name: (not get(name).needs_run, not get(name).heeds_rules, name)))


def fill_faces(
    project: Project,
    method: str,
    *,
    seed: int = 0,
    shuffle: bool = True,
    run: str | None = None,
    rule: str | None = None,
    engine: Engine | None = None,
    networks: Networks | None = None,
    fast: bool = False,
    job: Job | None = None,
) -> Fill:
    """What a method would fill in all training faces, and how sure it is.

    A method that looks at the faces states how sure it is of each value. The others are measured: labels of
    whole faces are hidden as the other faces lack them, filled, and compared (`fkd_core.impute.spread`).
    That tells of the rules by which whole faces are marked; where the others follow a rule of their own,
    nothing can tell how far its offset is.

    Args:
        project: nothing in it is changed.
        method: one of `methods()`.
        seed, shuffle, run, rule, engine, networks, fast: as in `fkd_core.imputing.imputation_edit`.
        job: receives progress and log lines, and may stop the work.

    Raises:
        BadInputError: if there is no such method or rule, or it needs a run and none is named.
        RunError: if the run cannot look at these faces.
        ProjectError: if the project has no training faces.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    gathered = gather(
        project, method, run=run, rule=rule, engine=engine, networks=networks, fast=fast, job=job
    )
    job.progress(0, None, f"filling in by {method}")
    context = attrs.evolve(gathered.context, seed=seed, shuffle=shuffle, job=job)
    made = fill(method, gathered.known, project.schema, seed=seed, shuffle=shuffle, context=context, job=job)
    std = made.std
    if not get(method).needs_run:
        spread = measure(get(method).fill, gathered.known, context)
        std = np.where(made.filled, spread.deviations(made.std), np.float32(np.nan))
    height, width = project.schema.size
    span, shape = project.span("train"), project.labels.table.points.shape
    points, deviations = np.full(shape, np.nan, np.float32), np.full(shape[:2], np.nan, np.float32)
    points[span] = np.where(made.filled[..., None], np.clip(made.points, 0, (width, height)), np.nan)
    deviations[span] = std
    known = np.full(shape, np.nan, np.float32)
    known[span] = gathered.known
    return Fill(method, points, deviations, known, (run or "") if get(method).needs_run else "")


def outdated(table: LabelTable, fill: Fill, faces: NDArray[Any]) -> bool:
    """Whether labels of these faces that a fill was worked out from are others by now.

    Values that were filled in since are none of these, whether or not they were accepted.
    """
    filled = np.isfinite(fill.points[faces, :, 0])
    imputed = table.kinds()[table.origin[faces]] == OriginKind.IMPUTED.value
    placed = table.mask[faces] & ~imputed
    now = np.where(table.mask[faces][..., None], table.points[faces], np.float32(np.nan))
    was = fill.known[faces]
    moved = ((now != was) & ~(np.isnan(now) & np.isnan(was))).any(axis=2)
    return bool(np.where(filled, placed, moved & ~(imputed & np.isnan(was[..., 0]))).any())


def offered(table: LabelTable, fill: Fill, face: int) -> Points:
    """`(K, 2)`: where a method puts the keypoints of a face that no person placed, NaN for all others.

    Where the label already is a value of this method it is that one, whatever was drawn for it since.
    """
    origins = [table.origin_text(face, keypoint) for keypoint in range(table.points.shape[1])]
    own = np.array([origin == fill.origin for origin in origins])
    points: Points = np.where(own[:, None], table.points[face], fill.points[face])
    points[~replaceable(table, face)] = np.nan
    return points


def replaceable(table: LabelTable, face: int) -> NDArray[np.bool_]:
    """`(K,)`: keypoints of a face that are unlabelled or imputed, accepted or not."""
    imputed = table.kinds()[table.origin[face]] == OriginKind.IMPUTED.value
    free: NDArray[np.bool_] = (table.state[face] == State.UNLABELLED) | (
        imputed & (table.state[face] != State.ABSENT)
    )
    return free


def take_fill(
    table: LabelTable, schema: KeypointSchema, fill: Fill, face: int, keypoints: Sequence[int]
) -> Edit:
    """Put keypoints of a face where a method has them: a person chose them, so they are reviewed.

    Keypoints that a person placed, and those of which the method says nothing, are left alone.

    Raises:
        BadInputError: if that leaves none.
    """
    points = offered(table, fill, face)
    chosen = [keypoint for keypoint in sorted(keypoints) if np.isfinite(points[keypoint]).all()]
    if not chosen:
        raise BadInputError(
            f"{fill.method} has nothing to fill in here",
            todo="Choose a keypoint that is missing or imputed, or another face",
        )
    old = table.state[face, chosen]
    state = np.where(old == State.OCCLUDED, State.OCCLUDED, State.VISIBLE)
    changes = changes_of(
        [face] * len(chosen),
        chosen,
        points[chosen],
        origin=table.origin_code(fill.origin),
        state=state,
        reviewed=True,
    )
    return Edit(edits.named(f"take {fill.method} for", schema, chosen), changes)


class Acceptable:
    """Which keypoints could be accepted unseen, and how many there are under a limit.

    Args:
        table: the labels, as they change.
        fill: what is accepted.
    """

    def __init__(self, table: LabelTable, fill: Fill) -> None:
        self._table, self.fill = table, fill
        self._std: NDArray[np.float32] = np.empty_like(fill.std)
        self._least: NDArray[np.float32] = np.empty(len(fill.std), np.float32)
        self.update(np.arange(len(table)))

    def update(self, faces: NDArray[Any]) -> None:
        """Labels of these faces changed."""
        table, every = self._table, len(faces) == len(self._table)
        rows: Any = slice(None) if every else faces
        free = edits.imputable(table)[rows] if every else imputable_of(table, faces)
        told = free & np.isfinite(self.fill.points[rows, :, 0])
        self._std[rows] = np.where(told & np.isfinite(self.fill.std[rows]), self.fill.std[rows], np.inf)
        self._least[rows] = self._std[rows].min(axis=1)

    @property
    def largest(self) -> float:
        """The largest deviation that there is to accept; 0 if there is nothing."""
        finite = self._std[np.isfinite(self._std)]
        return float(finite.max()) if len(finite) else 0.0

    def typical(self) -> float:
        """The deviation that half of what there is to accept is under; 0 if there is nothing."""
        finite = self._std[np.isfinite(self._std)]
        return float(np.median(finite)) if len(finite) else 0.0

    def count(self, limit: float) -> tuple[int, int]:
        """How many faces and keypoints would be accepted."""
        return int((self._least <= limit).sum()), int((self._std <= limit).sum())

    def edit(self, limit: float) -> Edit:
        """Take and accept all of them in one step; values that are this method's already stay where they are.

        Accepted values are reviewed: they count in training as what a person made.
        """
        table, fill = self._table, self.fill
        faces, keypoints = np.nonzero(self._std <= limit)
        changes = changes_of(
            faces,
            keypoints,
            fill.points[faces, keypoints],
            origin=table.origin_code(fill.origin),
            reviewed=True,
        )
        own = (table.origin[faces, keypoints] == table.origin_code(fill.origin)) & table.mask[
            faces, keypoints
        ]
        changes["x"][own] = table.points[faces[own], keypoints[own], 0]
        changes["y"][own] = table.points[faces[own], keypoints[own], 1]
        occluded = table.state[faces, keypoints] == State.OCCLUDED
        changes["state"][occluded] = State.OCCLUDED
        return Edit(f"accept {fill.method} under {limit:.1f} px", changes)


def differences(places: Sequence[Points]) -> Floats:
    """How far methods are apart, `(P, K)` pixels, pairs in the order of `pairs`; NaN where one is mute.

    Args:
        places: `(K, 2)` of each method.
    """
    every = pairs(len(places))
    found = np.zeros((len(every), len(places[0]) if places else 0))
    for row, (one, other) in enumerate(every):
        found[row] = np.linalg.norm(places[one].astype(np.float64) - places[other], axis=1)
    return found


def pairs(count: int) -> list[tuple[int, int]]:
    """Each pair of so many methods once."""
    return list(combinations(range(count), 2))


def imputable_of(table: LabelTable, faces: NDArray[Any]) -> Mask:
    """`edits.imputable` of some faces, without looking at all others."""
    imputed = table.kinds()[table.origin[faces]] == OriginKind.IMPUTED.value
    state = table.state[faces]
    stale = imputed & (state != State.UNLABELLED) & ~table.reviewed[faces]
    free: Mask = (state == State.UNLABELLED) | stale
    return free
