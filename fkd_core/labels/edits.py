"""The edits that people and methods make, as values. None of these functions changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.labels.put_into import corrected_code
from fkd_core.labels.symmetry import midline
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import CHANGE, CORRECTED, Edit, OriginKind, State, changes_of
from fkd_core.schema import KeypointSchema


def named(verb: str, schema: KeypointSchema, keypoints: Sequence[int]) -> str:
    """`move nose tip`, or `move 3 keypoints`."""
    what = schema.label(keypoints[0]) if len(keypoints) == 1 else f"{len(keypoints)} keypoints"
    return f"{verb} {what}"


def move(
    table: LabelTable,
    schema: KeypointSchema,
    face: int,
    keypoints: Sequence[int],
    points: NDArray[Any],
    verb: str = "move",
) -> Edit:
    """Put keypoints of a face where a person says: they become corrected and reviewed.

    Args:
        points: `(n, 2)` pixels.

    Raises:
        BadInputError: if a point lies outside the frame.
    """
    points = np.asarray(points, np.float32).reshape(-1, 2)
    height, width = schema.size
    inside = (points >= 0).all() and (points[:, 0] <= width).all() and (points[:, 1] <= height).all()
    if not inside:
        raise BadInputError(
            "a keypoint must stay in the frame",
            where=named(verb, schema, keypoints),
            expected=f"0 to {width} by 0 to {height} pixels",
            found=points.tolist(),
        )
    old = table.state[face, list(keypoints)]
    state = np.where(old == State.OCCLUDED, State.OCCLUDED, State.VISIBLE)
    origin = corrected_code(table, face)
    changes = changes_of(
        [face] * len(keypoints), list(keypoints), points, origin=origin, state=state, reviewed=True
    )
    return Edit(named(verb, schema, keypoints), changes)


def set_state(
    table: LabelTable, schema: KeypointSchema, face: int, keypoints: Sequence[int], state: State
) -> Edit:
    """Say that keypoints are visible, occluded, absent or unlabelled.

    Raises:
        BadInputError: if a keypoint without a place is to be visible or occluded.
    """
    changes = table.current(np.full(len(keypoints), face), np.array(keypoints))
    if state in (State.VISIBLE, State.OCCLUDED):
        placed = np.isin(table.state[face], (State.VISIBLE, State.OCCLUDED))
        lost = [k for k in keypoints if not placed[k]]
        if lost:
            raise BadInputError(
                f"{schema.label(lost[0])} has no place yet",
                todo=f"Put it in its place first, then mark it {state.name.lower()}",
            )
    else:
        changes["x"] = changes["y"] = np.nan
        changes["origin"] = CORRECTED if state == State.ABSENT else 0
    changes["state"] = state
    changes["reviewed"] = state != State.UNLABELLED
    return Edit(named(f"mark {state.name.lower()}:", schema, keypoints), changes)


def accept(table: LabelTable, what: str, where: NDArray[np.bool_]) -> Edit:
    """Say that the values are right as they are.

    Args:
        where: `(N, K)`, the keypoints to accept; those without a value are left alone.
    """
    faces, keypoints = np.nonzero(where & (table.state != State.UNLABELLED) & ~table.reviewed)
    changes = table.current(faces, keypoints)
    changes["reviewed"] = True
    return Edit(what, changes)


def revert(table: LabelTable, schema: KeypointSchema, face: int, keypoints: Sequence[int]) -> Edit:
    """Give keypoints the values that the source had."""
    changes = table.originals(np.full(len(keypoints), face), np.array(keypoints))
    return Edit(named("revert", schema, keypoints), changes)


def copy(table: LabelTable, schema: KeypointSchema, source: int, face: int, keypoints: Sequence[int]) -> Edit:
    """Put keypoints where another face has them: guesses, imputed until a person accepts or moves them.

    Args:
        source: the other face; its keypoints without a place are left out.
    """
    points = table.points[source]
    chosen = [k for k in keypoints if np.isfinite(points[k]).all()]
    origin = table.origin_code("imputed:other-face")
    changes = changes_of([face] * len(chosen), chosen, points[chosen], origin=origin)
    return Edit(named("copy", schema, chosen), changes)


def mirror(table: LabelTable, schema: KeypointSchema, face: int, keypoints: Sequence[int]) -> Edit:
    """Put keypoints where the other half of the face has them: guesses until a person accepts or moves them.

    The midline is that of the pairs that are not mirrored themselves, or of all where these are all pairs.
    Keypoints on the midline are left alone, and so are those whose other half has no place.

    Raises:
        BadInputError: if nothing says where the midline is, or no keypoint has another half with a place.
    """
    points = table.points[face]
    line = midline(points, schema, keypoints) or midline(points, schema)
    if line is None:
        raise BadInputError(
            "no pair of keypoints, such as both eye centers, has a place on both sides of the face",
            where=named("mirror", schema, keypoints),
            todo="Place one pair first",
        )
    chosen = [k for k in keypoints if schema.mirror[k] != k and np.isfinite(points[schema.mirror[k]]).all()]
    if not chosen:
        raise BadInputError(
            "there is no other half to copy from",
            where=named("mirror", schema, keypoints),
            todo="Select keypoints of one side whose partners on the other side have a place",
        )
    height, width = schema.size
    mirrored = np.clip(line.reflect(points[[schema.mirror[k] for k in chosen]]), 0, (width, height))
    origin = table.origin_code("imputed:mirror")
    return Edit(
        named("mirror", schema, chosen), changes_of([face] * len(chosen), chosen, mirrored, origin=origin)
    )


def swap_sides(table: LabelTable, schema: KeypointSchema, face: int, keypoints: Sequence[int]) -> Edit:
    """Give keypoints the values of those of the other side, and the other way round.

    What a person placed is corrected and reviewed then; guesses stay what they are. Keypoints on the midline
    are left alone.
    """
    chosen = {k for k in keypoints if schema.mirror[k] != k}
    pairs = sorted(chosen | {schema.mirror[k] for k in chosen})
    changes = table.current(np.full(len(pairs), face), np.array([schema.mirror[k] for k in pairs], np.intp))
    changes["keypoint"] = pairs
    by_people = np.isin(
        table.kinds()[changes["origin"]], (OriginKind.HUMAN.value, OriginKind.CORRECTED.value)
    )
    people = (changes["state"] != State.UNLABELLED) & by_people
    changes["origin"][people] = corrected_code(table, face)
    changes["reviewed"] |= people
    return Edit(f"swap left and right of {len(pairs)} keypoints", changes)


def take(
    table: LabelTable,
    what: str,
    origin: str,
    points: NDArray[Any],
    where: NDArray[np.bool_],
    *,
    reviewed: bool,
) -> Edit:
    """Enter imputed or predicted values.

    Args:
        origin: such as `imputed:mean` or `predicted:run-1`.
        points: `(N, K, 2)` values; NaN ones are left out.
        where: `(N, K)`, the keypoints to enter.
        reviewed: whether a person looked at them.
    """
    faces, keypoints = np.nonzero(where & np.isfinite(points).all(axis=2))
    changes = changes_of(
        faces, keypoints, points[faces, keypoints], origin=table.origin_code(origin), reviewed=reviewed
    )
    return Edit(what, changes)


def imputable(table: LabelTable) -> NDArray[np.bool_]:
    """`(N, K)`, the keypoints that an imputation may fill: unlabelled, or imputed and not reviewed."""
    stale = table.is_kind(OriginKind.IMPUTED) & ~table.reviewed
    free: NDArray[np.bool_] = (table.state == State.UNLABELLED) | stale
    return free


def impute(table: LabelTable, method: str, filled: NDArray[np.float32], where: NDArray[np.bool_]) -> Edit:
    """Replace what earlier imputations entered by the values of another one, in one step.

    Args:
        filled: `(N, K, 2)`; NaN where the method has nothing to say.
        where: `(N, K)`, see `imputable`; narrower if only some faces are meant.
    """
    where = where & imputable(table)
    entered = take(table, "", f"imputed:{method}", filled, where, reviewed=False).changes
    stale = where & ~np.isfinite(filled).all(axis=2) & (table.state != State.UNLABELLED)
    faces, keypoints = np.nonzero(stale)
    cleared = np.zeros(len(faces), CHANGE)
    cleared["face"], cleared["keypoint"] = faces, keypoints
    cleared["x"] = cleared["y"] = np.nan
    what = "remove imputed values" if method == "none" else f"impute by {method}"
    return Edit(what, np.concatenate([entered, cleared]))
