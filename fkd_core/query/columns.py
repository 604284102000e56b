"""The columns that a project itself has, each made when it is first asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fkd_core.arrays import Mask, out_of_frame
from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import OriginKind, State
from fkd_core.project import Project
from fkd_core.query.fields import Choices, Texts, Vocabulary

SOURCES = ("full", "four", "other", "none")
"""How many keypoints the source had: all, four, another number, or none."""

_KINDS = tuple(kind.value for kind in OriginKind)
_STATES = tuple(state.name.lower() for state in State)

Column = NDArray[Any] | Choices | Texts

_BLOCK = 1 << 16
_OFFERED = 12
"""words of notes that are proposed"""


class FaceColumns(Mapping[str, Column]):
    """Columns that are made when they are first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], Column]]) -> None:
        self._makers = makers
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def face_columns(
    project: Project,
    *,
    predictions: NDArray[np.float32] | None = None,
    suspicion: NDArray[np.floating[Any]] | None = None,
    rules: Choices | None = None,
    duplicate: Mask | None = None,
    brightness: NDArray[np.float32] | None = None,
) -> FaceColumns:
    """What can be asked of the faces of a project as its labels are now.

    Args:
        project: gives labels, splits and rows.
        predictions: float32 `(N, K, 2)` of the chosen run; without them there is no `error`.
        suspicion: `(N, K)`, how likely each label is wrong.
        rules: `(N,)` marking rule of each face.
        duplicate: `(N,)`, where another picture is like a face.
        brightness: `(N,)`, the mean grey of each picture.
    """
    table = project.labels.table
    makers: dict[str, Callable[[], Column]] = {
        "origin": partial(_origin, table),
        "x": lambda: table.points[:, :, 0],
        "y": lambda: table.points[:, :, 1],
        "outside": lambda: out_of_frame(table.points, project.schema.size),
        "missing": lambda: table.state == State.UNLABELLED,
        "reviewed": lambda: np.where(
            table.state == State.UNLABELLED, np.int8(-1), table.reviewed.view(np.int8)
        ),
        "split": partial(_split, project),
        "row": lambda: np.concatenate(
            [np.arange(n, dtype=np.int32) for n in project.manifest.splits.values()]
        ),
        "changed": lambda: table.changed,
        "state": lambda: Choices(table.state.view(np.int8), _STATES),
        "source": partial(_source, table),
        "work": partial(needs_work, table),
        "bookmark": lambda: project.labels.remarks.bookmark_mask(len(project)),
        "note": lambda: Texts(len(project), dict(project.labels.remarks.notes)),
    }
    if predictions is not None:
        makers["error"] = partial(_error, table, predictions)
    for name, given in (
        ("suspicion", suspicion),
        ("rule", rules),
        ("duplicate", duplicate),
        ("brightness", brightness),
    ):
        if given is not None:
            makers[name] = partial(_given, given)
    return FaceColumns(makers)


def vocabulary_of(project: Project, rules: tuple[str, ...] | None = None) -> Vocabulary:
    """The words of a project; names of rules None where they are not read yet."""
    choices = {
        "origin": (*_KINDS, "none"),
        "split": tuple(project.manifest.splits),
        "state": _STATES,
        "source": SOURCES,
        "note": note_words(project),
    }
    return Vocabulary(
        project.schema.keypoints, choices if rules is None else choices | {"rule": (*rules, "none")}
    )


def note_words(project: Project) -> tuple[str, ...]:
    """The words of the project's notes that occur most, longer ones first among equals."""
    words = Counter(
        word
        for note in project.labels.remarks.notes.values()
        for word in {found.casefold() for found in re.findall(r"[^\W\d_]{3,}", note)}
    )
    ranked = sorted(words, key=lambda word: (-words[word], -len(word), word))
    return tuple(word for word in ranked if word not in ("yes", "and", "not"))[:_OFFERED]


def needs_work(table: LabelTable) -> Mask:
    """`(N,)`, where a keypoint is unlabelled, or was imputed or predicted and nobody looked at it."""
    by_machine = np.isin(table.kinds(), (OriginKind.IMPUTED.value, OriginKind.PREDICTED.value))
    waiting = by_machine[table.origin] & ~table.reviewed
    return np.asarray((waiting | (table.state == State.UNLABELLED)).any(axis=1))


def _given(column: Column) -> Column:
    return column


def _error(table: LabelTable, predictions: NDArray[np.float32]) -> NDArray[np.float32]:
    gaps = predictions - table.points
    # Several times quicker than a norm along an axis of two.
    gaps *= gaps
    return np.sqrt(gaps[:, :, 0] + gaps[:, :, 1])


def _origin(table: LabelTable) -> Choices:
    kinds = np.array([_KINDS.index(kind) for kind in table.kinds()], np.int8)
    return Choices(np.where(table.state == State.UNLABELLED, np.int8(-1), kinds[table.origin]), _KINDS)


def _split(project: Project) -> Choices:
    counts = list(project.manifest.splits.values())
    return Choices(np.repeat(np.arange(len(counts), dtype=np.int8), counts), tuple(project.manifest.splits))


def _source(table: LabelTable) -> Choices:
    count, every, _ = table.original.shape
    codes = np.empty(count, np.int8)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        known = np.count_nonzero(np.isfinite(table.original[part, :, 0]), axis=1)
        codes[part] = np.select([known == every, known == 4, known == 0], [0, 1, -1], default=2)
    return Choices(codes, SOURCES[:-1])
