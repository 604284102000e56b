"""Overview: the place of the window that shows what is in the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fkd_core.errors import FkdError
from fkd_core.overview import Chart, Overview
from fkd_gui import dialogs
from fkd_gui.overview.desk import OverviewDesk
from fkd_gui.overview.page import OverviewPage
from fkd_gui.overview.skeleton import CardSkeleton
from fkd_gui.panels.kit import EmptyState, button
from fkd_gui.session import Session
from fkd_gui.settings import Settings
from fkd_gui.theme import UNIT, current

if TYPE_CHECKING:
    from fkd_gui.project_view import ProjectView

_STEPS = 1000
_PAUSE = 800
"""milliseconds after the last change of a label before they are counted anew"""
_WORDS = {"png": "Picture", "svg": "Drawing", "csv": "Table"}


def make(view: ProjectView) -> QWidget:
    """The place for a project in the window."""
    made = OverviewPlace(view.session, view.settings)
    made.filter_requested.connect(view.show_filtered)
    made.rules_requested.connect(lambda: view.show_place("rules"))
    made.problem.connect(view.problem)
    made.noted.connect(view.noted)
    view.rules_desk.found.connect(made.set_stale)
    return made


class OverviewPlace(QWidget):
    """Joins the page to the desk: loading, failed, empty, and the page itself."""

    filter_requested = Signal(str)
    rules_requested = Signal()
    problem = Signal(object)
    noted = Signal(str)

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.desk = OverviewDesk(session.project, self)
        self.overview: Overview | None = None
        self._stale = True
        self.page = OverviewPage()
        self.skeleton = CardSkeleton()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("Progress of the look at the data")
        self.stop: QPushButton = button("Stop", "Stop looking at the data")
        self.failure = EmptyState("", "", "Try again", "warning-circle")
        self.none = EmptyState("No faces", "This project has no faces to look at.", "", "chart-bar")
        self._loading = QWidget()
        column = QVBoxLayout(self._loading)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addWidget(self.skeleton, 1)
        column.addWidget(self.bar)
        column.addWidget(self.stop)
        self._pages = QStackedWidget()
        for widget in (self._loading, self.failure, self.none, self.page):
            self._pages.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look_if_seen)
        self._empty = not len(session.project)
        desk = self.desk
        desk.looked.connect(self._show)
        desk.failed.connect(self._failed)
        desk.progressed.connect(self._progressed)
        desk.saved.connect(lambda name: self.noted.emit(f"Saved {name}."))
        desk.not_saved.connect(self.problem)
        self.stop.clicked.connect(desk.stop)
        self.failure.acted.connect(self.prepare)
        self.page.filter_requested.connect(self.filter_requested)
        self.page.rules_requested.connect(self.rules_requested)
        self.page.save_requested.connect(self._ask_where)
        session.labels_changed.connect(self.set_stale)
        session.closing.connect(self._pause.stop)
        session.closing.connect(desk.finish)

    def prepare(self) -> None:
        """The place is shown: look at the data unless nothing changed since."""
        if self._empty:
            self._pages.setCurrentWidget(self.none)
        elif self._stale:
            self._stale = False
            if self.overview is None:
                self.skeleton.set_text("Looking at the data …")
                self.bar.setRange(0, 0)
                self._pages.setCurrentWidget(self._loading)
            self.desk.look()

    def set_stale(self, *_: Any) -> None:
        """Labels or rules changed: look again, now or when the place is shown."""
        self._stale = True
        self._pause.start()

    def _look_if_seen(self) -> None:
        if self.isVisible():
            self.prepare()

    def _show(self, overview: Overview) -> None:
        first = self._pages.currentWidget() is not self.page
        self.overview = overview
        self.page.show_overview(overview)
        self._pages.setCurrentWidget(self.page)
        if first and self.isVisible():
            self.page.take_focus()

    def _progressed(self, done: float, total: float | None, text: str) -> None:
        self.skeleton.set_text(f"{text[:1].upper()}{text[1:]} …")
        self.bar.setRange(0, _STEPS if total else 0)
        if total:
            self.bar.setValue(round(_STEPS * done / total))

    def _failed(self, error: object) -> None:
        self._stale = True
        if error is None:
            self.failure.set_text("Stopped", "What was measured so far is not kept.", "Look at the data")
        elif isinstance(error, FkdError):
            self.failure.set_text("The data could not be looked at", str(error), "Try again")
        else:
            self.failure.set_text("The data could not be looked at", "See the message above.", "Try again")
            self.problem.emit(error)
        self._pages.setCurrentWidget(self.failure)

    def _ask_where(self, chart: Chart, ending: str) -> None:
        theme, font = current(), self.font()

        def save(path: Path) -> None:
            self.desk.save(chart, path, theme, font)

        dialogs.ask_save(self, self._settings, f"{chart.key}.{ending}", _WORDS[ending], save)
