"""What a submission may be expected to score, from faces that the run never saw."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Mask
from fkd_core.evaluation.intervals import UNKNOWN, Interval
from fkd_core.evaluation.plain import interval, number
from fkd_core.submitting.patterns import common_patterns, nearest_pattern

_DRAWS = 1000
_LEVEL = (0.025, 0.975)
_ENOUGH = 10
"""Faces of a pattern that must know a keypoint before its error is taken from them alone."""


@attrs.frozen
class PatternScore:
    """The expected error of the test faces that are asked for one set of keypoints.

    Args:
        keypoints: names of those that are asked.
        asked_faces: test faces nearest to this pattern.
        coordinates: rows of the submission that belong to them.
        faces: held-out faces nearest to this pattern.
        rmse: expected, in pixels; NaN if nobody can say.
        interval: 95 % interval of `rmse`.
        stand_in: share of the coordinates whose error is that of held-out faces of any pattern, because fewer
            than 10 of this one know the keypoint.
    """

    keypoints: tuple[str, ...]
    asked_faces: int
    coordinates: int
    faces: int
    rmse: float
    interval: Interval
    stand_in: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        own = {"rmse": number(self.rmse), "interval": interval(self.interval)}
        return attrs.asdict(self) | {"keypoints": list(self.keypoints)} | own


@attrs.frozen
class ExpectedScore:
    """The score that the competition's site may be expected to give.

    Args:
        rmse: in pixels; NaN if no held-out face knows any asked keypoint.
        interval: 95 % interval of `rmse`: what other held-out faces would have said.
        site: 95 % interval of the score itself, which also depends on which test faces there are.
        faces: held-out faces that it comes from.
        unknown: share of the asked coordinates whose keypoint no held-out face knows.
        patterns: by the set of keypoints that is asked, the most frequent first.
    """

    rmse: float
    interval: Interval
    site: Interval
    faces: int
    unknown: float
    patterns: tuple[PatternScore, ...]

    @property
    def stand_in(self) -> float:
        """Share of the asked coordinates whose error is taken from faces of other patterns too."""
        total = sum(part.coordinates for part in self.patterns)
        return sum(part.stand_in * part.coordinates for part in self.patterns) / total if total else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, None for NaN."""
        return {
            "rmse": number(self.rmse),
            "interval": interval(self.interval),
            "site_interval": interval(self.site),
            "faces": self.faces,
            "unknown": self.unknown,
            "stand_in": self.stand_in,
            "patterns": [part.to_dict() for part in self.patterns],
        }


