"""Which faces stand on the sheet, and in which order. Pure functions, so that a thread may work them out."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.labels.table import LabelTable
from fkd_core.labels.values import OriginKind
from fkd_gui.sheet.offsets import offsets_from_mean


class Order(StrEnum):
    """What the sheet is sorted by."""

    SUSPICION = "suspicion"
    OFFSET = "offset"
    MODEL = "model"
    ORIGIN = "origin"
    ACROSS = "x"
    DOWN = "y"
    ROW = "row"

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]

    @property
    def tip(self) -> str:
        """What that means."""
        return _TIPS[self]

    @property
    def worst_first(self) -> bool:
        """Whether one wants to see the highest first."""
        return self in (Order.SUSPICION, Order.OFFSET, Order.MODEL)


_TEXTS = {
    Order.SUSPICION: "By suspicion",
    Order.OFFSET: "Off the mean",
    Order.MODEL: "Off the model",
    Order.ORIGIN: "By origin",
    Order.ACROSS: "By x",
    Order.DOWN: "By y",
    Order.ROW: "By row",
}
_TIPS = {
    Order.SUSPICION: "How likely the label is wrong, by the last look in Review",
    Order.OFFSET: "Pixels from where the mean face has it, laid over the other keypoints",
    Order.MODEL: "Pixels from where the run that is shown sees it",
    Order.ORIGIN: "Imputed, predicted, human, corrected",
    Order.ACROSS: "From left to right in the picture",
    Order.DOWN: "From top to bottom in the picture",
    Order.ROW: "As in the file",
}
_RANKS = (OriginKind.IMPUTED, OriginKind.PREDICTED, OriginKind.HUMAN, OriginKind.CORRECTED)
"""What machines said comes first: it is what one looks for."""


@attrs.frozen(eq=False)
class Question:
    """What the sheet is to show.

    Attributes:
        number: of the question, so that late answers are known.
        table: the labels.
        faces: `(n,)` those that the filter shows.
        keypoint: the one that is looked at.
        order: what they are sorted by.
        descending: the highest first.
        mean: `(K, 2)`, the mean shape.
        suspicion: `(N, K)` over all faces, how likely each label is wrong; None where nobody looked.
        predictions: `(N, K, 2)` over all faces of the run that is shown; None without one.
    """

    number: int
    table: LabelTable
    faces: NDArray[np.intp]
    keypoint: int
    order: Order
    descending: bool
    mean: NDArray[np.floating[Any]]
    suspicion: NDArray[np.floating[Any]] | None = None
    predictions: NDArray[np.float32] | None = None


@attrs.frozen(eq=False)
class Listing:
    """The faces of a sheet.

    Attributes:
        number: of the question that it answers.
        keypoint: the one that is looked at.
        order: what they are sorted by.
        faces: `(m,)` those that have the keypoint, in order.
        values: `(m,)` what each is sorted by, NaN where nothing can be said.
        places: int32 `(N,)`, where each face of the project stands; -1 where it lacks the keypoint, -2 where
            the filter does not show it.
        without: how many faces that the filter shows lack the keypoint.
    """

    number: int
    keypoint: int
    order: Order
    faces: NDArray[np.intp]
    values: NDArray[np.float32]
    places: NDArray[np.int32]
    without: int

    def told(self, place: int) -> str:
        """The value of one face in a few letters; empty where there is none worth it."""
        value = float(self.values[place])
        if not np.isfinite(value) or self.order in (Order.ORIGIN, Order.ROW):
            return ""
        if self.order is Order.SUSPICION:
            return f"{value:.0%}"
        return f"{value:.1f}"


def listed(question: Question) -> Listing:
    """The faces that have a keypoint, in the order that was asked for.

    Those of which nothing can be said come last; equals stand in the order of the file.
    """
    table, keypoint = question.table, question.keypoint
    there = np.isfinite(table.points[question.faces, keypoint, 0])
    faces = np.sort(question.faces[there])
    values = _values(question, faces)
    key = np.where(np.isnan(values), np.inf, -values if question.descending else values)
    order = np.argsort(key, kind="stable")
    if question.order is Order.ROW and question.descending:
        order = order[::-1]
    faces = faces[order]
    places = np.full(len(table), -2, np.int32)
    places[question.faces] = -1
    places[faces] = np.arange(len(faces), dtype=np.int32)
    without = len(question.faces) - len(faces)
    return Listing(question.number, keypoint, question.order, faces, values[order], places, without)


def _values(question: Question, faces: NDArray[np.intp]) -> NDArray[np.float32]:
    table, keypoint = question.table, question.keypoint
    if question.order is Order.SUSPICION and question.suspicion is not None:
        return question.suspicion[faces, keypoint].astype(np.float32)
    if question.order is Order.OFFSET:
        return offsets_from_mean(table.points[faces], keypoint, question.mean)
    if question.order is Order.MODEL and question.predictions is not None:
        gaps = question.predictions[faces, keypoint] - table.points[faces, keypoint]
        return np.hypot(gaps[:, 0], gaps[:, 1]).astype(np.float32)
    if question.order in (Order.ACROSS, Order.DOWN):
        return table.points[faces, keypoint, int(question.order is Order.DOWN)]
    if question.order is Order.ORIGIN:
        ranks = np.array([_RANKS.index(OriginKind(kind)) for kind in table.kinds()], np.float32)
        return ranks[table.origin[faces, keypoint]]
    return np.full(len(faces), np.nan, np.float32)
