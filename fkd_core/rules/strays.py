"""Rows that stand among those of one rule but come from the source of another."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats
from fkd_core.jobs import Job
from fkd_core.rules.compare import TOLD
from fkd_core.rules.geometry import normal_scores
from fkd_core.rules.patterns import SMALLEST
from fkd_core.rules.rule import NO_RULE
from fkd_core.rules.tell import Looks, held_out_scores

GAIN = 25.0
"""Log-likelihood by which strays must explain a stretch better: files without any reach 17, a real one 83."""

FEWEST_NUMBERS = 10
"""Coordinates that a row must have beyond those of the eyes: fewer say too little to part two sources."""

_FEWEST = 10
_ROUNDS = 30
_SETTLED = 0.01
_FREEDOM = 6
_TEMPER = 0.5
"""Keypoints of a face err together, so their evidence is worth less than the density says."""
_MOST_SAID = 6.0
"""Log-odds beyond which neither labels nor image are believed: 400 to 1."""
_SHRINK = 0.02
_AS_OTHERS = 2.0
"""Rows per coordinate that what is known of other densities counts for."""
_NOISE = 1e-3
_SHARES = np.linspace(0, 0.6, 61)[:, None]


def find_strays(
    framed: Floats,
    of_row: NDArray[np.int16],
    siblings: Sequence[Sequence[int]],
    looks: Looks,
    *,
    job: Job | None = None,
) -> NDArray[np.int16]:
    """Give rows that stand among another rule's, but look and are marked like it, to their source's rule.

    Rows of a set of keypoints are a mixture: most are their stretch's own, some may be strays. A row is
    weighed by how its face looks (how much more like the source's faces than the stretch's, to a classifier
    that did not see it), by where its keypoints lie (densities of the strays' and the stretch's own labels,
    fitted without its fold), and by how common strays are in its stretch; from a first guess by looks alone,
    this is repeated until it settles. The labels of strays have one density for all stretches. Near-identical
    faces are in one fold throughout.

    A stretch has strays only if looks and labels go astray in the same rows: the mixture must be clearly
    more likely, on held-out rows, than one in which both have outliers independently of each other. So
    wrong labels, odd pictures and a source whose faces look like any other make no strays. They must be a
    minority too.

    Sources are rules that mark another set of keypoints than the stretch: rules of one set are told apart by
    where they stand along the file, and so not row by row. Rows that lack a keypoint of their stretch,
    rows of stretches that mark few keypoints, and rows that were not looked at stay what they are.

    Args:
        framed: `(N, K, 2)` labels in the frame of the eyes, NaN where unknown.
        of_row: `(N,)` the rule of each row's stretch, -1 for none.
        siblings: groups of rules that mark the same keypoints; each rule in exactly one.
        looks: at the rows in question.
        job: is told how far the work is.

    Returns:
        `(N,)` the rule of each row, that of its source for strays.

    Raises:
        Cancelled: if the job was stopped.

    Source: of the mixture, Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM
    algorithm", 1977.
    """
    job = job or Job()
    moved = of_row.copy()
    surest = np.full(len(of_row), 0.5)
    for group in siblings:
        for source in range(int(of_row.max(initial=NO_RULE)) + 1):
            if source in group:
                continue
            rows, likely = _likely_strays(framed, of_row, group, source, looks, job)
            taken = likely > surest[rows]
            moved[rows[taken]] = source
            surest[rows[taken]] = likely[taken]
    return moved


@attrs.frozen(eq=False)
class _Suspects:
    """`n` rows of one set of keypoints, among which strays of one source may be.

    Attributes:
        stretch: `(n,)` the rule that each stands among.
        folds: `(n,)`.
        labels: `(n, D)` normal scores of the keypoints in the frame of the eyes.
        looks: `(n,)` how much more each face looks like the source's than like the stretches'.
        source_looks: the same of the source's own faces.
    """

    stretch: NDArray[np.int16]
    folds: NDArray[np.int64]
    labels: Floats
    looks: Floats
    source_looks: Floats

    def of(self, stretches: Sequence[int]) -> _Suspects:
        keep = np.isin(self.stretch, stretches)
        fields = ("stretch", "folds", "labels", "looks")
        return attrs.evolve(self, **{field: getattr(self, field)[keep] for field in fields})


def _likely_strays(
    framed: Floats, of_row: NDArray[np.int16], group: Sequence[int], source: int, looks: Looks, job: Job
) -> tuple[NDArray[np.intp], Floats]:
    """Rows of a group of rules and how likely each is a stray of the source, by two passes."""
    rule = of_row[looks.rows]
    here, there = np.flatnonzero(np.isin(rule, group)), np.flatnonzero(rule == source)
    flat = framed[looks.rows[here]].reshape(len(here), -1)
    # Most rows have every keypoint that their rule marks.
    flat = flat[:, np.isfinite(flat).mean(axis=0) > 0.5] if len(here) else flat
    complete = np.isfinite(flat).all(axis=1)
    here, labels = here[complete], normal_scores(flat[complete])
    labels = labels[:, labels.any(axis=0)]
    rows, likely = looks.rows[here], np.zeros(len(here))
    if min(len(here), len(there)) < SMALLEST or labels.shape[1] < FEWEST_NUMBERS:
        return rows, likely
    both = np.concatenate([here, there])
    # The first classifier learns strays as the stretch's own faces, the second as the source's.
    for _ in range(2):
        truth = np.concatenate([likely > 0.5, np.ones(len(there), np.bool_)]).astype(np.intp)
        scores = held_out_scores(looks.features[both], truth, looks.folds[both], 2, job)
        like, source_like = np.split(scores[:, 1] - scores[:, 0], [len(here)])
        if ((like < 0).mean() + (source_like > 0).mean()) / 2 < TOLD:
            return rows, np.zeros(len(here))
        likely = _likely(_Suspects(rule[here], looks.folds[here], labels, like, source_like), job)
        if not likely.any():
            break
    return rows, likely


def _likely(suspects: _Suspects, job: Job) -> Floats:
    """`(n,)` how likely each row is a stray, 0 in stretches that are better explained without."""
    likely = np.zeros(len(suspects.stretch))
    stretches = np.unique(suspects.stretch).tolist()
    while stretches:
        part = suspects.of(stretches)
        found, by_labels, by_looks = _mixture(part, job)
        kept = []
        for stretch in stretches:
            here = part.stretch == stretch
            if _gain(by_labels[here], by_looks[here]) >= GAIN and found[here].mean() < 0.5:
                kept.append(stretch)
        if kept == stretches:
            if found.sum() >= _FEWEST:
                likely[np.isin(suspects.stretch, stretches)] = found
            break
        # What was wrongly taken for strays in one stretch must not shape those of the others.
        stretches = kept
    return likely


def _mixture(suspects: _Suspects, job: Job) -> tuple[Floats, Floats, Floats]:
    """`(n,)` how likely each row is a stray, and the log-odds that its labels and its looks give for it."""
    typical = max(float(np.median(suspects.source_looks)), _NOISE)
    likely = _sigmoid(8 * (suspects.looks / typical - 0.5))
    for _ in range(_ROUNDS):
        by_labels = _labels_odds(suspects, likely)
        by_looks, before = np.zeros(len(likely)), np.zeros(len(likely))
        for stretch in np.unique(suspects.stretch):
            here = suspects.stretch == stretch
            by_looks[here] = _looks_odds(suspects.looks[here], 1 - likely[here], suspects.source_looks)
            share = likely[here].mean()
            before[here] = np.log(share / (1 - share))
        was, likely = likely, _sigmoid(by_labels + by_looks + before)
        job.check()
        if np.abs(likely - was).max() < _SETTLED:
            break
    return likely, by_labels, by_looks


def _labels_odds(suspects: _Suspects, likely: Floats) -> Floats:
    odds = np.zeros(len(likely))
    labels = suspects.labels
    stretches = np.unique(suspects.stretch)
    for fold in np.unique(suspects.folds):
        held_out = suspects.folds == fold
        own: dict[int, _Density] = {}
        for stretch in stretches:
            learn = (suspects.stretch == stretch) & ~held_out
            own[stretch] = _Density.fit(labels[learn], 1 - likely[learn])
        common = np.mean([density.spread for density in own.values()], axis=0)
        strays = _Density.fit(labels[~held_out], likely[~held_out], like=common)
        for stretch, density in own.items():
            judge = (suspects.stretch == stretch) & held_out
            odds[judge] = strays.log(labels[judge]) - density.log(labels[judge])
    return np.clip(_TEMPER * odds, -_MOST_SAID, _MOST_SAID)


def _looks_odds(looks: Floats, own: Floats, source_looks: Floats) -> Floats:
    """With one spread for both, so that a face that looks less like the source never counts for it."""
    here = np.average(looks, weights=own)
    there = max(source_looks.mean(), here)
    spread = (np.average((looks - here) ** 2, weights=own) + source_looks.var()) / 2
    odds = (there - here) * (looks - (here + there) / 2) / max(spread, _NOISE**2)
    return np.asarray(np.clip(odds, -_MOST_SAID, _MOST_SAID))


@attrs.frozen(eq=False)
class _Density:
    """Student's t of weighted values."""

    mean: Floats
    spread: Floats

    @classmethod
    def fit(cls, values: Floats, weights: Floats, *, like: Floats | None = None) -> _Density:
        """A covariance drawn towards its diagonal; or towards another, the more so the fewer the values."""
        # So many rows of equal weight would say as much.
        rows = weights.sum() ** 2 / (weights**2).sum()
        weights = weights / weights.sum()
        mean = weights @ values
        spread = ((values - mean) * weights[:, None]).T @ (values - mean)
        if like is None:
            spread = (1 - _SHRINK) * spread + np.diag(_SHRINK * np.diag(spread) + _NOISE)
        else:
            other = _AS_OTHERS * len(mean)
            spread = (rows * spread + other * like) / (rows + other)
        return cls(mean, spread)

    def log(self, values: Floats) -> Floats:
        """Up to a constant."""
        away = values - self.mean
        distance = np.einsum("ij,ij->i", away @ np.linalg.inv(self.spread), away)
        power = (_FREEDOM + values.shape[1]) / 2
        return np.asarray(-np.linalg.slogdet(self.spread)[1] / 2 - power * np.log1p(distance / _FREEDOM))


def _gain(by_labels: Floats, by_looks: Floats) -> float:
    """Log-likelihood of strays over that of labels and looks that go astray independently, or not at all."""
    return _best(by_labels + by_looks) - _best(by_labels) - _best(by_looks)


def _best(odds: Floats) -> float:
    """Of a mixture over its first part alone, with the share of the second that is best."""
    return float(np.log1p(_SHARES * np.expm1(odds)).sum(axis=1).max())


def _sigmoid(odds: Floats) -> Floats:
    # Never quite 0 or 1, so that no density is fitted to nothing.
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -14, 14))))
