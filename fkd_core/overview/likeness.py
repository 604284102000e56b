"""How alike pictures are: identical ones, near-identical ones, and those that are like no other."""

from __future__ import annotations

from collections import Counter

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.duplicates import connected
from fkd_core.jobs import Job
from fkd_core.overview.chart import Chart, Kind, Part, face_filter
from fkd_core.overview.keep import keep_arrays, kept_arrays
from fkd_core.overview.light import FaceLight, let_go
from fkd_core.project import Project

MOST = 20_000
"""pictures that are compared with each other; of more a sample, evenly from all rows"""
_FILE = "likeness.npz"
_SIDE, _BLOCK = 16, 1024
_ALIKE = 0.985
_SHOWN = 18
_FAR = 0.6
"""correlation with the nearest other picture, under which a picture is far from all"""


@attrs.frozen(eq=False)
class Likeness:
    """What pictures have in common.

    Attributes:
        faces: `(n,)` indices of the faces that were compared.
        nearest: float32 `(n,)`, the correlation with the most alike other picture, -1 without one.
        group: `(n,)` number of the group of near-identical pictures, -1 for none.
    """

    faces: NDArray[np.int64]
    nearest: NDArray[np.float32]
    group: NDArray[np.int64]


def face_likeness(project: Project, job: Job | None = None) -> Likeness:
    """Compare pictures of all splits with each other, or take what was compared before.

    Pictures are shrunk to 16 × 16 pixels and freed of brightness and contrast, as `near_duplicates` does.

    Raises:
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    kept = kept_arrays(project, _FILE, ("faces", "nearest", "group"))
    if kept is not None:
        return Likeness(kept["faces"], kept["nearest"], kept["group"])
    faces = np.arange(0, len(project), max(1, -(-len(project) // MOST)), dtype=np.int64)
    whole = not project.unreadable(faces.astype(np.intp)).any()
    faces = faces[~project.unreadable(faces.astype(np.intp))]
    vectors = np.zeros((len(faces), _SIDE * _SIDE), np.float32)
    for row, face in enumerate(faces.tolist()):
        small = cv2.resize(np.asarray(project.image(face)), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        vectors[row] = small.reshape(-1)
        if row % _BLOCK == 0:
            for part in project.faces.values():
                let_go(part.images)
            job.progress(row, 2 * len(faces), "comparing the pictures")
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    nearest = np.full(len(faces), -1, np.float32)
    pairs = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors[start:].T
        own = np.arange(len(block))
        block[own, own] = -1
        nearest[start : start + len(block)] = np.maximum(nearest[start : start + len(block)], block.max(1))
        nearest[start:] = np.maximum(nearest[start:], block.max(0))
        first, second = np.nonzero(block > _ALIKE)
        later = second > first
        pairs.append(np.stack([first[later], second[later]], axis=1) + start)
        job.progress(len(faces) + start + len(block), 2 * len(faces), "comparing the pictures")
    group = np.full(len(faces), -1, np.int64)
    for number, members in enumerate(connected(np.concatenate(pairs), len(faces))):
        group[members] = number
    found = Likeness(faces, nearest, group)
    if whole:
        keep_arrays(project, _FILE, attrs.asdict(found))
    return found


def like_faces(project: Project, likeness: Likeness) -> Chart:
    """Groups of pictures that are the same, or nearly."""
    exact = _identical(project)
    groups = [np.sort(likeness.faces[likeness.group == g]) for g in range(likeness.group.max(initial=-1) + 1)]
    groups = sorted(groups, key=len, reverse=True)
    same = {int(face) for group in exact for face in group}
    parts, pictures = [], []
    splits = project.manifest.splits
    for group in groups[:_SHOWN]:
        face = int(group[0])
        split, row = project.locate(face)
        word = "identical" if all(int(member) in same for member in group) else "nearly the same"
        label = f"{split} row {row:,}: {len(group)} pictures, {word}"
        parts.append(Part(label, (len(group),), (face_filter(splits, group),)))
        pictures.append(project.image(face))
    near = int(sum(len(group) for group in groups))
    finding = f"{sum(map(len, exact)):,} pictures in {len(exact):,} groups are identical"
    finding += f"; {near:,} in {len(groups):,} groups are nearly the same."
    note = _sampled(project, likeness)
    if len(groups) > _SHOWN:
        note = f"The {_SHOWN} largest groups. {note}".strip()
    if not groups and not exact:
        finding = "No two pictures are alike."
    return Chart(
        "duplicates",
        Kind.FACES,
        "Duplicates and near-duplicates",
        finding,
        "pictures",
        "first picture",
        ("pictures",),
        tuple(parts),
        picture=np.stack(pictures) if pictures else None,
        note=note,
        missing="" if parts else finding,
    )


def odd_faces(project: Project, light: FaceLight, likeness: Likeness) -> Chart:
    """Pictures that are flat, very dark or bright, or like no other."""
    why = dict(light.odd())
    far = np.flatnonzero(likeness.nearest < _FAR)
    for place in far[np.argsort(likeness.nearest[far], kind="stable")].tolist():
        why.setdefault(int(likeness.faces[place]), "unlike any")
    nearest = {int(likeness.faces[place]): float(likeness.nearest[place]) for place in far}
    splits = project.manifest.splits
    shown = _mixed(why)[:_SHOWN]
    parts, pictures = [], []
    for face in shown:
        split, row = project.locate(face)
        values = (
            round(float(light.brightness[face]), 1),
            round(float(light.contrast[face]), 1),
            round(nearest[face], 3) if face in nearest else None,
        )
        wanted = face_filter(splits, np.array([face]))
        parts.append(Part(f"{split} row {row:,}: {why[face]}", values, (wanted,)))
        pictures.append(project.image(face))
    counts = Counter(why.values())
    told = ", ".join(f"{count:,} {reason}" for reason, count in counts.items())
    finding = f"{len(why):,} pictures are odd: {told}." if why else "No picture is flat, very dark or odd."
    finding = finding.replace("unlike any", "unlike any other")
    note = _sampled(project, likeness)
    if len(why) > _SHOWN:
        note = f"The {_SHOWN} oddest, each kind in turn. {note}".strip()
    return Chart(
        "odd",
        Kind.FACES,
        "Odd pictures",
        finding,
        "pictures",
        "picture",
        ("brightness", "contrast", "likeness to the nearest"),
        tuple(parts),
        picture=np.stack(pictures) if pictures else None,
        note=note,
        missing="" if parts else finding,
    )


def _mixed(why: dict[int, str]) -> list[int]:
    """Faces of each reason in turn, so that many of one kind do not hide another."""
    by_reason: dict[str, list[int]] = {}
    for face, reason in why.items():
        by_reason.setdefault(reason, []).append(face)
    turns = [(turn, face) for faces in by_reason.values() for turn, face in enumerate(faces)]
    return [face for _, face in sorted(turns, key=lambda each: each[0])]


def _identical(project: Project) -> list[NDArray[np.intp]]:
    digests = np.concatenate([np.asarray(faces.digests) for faces in project.faces.values()])
    order = np.argsort(digests, kind="stable")
    starts = np.flatnonzero(np.diff(digests[order])) + 1
    return [group for group in np.split(order, starts) if len(group) > 1] if len(order) else []


def _sampled(project: Project, likeness: Likeness) -> str:
    if len(likeness.faces) >= len(project):
        return ""
    return f"Compared were {len(likeness.faces):,} of {len(project):,} pictures, evenly from all rows."
