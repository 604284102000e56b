"""A note on the current face, and its bookmark."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from fkd_gui.panels.kit import named, set_glyph
from fkd_gui.session import Session
from fkd_gui.theme import UNIT, current, icon

_LINES = 3


class NoteField(QPlainTextEdit):
    """A few lines of text. Escape and Ctrl+Enter are done with it."""

    left = Signal()
    """the keyboard goes elsewhere"""
    finished = Signal()
    """the hands want back to the face"""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed is kept."""
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Two keys lead back."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (
            enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.finished.emit()
        else:
            super().keyPressEvent(event)


class NotePanel(QWidget):
    """What was typed is kept when the keyboard or the face goes elsewhere, and when the project is closed."""

    finished = Signal()
    noted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._face = session.face
        self.field: NoteField = named(NoteField(), "Note on the face", "Kept when you leave it (Esc)")
        self.field.setPlaceholderText("A note on this face")
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(_LINES * self.field.fontMetrics().lineSpacing() + 2 * UNIT)
        self.bookmark: QPushButton = named(QPushButton("Bookmark"), "Bookmark")
        self.bookmark.setCheckable(True)
        self.before: QToolButton = named(QToolButton(), "Previous face with a bookmark")
        self.after: QToolButton = named(QToolButton(), "Next face with a bookmark")
        line = QHBoxLayout()
        line.setSpacing(UNIT // 2)
        line.addWidget(self.bookmark)
        line.addStretch()
        line.addWidget(self.before)
        line.addWidget(self.after)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.field)
        layout.addLayout(line)
        self.field.left.connect(self.keep)
        self.field.finished.connect(self.finished)
        self.bookmark.clicked.connect(self.toggle)
        self.before.clicked.connect(partial(self.go, -1))
        self.after.clicked.connect(partial(self.go, 1))
        session.face_changed.connect(self._show_face)
        session.remarks.changed.connect(self._changed)
        session.remarks.closing.connect(self.keep)
        read_only = session.project.read_only is not None
        self.field.setReadOnly(read_only)
        self.bookmark.setEnabled(not read_only)
        self._show_face(session.face)
        self._draw()

    def keep(self) -> None:
        """Put what stands in the field on its face."""
        self._session.remarks.put(self._face, note=self.field.toPlainText())

    def toggle(self) -> None:
        """Put a bookmark on the face, or take it off."""
        desk, face = self._session.remarks, self._session.face
        desk.put(face, bookmark=not desk.bookmarked(face))
        self._show_bookmark()

    def go(self, by: int) -> None:
        """To the next (1) or previous (-1) face with a bookmark."""
        there = self._session.remarks.neighbour(self._session.face, by)
        if there is None:
            self.noted.emit("No other face has a bookmark.")
        else:
            self._session.go_to(there)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _show_face(self, face: int) -> None:
        if face != self._face:
            self.keep()
        self._face = face
        self._write(self._session.remarks.note(face))
        self._show_bookmark()

    def _changed(self, face: int) -> None:
        if face == self._face:
            self._show_bookmark()
            if not self.field.hasFocus():
                self._write(self._session.remarks.note(face))

    def _write(self, text: str) -> None:
        if text != self.field.toPlainText():
            self.field.setPlainText(text)

    def _show_bookmark(self) -> None:
        self.bookmark.setChecked(self._session.remarks.bookmarked(self._session.face))

    def _draw(self) -> None:
        theme = current()
        self.bookmark.setIcon(icon("bookmark-simple", theme, on=theme.on_selection))
        set_glyph(self.before, "caret-left")
        set_glyph(self.after, "caret-right")
