"""Where the other labels of a face say that each label should be."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.impute.conditional import NO_GROUP, Conditional, flat
from fkd_core.impute.pattern import FREEDOM, kinds_of, patterns_for

STRANGEST = (0.5, 2.0)
"""Limits of how much a face whose labels are common or strange as a whole scales the scatter. Without the
upper one a face of which all labels are wrong would excuse each of them."""


@attrs.frozen(eq=False)
class LeftOut:
    """Each label of a face beside what its other labels say of it.

    Args:
        gaps: float64 `(N, K, 2)` from the expected place to the label in pixels; NaN where there is no label,
            or no other one.
        scatter: float64 `(N, K, 2, 2)` of the expected place in squared pixels.
    """

    gaps: Floats
    scatter: Floats


def leave_out(
    shape: Conditional, points: NDArray[np.floating[Any]], groups: NDArray[np.integer[Any]] | None = None
) -> LeftOut:
    """Predict each label from the others of its face.

    How distances, the midline, left and right go together is in the scatter of `shape`. Where the others are
    strange too the scatter is larger, so that one wrong label does not make all others suspicious.

    Args:
        shape: how the keypoints of a face go together; see `fkd_core.impute.fitting.fit`.
        points: `(N, K, 2)` in pixels, NaN where there is no label.
        groups: `(N,)`, the group of each row in `shape`, -1 where it has none; no row has one if None.

    Source of the formulas: the conditional of a multivariate t distribution (Ding, The American Statistician
    70, 2016), each block of which follows from the precision of the whole (Rasmussen and Williams, Gaussian
    Processes for Machine Learning, 2006, section 5.4.2).
    """
    rows = flat(points)
    known, some = ~np.isnan(rows), ~np.isnan(shape.means[NO_GROUP])
    which = np.full(len(rows), NO_GROUP) if groups is None else groups
    usable = known & some & shape.told
    gaps = np.where(usable, rows - shape.means[which], 0.0)
    count = rows.shape[1] // 2
    out = np.full((len(rows), count, 2), np.nan)
    scatter = np.full((len(rows), count, 2, 2), np.nan)
    kinds, members = kinds_of(usable)
    for pattern, places in zip(patterns_for(shape.scatter, kinds, some), members, strict=True):
        whole = pattern.known.reshape(-1, 2).all(axis=1)
        if whole.sum() < 2:
            continue
        here = gaps[places]
        pulled = (here @ pattern.precision).reshape(len(places), count, 2)
        blocks = _diagonal_blocks(pattern.precision)[whole]
        alone = np.linalg.inv(blocks)
        left = np.einsum("kab,nkb->nka", alone, pulled[:, whole])
        own = np.einsum("nka,kab,nkb->nk", left, blocks, left)
        others = pattern.distances(here)[:, None] - own
        strange = (FREEDOM + others) / (FREEDOM + pattern.known.sum() - 2)
        out[np.ix_(places, whole)] = left
        scatter[np.ix_(places, whole)] = np.clip(strange, *STRANGEST)[..., None, None] * alone
    return LeftOut(out, scatter)


def _diagonal_blocks(matrix: Floats) -> Floats:
    """The 2 x 2 blocks `(K, 2, 2)` along the diagonal of `(2K, 2K)`."""
    count = len(matrix) // 2
    blocks = matrix.reshape(count, 2, count, 2)
    return np.asarray(blocks[np.arange(count), :, np.arange(count)])
