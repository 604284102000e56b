"""A search as a quiet line in the strip at the bottom of the window, whenever no training has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fkd_core.search.record import Trial
from fkd_gui.project_view import SHOW_SEARCH, ProjectView
from fkd_gui.search.desk import SearchDesk

if TYPE_CHECKING:
    from fkd_gui.search.place import SearchPlace


class StripLine(QObject):
    """Tells the strip how far the search is, and hears its Stop."""

    def __init__(self, view: ProjectView, desk: SearchDesk, place: SearchPlace) -> None:
        super().__init__(place)
        self._view, self._desk, self._place = view, desk, place
        desk.began.connect(self._began)
        desk.progressed.connect(self._progressed)
        desk.trial.connect(self._trial)
        desk.ended.connect(self._ended)

    @property
    def _free(self) -> bool:
        return not self._view.desk.training and not self._view.desk.busy_predicting

    def stop(self) -> None:
        """Stop the search."""
        self._place.show_stopping()
        self._desk.stop()

    def _began(self, name: str) -> None:
        if self._view.strip is not None and self._free:
            self._view.strip.start(f"Searching {name}")
            self._view.stop_other = self.stop

    def _progressed(self, done: float, total: float | None, text: str) -> None:
        strip = self._view.strip
        if strip is None or not self._free or self._desk.name is None:
            return
        if not strip.running:
            self._began(self._desk.name)
        strip.show_progress(done, total, text)

    def _trial(self, _: str, trial: Trial) -> None:
        strip = self._view.strip
        if strip is not None and self._free and trial.counts:
            strip.add_value(trial.rmse)

    def _ended(self, outcome: str, result: Any) -> None:
        self._view.stop_other = None
        strip = self._view.strip
        if strip is None or not self._free:
            return
        name = self._desk.name or "The search"
        if outcome == "failed":
            strip.fail(f"{name} failed", SHOW_SEARCH)
        else:
            best = result["best"] if isinstance(result, dict) else None
            told = f", best {best['rmse']:.2f} px" if best and best["rmse"] is not None else ""
            words = {"finished": "is done", "stopped": "was stopped"}
            strip.finish(f"{name} {words.get(outcome, outcome)}{told}", SHOW_SEARCH)
