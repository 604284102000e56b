"""Finds the faces of the sheet and their order; where there are many, on a thread."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from fkd_core.labels.symmetry import mean_shape
from fkd_gui.browser.facts import FaceFacts
from fkd_gui.browser.model import FaceModel
from fkd_gui.session import Session
from fkd_gui.sheet.orders import Listing, Order, Question, listed

_AT_ONCE = 20_000
"""faces that are sorted within some milliseconds; more are on a thread"""
_FITTED_AT_ONCE = 2_000
"""the same where a shape is laid over each"""


class Sorting(QObject):
    """What is asked for, and the answer.

    Args:
        session: whose faces these are.
        shown: the faces that the filter shows.
        facts: knows the suspicion, and works things out on a thread.
        chosen: the order that was chosen last time; None for none.

    Attributes:
        keypoint: the one that is looked at.
        chosen: the order that a person chose, known or not; None while nobody did.
        descending: the highest first.
    """

    found = Signal(object)
    """the `Listing` that answers the latest question"""

    def __init__(
        self,
        session: Session,
        shown: FaceModel,
        facts: FaceFacts,
        chosen: Order | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._shown, self._facts = session, shown, facts
        self._asked = 0
        self._mean: NDArray[np.float64] | None = None
        self.keypoint = 0
        self.chosen = chosen
        self.descending = self.order.worst_first

    @property
    def order(self) -> Order:
        """What is sorted by: what was chosen, where it is known.

        Else suspicion once somebody looked, and before that what sticks out of the shapes.
        """
        chosen = self.chosen or Order.SUSPICION
        return chosen if self.knows(chosen) else Order.OFFSET

    @property
    def suspicion(self) -> NDArray[np.floating[Any]] | None:
        """`(N, K)` over all faces, how likely each label is wrong; None where nobody looked."""
        found: NDArray[np.floating[Any]] | None = self._facts.columns().get("suspicion")
        return found

    def knows(self, order: Order) -> bool:
        """Whether what an order goes by is known."""
        if order is Order.SUSPICION:
            return self.suspicion is not None
        return order is not Order.MODEL or self._session.predictions is not None

    def ask(self) -> bool:
        """Find the faces and their order as the labels are now. Whether `found` has answered already."""
        self._asked += 1
        order = self.order
        question = Question(
            self._asked,
            self._session.project.labels.table,
            self._shown.faces,
            self.keypoint,
            order,
            self.descending,
            self._mean_shape(),
            self.suspicion,
            self._session.predictions,
        )
        if len(question.faces) <= (_FITTED_AT_ONCE if order is Order.OFFSET else _AT_ONCE):
            self._answer(listed(question))
            return True
        self._facts.run(partial(listed, question), self._answer)
        return False

    def _answer(self, listing: Listing) -> None:
        if listing.number == self._asked:
            self.found.emit(listing)

    def _mean_shape(self) -> NDArray[np.float64]:
        if self._mean is None:
            # The source never changes: its mean is worked out once, from a sample that takes a millisecond.
            project = self._session.project
            split = "train" if "train" in project.faces else next(iter(project.faces))
            self._mean = mean_shape(project.labels.table.original[project.span(split)])
        return self._mean
