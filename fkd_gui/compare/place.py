"""Compare: the table of runs above, and chosen ones side by side below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fkd_core.comparison.measure import MOST
from fkd_gui.ahead import Ahead
from fkd_gui.compare.desk import Compared, CompareDesk
from fkd_gui.compare.model import NAME_ROLE, NOTE, RUN, SORT_ROLE, RunsModel
from fkd_gui.panels.flat_table import dress
from fkd_gui.panels.kit import EmptyState, Text, button, named
from fkd_gui.plotting.save import saver_for
from fkd_gui.project_view import ProjectView
from fkd_gui.theme import UNIT

if TYPE_CHECKING:
    from fkd_gui.compare.outcome import Outcome

_EMPTY = (
    "No runs to compare",
    "Runs are compared on faces that none of them was trained on. Train two, with other settings, or on"
    " labels that were corrected meanwhile.",
    "Train a network",
)
_MEASURED = 40
"""rows whose cells say how wide the columns are"""
_CHOOSE = (
    "Choose two runs or more",
    "Click one in the table, then others with Ctrl or Shift held, and press Compare.",
)


def make(view: ProjectView) -> QWidget:
    """The place of an open project."""
    place = ComparePlace(CompareDesk(view.project), writable=view.project.read_only is None)
    first = view.project.span("train").start if "train" in view.project.faces else 0
    place.problem.connect(view.problem)
    place.noted.connect(view.noted)
    place.face_requested.connect(lambda row: view.show_face(first + row))
    place.train_requested.connect(lambda: view.show_place("train"))
    place.desk.changed.connect(lambda _: view.desk.read_runs())
    place.desk.deleted.connect(lambda *_: view.desk.read_runs())
    view.desk.ended.connect(lambda *_: place.desk.read())
    place.save_requested.connect(saver_for(view, place).ask)
    view.session.closing.connect(place.desk.finish)
    return place


class ComparePlace(QWidget):
    """Joins the table and the outcome to the desk; knows nothing of files."""

    problem = Signal(object)
    noted = Signal(str)
    face_requested = Signal(int)
    """training row"""
    train_requested = Signal()
    save_requested = Signal(object, str, str)
    """what makes the plot, a name for its file, and its ending"""

    def __init__(self, desk: CompareDesk, *, writable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        desk.setParent(self)
        self._writable = writable
        self._away: Path | None = None
        self.model = RunsModel(self)
        self.model.writable = writable
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = self._make_table()
        self.compare = button("Compare", "Compare the chosen runs", primary=True, glyph="scales")
        self.join = button(
            "Join", "Join the chosen runs", "A new run that predicts as the mean of the chosen ones"
        )
        self.pin = button("Pin", "Pin the chosen run", "List it before the others", glyph="push-pin")
        self.pack = button("Export …", "Export the chosen run", "Write the run into a ZIP file")
        self.delete = button(
            "Delete", "Delete the chosen run", "Take it away; it can be brought back", glyph="trash"
        )
        self.says = Text("", "muted")
        self.undo = button("Bring back", "Bring the deleted run back")
        self.bar = named(QProgressBar(), "Comparing runs")
        self.bar.setTextVisible(False)
        self.stop = button("Stop", "Stop comparing")
        self.outcome: Outcome | None = None
        self._ahead: Ahead | None = None
        self._waiting: Compared | None = None
        self.choose = EmptyState(*_CHOOSE, glyph="scales")
        self.empty = EmptyState(*_EMPTY, glyph="stack")
        self._lay_out()
        self._connect()
        self._show_progress("")
        self._refresh()

    @property
    def chosen(self) -> list[str]:
        """Names of the chosen runs, from the top of the table down."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [str(self._sorted.index(row, RUN).data(NAME_ROLE)) for row in rows]

    def prepare(self) -> None:
        """The place is shown: runs may have come."""
        self.desk.read()

    def choose_runs(self, names: list[str]) -> None:
        """Select runs in the table."""
        selection = self.table.selectionModel()
        selection.clear()
        flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for row in range(self._sorted.rowCount()):
            if self._sorted.index(row, RUN).data(NAME_ROLE) in names:
                selection.select(self._sorted.index(row, RUN), flags)

    def _make_table(self) -> QTableView:
        table = QTableView()
        dress(table, "Runs of this project")
        table.setModel(self._sorted)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Stretch)
        # Measuring each of hundreds of rows would keep the window waiting.
        header.setResizeContentsPrecision(_MEASURED)
        header.setMinimumSectionSize(56)
        return table

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        actions.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        actions.setSpacing(UNIT)
        for control in (self.compare, self.join, self.pin, self.pack, self.delete):
            actions.addWidget(control)
        actions.addWidget(self.says, 1)
        actions.addWidget(self.bar, 1)
        actions.addWidget(self.stop)
        actions.addWidget(self.undo)
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addLayout(actions)
        self._below = QStackedWidget()
        self._below.addWidget(self.choose)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(above)
        splitter.addWidget(self._below)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([220, 600])
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(splitter)
        self._pages.setCurrentWidget(splitter)
        self._filled = splitter
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _connect(self) -> None:
        desk = self.desk
        desk.listed.connect(self._show_runs)
        desk.compared.connect(self._show_outcome)
        desk.progressed.connect(lambda done, total, text: self._show_progress(text, done, total))
        desk.changed.connect(self._tell)
        desk.deleted.connect(self._show_deleted)
        desk.failed.connect(self._failed)
        self.model.edited.connect(desk.edit)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        self.compare.clicked.connect(self._compare)
        self.join.clicked.connect(self._join)
        self.pin.clicked.connect(self._pin)
        self.pack.clicked.connect(self._ask_target)
        self.delete.clicked.connect(lambda: desk.delete(self.chosen[0]))
        self.undo.clicked.connect(self._undelete)
        self.stop.clicked.connect(desk.stop)
        self.empty.acted.connect(self.train_requested)

    def _compare(self) -> None:
        self._show_progress("Comparing runs …")
        # The others are compared with the oldest; a name parts those of one second, as in the list of runs.
        self.desk.compare(sorted(self.chosen, key=lambda name: (str(self._line(name)["created"]), name)))

    def _join(self) -> None:
        self._show_progress("Joining runs …")
        self.desk.join(self.chosen)

    def _pin(self) -> None:
        name = self.chosen[0]
        self.desk.pin(name, on=not self._line(name)["pinned"])

    def _ask_target(self) -> None:
        name = self.chosen[0]
        dialog = QFileDialog(self, "Export the run")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Archive (*.zip)")
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"{name}.zip")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(partial(self._pack, name))
        dialog.open()

    def _pack(self, name: str, path: str) -> None:
        self.desk.pack(name, Path(path))

    def _undelete(self) -> None:
        if self._away is not None:
            self.desk.undelete(self._away)
            self._away = None
            self._tell("")

    def _line(self, name: str) -> dict[str, Any]:
        return next(line for line in self.model.rows if line["name"] == name)

    def _show_runs(self, lines: list[dict[str, Any]]) -> None:
        chosen = self.chosen
        self.model.replace(lines)
        self._pages.setCurrentWidget(self._filled if lines or self._away is not None else self.empty)
        self.choose_runs(chosen)
        if not self.chosen and lines:
            usable = [line["name"] for line in lines if _usable(line)]
            self.choose_runs(usable[:2])
        self._refresh()
        if lines and self._ahead is None:
            self._ahead = Ahead(("fkd_gui.compare.outcome",), self._pieces, self)
            self._ahead.ready.connect(self._outcome_made)
            self._ahead.start()

    def _show_outcome(self, compared: Compared) -> None:
        self._show_progress("")
        if self.outcome is None:
            self._waiting = compared
            return
        self.outcome.show_comparison(compared)
        self._below.setCurrentWidget(self.outcome)
        self._refresh()

    def _pieces(self) -> Iterator[None]:
        from fkd_gui.compare.outcome import Outcome

        made = Outcome(self)
        made.hide()
        yield
        yield from made.plots.pieces()
        made.face_chosen.connect(self.face_requested)
        made.save_requested.connect(self.save_requested)
        self._below.addWidget(made)
        yield
        self.outcome = made

    def _outcome_made(self) -> None:
        compared, self._waiting = self._waiting, None
        if compared is not None:
            self._show_outcome(compared)

    def _show_deleted(self, name: str, away: Path) -> None:
        self._away = away
        self.says.setText(f"{name} is deleted.")
        self.undo.show()

    def _show_progress(self, text: str, done: float | None = None, total: float | None = None) -> None:
        self.bar.setVisible(bool(text))
        self.stop.setVisible(bool(text))
        self.says.setVisible(not text)
        self.bar.setToolTip(text)
        known = done is not None and total
        self.bar.setRange(0, 1000 if known else 0)
        if known and done is not None and total:
            self.bar.setValue(round(1000 * done / total))

    def _tell(self, text: str) -> None:
        self._show_progress("")
        self.says.setText(text)
        self.undo.setVisible(self._away is not None)
        if text:
            self.noted.emit(text)

    def _failed(self, error: object) -> None:
        self._show_progress("")
        self._refresh()
        if error is not None:
            self.problem.emit(error)

    def _refresh(self) -> None:
        chosen = self.chosen
        lines = [self._line(name) for name in chosen]
        usable = all(map(_usable, lines))
        one = len(chosen) == 1
        still = one and lines[0]["status"] != "running"
        self.compare.setEnabled(2 <= len(chosen) <= MOST and usable)
        self.compare.setText(f"Compare {len(chosen)}" if len(chosen) > 1 else "Compare")
        self.compare.setToolTip(
            "On faces that none of them was trained on"
            if usable
            else "One of them has nothing to predict with"
        )
        self.join.setEnabled(self._writable and len(chosen) > 1 and usable)
        self.pin.setEnabled(self._writable and one)
        self.pin.setText("Unpin" if one and lines[0]["pinned"] else "Pin")
        self.pack.setEnabled(still)
        self.delete.setEnabled(self._writable and still)
        self.undo.setVisible(self._away is not None)


def _usable(line: dict[str, Any]) -> bool:
    return line["epochs"] > 0 and line["status"] not in ("running", "damaged") and bool(line["same_faces"])
