"""Search: the searches left, their trials and pictures in the middle, the next one's settings right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from fkd_core.search.record import RUNNING, Trial, best_of
from fkd_gui.ahead import Ahead
from fkd_gui.panels.kit import EmptyState
from fkd_gui.plotting.save import saver_for
from fkd_gui.project_view import ProjectView
from fkd_gui.search.desk import SearchDesk, SearchLook
from fkd_gui.search.page import MODULES, SearchPage
from fkd_gui.search.searches import SearchList
from fkd_gui.search.settings import IDLE, STOPPING, SearchSettings
from fkd_gui.search.settings import RUNNING as WORKING
from fkd_gui.search.strip import StripLine
from fkd_gui.search.trial_table import TrialTable

_LOOK_AGAIN = 2_000
"""milliseconds between two looks at a search that another process works on"""
_EMPTY = (
    "Which settings are best?",
    "A search trains many short trials and tells which settings did best, and what mattered. Choose a "
    "strategy on the right and press Start; you can go on labelling meanwhile.",
)


def make(view: ProjectView) -> SearchPlace:
    """The place in a project's view; its search ends with the project."""
    desk = SearchDesk(view.project, view)
    place = SearchPlace(desk, view.search_settings)
    if view.project.read_only is not None and not view.project.in_use:
        place.settings.set_blocked("The project is open for reading only")
    elif "train" not in view.project.faces:
        place.settings.set_blocked("This project has no training faces")
    place.problem.connect(view.problem)
    place.noted.connect(view.noted)
    desk.kept.connect(lambda _: view.desk.read_runs())
    desk.kept.connect(lambda run: view.noted.emit(f"The trial is the run {run} now."))
    desk.training_asked.connect(lambda config, name: train_in_full(view, config, name))
    place.page.save_requested.connect(saver_for(view, place).ask)
    StripLine(view, desk, place)
    view.session.closing.connect(desk.finish)
    return place


def train_in_full(view: ProjectView, config: dict[str, Any], name: str) -> None:
    """Train a trial's settings as any other run."""
    if view.desk.training:
        view.noted.emit("A training is running already.")
        return
    names = set(view.run_names)
    free = next(each for each in (name, *(f"{name}-{n}" for n in range(2, 10_000))) if each not in names)
    view.show_place("train")
    view.train.start_with(config | {"name": free})


class SearchPlace(QWidget):
    """Joins the widgets to the desk; knows nothing of files or processes.

    Args:
        settings: where they were made before, else they are made now.
    """

    problem = Signal(object)
    noted = Signal(str)

    def __init__(
        self, desk: SearchDesk, settings: SearchSettings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.look: SearchLook | None = None
        self.searches = SearchList()
        self.settings = settings or SearchSettings()
        self.table = TrialTable(self)
        self.page = SearchPage(self.table, self)
        self._made = False
        self._waiting: SearchLook | None = None
        self.empty = EmptyState(*_EMPTY, glyph="compass")
        self._again = QTimer(self, interval=_LOOK_AGAIN, singleShot=True)
        self._again.timeout.connect(self._look_again)
        self._lay_out()
        self._connect()
        self._ahead = Ahead(MODULES, self.page.pieces, self)
        self._ahead.ready.connect(self._page_made)
        self._ahead.start()

    def prepare(self) -> None:
        """The place is shown: list the searches."""
        self.desk.read_list()

    def show_look(self, look: SearchLook) -> None:
        """Show a search as its files tell it, as soon as there is a page to show it on."""
        self.searches.update_summary(look.summary)
        if look.summary["name"] != self.searches.name:
            return
        if not self._made:
            self._waiting = look
            return
        chosen, before = self.selected_trial, best_of(self.table.rows)
        self.look = look
        self.table.show_trials(look.config.space.names, look.trials)
        self._pages.setCurrentWidget(self.page)
        self.page.show_look(look)
        self.page.bars.show_importance(look.importance)
        best = best_of(look.trials)
        # The best stays chosen while there are better and better ones, unless another one was looked at.
        if best is not None and chosen in (None, None if before is None else before.number):
            chosen = best.number
        self.select(chosen)
        if look.summary["status"] == RUNNING and not self.desk.running and self.isVisible():
            self._again.start()

    @property
    def selected_trial(self) -> int | None:
        """Number of the chosen trial."""
        return self.page.selected if self._made else None

    def select(self, number: int | None) -> None:
        """Choose a trial, in the table and in all pictures."""
        self.page.select(number)

    def _page_made(self) -> None:
        self._made = True
        look, self._waiting = self._waiting, None
        if look is not None:
            self.show_look(look)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.page)
        split = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.searches, 0), (self._pages, 1), (self.settings, 0)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, stretch)
        self.searches.setMinimumWidth(180)
        self.settings.setMinimumWidth(240)
        split.setChildrenCollapsible(False)
        split.setSizes([230, 760, 290])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _connect(self) -> None:
        desk, searches, settings = self.desk, self.searches, self.settings
        desk.listed.connect(self._show_list)
        desk.looked.connect(self.show_look)
        desk.trial.connect(self._show_trial)
        desk.began.connect(self._began)
        desk.ended.connect(self._ended)
        desk.problem.connect(self.problem)
        settings.problem.connect(self.problem)
        settings.start_requested.connect(self._start)
        settings.stop_requested.connect(desk.stop)
        searches.selected.connect(self._choose_search)
        searches.resume_requested.connect(self._resume)
        searches.keep_requested.connect(lambda name: desk.keep(name, None))
        searches.train_requested.connect(lambda name: desk.ask_training(name, None))
        searches.delete_requested.connect(desk.delete)

    def _start(self, request: dict[str, Any]) -> None:
        self._working()
        self.desk.start(request["config"], request["name"], request["minutes"], request["storage"])

    def _resume(self, name: str) -> None:
        self._working()
        storage = self.settings.storage.text().strip() or None
        self.desk.start(None, name, self.settings.minutes.value() or None, storage)

    def _working(self) -> None:
        self.settings.set_state(WORKING)
        self.searches.set_busy(True)

    def show_stopping(self) -> None:
        """The search was asked to stop from elsewhere."""
        self.settings.set_state(STOPPING)

    def _began(self, name: str) -> None:
        if name in self.searches.names:
            self.searches.select(name)

    def _ended(self, outcome: str, result: object) -> None:
        self.settings.set_state(IDLE)
        self.searches.set_busy(False)
        if outcome == "failed":
            self.problem.emit(result)

    def _show_list(self, summaries: list[dict[str, Any]]) -> None:
        new = self.desk.name is not None and self.desk.name not in self.searches.names
        self.searches.show_searches(summaries)
        if new and self.desk.name is not None:
            self.searches.select(self.desk.name)
        if not summaries:
            self.look = None
            self._pages.setCurrentWidget(self.empty)
        elif self.look is None and self.searches.name:
            self.desk.read(self.searches.name)

    def _choose_search(self, name: str) -> None:
        if self.look is not None and self.look.summary["name"] != name:
            self.page.view.clearSelection()
        self.desk.read(name)

    def _look_again(self) -> None:
        if self.isVisible() and self.searches.name:
            self.desk.read(self.searches.name)

    def _show_trial(self, name: str, trial: Trial) -> None:
        if self.look is None or self.look.summary["name"] != name or name != self.searches.name:
            return
        if trial.status == RUNNING:
            self.table.put(trial)
            self.page.show_look(self.look)
        else:
            # Its end changes what is best and what mattered.
            self.desk.read(name)
