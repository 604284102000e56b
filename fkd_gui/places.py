"""The places of a project, in the order of the work, and the stack that makes each when it is first shown."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from PySide6.QtWidgets import QStackedWidget, QWidget


@attrs.frozen
class Place:
    """One row of the list below.

    Attributes:
        id: what settings and actions call it.
        text: on its button.
        icon: Phosphor's name of its picture.
        module: has `make(view: ProjectView) -> QWidget`; the widget may have `prepare()`, which is called
            each time the place is shown. Empty for Label and Review, which are there from the start.
    """

    id: str
    text: str
    icon: str
    module: str = ""


PLACES = (
    Place("label", "Label", "pencil-simple"),
    Place("review", "Review", "checks"),
    Place("overview", "Overview", "chart-bar", "fkd_gui.overview.place"),
    Place("rules", "Rules", "ruler", "fkd_gui.rules.place"),
    Place("augment", "Augment", "shuffle", "fkd_gui.augment.place"),
    Place("train", "Train", "chart-line", "fkd_gui.train_place"),
    Place("searches", "Search", "compass", "fkd_gui.search.place"),
    Place("compare", "Compare", "scales", "fkd_gui.compare.place"),
    Place("submit", "Submit", "paper-plane-tilt", "fkd_gui.submit_place"),
)


class PlaceStack(QStackedWidget):
    """Shows one place. Each is made when it is first asked for: a start waits for one of them only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {}

    def offer(self, place: str, make: Callable[[], QWidget]) -> None:
        """Say how a place is made."""
        self._makers[place] = make

    def made(self, place: str) -> QWidget | None:
        """A place if it was asked for before."""
        return self._made.get(place)

    def get(self, place: str) -> QWidget:
        """A place, made now if it was not asked for before.

        Raises:
            KeyError: if there is no such place.
        """
        found = self._made.get(place)
        if found is None:
            found = self._made[place] = self._makers[place]()
            if self.indexOf(found) < 0:
                self.addWidget(found)
        return found

    def show_place(self, place: str) -> QWidget:
        """Show a place."""
        found = self.get(place)
        self.setCurrentWidget(found)
        return found
