"""Where keypoints lie: as density over the mean face, their middles, and those out of the frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Points, known_points, out_of_frame
from fkd_core.overview.chart import Chart, Kind, Part
from fkd_core.overview.placed import placed_points
from fkd_core.project import Project

CELL = 2
"""side of a cell in pixels"""
_BLOCK = 1 << 16


def place_density(project: Project, mean: NDArray[np.uint8]) -> Chart:
    """Labels of each keypoint in cells of two pixels. Parts go by keypoint, the emptiest cells first.

    Args:
        project: with training faces.
        mean: uint8 `(H, W)`, what they are drawn over.
    """
    height, width = project.schema.size
    shape = (-(-height // CELL), -(-width // CELL))
    counts = np.zeros((len(project.schema), *shape), np.int64)
    for points in _blocks(project):
        inside = known_points(points) & ~out_of_frame(points, project.schema.size)
        # Pixels have their middle at whole numbers; the frame's last half pixel goes to the last cell.
        cells = np.clip(np.floor((points + 0.5) / CELL), 0, np.array(shape[::-1]) - 1)
        for keypoint in range(len(project.schema)):
            here = cells[:, keypoint][inside[:, keypoint]].astype(np.intp)
            np.add.at(counts[keypoint], (here[:, 1], here[:, 0]), 1)
    parts = []
    for keypoint, name in enumerate(project.schema.keypoints):
        ys, xs = np.nonzero(counts[keypoint])
        found = counts[keypoint][ys, xs]
        for i in np.argsort(found, kind="stable").tolist():
            x, y = int(xs[i]) * CELL, int(ys[i]) * CELL
            wanted = f"split:train {_within('x', name, x, width)} {_within('y', name, y, height)}"
            parts.append(Part(project.schema.label(keypoint), (int(found[i]), x, y), (wanted,)))
    lonely = sum(1 for part in parts if part.values[0] == 1)
    finding = (
        f"Labels lie in {len(parts):,} cells of {CELL} × {CELL} pixels; {lonely:,} hold one label only: "
    )
    finding += "look there for mistakes."
    missing = "" if parts else "No person has placed a keypoint of a training face."
    return Chart(
        "places",
        Kind.PLACES,
        "Where keypoints lie",
        missing or finding,
        "labels",
        "keypoint",
        ("labels", "x", "y"),
        tuple(parts),
        picture=mean,
        missing=missing,
    )


def mean_face(project: Project, mean: NDArray[np.uint8]) -> Chart:
    """The mean face with the median place of each keypoint, and how widely it scatters."""
    none = np.zeros((0, len(project.schema), 2), np.float32)
    sample = np.concatenate([none, *_blocks(project, most=100_000)])
    known = known_points(sample)
    parts, wide = [], []
    for keypoint, name in enumerate(project.schema.keypoints):
        here = sample[known[:, keypoint], keypoint]
        if len(here):
            x, y = np.median(here, axis=0).tolist()
            spread = float(np.sqrt(here.astype(np.float64).var(axis=0).mean()))
            values = (len(here), round(x, 2), round(y, 2), round(spread, 2))
            label = project.schema.label(keypoint)
            parts.append(Part(label, values, (f"split:train not missing:{name}",)))
            wide.append((spread, label))
    finding = "The mean of all training pictures."
    if wide:
        finding += f" {max(wide)[1].capitalize()} scatters most, by {max(wide)[0]:.1f} px each way,"
        finding += f" {min(wide)[1]} least, by {min(wide)[0]:.1f} px."
    return Chart(
        "mean",
        Kind.MARKS,
        "The mean face",
        finding,
        "labels",
        "keypoint",
        ("labels", "x", "y", "scatter in px"),
        tuple(parts),
        picture=mean,
    )


def labels_outside(project: Project) -> Chart:
    """Labels beyond the edges of the picture, by keypoint, whoever or whatever placed them."""
    table, size = project.labels.table, project.schema.size
    counts = np.zeros(len(project.schema), np.int64)
    faces = 0
    for start in range(0, len(table), _BLOCK):
        outside = out_of_frame(table.points[start : start + _BLOCK], size)
        counts += outside.sum(axis=0)
        faces += int(outside.any(axis=1).sum())
    names = project.schema.keypoints
    parts = tuple(
        Part(project.schema.label(k), (int(counts[k]),), (f"outside:{names[k]}",))
        for k in np.argsort(-counts, kind="stable").tolist()
        if counts[k]
    )
    none = f"No label lies beyond the {size[1]} × {size[0]} pixels of its picture."
    finding = f"{counts.sum():,} labels of {faces:,} faces lie beyond the picture’s edges."
    return Chart(
        "outside",
        Kind.BARS,
        "Labels out of frame",
        finding if parts else none,
        "labels",
        "keypoint",
        ("labels",),
        parts,
        missing="" if parts else none,
    )


def _blocks(project: Project, most: int | None = None) -> list[Points]:
    span = project.span("train")
    count = span.stop - span.start
    step = max(1, -(-count // most)) if most else 1
    return [
        placed_points(project, slice(start, min(start + _BLOCK, count)))[::step]
        for start in range(0, count, _BLOCK)
    ]


def _within(axis: str, name: str, low: int, size: int) -> str:
    end = f"<={size}" if low + CELL >= size else f"<{low + CELL - 0.5:g}"
    return f"{axis}({name})>={max(0.0, low - 0.5):g} {axis}({name}){end}"
