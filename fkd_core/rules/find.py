"""Finding the marking rules of a file from its labels and faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Images, Mask, Points, check_images, known_points
from fkd_core.jobs import Job
from fkd_core.rules.changes import change_points
from fkd_core.rules.compare import SMALLEST_SHIFT, TOLD, largest_shift, told_apart
from fkd_core.rules.describe import describe
from fkd_core.rules.geometry import in_eye_frame, normal_scores
from fkd_core.rules.patterns import SMALLEST_SHARE, fewest_rows, row_patterns
from fkd_core.rules.rule import NO_RULE, Rules, letters
from fkd_core.rules.strays import find_strays
from fkd_core.rules.tell import look_at, tell_rules
from fkd_core.schema import KeypointSchema


def find_rules(
    points: Points, images: Images, schema: KeypointSchema, job: Job | None = None, *, seed: int = 0
) -> Rules:
    """Find by which rules the faces of a file are marked.

    Rows are first told apart by which keypoints they have, then by where along the file the geometry of
    their labels changes. Stretches that do not differ are joined again: within a pattern those whose rows
    cannot be told apart by their labels, between patterns those whose shared keypoints lie alike. What is
    left are the rules. A rule that comes back later in the file is one rule. Rules whose rows alternate
    within one pattern are not told apart, since the order of rows is what this looks at. Strays from the
    source of another pattern are: they look and are marked like no row around them.

    Args:
        points: `(N, K, 2)` labels as the source had them, in the order of the file, NaN where unknown.
        images: `(N, H, W)`, may be memory-mapped; they find strays and measure how well rules are told.
        schema: of the labels. Without eyes in it there is no common frame, and one rule.
        job: is told how far the work is.
        seed: of random orders, folds and bootstraps.

    Raises:
        ValueError: if points, images and schema do not fit.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    check_images(images)
    if points.shape != (len(images), len(schema), 2):
        raise ValueError(f"points must be ({len(images)}, {len(schema)}, 2), received {points.shape}")
    framed = in_eye_frame(points, schema)
    known = known_points(points)
    patterns = row_patterns(known)
    found: list[NDArray[np.intp]] = []
    for pattern in range(patterns.max(initial=-1) + 1):
        found.extend(_stretches(framed, np.flatnonzero(patterns == pattern), seed, job))
    pattern_of = [int(patterns[rows[0]]) for rows in found]
    found = _join_patterns(framed, found, pattern_of)
    found.sort(key=lambda rows: int(rows[0]))
    stretches = np.full(len(points), NO_RULE, np.int16)
    for rule, rows in enumerate(found):
        stretches[rows] = rule
    names = tuple(letters(rule) for rule in range(max(1, len(found))))
    siblings = _siblings(known, found)
    of_row, looks = stretches, None
    if len(found) > 1:
        looks = look_at(images, stretches, seed=seed, job=job)
        of_row = find_strays(framed, stretches, siblings, looks, job=job)
    tells, seen = tell_rules(images, of_row, siblings, looks=looks, seed=seed, job=job)
    by_name = {name: tell for name, tell in zip(names, tells, strict=True) if tell is not None}
    described, reference = describe(
        names, of_row, points, schema, strays=of_row != stretches, tells=by_name, seed=seed
    )
    chosen = np.full(len(points), NO_RULE, np.int16)
    changes = _changes(stretches, patterns)
    return Rules(names, of_row, chosen, seen, described, reference, seed, stretches, changes)


def _stretches(framed: Floats, rows: NDArray[np.intp], seed: int, job: Job) -> list[NDArray[np.intp]]:
    """The rows of one pattern by rule: split where the geometry changes, joined where it is the same."""
    scores = normal_scores(framed[rows].reshape(len(rows), -1))
    scores = np.ascontiguousarray(scores[:, scores.any(axis=0)])
    if not scores.shape[1]:
        return [rows]
    changes = change_points(scores, smallest=fewest_rows(len(rows)), seed=seed, job=job)
    parts = np.split(np.arange(len(rows)), changes)
    while len(parts) > 1:
        pairs = [(i, j) for i in range(len(parts)) for j in range(i + 1, len(parts))]
        told = [told_apart(scores[parts[i]], scores[parts[j]]) for i, j in pairs]
        least = int(np.argmin(told))
        if told[least] >= TOLD:
            break
        i, j = pairs[least]
        parts[i] = np.sort(np.concatenate([parts[i], parts.pop(j)]))
        job.check()
    return [rows[part] for part in parts]


def _join_patterns(
    framed: Floats, found: list[NDArray[np.intp]], pattern_of: list[int]
) -> list[NDArray[np.intp]]:
    """Join rules of different patterns whose shared keypoints lie alike, the most alike first."""
    groups = [{pattern} for pattern in pattern_of]
    found = list(found)
    while True:
        best: tuple[float, int, int] | None = None
        for i in range(len(found)):
            for j in range(i + 1, len(found)):
                if groups[i] & groups[j]:
                    continue
                shift = _shift(framed[found[i]], framed[found[j]])
                if shift < SMALLEST_SHIFT and (best is None or shift < best[0]):
                    best = (shift, i, j)
        if best is None:
            return found
        _, i, j = best
        groups[i] |= groups.pop(j)
        found[i] = np.sort(np.concatenate([found[i], found.pop(j)]))


def _shift(first: Floats, second: Floats) -> float:
    return largest_shift(first.reshape(len(first), -1), second.reshape(len(second), -1))


def _siblings(known: Mask, found: list[NDArray[np.intp]]) -> list[list[int]]:
    """Groups of rules that mark the same keypoints."""
    groups: dict[bytes, list[int]] = {}
    for rule, rows in enumerate(found):
        marks = known[rows].mean(axis=0) >= SMALLEST_SHARE
        groups.setdefault(marks.tobytes(), []).append(rule)
    return list(groups.values()) or [[0]]


def _changes(stretches: NDArray[np.int16], patterns: NDArray[np.int64]) -> tuple[int, ...]:
    changes: set[int] = set()
    for pattern in range(patterns.max(initial=-1) + 1):
        rows = np.flatnonzero(patterns == pattern)
        changes.update(rows[1:][np.diff(stretches[rows]) != 0].tolist())
    return tuple(sorted(changes))
