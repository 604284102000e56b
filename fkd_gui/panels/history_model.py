"""The history of one face as a list: versions of its labels and what was said of it, latest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fkd_core.labels.history import Version, current_version
from fkd_core.labels.remarks import Remark
from fkd_core.labels.telling import said_by, said_of, when
from fkd_core.schema import KeypointSchema

ENTRY = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


@attrs.frozen(eq=False)
class Entry:
    """One line of the history.

    Attributes:
        title: what was done.
        time: when, for people; empty for the file's version.
        detail: who, and what that changed.
        status: `now`, `undone`, or nothing.
        version: of the labels; None for a remark.
        remark: what was said; None for a version.
    """

    title: str
    time: str
    detail: str
    status: str
    version: Version | None = None
    remark: Remark | None = None

    @property
    def name(self) -> str:
        """As one speaks of it, such as `the version of 12:04:11`."""
        if self.version is not None and not self.time:
            return "the file’s version"
        return f"the {'version' if self.version is not None else 'remark'} of {self.time}"

    @property
    def whole(self) -> str:
        """All of it in one text."""
        state = f" ({self.status})" if self.status else ""
        return f"{self.title}{state}\n{self.time}{' · ' if self.time else ''}{self.detail}"


def entries_of(
    versions: tuple[Version, ...], remarks: list[Remark], schema: KeypointSchema, now: datetime
) -> list[Entry]:
    """The lines of a face, latest first; the file's version is the last."""
    current = current_version(versions)
    timed: list[tuple[float, Entry]] = []
    for version in versions:
        status = "now" if version is current else "undone" if version.status in ("undone", "dropped") else ""
        detail = " · ".join(part for part in (version.who, said_of(version, schema)) if part)
        entry = Entry(_sentence(version.what), when(version.at, now), detail, status, version=version)
        timed.append((version.at or 0.0, entry))
    for remark in remarks:
        who = remark.who or "somebody"
        timed.append(
            (remark.at, Entry(_sentence(said_by(remark)), when(remark.at, now), who, "", remark=remark))
        )
    timed.sort(key=lambda pair: pair[0])
    return [entry for _, entry in reversed(timed)]


class HistoryModel(QAbstractListModel):
    """Shows the lines that it was given last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def set_entries(self, entries: list[Entry]) -> None:
        """Show these."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.whole
        return None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
