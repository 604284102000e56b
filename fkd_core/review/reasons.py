"""Why a label is suspicious, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.review.suspicion import Suspicion
from fkd_core.schema import KeypointSchema

LIKELY = 0.5
"""Probability of being wrong above which a label counts among those that make up a face-wide mistake."""

_SWAPPED = 0.5
"""Share of their distance from where they are seen that two labels may keep when they change places."""
_LEAST_SWAP = 6.0
_LEAST_APART = 3.0
"""Pixels that two labels together, or one beside that of another picture, must lie off to be spoken of."""
_SIDES = ("left", "right")


def why(
    suspicion: Suspicion, points: NDArray[np.floating[Any]], schema: KeypointSchema, row: int, keypoint: int
) -> str:
    """One sentence about a label.

    Args:
        suspicion: of all labels.
        points: the labels `(N, K, 2)` in pixels.
        schema: of the keypoints.
        row: of the face.
        keypoint: its number.
    """
    pairs = swapped_pairs(points[row], suspicion.seen[row], schema)
    if any(keypoint in pair for pair in pairs):
        if len(pairs) > 1:
            return "left and right look swapped"
        return f"left and right {_without_side(schema.label(keypoint))} look swapped"
    gaps = np.linalg.norm(suspicion.seen[row], axis=-1)
    wrong = np.nan_to_num(suspicion.level[row]) > LIKELY
    labelled = np.isfinite(points[row]).all(axis=-1)
    if wrong.sum() >= max(3, 0.6 * labelled.sum()) and np.isfinite(gaps[wrong]).any():
        middle = float(np.nanmedian(gaps[wrong]))
        which = "all labels" if wrong.sum() == labelled.sum() else f"{wrong.sum()} of {labelled.sum()} labels"
        return f"{which} lie elsewhere, {middle:.0f} px at their middle: perhaps another face's"
    other = exchanged_with(points[row], suspicion.seen[row], keypoint)
    if other is not None:
        names = [schema.label(number) for number in sorted((keypoint, other))]
        return f"{names[0]} and {names[1]} look swapped"
    apart, mate = suspicion.apart[row, keypoint], int(suspicion.mate[row])
    if mate >= 0 and apart > max(_LEAST_APART, suspicion.usual[row, keypoint]):
        return f"{apart:.1f} px from where the same face is marked in row {mate}"
    if np.isfinite(gaps[keypoint]):
        place = _placed(suspicion.seen[row, keypoint], "the model sees it")
        return f"{place} ({_expected(suspicion.usual[row, keypoint])} px is usual)"
    if np.isfinite(suspicion.shaped[row, keypoint]).all():
        return _placed(suspicion.shaped[row, keypoint], "the other labels of the face put it")
    return "nothing to compare it with"


def swapped_pairs(
    points: NDArray[np.floating[Any]], gaps: NDArray[np.floating[Any]], schema: KeypointSchema
) -> list[tuple[int, int]]:
    """Pairs of keypoints of one face that fit much better where the other one is marked.

    Args:
        points: labels `(K, 2)` in pixels.
        gaps: `(K, 2)` from where each is seen to its label.
        schema: names the pairs.
    """
    pairs = [(schema.index(first), schema.index(second)) for first, second in schema.pairs]
    return [pair for pair in pairs if _fits_exchanged(points, gaps, pair)]


def exchanged_with(
    points: NDArray[np.floating[Any]], gaps: NDArray[np.floating[Any]], keypoint: int
) -> int | None:
    """The keypoint of the face, if there is one, that this one fits much better to change places with.

    Args:
        points: labels `(K, 2)` in pixels.
        gaps: `(K, 2)` from where each is seen to its label.
        keypoint: its number.
    """
    others = [other for other in range(len(points)) if other != keypoint]
    return next((other for other in others if _fits_exchanged(points, gaps, (keypoint, other))), None)


def _fits_exchanged(
    points: NDArray[np.floating[Any]], gaps: NDArray[np.floating[Any]], pair: tuple[int, int]
) -> bool:
    chosen = list(pair)
    now = float(np.linalg.norm(gaps[chosen], axis=-1).sum())
    seen = points[chosen] - gaps[chosen]
    exchanged = float(np.linalg.norm(points[chosen[::-1]] - seen, axis=-1).sum())
    return now > _LEAST_SWAP and exchanged < _SWAPPED * now


def _without_side(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _SIDES)


def _expected(usual: float) -> str:
    # The mean distance of a right label from its place, given the deviation along one axis.
    return f"{usual * np.sqrt(np.pi / 2):.1f}"


def _placed(gap: NDArray[np.floating[Any]], where: str) -> str:
    x, y = float(gap[0]), float(gap[1])
    size = float(np.hypot(x, y))
    if abs(x) > 2 * abs(y):
        side = "right of" if x > 0 else "left of"
    elif abs(y) > 2 * abs(x):
        side = "below" if y > 0 else "above"
    else:
        side = "from"
    return f"{size:.1f} px {side} where {where}"
