"""Fill missing keypoints from what a network sees, put right by the keypoints that the face does have."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Floats, Points, check_points
from fkd_core.impute.conditional import NO_GROUP, Conditional
from fkd_core.impute.context import Context, Filling, Seen
from fkd_core.impute.fitting import fit

FEWEST = 20
"""Rows of a marking rule that the network never saw; with fewer, those that it saw tell the rule's offset."""


def model(points: Points, context: Context) -> Filling:
    """Put each missing keypoint where a network sees it, moved as the row's known labels say.

    What labels differ from predictions is in part common to the keypoints of a face: all of it seen too
    high, or too large. On rows that the network never saw it is measured how these differences go together
    and what they are on average under each marking rule, as another rule marks the nose tip lower. The
    difference of a missing keypoint is then the one expected given those of the known keypoints. All this in
    units of the network's own deviations, where it states them.

    A rule with few such rows takes its average from rows that the network was trained on: an average over
    many faces is no matter of memory. How differences spread never comes from those.

    Args:
        points: `(N, K, 2)` in pixels, NaN where unknown.
        context: its `seen`, `rules` and `rule_names` are used.

    Raises:
        ValueError: if `points` has another shape or holds infinite values, if nothing was seen, or nothing
            in a row that lacks a keypoint.
        Cancelled: if the job was stopped.

    Source: `fitting.fit` and `conditional.Conditional`, on differences instead of places, as kriging takes
    the residuals of a trend (Cressie, "Statistics for Spatial Data", 1993, section 3.4).
    """
    check_points(points)
    seen = context.seen
    if seen is None or seen.points.shape != points.shape:
        raise ValueError(f"seen must have points {points.shape}, received {seen and seen.points.shape}")
    answer = seen.points if seen.answer is None else seen.answer
    unknown = np.isnan(points)
    wanted = unknown & ~unknown.all(axis=0)
    lost = wanted & (np.isnan(seen.points) | np.isnan(answer))
    if lost.any():
        row = int(lost.any(axis=(1, 2)).argmax())
        raise ValueError(f"rows that lack a keypoint must be predicted, received no prediction of row {row}")
    unit = _units(seen)
    gaps = (points - seen.points) / unit
    rules = np.full(len(points), NO_GROUP) if context.rules is None else context.rules
    # Under a rule that was asked for the network's answer has that rule's offset already.
    answers = None if seen.answer is None else np.full(len(points), NO_GROUP)
    expected = _differences(gaps, rules, seen, context).fill(gaps, rules, answers=answers)
    shift = np.where(np.isnan(expected.values), 0.0, expected.values)
    spread = np.where(np.isnan(expected.variance), 1.0, expected.variance)
    filled = np.where(wanted, answer + shift * unit, points)
    return Filling(filled.astype(np.float32), np.where(wanted, spread * unit**2, 0.0))


def _units(seen: Seen) -> Floats:
    """`(N, K, 1)`, the network's deviations; 1 px where it states none."""
    std = seen.std.astype(np.float64)
    return np.where(np.isfinite(std) & (std > 0), std, 1.0)[..., None]


def _differences(gaps: Floats, rules: NDArray[np.integer[Any]], seen: Seen, context: Context) -> Conditional:
    """How differences between labels and predictions go together; all empty if no row tells."""
    labelled = ~np.isnan(gaps).all(axis=(1, 2))
    fair = labelled & seen.unseen
    used = fair.copy()
    names = []
    if fair.any():
        context.job.log(
            f"model: how labels differ from predictions is known from {fair.sum()} faces that it never saw"
        )
        for rule in np.unique(rules[labelled & (rules >= 0)]).tolist():
            if (fair & (rules == rule)).sum() < FEWEST:
                used |= labelled & (rules == rule)
                names.append(context.rule_names[rule] if context.rule_names else str(rule))
        if names:
            under = f"rule{'s' if len(names) > 1 else ''} {', '.join(names)}"
            text = f"how they differ on average under {under} is known from faces that it was trained on"
            context.job.log(f"model: {text}")
    else:
        text = "it has seen every labelled face, so a face’s own labels do not move its answer"
        context.job.log(f"model: {text}")
    return fit(gaps[used], groups=rules[used], counted=fair[used], job=context.job)
