"""Says above the face that edits are not saved, why, and what can be done. It cannot be dismissed."""

from __future__ import annotations

import sqlite3

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fkd_core.errors import DamagedLabelsError, FkdError
from fkd_gui.panels.kit import Text, button
from fkd_gui.session import Session
from fkd_gui.theme import UNIT, current, icon

_REASONS = {
    sqlite3.SQLITE_FULL: ("there is no space left on the disk", "Free some space"),
    sqlite3.SQLITE_READONLY: ("the project can no longer be written", "Allow writing to its folder"),
    sqlite3.SQLITE_BUSY: ("another program is using the labels", "Close it there"),
    sqlite3.SQLITE_LOCKED: ("another program is using the labels", "Close it there"),
    sqlite3.SQLITE_IOERR: ("the disk reports an error", "Look whether it is connected and has space"),
    sqlite3.SQLITE_CANTOPEN: ("the project’s folder is out of reach", "Look whether its disk is connected"),
}
"""What a kind of error means, and what to do about it."""


def reason_of(error: BaseException) -> tuple[str, str]:
    """Why labels cannot be saved, and what to do, in a few words each."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    if code in _REASONS:
        return _REASONS[code]
    if isinstance(error, FkdError):
        return error.what, error.todo or "Look whether the disk is connected and has space"
    return f"{type(error).__name__}: {error}", "Save a copy elsewhere"


class UnsavedBar(QFrame):
    """Follows a session: hidden while all is saved.

    Args:
        session: whose edits these are.
    """

    copy_requested = Signal()
    mend_requested = Signal()
    """write a damaged database anew"""
    leave_requested = Signal()
    """close the project without what is not saved"""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._leaving = False
        self._picture = QLabel()
        self._title = Text()
        self._title.setStyleSheet("font-weight: 600;")
        self._text = Text()
        self.retry = button("Try again", "Try again to save", "Try again now; it is tried by itself, too")
        self.mend = button(
            "Write them anew",
            "Write the labels anew",
            "Put the damaged file aside and write all labels and edits anew",
            primary=True,
        )
        self.copy = button(
            "Save a copy elsewhere …",
            "Save a copy elsewhere",
            "A whole project in another place, with every edit",
        )
        self.leave = button("Close without them", "Close without the unsaved edits")
        for made, signal in (
            (self.mend, self.mend_requested),
            (self.copy, self.copy_requested),
            (self.leave, self.leave_requested),
        ):
            made.clicked.connect(signal)
        self.retry.clicked.connect(session.retry)
        self._lay_out()
        session.safety_changed.connect(self.refresh)
        session.saved.connect(self.refresh)
        self.hide()

    @property
    def text(self) -> str:
        """All that it says; empty while it is hidden."""
        return "" if self.isHidden() else f"{self._title.text()} {self._text.text()}"

    def ask_to_leave(self) -> None:
        """The project is about to be closed with unsaved edits: offer to do so without them."""
        self._leaving = True
        self.refresh()
        self.copy.setFocus()

    def refresh(self) -> None:
        """Say how things stand."""
        session, trouble = self._session, self._session.trouble
        count = session.unsaved
        if trouble is None and not (self._leaving and not session.safe):
            self._leaving = False
            self.hide()
            return
        damaged = isinstance(trouble, DamagedLabelsError)
        edits = f"{count:,} edit{'s' * (count != 1)}"
        are = "are" if count != 1 else "is"
        todo = "Write them anew"
        if damaged:
            title = "The labels on the disk are damaged. In this window they are whole."
            text = "Write them anew: nothing is lost, and the damaged file is kept under another name."
        else:
            reason, todo = (
                reason_of(trouble) if trouble is not None else ("the disk is slow", "Wait a moment")
            )
            title = f"{edits} {are} not saved: {reason}."
            text = f"Nothing is dropped: saving is tried again by itself. {todo}, or save a copy elsewhere."
        if count and session.safe and not damaged:
            text = f"A copy of the project with {'them' if count > 1 else 'it'} was saved. {text}"
        elif self._leaving and count:
            text = f"{edits} would be lost if the project were closed now. {todo}, or save a copy elsewhere."
        self._title.setText(title)
        self._text.setText(text)
        self.mend.setVisible(damaged)
        self.retry.setVisible(not damaged)
        self.leave.setVisible(self._leaving and not session.safe)
        if self.isHidden():
            self._draw()
            self.show()
        self.setAccessibleName(f"Error: {title}")
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A surface with a bar in the colour of danger at its left."""
        theme = current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.surface))
            painter.fillRect(0, 0, 4, self.height(), QColor(theme.danger))
            painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.border))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.setSpacing(UNIT)
        choices: tuple[QPushButton, ...] = (self.mend, self.retry, self.copy, self.leave)
        for made in choices:
            buttons.addWidget(made)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, 1)

    def _draw(self) -> None:
        theme = current()
        self._picture.setPixmap(icon("warning-circle", theme, theme.danger).pixmap(QSize(20, 20)))
