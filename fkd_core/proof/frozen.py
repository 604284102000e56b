"""The frozen validation set: keypoints that people placed, of faces that no training may learn from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError, ProjectError, ReadOnlyError
from fkd_core.files import write_json, writing
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.training.folds import FaceGroups, set_aside

FILE = "frozen.json"
_VERSION = 1
_ANEW = "Give it up and freeze another: fkd freeze PROJECT --clear"

SHARE = 0.05
"""Of the labelled faces, where nobody says how many: what is measured on must be missed in training."""

MOST = 500
"""Faces that are frozen at most unless somebody asks for more: the interval gains little from others."""


@attrs.frozen(eq=False)
class FrozenSet:
    """Which keypoints of which faces errors are measured on, now and later.

    Args:
        rows: `(F,)` int64, training rows, ascending.
        keypoints: `(F, K)` bool, those that a person had placed when the set was frozen.
        created: when, ISO 8601.
    """

    rows: NDArray[np.int64]
    keypoints: NDArray[np.bool_]
    created: str

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def points(self) -> int:
        """How many keypoints are frozen."""
        return int(self.keypoints.sum())

    def truth(self, project: Project) -> NDArray[np.float32]:
        """`(F, K, 2)`: the frozen keypoints as they stand now, NaN where one is not a person's any more.

        A frozen label that was put right since counts as it is now: both runs of a comparison are measured
        on the same values. One that was emptied or filled in is left out.
        """
        table = project.labels.table
        faces = self.rows + project.span("train").start
        counts = self.keypoints & table.placed_by_people(faces)
        points = table.points[faces]
        kept: NDArray[np.float32] = np.where(counts[..., None], points, np.float32(np.nan))
        return kept


def freeze(
    project: Project,
    job: Job,
    *,
    rows: NDArray[np.int64] | None = None,
    count: int | None = None,
    seed: int = 0,
) -> FrozenSet:
    """Set faces aside for measuring, for good: every training from now on leaves them out.

    Args:
        project: open for writing.
        job: may be stopped while like faces are looked for.
        rows: training rows to freeze; drawn at random if None, like faces together or not at all, so that no
            training sees a face of the set in another picture.
        count: how many to draw about; `SHARE` of the labelled ones, `MOST` at most, if None.
        seed: of the draw.

    Raises:
        BadInputError: if no label of these faces was placed by a person, or none would be left to learn from.
        ProjectError: if there is a frozen set already, there are no training faces, or the disk is full.
        ReadOnlyError: if the project is open for reading only.
        Cancelled: if the job was stopped.
    """
    if project.read_only is not None:
        raise ReadOnlyError("no validation set can be frozen", where=project.folder, found=project.read_only)
    if has_frozen(project):
        raise ProjectError(
            "there is a frozen validation set already",
            where=project.folder / FILE,
            todo="Keep measuring on it, or give it up first: fkd freeze PROJECT --clear",
        )
    span = project.span("train")
    human = project.labels.table.placed_by_people(span)
    labelled = np.flatnonzero(human.any(axis=1))
    if rows is None:
        groups = FaceGroups.find(project.faces["train"].images, job)
        wanted = min(MOST, round(SHARE * len(labelled))) if count is None else count
        # An empty share would freeze nothing and say nothing.
        share = min(max(wanted, 1) / max(len(labelled), 1), 0.9)
        rows = set_aside(labelled, groups, share, seed)[1]
    rows = np.unique(rows).astype(np.int64)
    counting = rows[human[rows].any(axis=1)]
    if not len(counting):
        raise BadInputError(
            "there is nothing to measure on",
            expected="faces with a keypoint that came with the file or that a person placed",
            found=f"none among {len(rows):,} faces",
            todo="Label some faces by hand first",
        )
    if len(counting) == len(labelled):
        raise BadInputError(
            "the set would hold every labelled face",
            expected=f"fewer than {len(labelled):,} faces",
            found=len(counting),
            todo="Freeze fewer, so that some are left to learn from",
        )
    created = datetime.now(UTC).isoformat(timespec="seconds")
    made = FrozenSet(counting, human[counting], created)
    _save(project, made)
    return made


def thaw(project: Project) -> None:
    """Give the frozen set up: its faces are trained on again. Does nothing where there is none.

    Raises:
        ReadOnlyError: if the project is open for reading only, or the file cannot be removed.
    """
    if project.read_only is not None:
        raise ReadOnlyError("the validation set stays frozen", where=project.folder, found=project.read_only)
    path = project.folder / FILE
    with writing(path):
        path.unlink(missing_ok=True)


def has_frozen(project: Project) -> bool:
    """Whether a project has a frozen validation set."""
    return (project.folder / FILE).is_file()


def load_frozen(project: Project) -> FrozenSet | None:
    """The frozen set of a project; None where there is none.

    Raises:
        ProjectError: if the file is damaged, of a newer version or belongs to other faces.
    """
    path = project.folder / FILE
    try:
        value = json.loads(path.read_text("utf-8"))
        if value["version"] > _VERSION:
            raise ProjectError(
                "the frozen validation set is of a newer version of this program",
                where=path,
                expected=f"version {_VERSION}",
                found=value["version"],
                todo="Update this program",
            )
        if value["fingerprint"] != project.manifest.fingerprint:
            raise ProjectError("the frozen validation set belongs to other faces", where=path, todo=_ANEW)
        return _from_dict(value, project)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProjectError(
            "the frozen validation set is damaged",
            where=path,
            found=str(error) or type(error).__name__,
            todo=_ANEW,
        ) from error


def needed(project: Project) -> FrozenSet:
    """The frozen set of a project.

    Raises:
        ProjectError: if there is none, or it is damaged.
    """
    frozen = load_frozen(project)
    if frozen is None:
        raise ProjectError(
            "there is no frozen validation set",
            where=project.folder,
            todo="Freeze one first, so that there are faces that no training sees: fkd freeze PROJECT",
        )
    return frozen


def _save(project: Project, made: FrozenSet) -> None:
    names = project.schema.keypoints
    faces = [
        {"row": row, "keypoints": [name for name, held in zip(names, kept, strict=True) if held]}
        for row, kept in zip(made.rows.tolist(), made.keypoints.tolist(), strict=True)
    ]
    value = {"version": _VERSION, "fingerprint": project.manifest.fingerprint, "created": made.created}
    write_json(project.folder / FILE, value | {"faces": faces}, indent=None)


def _from_dict(value: Mapping[str, Any], project: Project) -> FrozenSet:
    span, names = project.span("train"), list(project.schema.keypoints)
    rows = np.array([face["row"] for face in value["faces"]], np.int64)
    if not len(rows) or rows.min() < 0 or rows.max() >= span.stop - span.start or (np.diff(rows) <= 0).any():
        raise ValueError("the rows are no rows of the training faces, each once and ascending")
    keypoints = np.zeros((len(rows), len(names)), bool)
    for at, face in enumerate(value["faces"]):
        keypoints[at, [names.index(name) for name in face["keypoints"]]] = True
    return FrozenSet(rows, keypoints, str(value["created"]))
