"""Single labels that are wrong, faces that are wrong as a whole, and faces whose sides are exchanged."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Floats

WRONG_LABELS = 0.01
WRONG_FACES = 0.003
EXCHANGED_FACES = 0.003
"""Share of labels that are wrong by themselves, of faces whose labels are all wrong, such as those of another
face, and of faces whose left and right are exchanged, before one has looked at any."""

_FEWEST = 3
"""Labels that a face must have for all of them to be wrong together rather than each by itself."""


def weigh(wrong: Floats, exchanged: Floats) -> Floats:
    """Logarithm of the odds `(N, K)` that each label is wrong, whichever of these mistakes was made.

    Args:
        wrong: `(N, K)` logarithm of the likelihood ratio of each label, wrong over right; NaN where nobody
            can say.
        exchanged: `(N, K)` the same for labels that have each other's places over right ones; 0 for keypoints
            that have no other side.
    """
    judged = np.isfinite(wrong)
    ratio, swap = np.where(judged, wrong, 0.0), np.nan_to_num(exchanged)
    sided = judged & np.isfinite(exchanged) & (exchanged != 0)
    enough = judged.sum(axis=1) >= _FEWEST
    whole = np.where(enough, np.log(WRONG_FACES) + ratio.sum(axis=1), -np.inf)
    sides = np.where(sided.any(axis=1), np.log(EXCHANGED_FACES) + swap.sum(axis=1), -np.inf)
    single = np.full(len(wrong), np.log(1 - WRONG_FACES - EXCHANGED_FACES))
    # Under the mistakes that concern single labels each is wrong or right by itself.
    odds = np.log(WRONG_LABELS / (1 - WRONG_LABELS)) + ratio
    is_wrong, is_right = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    spread = np.log1p(-WRONG_LABELS) + np.logaddexp(0, odds)
    single = single + np.where(judged, spread, 0.0).sum(axis=1)
    sides = sides + np.where(judged & ~sided, spread, 0.0).sum(axis=1)
    ways = np.stack([single, whole, sides])[..., None]
    surely = np.full(ratio.shape, 0.0)
    never = np.full(ratio.shape, -np.inf)
    says = np.stack([is_wrong, surely, np.where(sided, surely, is_wrong)])
    denies = np.stack([is_right, never, np.where(sided, never, is_right)])
    log_odds = _sum(ways + says) - _sum(ways + denies)
    return np.where(judged, log_odds, np.nan)


def _sum(logs: Floats) -> Floats:
    """Logarithm of the sum along the first axis of values given by their logarithms."""
    return np.asarray(np.logaddexp.reduce(logs, axis=0))
