"""How well the marking rule of a face is told from its image alone."""

from __future__ import annotations

from typing import cast

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Images, check_images
from fkd_core.duplicates import near_duplicates
from fkd_core.evaluation.intervals import bootstrap
from fkd_core.jobs import Job
from fkd_core.rules.rule import NO_RULE, Tell

_SIDE = 96
_CELL = 12
_DIRECTIONS = 8
_THUMBNAIL = 16
_FEATURES = (_SIDE // _CELL) ** 2 * _DIRECTIONS + _THUMBNAIL**2
_BLOCK = 512
_RIDGE = 1.0
_FOLDS = 5
_MOST_ROWS = 4000


@attrs.frozen(eq=False)
class Looks:
    """What classifiers of rules learn from: `rows` `(n,)`, `features` `(n, 768)` and `folds` `(n,)`, 0 to 4.

    Near-identical faces are in one fold.
    """

    rows: NDArray[np.intp]
    features: NDArray[np.float32]
    folds: NDArray[np.int64]


def look_at(images: Images, of_row: NDArray[np.int16], *, seed: int = 0, job: Job | None = None) -> Looks:
    """Look at the faces of rows that have a rule; of rules with more than 4,000 rows, at as many drawn.

    Args:
        images: `(N, H, W)`, may be memory-mapped.
        of_row: `(N,)` the rule of each row, -1 for none.
        seed: of the draw and the folds.
        job: is told how far the work is.

    Raises:
        ValueError: if images and rows do not fit.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    _check(images, of_row)
    rows = _draw(of_row, int(of_row.max(initial=NO_RULE)) + 1, seed)
    if not len(rows):
        return Looks(rows, np.zeros((0, _FEATURES), np.float32), np.zeros(0, np.int64))
    return Looks(rows, image_features(images, rows, job), _folds(images[rows], seed, job))


def tell_rules(
    images: Images,
    of_row: NDArray[np.int16],
    siblings: list[list[int]],
    *,
    looks: Looks | None = None,
    seed: int = 0,
    job: Job | None = None,
) -> tuple[list[Tell | None], NDArray[np.int16]]:
    """Name the rule of held-out faces from their pixels, by a linear classifier over five folds.

    Each rule weighs the same, whatever its size. Near-identical faces never cross a fold.

    Args:
        images: `(N, H, W)`.
        of_row: `(N,)` the rule of each row, -1 for none.
        siblings: groups of rules that mark the same keypoints; each rule in exactly one.
        looks: at the rows to name; by `look_at` where there is none yet.
        seed: of the folds and the bootstrap.
        job: is told how far the work is.

    Returns:
        For each rule how well it is told, None where there is nothing to tell or nothing to learn from: a
        single rule, or fewer than ten rows. And `(N,)` the rule that each row's image looks like to a
        classifier that did not see it, -1 for rows that were not looked at.

    Raises:
        ValueError: if images and rows do not fit.
        Cancelled: if the job was stopped.

    Source: of the features, Dalal and Triggs, "Histograms of oriented gradients for human detection",
    CVPR 2005, with a thumbnail beside them.
    """
    job = job or Job()
    _check(images, of_row)
    count = 1 + max((rule for group in siblings for rule in group), default=-1)
    usable = [rule for rule in range(count) if (of_row == rule).sum() >= 2 * _FOLDS]
    seen = np.full(len(images), NO_RULE, np.int16)
    if len(usable) < 2:
        return [None] * count, seen
    looks = looks or look_at(images, of_row, seed=seed, job=job)
    use = np.isin(of_row[looks.rows], usable)
    rows = looks.rows[use]
    truth = np.searchsorted(usable, of_row[rows])
    scores = held_out_scores(looks.features[use], truth, looks.folds[use], len(usable), job)
    seen[rows] = np.array(usable)[scores.argmax(axis=1)]
    results: list[Tell | None] = [None] * count
    for position, rule in enumerate(usable):
        group = [usable.index(r) for s in siblings if rule in s for r in s if r in usable]
        own = scores[truth == position]
        among_all = own.argmax(axis=1) == position
        among_group = np.array(group)[own[:, group].argmax(axis=1)] == position
        results[rule] = Tell(
            accuracy=float(among_all.mean()),
            interval=_interval(among_all, seed),
            chance=1 / len(usable),
            within=float(among_group.mean()),
            within_interval=_interval(among_group, seed),
            within_chance=1 / len(group),
        )
    return results, seen


def image_features(images: Images, rows: NDArray[np.integer], job: Job) -> NDArray[np.float32]:
    """Directions of edges in 8 × 8 cells and a 16 × 16 thumbnail, both free of brightness and contrast.

    Args:
        images: `(N, H, W)`, may be memory-mapped.
        rows: the n faces wanted.
        job: is told how far the work is.

    Returns:
        `(n, 768)`.
    """
    parts = []
    for start in range(0, len(rows), _BLOCK):
        faces = [np.asarray(images[row]) for row in rows[start : start + _BLOCK]]
        full = np.stack([cv2.resize(face, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for face in faces])
        small = np.stack(
            [cv2.resize(face, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA) for face in faces]
        )
        grey = small.reshape(len(small), -1).astype(np.float32)
        grey -= grey.mean(axis=1, keepdims=True)
        grey /= grey.std(axis=1, keepdims=True) + 1
        parts.append(np.hstack([_edges(full.astype(np.float32)), grey]))
        job.progress(min(start + _BLOCK, len(rows)), len(rows), "looking at the faces")
    return np.concatenate(parts)


def _edges(faces: NDArray[np.float32]) -> NDArray[np.float32]:
    down, right = np.gradient(faces, axis=(1, 2))
    strength = np.hypot(right, down)
    direction = (np.arctan2(down, right) / np.pi % 1 * _DIRECTIONS).astype(np.int8) % _DIRECTIONS
    side = _SIDE // _CELL
    cells = np.stack(
        [
            (strength * (direction == k)).reshape(len(faces), side, _CELL, side, _CELL).sum(axis=(2, 4))
            for k in range(_DIRECTIONS)
        ],
        axis=3,
    )
    energy = np.pad((cells**2).sum(axis=3), ((0, 0), (1, 1), (1, 1)), mode="edge")
    around = sum(energy[:, y : y + side, x : x + side] for y in range(3) for x in range(3))
    normal = np.minimum(cells / np.sqrt(around + 1)[..., None], 0.5)
    return cast(NDArray[np.float32], normal.reshape(len(faces), -1).astype(np.float32))


def _check(images: Images, of_row: NDArray[np.int16]) -> None:
    check_images(images)
    if of_row.shape != (len(images),):
        raise ValueError(f"of_row must be ({len(images)},), received {of_row.shape}")


def _draw(of_row: NDArray[np.int16], count: int, seed: int) -> NDArray[np.intp]:
    random = np.random.default_rng(seed)
    drawn = []
    for rule in range(count):
        rows = np.flatnonzero(of_row == rule)
        drawn.append(random.choice(rows, _MOST_ROWS, replace=False) if len(rows) > _MOST_ROWS else rows)
    return np.sort(np.concatenate(drawn)) if drawn else np.zeros(0, np.intp)


def _folds(faces: Images, seed: int, job: Job) -> NDArray[np.int64]:
    folds = np.random.default_rng(seed).permutation(len(faces)) % _FOLDS
    for group in near_duplicates(faces, job=job):
        folds[group] = folds[group[0]]
    return folds


def held_out_scores(
    features: NDArray[np.float32], truth: NDArray[np.intp], folds: NDArray[np.int64], rules: int, job: Job
) -> Floats:
    """How much each face looks like each rule, by a ridge regression that did not see its fold.

    Args:
        features: `(n, F)`.
        truth: `(n,)` the rule of each, 0 to `rules` - 1; each rule weighs the same.
        folds: `(n,)`, 0 to 4.
        rules: how many there are.
        job: is told how far the work is.

    Returns:
        `(n, rules)`, around 1 for the face's own rule and 0 for others where the image tells it.
    """
    spread = features.std(axis=0)
    features = (features - features.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)
    # Single precision throughout: the ridge keeps the equations well posed, and it takes half the time.
    wanted = np.eye(rules, dtype=np.float32)[truth]
    scores = np.zeros((len(features), rules))
    for fold in range(_FOLDS):
        train = folds != fold
        sizes = np.maximum(wanted[train].sum(axis=0), 1)
        weights = (1 / sizes)[truth[train]].astype(np.float32)
        weights /= weights.sum()
        middle = weights @ features[train]
        centred = features[train] - middle
        # With fewer rows than features the same solution is a smaller system of equations over rows.
        if len(centred) < features.shape[1]:
            system = centred @ centred.T + np.diag(_RIDGE / weights)
            solution = centred.T @ np.linalg.solve(system, wanted[train])
        else:
            weighted = (centred * weights[:, None]).T
            system = weighted @ centred + _RIDGE * np.eye(features.shape[1], dtype=np.float32)
            solution = np.linalg.solve(system, weighted @ wanted[train])
        scores[~train] = (features[~train] - middle) @ solution
        # The regression's constant is each rule's weight, the same for all rules.
        job.progress(fold + 1, _FOLDS, "telling rules from images")
    return scores


def _interval(right: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    hits = right[:, None].astype(np.float64)
    low, high = bootstrap(hits, np.ones_like(hits), draws=500, seed=seed)[0]
    return float(low), float(high)
