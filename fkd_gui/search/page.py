"""One search in the middle of its place: figures, pictures and the table of trials.

Its parts are made by `pieces`, one at a time: all together would keep the window waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import attrs
from PySide6.QtCore import QEvent, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fkd_core.search.record import PRUNED, best_of
from fkd_gui.panels.kit import Figure, Text, named
from fkd_gui.panels.pace import duration
from fkd_gui.plotting.save import SaveButton, offer
from fkd_gui.search.desk import SearchLook
from fkd_gui.search.exports import TITLES, plot_of
from fkd_gui.search.trial_table import NUMBER_ROLE, SORT_ROLE, TrialTable, ended_count, summary
from fkd_gui.theme import UNIT, tabular

if TYPE_CHECKING:
    from fkd_gui.search.history_plot import HistoryPlot
    from fkd_gui.search.importance_bars import ImportanceBars
    from fkd_gui.search.parallel_plot import ParallelPlot

MODULES = ("fkd_gui.search.history_plot", "fkd_gui.search.parallel_plot")
"""what `pieces` imports, pyqtgraph with them: to be imported on a thread before"""


class SearchPage(QWidget):
    """Shows a `SearchLook`; each of its parts knows the chosen trial.

    Args:
        table: of the trials, filled by whoever owns it.
    """

    history: HistoryPlot
    bars: ImportanceBars
    parallel: ParallelPlot
    view: QTableView

    picked = Signal()
    """another trial is chosen"""
    save_requested = Signal(object, str, str)
    """what makes the plot, a name for its file, and its ending"""

    def __init__(self, table: TrialTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self._look: SearchLook | None = None
        self.figures: dict[str, Figure] = {}
        self.told = Text("", "muted")
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(UNIT)

    def pieces(self) -> Iterator[None]:
        """Make the parts."""
        self._make_head()
        yield
        self._make_view()
        yield
        from fkd_gui.search.history_plot import HistoryPlot

        self.history = HistoryPlot(self)
        yield
        from fkd_gui.search.importance_bars import ImportanceBars
        from fkd_gui.search.parallel_plot import ParallelPlot

        self.parallel = ParallelPlot(self)
        yield
        self.bars = ImportanceBars(self)
        self._lay_out()
        for (key, title), widget in zip(TITLES, (self.parallel, self.history, self.bars), strict=True):
            offer(widget, lambda _, key=key, title=title: (key, title), self._save)
        self.history.chosen.connect(self.select)
        self.parallel.chosen.connect(self.select)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.tell_selected())

    def show_look(self, look: SearchLook) -> None:
        """Draw a search whose trials are in the table."""
        self._look = look
        trials = self.table.rows
        self.history.show_trials(trials)
        self.parallel.show_trials(look.config.space, trials)
        best, total = best_of(trials), look.config.total
        self.figures["trials"].set_value(f"{ended_count(trials)} of {total}")
        self.figures["best"].set_value("–" if best is None or best.rmse is None else f"{best.rmse:.2f}")
        self.figures["pruned"].set_value(str(sum(trial.status == PRUNED for trial in trials)))
        left = look.summary["seconds_left"]
        done = ended_count(trials) >= total
        self.figures["left"].set_value(duration(left) if left and not done else "–")

    @property
    def selected(self) -> int | None:
        """Number of the chosen trial."""
        rows = self.view.selectionModel().selectedRows()
        return int(rows[0].data(NUMBER_ROLE)) if rows else None

    def select(self, number: int | None) -> None:
        """Choose a trial, in the table and in all pictures."""
        if number is not None and number != self.selected:
            for row, trial in enumerate(self.table.rows):
                if trial.number == number:
                    index = self._sorted.mapFromSource(self.table.index(row, 0))
                    self.view.selectRow(index.row())
                    self.view.scrollTo(index)
        self.tell_selected()

    def tell_selected(self) -> None:
        """Say which trial is chosen, wherever it is seen."""
        number = self.selected
        self.history.select(number)
        self.parallel.select(number)
        there = next((trial for trial in self.table.rows if trial.number == number), None)
        self.told.setText("" if there is None else summary(there))
        self.picked.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icon in the theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.figures:
            self.save.retint()

    def _save(self, key: str, ending: str) -> None:
        if self._look is not None:
            look = attrs.evolve(self._look, trials=list(self.table.rows))
            make = partial(plot_of, look, key, self.bars.text)
            self.save_requested.emit(make, f"{look.summary['name']}-{key}", ending)

    def _make_head(self) -> None:
        self.figures = {
            "best": Figure("best RMSE, px", "00.00\nbest RMSE, px", large=True),
            "trials": Figure("trials", "999 of 999\ntrials"),
            "pruned": Figure("given up early", "999\ngiven up early"),
            "left": Figure("time left", "00:00:00\ntime left"),
        }
        head = QHBoxLayout()
        head.setContentsMargins(UNIT, UNIT, UNIT, 0)
        head.setSpacing(3 * UNIT)
        for figure in self.figures.values():
            head.addWidget(figure)
        head.addStretch(1)
        self.save = SaveButton(TITLES, self)
        self.save.wanted.connect(self._save)
        head.addWidget(self.save, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setContentsMargins(UNIT, 0, UNIT, 0)
        told.addWidget(self.told)
        self._body.addLayout(head)
        self._body.addLayout(told)

    def _make_view(self) -> None:
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.table)
        self._sorted.setSortRole(SORT_ROLE)
        self.view = named(QTableView(self), "Trials", "")
        self.view.setToolTip("")
        self.view.setModel(self._sorted)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setShowGrid(False)
        self.view.setAlternatingRowColors(False)
        self.view.setTabKeyNavigation(False)
        self.view.setFont(tabular(self.view.font()))
        self.view.setMinimumHeight(112)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(28)
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        # All rows are alike in width: measuring each would take as long as there are trials.
        header.setResizeContentsPrecision(20)
        header.setHighlightSections(False)

    def _lay_out(self) -> None:
        pictures = QSplitter(Qt.Orientation.Horizontal, self)
        pictures.addWidget(_titled("History", self.history))
        pictures.addWidget(_titled("What mattered", self.bars))
        pictures.setStretchFactor(0, 3)
        pictures.setStretchFactor(1, 2)
        pictures.setChildrenCollapsible(False)
        pictures.setSizes([480, 320])
        middle = QSplitter(Qt.Orientation.Vertical, self)
        middle.addWidget(_titled("Settings and error; click a line to choose its trial", self.parallel))
        middle.addWidget(pictures)
        middle.addWidget(self.view)
        for part in range(3):
            middle.setStretchFactor(part, (4, 3, 4)[part])
        middle.setChildrenCollapsible(False)
        middle.setSizes([270, 200, 230])
        self._body.addWidget(middle, 1)


def _titled(title: str, body: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(UNIT, 0, UNIT, 0)
    column.setSpacing(4)
    column.addWidget(Text(title, "muted"))
    column.addWidget(body, 1)
    return made
