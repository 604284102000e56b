"""Trials as rows of a table. The model adapts the list it was handed and holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from fkd_core.search.record import (
    ENDED,
    FAILED,
    FINISHED,
    INTERRUPTED,
    PRUNED,
    RUNNING,
    SAME,
    Trial,
    best_of,
)
from fkd_gui.panels.pace import duration
from fkd_gui.theme import Theme, current, icon

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole
NUMBER_ROLE = Qt.ItemDataRole.UserRole + 1
NOTHING = "–"
STATUS = 2

STATUSES = {
    RUNNING: ("training", "play-circle"),
    FINISHED: ("finished", "check-circle"),
    PRUNED: ("given up", "scissors"),
    FAILED: ("failed", "warning-circle"),
    INTERRUPTED: ("interrupted", "pause-circle"),
    SAME: ("known", "equals"),
}
"""status to its word and icon"""


def value_text(value: object) -> str:
    """A setting's value as short as it can be told."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def setting_text(name: str) -> str:
    """A setting's name for people."""
    return name.replace("_", " ")


class TrialTable(QAbstractTableModel):
    """Trial, error, status, one column for each setting, epochs, time."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: list[Trial] = []
        self.names: tuple[str, ...] = ()
        self._best: int | None = None

    def show_trials(self, names: tuple[str, ...], trials: Sequence[Trial]) -> None:
        """Show these trials; where only figures changed, the view keeps its selection."""
        same = names == self.names and [t.number for t in trials] == [t.number for t in self.rows]
        if same:
            self.rows = list(trials)
            self._find_best()
            self._tell_all()
            return
        self.beginResetModel()
        self.rows, self.names = list(trials), names
        self._find_best()
        self.endResetModel()

    def put(self, trial: Trial) -> None:
        """A trial as it stands now: its row changes, or is added."""
        for row, known in enumerate(self.rows):
            if known.number == trial.number:
                self.rows[row] = trial
                break
        else:
            at = sum(known.number < trial.number for known in self.rows)
            self.beginInsertRows(QModelIndex(), at, at)
            self.rows.insert(at, trial)
            self.endInsertRows()
        self._find_best()
        self._tell_all()

    @property
    def headings(self) -> tuple[str, ...]:
        """Of all columns."""
        return ("Trial", "RMSE px", "Status", *map(setting_text, self.names), "Epochs", "Time")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Called by Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Called by Qt."""
        return 0 if parent.isValid() else len(self.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Called by Qt."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid():
            return None
        trial, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells(trial)[column]
        if role == SORT_ROLE:
            return self._keys(trial)[column]
        if role == NUMBER_ROLE:
            return trial.number
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{self.headings[column]}: {self._cells(trial)[column]}" if column else summary(trial)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(trial, column)
        return None

    def _cells(self, trial: Trial) -> tuple[str, ...]:
        return (
            str(trial.number + 1),
            NOTHING if trial.rmse is None else f"{trial.rmse:.2f}",
            STATUSES.get(trial.status, (trial.status, ""))[0],
            *(value_text(trial.settings[n]) if n in trial.settings else NOTHING for n in self.names),
            f"{trial.epoch:,}",
            duration(trial.seconds) if trial.seconds else NOTHING,
        )

    def _keys(self, trial: Trial) -> tuple[Any, ...]:
        far = float("inf")
        return (
            trial.number,
            far if trial.rmse is None else trial.rmse,
            trial.status,
            *(trial.settings.get(name, 0) for name in self.names),
            trial.epoch,
            trial.seconds,
        )

    def _icon(self, trial: Trial, column: int) -> Any:
        theme = current()
        if column == STATUS:
            return icon(STATUSES.get(trial.status, ("", "info"))[1], theme, _colour(theme, trial.status))
        if column == 0 and trial.number == self._best:
            return icon("star-fill", theme, theme.accent)
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column in (0, STATUS) else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def _find_best(self) -> None:
        best = best_of(self.rows)
        self._best = None if best is None else best.number

    def _tell_all(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.columnCount() - 1))


def summary(trial: Trial) -> str:
    """A trial in a few words."""
    word = STATUSES.get(trial.status, (trial.status, ""))[0]
    parts = [f"Trial {trial.number + 1}", word]
    parts += [f"{setting_text(name)} {value_text(value)}" for name, value in trial.settings.items()]
    if trial.rmse is not None:
        parts.append(f"RMSE {trial.rmse:.2f} px")
    if trial.score is not None:
        parts.append(f"validation loss {trial.score:.4g}")
    if trial.message and trial.status != FINISHED:
        parts.append(trial.message)
    return " · ".join(parts)


def ended_count(trials: Sequence[Trial]) -> int:
    """How many are over."""
    return sum(trial.status in ENDED for trial in trials)


def _colour(theme: Theme, status: str) -> str:
    return {
        RUNNING: theme.accent,
        FINISHED: theme.success,
        FAILED: theme.danger,
        PRUNED: theme.muted,
        INTERRUPTED: theme.warning,
    }.get(status, theme.muted)
