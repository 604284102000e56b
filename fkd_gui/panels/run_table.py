"""Runs as rows of a table. The model adapts the list it was handed and holds nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon

from fkd_core.models.registry import unit_of
from fkd_gui.panels.flat_table import FlatTable, Index
from fkd_gui.theme import Theme, current, icon

SORT_ROLE = Qt.ItemDataRole.UserRole
NAME_ROLE = Qt.ItemDataRole.UserRole + 1


@attrs.frozen
class RunRow:
    """What the list says of a run.

    Attributes:
        name: of the run.
        model: name of its network.
        status: `running`, `finished`, `stopped`, `failed`, `interrupted` or `damaged`.
        epochs: how many it has trained.
        best_rmse: its lowest validation RMSE in pixels; None if it has none.
        created: when it was started, ISO 8601.
        predicted: splits that it has predictions of.
        message: how it ended, in a sentence.
    """

    name: str
    model: str = ""
    status: str = "finished"
    epochs: int = 0
    best_rmse: float | None = None
    created: str = ""
    predicted: tuple[str, ...] = ()
    message: str = ""

    @property
    def usable(self) -> bool:
        """Whether there are weights to predict with."""
        return self.epochs > 0 and self.status not in ("running", "damaged")


def run_row(summary: dict[str, Any]) -> RunRow:
    """A run's summary as the list shows it."""
    return RunRow(
        name=summary["name"],
        model=summary["model"],
        status=summary["status"],
        epochs=summary["epochs"],
        best_rmse=summary["val_rmse"],
        created=summary["created"],
        predicted=tuple(summary["predicted"]),
        message=summary["message"],
    )


STATUSES = {
    "running": ("training", "play-circle"),
    "finished": ("finished", "check-circle"),
    "stopped": ("stopped", "stop-circle"),
    "failed": ("failed", "warning-circle"),
    "interrupted": ("interrupted", "pause-circle"),
    "damaged": ("damaged", "x-circle"),
}
"""status to its word and icon"""

RUN, RMSE, STATUS, EPOCHS, MODEL, WHEN = range(6)
HEADINGS = ("Run", "RMSE px", "Status", "Epochs", "Model", "When")
_RIGHT = (RMSE, EPOCHS)
_TIPS = (
    "Name of the run",
    "Lowest validation RMSE, pixels",
    "How it stands",
    "Epochs trained; trees of a forest",
    "Network",
    "Start",
)


def when(created: str, now: datetime | None = None) -> str:
    """A moment in local time, as short as it can be: `14:02` today, `Mon 14:02` this week, else the date."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
    today = (now or datetime.now(UTC)).astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    return f"{local:%a %H:%M}" if 0 < days < 7 else f"{local:%Y-%m-%d}"


class RunTable(FlatTable):
    """The columns are numbered by `RUN`, `RMSE`, and so on."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(HEADINGS, _RIGHT, dict(enumerate(_TIPS)), parent)
        self.rows: Sequence[RunRow] = ()
        self.shown: str | None = None

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs. Where only their figures changed, the view keeps its selection."""
        same = [row.name for row in rows] == [row.name for row in self.rows]
        (self.refresh if same else self.replace)(rows)

    def set_shown(self, run: str | None) -> None:
        """Mark the run whose predictions lie over the faces."""
        self.shown = run
        if self.rows:
            self.dataChanged.emit(self.index(0, RUN), self.index(len(self.rows) - 1, RUN))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == SORT_ROLE:
            return _key(row, column)
        if role == NAME_ROLE:
            return row.name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{HEADINGS[column]}: {_text(row, column)}" if column else summary(row)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(row, column)
        return None

    def _icon(self, row: RunRow, column: int) -> QIcon | None:
        theme = current()
        if column == STATUS:
            return icon(STATUSES.get(row.status, ("", "info"))[1], theme, _colour(theme, row.status))
        if column == RUN and row.name == self.shown:
            return icon("eye", theme)
        return None


def summary(row: RunRow) -> str:
    """A run in a line."""
    word = STATUSES.get(row.status, (row.status, ""))[0]
    parts = [
        row.name,
        row.model,
        word,
        f"{row.epochs:,}\N{NO-BREAK SPACE}{unit_of(row.model, row.epochs)}",
    ]
    if row.best_rmse is not None:
        parts.append(f"RMSE\N{NO-BREAK SPACE}{row.best_rmse:.2f}\N{NO-BREAK SPACE}px")
    parts.append(when(row.created))
    return " · ".join(part for part in parts if part)


def _text(row: RunRow, column: int) -> str:
    if column == RMSE:
        return "–" if row.best_rmse is None else f"{row.best_rmse:.2f}"
    return {
        RUN: row.name,
        STATUS: STATUSES.get(row.status, (row.status, ""))[0],
        EPOCHS: f"{row.epochs:,}",
        MODEL: row.model,
        WHEN: when(row.created),
    }[column]


def _key(row: RunRow, column: int) -> Any:
    if column == RMSE:
        return float("inf") if row.best_rmse is None else row.best_rmse
    return {RUN: row.name, STATUS: row.status, EPOCHS: row.epochs, MODEL: row.model, WHEN: row.created}[
        column
    ]


def _colour(theme: Theme, status: str) -> str:
    if status == "finished":
        return theme.success
    if status == "running":
        return theme.accent
    return theme.danger if status in ("failed", "damaged") else theme.warning
