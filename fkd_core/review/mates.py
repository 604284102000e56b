"""Pictures of the same face, whose labels should lie alike."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats


@attrs.frozen(eq=False)
class Mates:
    """What the labels of other pictures of the same face say of each label.

    Args:
        gaps: float64 `(N, K, 2)`, the gap that is left when the network errs alike in both pictures; where
            there is no other picture, the gap itself.
        between: float64 `(N, K, 2)`, from the label of the other picture that agrees best to this one, in
            pixels; NaN where there is none.
        blamed: bool `(N, K)`, whether this label is the one of these two that lies further off.
        row: int64 `(N,)`, another picture of the face, the one that is nearest in the file; -1 where there is
            none.
    """

    gaps: Floats
    between: Floats
    blamed: NDArray[np.bool_]
    row: NDArray[np.int64]


def compare(
    gaps: Floats, same_face: NDArray[np.integer[Any]], rules: NDArray[np.integer[Any]] | None = None
) -> Mates:
    """Compare how far labels lie from where they are seen between pictures of the same face.

    A face may lie a little elsewhere in the other picture, and so the labels themselves are not compared but
    their gaps: what the network sees moves with the face. Where the labels of two pictures agree, the gap
    that they share is the network's mistake and no longer counts.

    Args:
        gaps: `(N, K, 2)` from what is seen to the label in pixels, NaN where there is no label.
        same_face: `(N,)`, the same number for pictures of one face.
        rules: `(N,)`, the marking rule of each row: those of different rules are not compared.
    """
    keys = np.stack([same_face, np.zeros(len(same_face), np.int64) if rules is None else rules], axis=1)
    _, which, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    best, apart = gaps.copy(), np.full(gaps.shape, np.nan)
    blamed = np.zeros(gaps.shape[:2], np.bool_)
    mate = np.full(len(gaps), -1, np.int64)
    order = np.argsort(which, kind="stable")
    for rows in np.split(order, np.cumsum(counts)[:-1]):
        if len(rows) < 2:
            continue
        between = gaps[rows][:, None] - gaps[rows][None]
        distance = np.linalg.norm(between, axis=-1)
        themselves = np.arange(len(rows))
        distance[themselves, themselves] = np.nan
        compared = np.isfinite(distance)
        some = compared.any(axis=1)
        nearest = np.where(compared, distance, np.inf).argmin(axis=1)
        left = np.take_along_axis(between, nearest[:, None, :, None], axis=1)[:, 0]
        smaller = some & (np.linalg.norm(left, axis=-1) < np.linalg.norm(gaps[rows], axis=-1))
        best[rows] = np.where(smaller[..., None], left, gaps[rows])
        apart[rows] = np.where(some[..., None], left, np.nan)
        size = np.linalg.norm(gaps[rows], axis=-1)
        blamed[rows] = some & (size >= np.take_along_axis(size, nearest, axis=0))
        steps = np.abs(rows[:, None] - rows[None]).astype(float)
        steps[themselves, themselves] = np.inf
        mate[rows] = rows[steps.argmin(axis=1)]
    return Mates(best, apart, blamed, mate)
