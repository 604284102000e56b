"""The past of the current face: its note, who said what and when, and the way back to any version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from fkd_core.jobs import Job
from fkd_core.labels.history import face_versions, restore
from fkd_core.labels.makers import system_user
from fkd_gui.panels.history_model import Entry, HistoryModel, entries_of
from fkd_gui.panels.history_row import HistoryRow
from fkd_gui.panels.kit import Text, button, named
from fkd_gui.panels.note import NotePanel
from fkd_gui.session import Session
from fkd_gui.settings import YOUR_NAME, Settings
from fkd_gui.tasks import Tasks
from fkd_gui.theme import UNIT

_PAUSE = 60
"""milliseconds on a face before its history is read: whoever leafs through faces does not wait for it"""


class _List(QListView):
    """Escape lets go of what is selected; Enter takes it."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class HistoryPanel(QWidget):
    """Selecting a version shows it as a ghost; a button restores it, which is an edit like any other.

    Args:
        session: whose current face it is.
        settings: keeps the name that edits carry.
    """

    ghost_changed = Signal(str, object)
    """name of a version and its `(K, 2)` points; None where none is to be shown"""
    noted = Signal(str)
    left = Signal()
    """the hands want back to the face"""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._tasks = Tasks(self)
        self._reading: tuple[int, int] | None = None
        self._asked = 0
        self._seen = self._closed = False
        self.note = NotePanel(session)
        self.model = HistoryModel(self)
        self.list = self._list()
        self.details = Text("", "muted")
        self.restore = button("Restore this version", "Restore this version")
        self.name = named(QLineEdit(), "Your name", "Edits, notes and bookmarks carry this name from now on")
        self.name.setPlaceholderText(system_user() or "somebody")
        self.name.setText(settings.get(YOUR_NAME))
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._read)
        self._lay_out()
        self._connect()
        self._sign()
        self._show_choice()

    def sizeHint(self) -> QSize:
        return QSize(300, 480)

    def do(self, what: str, by: int = 0) -> None:
        """What actions ask for.

        Args:
            what: `bookmark` to set or take one, `next_bookmark` to go by one, `note` to type one, `history`
                to walk through the versions.
            by: 1 or -1.
        """
        if what == "bookmark":
            self.note.toggle()
        elif what == "next_bookmark":
            self.note.go(by)
        elif what == "note":
            self.note.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif what == "history":
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def chosen(self) -> Entry | None:
        """The line that is selected."""
        rows = self.list.selectionModel().selectedRows()
        return self.model.entries[rows[0].row()] if rows else None

    @property
    def reading(self) -> bool:
        """Whether the history of the face is still on its way."""
        return self._pause.isActive() or self._reading is not None

    def set_seen(self, seen: bool) -> None:
        """Read the history while it can be seen; a panel behind others shows no ghost."""
        self._seen = seen
        if seen:
            self._later()
        else:
            self.list.clearSelection()

    def _list(self) -> _List:
        made: _List = named(_List(), "History of the face", "Latest first")
        made.setToolTip("")
        made.setModel(self.model)
        made.setItemDelegate(HistoryRow(made))
        made.setMouseTracking(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setUniformItemSizes(True)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return made

    def _lay_out(self) -> None:
        signed = QHBoxLayout()
        signed.setSpacing(UNIT)
        label = QLabel("Signed")
        label.setProperty("role", "muted")
        label.setBuddy(self.name)
        signed.addWidget(label)
        signed.addWidget(self.name, 1)
        below = QVBoxLayout()
        below.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        below.setSpacing(UNIT)
        below.addWidget(self.details)
        below.addWidget(self.restore)
        below.addLayout(signed)
        above = QVBoxLayout()
        above.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        above.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.list, 1)
        layout.addLayout(below)

    def _connect(self) -> None:
        session = self._session
        self.note.noted.connect(self.noted)
        self.note.finished.connect(self.left)
        self.list.selectionModel().selectionChanged.connect(self._show_choice)
        self.list.doubleClicked.connect(lambda _: self._restore())
        self.list.taken.connect(self._restore)
        self.restore.clicked.connect(self._restore)
        self.name.editingFinished.connect(self._sign)
        self.model.modelReset.connect(self._show_choice)
        session.face_changed.connect(self._face_changed)
        session.saved.connect(lambda _: self._later())
        session.remarks.saved.connect(lambda _: self._later())
        session.closing.connect(self._close)

    def _sign(self) -> None:
        name = self.name.text().strip()
        self._settings.set(YOUR_NAME, name)
        self._session.project.labels.who = name or system_user()

    def _face_changed(self) -> None:
        if self.model.entries:
            self.model.set_entries([])
        self._later()

    def _later(self) -> None:
        self._asked += 1
        if self._seen and not self._closed:
            self._pause.start()

    def _read(self) -> None:
        if self._reading is not None or self._closed:
            return
        session, face = self._session, self._session.face
        labels, schema = session.project.labels, session.project.schema
        self._reading = face, self._asked

        def work(_: Job) -> list[Entry]:
            versions, said = face_versions(labels, face), labels.remarks.log(face)
            return entries_of(versions, said, schema, datetime.now())

        self._tasks.run(work, "reading the history", done=self._show, failed=self._failed)

    def _show(self, entries: list[Entry]) -> None:
        read, self._reading = self._reading, None
        if read is None or read[0] != self._session.face:
            self._read()
            return
        kept = self.chosen
        self.model.set_entries(entries)
        if kept is not None:
            self._choose_again(kept)
        if read[1] != self._asked:
            self._later()

    def _failed(self, error: Exception) -> None:
        self._reading = None
        self._session.problem.emit(error)

    def _choose_again(self, kept: Entry) -> None:
        for row, entry in enumerate(self.model.entries):
            if (entry.title, entry.time, entry.status) == (kept.title, kept.time, kept.status):
                self.list.setCurrentIndex(self.model.index(row))
                return

    def _show_choice(self, *_: Any) -> None:
        entry = self.chosen
        self.details.setText("" if entry is None else entry.whole)
        self.details.setVisible(entry is not None)
        writable = self._session.project.read_only is None
        self.restore.setEnabled(entry is not None and writable and entry.status != "now")
        remark = entry is not None and entry.remark is not None
        self.restore.setText("Say this again" if remark else "Restore this version")
        if entry is None or entry.version is None:
            self.ghost_changed.emit("", None)
        else:
            self.ghost_changed.emit(entry.name, entry.version.points)

    def _restore(self, _: QModelIndex | None = None) -> None:
        entry, session = self.chosen, self._session
        if entry is None or not self.restore.isEnabled():
            return
        self.list.clearSelection()
        if entry.remark is not None:
            session.remarks.put(session.face, note=entry.remark.note, bookmark=entry.remark.bookmark)
        elif entry.version is not None:
            edit = restore(session.project.labels.table, session.face, entry.version, entry.name)
            if len(edit.changes):
                session.apply(edit)
            else:
                self.noted.emit("The labels are the same as in that version.")

    def _close(self) -> None:
        self._closed = True
        self._pause.stop()
        self._tasks.close()
