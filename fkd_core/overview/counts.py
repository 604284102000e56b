"""How many labels there are: by keypoint, by row pattern, by split and by where they came from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.values import OriginKind
from fkd_core.overview.chart import Chart, Kind, Part, row_filter
from fkd_core.project import Project

_KINDS = tuple(kind.value for kind in OriginKind)
_PATTERNS = 8
"""row patterns that have a bar of their own"""


def keypoint_counts(project: Project) -> Chart:
    """Training labels of each keypoint as they stand now, by origin, and how many are missing."""
    table, span = project.labels.table, project.span("train")
    names, rows = project.schema.keypoints, span.stop - span.start
    counts = [table.is_kind(kind)[span].sum(axis=0).tolist() for kind in OriginKind]
    parts = []
    for keypoint, name in enumerate(names):
        values = [column[keypoint] for column in counts]
        filters = [f"split:train origin({name}):{kind}" for kind in _KINDS]
        parts.append(
            Part(
                project.schema.label(keypoint),
                (*values, rows - sum(values)),
                (*filters, f"split:train missing:{name}"),
            )
        )
    gaps = [(part.values[-1] or 0, part.label) for part in parts]
    some = [label for gap, label in gaps if gap]
    if not some:
        finding = f"Every one of {rows:,} faces has all {len(names)} keypoints."
    else:
        most, label = max(gaps)
        whole = len(names) - len(some)
        finding = f"{whole} of {len(names)} keypoints {'is' if whole == 1 else 'are'} known in every face."
        finding += f" {label.capitalize()} is missing most, in {most:,} of {rows:,} faces."
    return Chart(
        "keypoints",
        Kind.BARS,
        "Labels of each keypoint",
        finding,
        "labels",
        "keypoint",
        (*_KINDS, "missing"),
        tuple(parts),
        (*_KINDS, "missing"),
    )


def pattern_counts(project: Project) -> Chart:
    """Training rows by which keypoints the source had of them."""
    span = project.span("train")
    original, every = project.labels.table.original, len(project.schema)
    known = np.concatenate(
        [
            np.isfinite(original[start : min(start + 65536, span.stop), :, 0])
            for start in range(span.start, span.stop, 65536)
        ]
        or [np.zeros((0, every), np.bool_)]
    )
    kinds, place, counts = _distinct(known)
    numbers = known.sum(axis=1)
    order = np.argsort(-counts, kind="stable")
    parts: list[Part] = []
    listed: list[tuple[str, NDArray[np.bool_]]] = []
    for kind in order[:_PATTERNS].tolist():
        rows = np.flatnonzero(place == kind)
        labels = int(kinds[kind].sum())
        word = {every: "full", 4: "four", 0: "none"}.get(labels)
        whole = word is not None and (numbers == labels).sum() == len(rows)
        wanted = f"split:train source:{word}" if whole else row_filter("train", rows)
        told = _pattern(project, kinds[kind], listed)
        listed.append((told, kinds[kind]))
        parts.append(Part(told, (len(rows),), (wanted,)))
    rest = order[_PATTERNS:]
    if len(rest):
        rows = np.flatnonzero(np.isin(place, rest))
        parts.append(Part(f"{len(rest)} other patterns", (len(rows),), (row_filter("train", rows),)))
    lacking = int((numbers < every).sum())
    if len(numbers) == 0:
        finding = "There are no training faces."
    elif not lacking:
        finding = f"All {len(numbers):,} faces came with all {every} keypoints."
    else:
        four = int((numbers == 4).sum()) if every != 4 else 0
        finding = f"{lacking:,} of {len(numbers):,} faces came without all {every} keypoints"
        finding += f"; {four:,} have four only." if four else "."
    return Chart(
        "patterns",
        Kind.BARS,
        "Row patterns",
        finding,
        "faces",
        "labelled in the source",
        ("faces",),
        tuple(parts),
    )


def split_counts(project: Project) -> Chart:
    """Labels of each split by where they came from."""
    table = project.labels.table
    kinds = {kind.value: table.is_kind(kind) for kind in OriginKind}
    parts = []
    for split in project.faces:
        span = project.span(split)
        values = [int(found[span].sum()) for found in kinds.values()]
        total = (span.stop - span.start) * len(project.schema)
        filters = [f"split:{split} origin:{kind}" for kind in kinds]
        parts.append(Part(split, (*values, total - sum(values)), (*filters, f"split:{split} not missing:no")))
    faces = ", ".join(f"{len(faces):,} {split}" for split, faces in project.faces.items())
    sums = {kind: sum(int(part.values[i] or 0) for part in parts) for i, kind in enumerate(kinds)}
    told = ", ".join(f"{count:,} {kind}" for kind, count in sums.items() if count)
    return Chart(
        "splits",
        Kind.BARS,
        "Splits and origins",
        f"{faces} faces. Labels: {told or 'none'}.",
        "labels",
        "split",
        (*_KINDS, "missing"),
        tuple(parts),
        (*_KINDS, "missing"),
    )


def _distinct(known: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    """Patterns, the pattern of each row, and how many rows each has."""
    # As one string of bytes a row: sorting these is many times quicker than sorting rows of K values.
    packed = np.ascontiguousarray(np.packbits(known, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
    _, first, place, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    return known[first], place.reshape(-1), counts


def _pattern(project: Project, known: NDArray[np.bool_], listed: list[tuple[str, NDArray[np.bool_]]]) -> str:
    """A pattern in words: its keypoints, or what it lacks of a commoner one where it is long."""
    labels, every = int(known.sum()), len(known)
    if labels == every:
        return f"all {every}"
    if labels == 0:
        return "none"
    if every - labels <= 2:
        without = ", ".join(project.schema.label(k) for k in np.flatnonzero(~known).tolist())
        return f"all but {without}"
    if labels <= 2:
        return ", ".join(project.schema.label(k) for k in np.flatnonzero(known).tolist())
    for name, other in listed:
        lacking = np.flatnonzero(other & ~known).tolist()
        if len(lacking) <= 2 and not (known & ~other).any():
            without = ", ".join(project.schema.label(k) for k in lacking)
            return f"{name.removesuffix(' keypoints')} but {without}"
    return f"{labels} keypoints"
