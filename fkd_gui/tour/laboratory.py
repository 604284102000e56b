"""The places that measure, filled with results so that there is something to see in their pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fkd_gui.project_view import ProjectView
from fkd_gui.tour.stage import Walk

_SPACE = {
    "model": "swift",
    "search": {"learning_rate": {"low": 0.0005, "high": 0.02, "log": True}, "width": [8, 16, 24]},
}
_TRIALS, _EPOCHS = 10, 2
_SECOND = {"epochs": 8, "seed": 1}
"""a run to compare the first one with"""


class Laboratory:
    """Fills Overview, Augment, Compare and Search of the open project, one after the other.

    Args:
        view: the project; it has one run.
        scratch: a folder for files.
        picture: takes pictures of the window as it stands under the name of the screen, and yields what to
            wait for.
    """

    def __init__(self, view: ProjectView, scratch: Path, picture: Callable[[str], Walk]) -> None:
        self._view, self._scratch, self._picture = view, scratch, picture

    def walk(self) -> Walk:
        """Yields what to wait for."""
        yield from self._overview()
        yield from self._augment()
        yield from self._compare()
        yield from self._search()

    def _show(self, place: str) -> Any:
        self._view.show_place(place)
        return self._view.get_place(place)

    def _overview(self) -> Walk:
        place = self._show("overview")
        yield lambda: place.overview is not None
        yield from self._picture("overview")

    def _augment(self) -> Walk:
        place = self._show("augment")
        yield lambda: place.picture is not None and place.desk.idle
        yield from self._picture("augment")

    def _compare(self) -> Walk:
        train = self._show("train")
        train.start_with(dict(_SECOND))
        yield lambda: self._view.desk.training
        yield lambda: not self._view.desk.training and len(self._view.run_names) > 1
        place = self._show("compare")
        yield lambda: len(place.model.rows) > 1
        compared: list[object] = []
        place.desk.compared.connect(compared.append)
        place.choose_runs([line["name"] for line in place.model.rows])
        place.compare.click()
        yield lambda: bool(compared) and place.outcome is not None and place.outcome.isVisible()
        yield from self._picture("compare")

    def _search(self) -> Walk:
        path = self._scratch / "space.json"
        path.write_text(json.dumps(_SPACE), encoding="utf-8")
        place = self._show("searches")
        settings = place.settings
        settings.strategy.setCurrentIndex(settings.strategy.findData("tpe"))
        settings.read_file(path)
        settings.length.setCurrentIndex(1)
        settings.epochs.setValue(_EPOCHS)
        settings.trials.setValue(_TRIALS)
        ended: list[object] = []
        place.desk.ended.connect(lambda *_: ended.append(True))
        settings.start.click()
        yield lambda: bool(ended) and place.desk.idle
        yield from self._picture("search")
