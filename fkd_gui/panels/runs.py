"""The list of runs, and what can be done with the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Elided, EmptyState, Text, button, named
from fkd_gui.panels.run_table import (
    EPOCHS,
    MODEL,
    NAME_ROLE,
    RMSE,
    RUN,
    SORT_ROLE,
    STATUS,
    WHEN,
    RunRow,
    RunTable,
    summary,
)
from fkd_gui.theme import UNIT, tabular

__all__ = ["RunRow", "RunsPanel"]

_WIDTHS = {RUN: 0, RMSE: 74, STATUS: 122, EPOCHS: 72, MODEL: 76, WHEN: 92}
_ORDER = (RUN, RMSE, STATUS, WHEN, EPOCHS, MODEL)
"""what is shown first where there is little room"""
_NAME_WIDTH = 80


class RunsPanel(QWidget):
    """Newest first; a click on a heading sorts by it. Where there is little room, columns give way."""

    run_selected = Signal(str)
    predict_requested = Signal(str, str)
    """run and split"""
    show_predictions = Signal(object)
    """name of the run whose predictions are to lie over the faces; None for none"""
    evaluate_requested = Signal(str)
    report_requested = Signal(str)
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = RunTable(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.table)
        self._sorted.setSortRole(SORT_ROLE)
        self._blocked = ""
        self._scores: dict[str, str] = {}
        self._make_view()
        self.empty = EmptyState(
            "No runs yet",
            "A run is a training and what came of it. Start one to see its curves and predict with it.",
            "Train a network",
            "stack",
        )
        self.empty.acted.connect(self.train_requested)
        self._title = Elided("", "title")
        self._summary = Text("", "muted")
        self.scores = Text()
        self.overlay = named(
            QCheckBox("&Show its predictions"), "Show its predictions", "Lay its predictions over the faces"
        )
        self.overlay.clicked.connect(self._toggle_overlay)
        self.predict = button("Predict test faces", "Predict the test faces with this run", primary=True)
        self.predict_train = button("Predict training faces", "Predict the training faces with this run")
        self.evaluate = button("Evaluate", "Evaluate", "Score this run on its validation faces")
        self.predict.clicked.connect(lambda: self.predict_requested.emit(self.selected, "test"))
        self.predict_train.clicked.connect(lambda: self.predict_requested.emit(self.selected, "train"))
        self.report = button("Report …", "Report", "Write all that is known of this run as one page (HTML)")
        self.report.clicked.connect(lambda: self.report_requested.emit(self.selected))
        self.evaluate.clicked.connect(lambda: self.evaluate_requested.emit(self.selected))
        self._lay_out()
        self._refresh()

    @property
    def selected(self) -> str:
        """Name of the chosen run; empty if none is."""
        rows = self.view.selectionModel().selectedRows()
        return str(rows[0].data(NAME_ROLE)) if rows else ""

    def set_runs(self, runs: Sequence[RunRow]) -> None:
        """Show these runs; the chosen one stays chosen. Without one, the newest is."""
        chosen = self.selected
        self._updating = True
        try:
            self.table.set_rows(tuple(runs))
            names = [run.name for run in runs]
            if names:
                self._choose(chosen if chosen in names else max(runs, key=lambda run: run.created).name)
        finally:
            self._updating = False
        self._refresh()
        if self.selected and self.selected != chosen:
            self.run_selected.emit(self.selected)

    def select(self, run: str) -> None:
        """Choose a run; does nothing if there is none of this name."""
        self._choose(run)

    def set_shown(self, run: str | None) -> None:
        """Say which run's predictions lie over the faces."""
        self.table.set_shown(run)
        self._refresh()

    def set_evaluation(self, run: str, report: Mapping[str, Any]) -> None:
        """Show what `fkd_core.pipeline.evaluate` found out about a run."""
        self._scores[run] = describe_scores(report)
        self._refresh()

    def set_blocked(self, reason: str) -> None:
        """Why nothing can be predicted or evaluated now; empty if it can."""
        self._blocked = reason
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icons in the theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.view.viewport().update()

    def _make_view(self) -> None:
        self._updating = False
        self.view = QTableView()
        self.view.setModel(self._sorted)
        self.view.setAccessibleName("Runs")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setShowGrid(False)
        self.view.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.setCornerButtonEnabled(False)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFont(tabular(self.font()))
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(30)
        header = self.view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(RUN, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            if width:
                self.view.setColumnWidth(column, width)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        self.view.selectionModel().selectionChanged.connect(self._selection_changed)

    def _lay_out(self) -> None:
        details = QWidget()
        inner = QVBoxLayout(details)
        inner.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT + 4)
        inner.setSpacing(UNIT)
        inner.addWidget(self._title)
        inner.addWidget(self._summary)
        inner.addWidget(self.scores)
        inner.addWidget(self.overlay)
        buttons = FlowLayout(UNIT, UNIT)
        for widget in (self.predict, self.predict_train, self.evaluate, self.report):
            buttons.addWidget(widget)
        inner.addLayout(buttons)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(details)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _choose(self, run: str) -> None:
        for row in range(self._sorted.rowCount()):
            if self._sorted.index(row, RUN).data(NAME_ROLE) == run:
                self.view.selectRow(row)
                return

    def _selection_changed(self, selected: QItemSelection) -> None:
        self._refresh()
        if selected.count() and not self._updating:
            self.run_selected.emit(self.selected)

    def _toggle_overlay(self, on: bool) -> None:
        self.show_predictions.emit(self.selected if on else None)

    def _refresh(self) -> None:
        self._pages.setCurrentIndex(1 if self.table.rows else 0)
        chosen = self.selected
        row = next((row for row in self.table.rows if row.name == chosen), None)
        for widget in (
            self._title,
            self._summary,
            self.overlay,
            self.predict,
            self.predict_train,
            self.evaluate,
            self.report,
        ):
            widget.setVisible(row is not None)
        if row is None:
            return
        self._title.set_text(row.name)
        line = summary(row).partition(" · ")[2]
        self._summary.setText(f"{line}\n{row.message}" if row.message else line)
        self.scores.setText(self._scores.get(row.name, ""))
        self.scores.setVisible(row.name in self._scores)
        why = self._blocked or ("" if row.usable else _why_not(row))
        for widget, tip in (
            (self.predict, "Predict the test faces with this run"),
            (self.predict_train, "Predict the training faces with this run"),
            (self.evaluate, "Score this run on its validation faces"),
        ):
            widget.setEnabled(not why)
            widget.setToolTip(why or tip)
        self.predict.setText("Predict test faces again" if "test" in row.predicted else "Predict test faces")
        self.overlay.setEnabled(bool(row.predicted))
        self.overlay.setChecked(self.table.shown == row.name)
        tip = f"Lay its predictions ({', '.join(row.predicted)}) over the faces"
        self.overlay.setToolTip(tip if row.predicted else "Predict with this run first")

    def _fit(self) -> None:
        room = self.width() - _NAME_WIDTH
        for column in _ORDER[1:]:
            room -= _WIDTHS[column]
            self.view.setColumnHidden(column, room < 0)


def describe_scores(report: Mapping[str, Any]) -> str:
    """Errors on held-out faces in two lines; see `fkd_core.evaluation` for what they mean."""
    space = "\N{NO-BREAK SPACE}"
    errors = [
        f"{name.upper()}{space}{report[name]:.2f}{space}px"
        for name in ("rmse", "mae")
        if report.get(name) is not None
    ]
    if report.get("nme") is not None:
        errors.append(f"NME{space}{report['nme']:.1%}")
    within = [
        f"{share:.0%}{space}within{space}{limit}{space}px"
        for limit, share in report.get("pck", {}).items()
        if share is not None
    ]
    where = f"On {report['faces']:,} held-out faces: " if "faces" in report else ""
    return "\n".join(line for line in (where + ", ".join(errors), ", ".join(within)) if line)


def _why_not(row: RunRow) -> str:
    if row.status == "running":
        return "This run is still training"
    return (
        "This run ended before its first epoch was over" if row.status != "damaged" else "This run is damaged"
    )
