"""Label geometry along the rows of the file: where somebody else marked, or otherwise, there is a step."""

from __future__ import annotations

import numpy as np

from fkd_core.arrays import Floats
from fkd_core.overview.chart import Chart, Kind, Part
from fkd_core.overview.placed import placed_points
from fkd_core.project import Project
from fkd_core.rules.geometry import STANDARD, in_eye_frame

_BLOCKS, _SMALLEST = 72, 30
"""stretches of rows, and the fewest rows of one"""
_DRAWN = 4
_FEWEST = 8
"""labels of a stretch that make a median"""
_STEP = 1.5
"""pixels from which a step is worth a word"""
_SURE = 5.0
"""standard errors from which a step is no chance, among all places and keypoints"""
_OF_MEDIAN = np.sqrt(np.pi / 2)
"""standard error of a median over that of a mean, of normal values"""


def label_drift(project: Project) -> Chart:
    """The median place of each keypoint in stretches of rows, in the frame of the eyes."""
    span, schema = project.span("train"), project.schema
    count = span.stop - span.start
    block = max(_SMALLEST, -(-count // _BLOCKS))
    starts = range(0, count, block)
    names = [(k, axis) for k in range(len(schema)) for axis in (0, 1)]
    medians = np.full((len(starts), len(names)), np.nan)
    errors = medians.copy()
    for place, start in enumerate(starts):
        # A stretch at a time: a million rows need not be held as float64.
        points = placed_points(project, slice(start, min(start + block, count)))
        framed = in_eye_frame(points, schema).reshape(len(points), -1)
        for column in np.flatnonzero(np.isfinite(framed).sum(axis=0) >= _FEWEST).tolist():
            medians[place, column], errors[place, column] = _middle(framed[:, column])
    jumps = np.array([_jumps(*both) for both in zip(medians.T, errors.T, strict=True)])
    steps = jumps.max(axis=1, initial=0.0)
    title = "Labels along the file"
    if not np.isfinite(medians).any():
        why = "No stretch of rows has eyes to measure from and eight labels of a keypoint."
        return Chart("drift", Kind.STEPS, title, why, missing=why)
    drawn = np.argsort(-steps, kind="stable")[:_DRAWN]
    order = [*drawn.tolist(), *(c for c in range(len(names)) if c not in set(drawn.tolist()))]
    known = [c for c in order if np.isfinite(medians[:, c]).any()]
    series = tuple(f"{schema.label(names[c][0])} {'xy'[names[c][1]]}" for c in known)
    parts = []
    for place, start in enumerate(starts):
        stop = min(start + block, count)
        values = tuple(
            round(float(medians[place, c]), 3) if np.isfinite(medians[place, c]) else None for c in known
        )
        rows = f"{start}-{stop - 1}" if stop - start > 1 else f"{start}"
        parts.append(Part(f"rows {rows.replace('-', ' to ')}", values, (f"split:train row:{rows}",)))
    first = drawn[0]
    if steps[first] >= _STEP:
        where = (int(np.argmax(jumps[first])) + 3) * block
        finding = f"{series[0].rpartition(' ')[0].capitalize()} steps by {steps[first]:.1f} px near row"
        finding += f" {where:,}: labels before and after it follow different rules, or show different faces."
    else:
        finding = f"No keypoint surely moves by {_STEP} px from one stretch of rows to the next."
    return Chart(
        "drift",
        Kind.STEPS,
        title,
        finding,
        "pixels",
        "rows",
        series,
        tuple(parts),
        note=f"Medians of {block} rows at {STANDARD:.0f} px between the eyes, from the median of all; "
        f"the {min(_DRAWN, len(series))} with the largest steps",
        hidden=series[_DRAWN:],
    )


def _middle(values: Floats) -> tuple[float, float]:
    """Median of the known values, and its standard error from their median absolute deviation."""
    known = values[np.isfinite(values)]
    median = float(np.median(known))
    scale = 1.4826 * float(np.median(np.abs(known - median)))
    return median, float(_OF_MEDIAN) * scale / len(known) ** 0.5


def _jumps(medians: Floats, errors: Floats) -> Floats:
    """How far the medians of three stretches before and after each place lie apart; 0 where it may be chance.

    Three, because one odd stretch is no step.
    """
    known = np.isfinite(medians)
    found = np.zeros(max(0, len(medians) - 5))
    for i in range(len(found)):
        before, after = slice(i, i + 3), slice(i + 3, i + 6)
        if known[before].sum() < 2 or known[after].sum() < 2:
            continue
        jump = abs(np.nanmedian(medians[after]) - np.nanmedian(medians[before]))
        # The median of three varies as that of a mean does, and by half as much again.
        variance = sum(np.nanmean(errors[side] ** 2) / known[side].sum() for side in (before, after))
        found[i] = jump if jump > _SURE * float(_OF_MEDIAN) * variance**0.5 else 0.0
    return found