def expected_score(
    gap: Floats,
    source: Mask,
    asked: NDArray[np.integer[Any]],
    names: tuple[str, ...],
    *,
    draws: int = _DRAWS,
    seed: int = 0,
) -> ExpectedScore:
    """Weight the errors of held-out faces by what the lookup table asks.

    With `a[p, k]` the number of coordinates of keypoint k that are asked of test faces of pattern p, and
    `m[p, k]` the mean squared error per coordinate of that keypoint over the held-out faces of the pattern,

        score = sqrt( sum over p, k of a[p, k] * m[p, k]  /  sum over p, k of a[p, k] ).

    A pattern is a set of keypoints that at least 5 % of the asked faces are asked for; every face belongs to
    the one that differs in the fewest keypoints, a held-out face by the keypoints that its source marked.
    Faces marked by other rules lack other keypoints, so the pattern tells them apart. Where fewer than ten
    held-out faces of a pattern know a keypoint, `m[p, k]` is its error over all held-out faces, and
    `stand_in` says how much of the score rests on that; keypoints that none knows are left out.

    `interval` draws the held-out faces of each pattern with repeats (faces, since errors within one go
    together). `site` then draws as many faces from each such sample as there are test faces of the pattern:
    what the site says scatters that much even if the estimate were exact.

    Args:
        gap: `(N, K, 2)` predicted minus true pixels of the held-out faces, NaN where the truth is unknown.
        source: `(N, K)`, which keypoints the source marked in them.
        asked: `(M, K)`, how many coordinates (0, 1 or 2) of each keypoint are asked of each test face.
        names: of the keypoints.
        draws: bootstrap samples; 0 for no intervals.
        seed: of the bootstrap.

    Raises:
        ValueError: if the shapes do not fit.

    Sources: the score, https://www.kaggle.com/competitions/facial-keypoints-detection/overview/evaluation;
    post-stratification, Lohr, "Sampling: Design and Analysis", chapter 4; the bootstrap within strata, Efron
    and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 8.
    """
    keypoints = len(names)
    if gap.shape != (len(gap), keypoints, 2) or source.shape != gap.shape[:2] or asked.shape[1] != keypoints:
        raise ValueError(
            f"gap, source and asked must fit {keypoints} keypoints, "
            f"received {gap.shape}, {source.shape} and {asked.shape}"
        )
    known = np.asarray(~np.isnan(gap).any(axis=2), np.bool_)
    some = known.any(axis=1)
    gap, source, known = gap[some], source[some], known[some]
    squares: Floats = np.where(known, np.nansum(np.square(gap, dtype=np.float64), axis=2), 0.0)
    counts: Floats = np.where(known, 2.0, 0.0)
    patterns = common_patterns(np.asarray(asked > 0))
    if not len(patterns) or not len(gap):
        return ExpectedScore(float("nan"), UNKNOWN, UNKNOWN, len(gap), float(len(patterns) > 0), ())
    of_test = nearest_pattern(patterns, np.asarray(asked > 0))
    of_test[~(asked > 0).any(axis=1)] = -1
    of_held = nearest_pattern(patterns, source)
    weights = np.stack([asked[of_test == p].sum(axis=0) for p in range(len(patterns))]).astype(np.float64)
    members = np.stack([of_held == p for p in range(len(patterns))])
    table = _Table(squares, counts, members, weights)
    once = np.ones((1, len(gap)))
    parts, whole = table.scores(once)
    own_draws, site_draws = _samples(of_held, of_test, len(patterns), draws, seed)
    ends = [_ends(values) for values in table.scores(own_draws)[0].T] if draws else [UNKNOWN] * len(patterns)
    return ExpectedScore(
        rmse=float(whole[0]),
        interval=_ends(table.scores(own_draws)[1]) if draws else UNKNOWN,
        site=_ends(table.scores(site_draws)[1]) if draws else UNKNOWN,
        faces=len(gap),
        unknown=float(weights[:, ~table.anywhere].sum() / weights.sum()),
        patterns=tuple(
            PatternScore(
                keypoints=tuple(name for name, wanted in zip(names, pattern, strict=True) if wanted),
                asked_faces=int((of_test == p).sum()),
                coordinates=int(weights[p].sum()),
                faces=int(members[p].sum()),
                rmse=float(parts[0, p]),
                interval=ends[p],
                stand_in=float((weights[p] * (~table.enough[p] & table.anywhere)).sum() / weights[p].sum()),
            )
            for p, pattern in enumerate(patterns)
        ),
    )


class _Table:
    """Mean squared errors by pattern and keypoint, for any weights of the held-out faces."""

    def __init__(self, squares: Floats, counts: Floats, members: Mask, weights: Floats) -> None:
        self._squares, self._counts, self._members, self._weights = squares, counts, members, weights
        self.enough = np.stack([(counts[part] > 0).sum(axis=0) >= _ENOUGH for part in members])
        self.anywhere = (counts > 0).any(axis=0)

    def scores(self, drawn: Floats) -> tuple[Floats, Floats]:
        """Root mean squared errors `(D, P)` by pattern and `(D,)` of all, for weights `(D, N)`."""
        every = _ratio(drawn @ self._squares, drawn @ self._counts)
        totals, sums = [], []
        for part, weights, enough in zip(self._members, self._weights, self.enough, strict=True):
            own = _ratio(drawn[:, part] @ self._squares[part], drawn[:, part] @ self._counts[part])
            errors = np.where(enough & ~np.isnan(own), own, every)
            usable = ~np.isnan(errors)
            totals.append((np.where(usable, errors, 0.0) * weights).sum(axis=1))
            sums.append((usable * weights).sum(axis=1))
        total, asked = np.stack(totals, axis=1), np.stack(sums, axis=1)
        whole = np.sqrt(_ratio(total.sum(axis=1), asked.sum(axis=1)))
        return np.sqrt(_ratio(total, asked)), whole


def _samples(
    of_held: NDArray[np.intp], of_test: NDArray[np.intp], patterns: int, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Weights `(D, N)` of the held-out faces: drawn with repeats, and as many as there are test faces."""
    rng = np.random.default_rng(seed)
    own, site = np.zeros((draws, len(of_held))), np.zeros((draws, len(of_held)))
    for pattern in range(patterns):
        here = np.flatnonzero(of_held == pattern)
        if not len(here):
            continue
        times = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), size=draws)
        own[:, here] = times
        site[:, here] = rng.multinomial(int((of_test == pattern).sum()), times / len(here))
    return own, site


def _ratio(total: Floats, count: Floats) -> Floats:
    result = np.full(total.shape, np.nan)
    np.divide(total, count, out=result, where=count > 0)
    return result


def _ends(drawn: Floats) -> Interval:
    usable = drawn[~np.isnan(drawn)]
    if len(usable) < 2:
        return UNKNOWN
    low, high = np.quantile(usable, _LEVEL)
    return float(low), float(high)
