"""The table of runs: names, notes and tags are edited in place, the rest is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal

from fkd_gui.panels.flat_table import FlatTable, Index
from fkd_gui.panels.run_table import STATUSES, when
from fkd_gui.theme import current, icon

RUN, RMSE, FACES, MODEL, EPOCHS, TIME, SIZE, WHEN, TAGS, NOTE = range(10)
HEADINGS = ("Run", "RMSE px", "Faces", "Model", "Epochs", "Time", "MB", "When", "Tags", "Note")
EDITED = {RUN: "name", TAGS: "tags", NOTE: "note"}
SORT_ROLE = Qt.ItemDataRole.UserRole
NAME_ROLE = Qt.ItemDataRole.UserRole + 1
_RIGHT = (RMSE, FACES, EPOCHS, TIME, SIZE)
_TIPS = {
    RUN: "Name of the run (F2 changes it)",
    RMSE: "Lowest validation RMSE of its training, pixels, with its 95 % interval over faces where that "
    "was noted; comparable only on the same faces",
    FACES: "Validation faces of its training",
    EPOCHS: "Epochs trained; trees of a forest",
    TIME: "From its start to its end",
    TAGS: "Words to find it by, parted by commas (F2)",
    NOTE: "What you say of it (F2)",
}


class RunsModel(FlatTable):
    """Lines as `fkd_core.runs.listing.table_of_runs` gives them."""

    edited = Signal(str, str, str)
    """a run, what of it, and the new text"""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(HEADINGS, _RIGHT, _TIPS, parent)
        self.rows: Sequence[dict[str, Any]] = ()
        self.writable = True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Called by Qt."""
        flags = super().flags(index)
        editable = self.writable and index.column() in EDITED
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Called by Qt."""
        if not index.isValid():
            return None
        line, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(line, column)
        if role == Qt.ItemDataRole.EditRole:
            return line["note"] if column == NOTE else _text(line, column)
        if role == SORT_ROLE:
            return _key(line, column)
        if role == NAME_ROLE:
            return line["name"]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADINGS[column]}: {_text(line, column) or 'nothing'}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.DecorationRole and column == RUN:
            theme = current()
            return icon(
                "push-pin" if line["pinned"] else STATUSES.get(line["status"], ("", "info"))[1], theme
            )
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Called by Qt: asks for the change; the table shows it once it is on the disk."""
        if role != Qt.ItemDataRole.EditRole or index.column() not in EDITED:
            return False
        if str(value) != self.data(index, Qt.ItemDataRole.EditRole):
            self.edited.emit(self.rows[index.row()]["name"], EDITED[index.column()], str(value))
        return False


def _text(line: dict[str, Any], column: int) -> str:
    rmse, seconds, faces = line["val_rmse"], line["seconds"], line["val_faces"]
    return {
        RUN: line["name"],
        RMSE: "–" if rmse is None else f"{rmse:.3f}{ends_text(line['interval'])}",
        FACES: "–" if faces is None else f"{faces:,}",
        MODEL: line["model"] + (f", {line['folds']} folds" if line["folds"] else ""),
        EPOCHS: f"{line['epochs']:,}",
        TIME: "–" if seconds is None else _duration(seconds),
        SIZE: f"{line['size'] / 1e6:.1f}",
        WHEN: when(line["created"]),
        TAGS: ", ".join(line["tags"]),
        NOTE: line["note"].splitlines()[0] if line["note"] else "",
    }[column]


def ends_text(interval: Sequence[float] | None) -> str:
    """An interval after its figure; empty where it is unknown."""
    return "" if interval is None else f" ({interval[0]:.2f} to {interval[1]:.2f})"


def _key(line: dict[str, Any], column: int) -> Any:
    numbers = {RMSE: "val_rmse", FACES: "val_faces", EPOCHS: "epochs", TIME: "seconds", SIZE: "size"}
    if column in numbers:
        value = line[numbers[column]]
        return float("inf") if value is None else value
    return line["created"] if column == WHEN else _text(line, column)


def _tip(line: dict[str, Any], column: int) -> str:
    if column == RUN:
        others = "" if line["same_faces"] else "Trained on other faces than those of this project. "
        chosen = {key: value for key, value in line["config"].items() if value not in (None, {}, [])}
        settings = ", ".join(f"{key} {value}" for key, value in chosen.items())
        return f"{line['message'] or line['status']}\n{others}{settings}"
    return line["note"] if column == NOTE and line["note"] else f"{HEADINGS[column]}: {_text(line, column)}"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02} h" if minutes >= 60 else f"{seconds / 60:.1f} min"
