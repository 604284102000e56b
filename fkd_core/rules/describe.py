"""What can be said about rules from the labels of their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask, Points, known_points
from fkd_core.rules.geometry import in_eye_frame
from fkd_core.rules.patterns import SMALLEST_SHARE
from fkd_core.rules.rule import Offset, Rule, Tell, row_ranges
from fkd_core.schema import KeypointSchema

_DRAWS = 2000
_LEVEL = 0.95


def describe(
    names: Sequence[str],
    of_row: NDArray[np.int16],
    points: Points,
    schema: KeypointSchema,
    *,
    strays: Mask | None = None,
    tells: Mapping[str, Tell] | None = None,
    seed: int = 0,
) -> tuple[tuple[Rule, ...], str]:
    """Rows, keypoints and offsets of each rule.

    Args:
        names: of the rules.
        of_row: `(N,)` positions in `names`, -1 for rows without a rule.
        points: `(N, K, 2)` labels.
        schema: of the labels.
        strays: `(N,)` rows that do not say which keypoints their rule marks, having been labelled among
            others; by default none.
        tells: how well rules are told from images, by name, where that is known.
        seed: of the bootstrap.

    Returns:
        The rules in the order of `names`, and the name of the reference: the first rule, in the order of
        the file, among those that mark the most keypoints.
    """
    known, framed = known_points(points), in_eye_frame(points, schema)
    rows = [np.flatnonzero(of_row == rule) for rule in range(len(names))]
    at_home = rows if strays is None else [r[~strays[r]] for r in rows]
    marks = [
        known[r].mean(axis=0) >= SMALLEST_SHARE if len(r) else np.zeros(len(schema), np.bool_)
        for r in at_home
    ]
    first = [int(r[0]) if len(r) else len(of_row) for r in rows]
    reference = min(range(len(names)), key=lambda rule: (-int(marks[rule].sum()), first[rule]))
    random = np.random.default_rng(seed)
    rules = []
    for rule, name in enumerate(names):
        offsets: dict[str, Offset] = {}
        if rule != reference:
            for keypoint in np.flatnonzero(marks[rule] & marks[reference]):
                offset = offset_between(
                    framed[rows[rule], keypoint], framed[rows[reference], keypoint], random
                )
                if offset is not None:
                    offsets[schema.keypoints[keypoint]] = offset
        marked = tuple(k for k, is_marked in zip(schema.keypoints, marks[rule], strict=True) if is_marked)
        tell = (tells or {}).get(name)
        rules.append(Rule(name, row_ranges(rows[rule]), len(rows[rule]), marked, offsets, tell))
    return tuple(rules), names[reference]


def offset_between(here: Floats, there: Floats, random: np.random.Generator) -> Offset | None:
    """How far the places of one keypoint in some faces lie from those in others; None if either has none.

    Args:
        here, there: `(n, 2)` and `(m, 2)` standard pixels, NaN where unknown.
        random: of the bootstrap.
    """
    here, there = here[np.isfinite(here).all(axis=1)], there[np.isfinite(there).all(axis=1)]
    if not len(here) or not len(there):
        return None
    middle = np.median(here, axis=0) - np.median(there, axis=0)
    ends = [
        np.quantile(
            _medians(a, random) - _medians(b, random), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], axis=0
        ).tolist()
        for a, b in zip(here.T, there.T, strict=True)
    ]
    return Offset(float(middle[0]), float(middle[1]), (ends[0][0], ends[0][1]), (ends[1][0], ends[1][1]))


def _medians(values: Floats, random: np.random.Generator) -> Floats:
    """Medians of bootstrap samples of `(n,)` values, without drawing the samples.

    The middle one of n values drawn with repeats is the value whose rank is n times a Beta variable: the
    middle one of n uniform numbers has that distribution.
    """
    n = len(values)
    middle = (n + 1) // 2
    ranks = (n * random.beta(middle, n - middle + 1, _DRAWS)).astype(np.int64)
    return np.asarray(np.sort(values)[np.minimum(ranks, n - 1)])
