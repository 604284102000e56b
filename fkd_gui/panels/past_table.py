"""The submissions that were written, as a table in which notes and scores are typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fkd_core.submitting.past import PastSubmission
from fkd_gui.panels.flat_table import FlatTable, Index, dress
from fkd_gui.panels.run_table import when
from fkd_gui.theme import current

NUMBER, WHEN, RUN, EXPECTED, SCORE, NOTE, RULE, FILE, CHECKSUM = range(9)
HEADINGS = ("No.", "When", "Run", "Expected px", "Score", "Note", "Rule", "File", "SHA-256")
_TIPS = (
    "In the order of writing",
    "When it was written",
    "The run that predicted it",
    "Expected score, pixels",
    "What the site gave: type it in",
    "Anything worth knowing: type it in",
    "The marking rule that it follows; auto: the likeliest of each face",
    "Where it was written",
    "Checksum of the file",
)
_EDITABLE = (SCORE, NOTE)
_RIGHT = (NUMBER, EXPECTED, SCORE)
_ADD = "type it in"


class PastTable(FlatTable):
    """Newest first. What is typed is announced, and shown once it is kept."""

    described = Signal(int, dict)
    """number of a submission, and the words of `PastSubmissions.describe`"""
    refused = Signal(str)
    """what was typed is no score"""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(HEADINGS, _RIGHT, dict(enumerate(_TIPS)), parent)
        self.rows: Sequence[PastSubmission] = ()

    def set_rows(self, rows: Sequence[PastSubmission]) -> None:
        """Show these submissions. Where only what is said of them changed, the selection stays."""
        ordered = tuple(sorted(rows, key=lambda row: -row.number))
        same = [row.number for row in ordered] == [row.number for row in self.rows]
        (self.refresh if same else self.replace)(ordered)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Called by Qt."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() in _EDITABLE else usual

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(row, column) or (_ADD if column in _EDITABLE else "")
        if role == Qt.ItemDataRole.EditRole:
            return _shown(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _told(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADINGS[column]}: {_shown(row, column) or 'none'}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        empty = role == Qt.ItemDataRole.ForegroundRole and not _shown(row, column)
        return QColor(current().muted) if empty else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Called by Qt: a note or a score was typed."""
        if role != Qt.ItemDataRole.EditRole or index.column() not in _EDITABLE:
            return False
        row, text = self.rows[index.row()], str(value).strip()
        if text == _shown(row, index.column()):
            return False
        if index.column() == NOTE:
            self.described.emit(row.number, {"note": text})
            return True
        if not text:
            self.described.emit(row.number, {"forget_score": True})
            return True
        try:
            score = float(text.replace(",", "."))
        except ValueError:
            score = -1.0
        if not 0 <= score < float("inf"):
            self.refused.emit(f"“{text}” is no score: the site gives pixels, such as 1.28")
            return False
        self.described.emit(row.number, {"score": score})
        return True


class PastView(QTableView):
    """The table. Enter, F2 or a double click edits a note or a score."""

    def __init__(self, model: PastTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        dress(self, "Submissions that were written", height=28)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )  # fmt: skip
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        widths = {NUMBER: 40, WHEN: 84, RUN: 92, EXPECTED: 130, SCORE: 80, NOTE: 210, RULE: 56, FILE: 150}
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        header.setMinimumSectionSize(36)

    def changeEvent(self, event: QEvent) -> None:
        """Muted texts follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()


def _shown(row: PastSubmission, column: int) -> str:
    if column == EXPECTED:
        if row.expected is None:
            return "unknown"
        ends = "" if row.interval is None else f" ({row.interval[0]:.2f}–{row.interval[1]:.2f})"
        return f"{row.expected:.2f}{ends}"
    return {
        NUMBER: str(row.number),
        WHEN: when(row.when),
        RUN: row.run,
        RULE: row.rule + (", fast" if row.fast else ""),
        SCORE: "" if row.score is None else f"{row.score:.6g}",
        NOTE: row.note,
        FILE: Path(row.file).name,
        CHECKSUM: row.sha256[:12],
    }[column]


def _told(row: PastSubmission, column: int) -> str:
    handed = f"\nHanded to the site {when(row.uploaded)}" if row.uploaded else ""
    return {
        WHEN: row.when + handed,
        SCORE: "What the site gave, in pixels",
        NOTE: row.note or "A note on this submission",
        FILE: row.file,
        CHECKSUM: row.sha256,
        EXPECTED: "In brackets where the score lies in 95 of 100 cases",
    }.get(column, _shown(row, column))
