"""Messages in the window itself: what happened, where, and what to do next. Nothing here stops the work."""

from __future__ import annotations

import traceback
from enum import StrEnum

import attrs
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from fkd_core.errors import FkdError
from fkd_gui.panels.job_strip import JobStrip
from fkd_gui.panels.kit import Text, button, named
from fkd_gui.theme import UNIT, Theme, current, icon

__all__ = ["JobStrip", "Level", "Notice", "NoticeBar", "notice_of"]


class Level(StrEnum):
    """How serious a message is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_GLYPHS = {Level.INFO: "info", Level.WARNING: "warning", Level.ERROR: "warning-circle"}


@attrs.frozen
class Notice:
    """One message.

    Attributes:
        title: what happened.
        text: the rest, in lines.
        level: how serious it is.
        details: what 'Copy details' copies; empty for no such button.
        action: text of a button that does something about it; empty for none.
    """

    title: str
    text: str = ""
    level: Level = Level.INFO
    details: str = ""
    action: str = ""


def notice_of(error: BaseException, action: str = "") -> Notice:
    """The message for a failure: its own words if a person can act on it, an apology if it is a bug."""
    if isinstance(error, FkdError):
        lines = [
            f"{word}: {value}"
            for word, value in (("Where", error.where), ("Expected", error.expected), ("Found", error.found))
            if value is not None
        ]
        if error.todo:
            lines.append(f"{error.todo}.")
        details = f"{type(error).__name__}: {error}"
        if error.__cause__ is not None:
            details += f"\n\nCaused by {type(error.__cause__).__name__}: {error.__cause__}"
        return Notice(_sentence(error.what), "\n".join(lines), Level.ERROR, details, action)
    told = str(error).strip().splitlines()
    reason = f"{type(error).__name__}: {told[0]}" if told else type(error).__name__
    return Notice(
        "Something went wrong inside the program.",
        f"{reason}\nYour labels are safe. Copy the details and report them, then try again.",
        Level.ERROR,
        "".join(traceback.format_exception(error)).rstrip(),
        action,
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


class NoticeBar(QFrame):
    """Shows the latest message; dismissing it shows the one before. Hidden while there is none."""

    action_requested = Signal(str)
    """text of the action button that was pressed"""
    dismissed = Signal()
    """the last message went away"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = []
        self._picture = QLabel()
        self._title = Text()
        self._title.setStyleSheet("font-weight: 600;")
        self._text = Text()
        for label in (self._title, self._text):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self.action = button("", "Action")
        self.copy = button("Copy details", "Copy details", "Copy the whole message to the clipboard")
        self.close_button = named(QToolButton(), "Dismiss this message", "Dismiss this message (Esc)")
        self.action.clicked.connect(lambda: self.action_requested.emit(self.action.text()))
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.dismiss)
        self._lay_out()
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """The message that is shown."""
        return self._notices[-1] if self._notices else None

    def show_error(self, error: BaseException, action: str = "") -> None:
        """Say what failed, and in which words to ask for help."""
        self.show_notice(notice_of(error, action))

    def show_message(self, title: str, text: str = "", level: Level = Level.INFO, action: str = "") -> None:
        """Say something."""
        self.show_notice(Notice(title, text, level, action=action))

    def show_notice(self, notice: Notice) -> None:
        """Show a message before all others; one that is there already is only brought to the front."""
        self._notices = [*(n for n in self._notices if n != notice), notice]
        self._draw()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        """Take the message away that is shown."""
        if self._notices:
            self._notices.pop()
        if self._notices:
            self._draw()
        else:
            self.hide()
            self.dismissed.emit()

    def clear(self) -> None:
        """Take all messages away."""
        self._notices.clear()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc dismisses while the keyboard is in the bar."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._notices:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A surface with a bar in the colour of the level at its left."""
        theme = current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.surface))
        painter.fillRect(0, 0, 4, self.height(), QColor(_colour(theme, self._notices[-1].level)))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.border))

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self._title)
        text.addWidget(self._text)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.setSpacing(UNIT)
        buttons.addWidget(self.action)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self._count)
        text.addWidget(self._buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        layout.setSpacing(UNIT)
        self.close_button.setFixedSize(24, 24)
        self.close_button.setStyleSheet("padding: 1px;")
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def _draw(self) -> None:
        notice = self._notices[-1]
        theme = current()
        glyph = icon(_GLYPHS[notice.level], theme, _colour(theme, notice.level))
        self._picture.setPixmap(glyph.pixmap(QSize(20, 20)))
        self.close_button.setIcon(icon("x", theme))
        self._title.setText(notice.title)
        self._text.setText(notice.text)
        self._text.setVisible(bool(notice.text))
        self.action.setText(notice.action)
        named(self.action, notice.action)
        self.action.setVisible(bool(notice.action))
        self.copy.setVisible(bool(notice.details))
        self.copy.setText("Copy details")
        more = len(self._notices) - 1
        self._count.setText(f"{more} more" if more else "")
        self._buttons.setVisible(bool(notice.action or notice.details or more))
        self.setAccessibleName(f"{notice.level.value.capitalize()}: {notice.title}")
        self.setAccessibleDescription(notice.text)
        self.update()

    def _copy(self) -> None:
        if self._notices:
            QGuiApplication.clipboard().setText(self._notices[-1].details)
            self.copy.setText("Copied")


def _colour(theme: Theme, level: Level) -> str:
    return {Level.INFO: theme.accent, Level.WARNING: theme.warning, Level.ERROR: theme.danger}[level]
