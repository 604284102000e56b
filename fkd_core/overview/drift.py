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


def label_drift(project: Project) -> Chart:
    """The median place of each keypoint in stretches of rows, in the frame of the eyes."""
    span, schema = project.span("train"), project.schema
    count = span.stop - span.start
    block = max(_SMALLEST, -(-count // _BLOCKS))
    starts = range(0, count, block)
    names = [(k, axis) for k in range(len(schema)) for axis in (0, 1)]
    medians = np.full((len(starts), len(names)), np.nan)
    for place, start in enumerate(starts):
        # A stretch at a time: a million rows need not be held as float64.
        points = placed_points(project, slice(start, min(start + block, count)))
        framed = in_eye_frame(points, schema).reshape(len(points), -1)
        for column in np.flatnonzero(np.isfinite(framed).sum(axis=0) >= _FEWEST).tolist():
            medians[place, column] = np.nanmedian(framed[:, column])
    steps = np.array([_largest_step(column) for column in medians.T])
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
        where = _where(medians[:, first]) * block
        finding = f"{series[0].rpartition(' ')[0].capitalize()} steps by {steps[first]:.1f} px near row"
        finding += f" {where:,}: labels before and after it follow different rules, or show different faces."
    else:
        finding = f"No keypoint moves by {_STEP} px from one stretch of rows to the next."
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


def _largest_step(column: Floats) -> float:
    jumps = _jumps(column)
    return float(jumps.max()) if len(jumps) else 0.0


def _where(column: Floats) -> int:
    return int(np.argmax(_jumps(column))) + 3


def _jumps(column: Floats) -> Floats:
    """Differences of the medians of three stretches before and after each place: one odd stretch is none."""
    known = np.isfinite(column)
    found = np.zeros(max(0, len(column) - 5))
    for i in range(len(found)):
        before, after = column[i : i + 3], column[i + 3 : i + 6]
        if known[i : i + 3].sum() >= 2 and known[i + 3 : i + 6].sum() >= 2:
            found[i] = abs(np.nanmedian(after) - np.nanmedian(before))
    return found
