"""Ctrl+K: every action and every row, found by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.theme import UNIT


@attrs.frozen
class Entry:
    """One thing that can be done.

    Attributes:
        text: its name.
        hint: its shortcut, or where it leads.
        run: does it.
    """

    text: str
    hint: str
    run: Callable[[], None]


def score(query: str, text: str) -> float | None:
    """How well a text fits what was typed, lower is better; None if it does not.

    What was typed may stand in the text as it is, best at the beginning of a word; else all its letters
    must occur in their order, and those at the beginning of words and side by side count more.
    """
    query, text, position, total = query.casefold().strip(), text.casefold(), -1, 2.0
    if not query:
        # Nothing typed prefers nothing: the order of the menus stays, and Quit is not the first choice.
        return 0.0
    whole = text.find(query)
    while whole > 0 and text[whole - 1].isalnum() and (later := text.find(query, whole + 1)) > 0:
        whole = later
    length = 0.01 * (len(text) // 8)
    if whole >= 0:
        return length + (0.0 if whole == 0 else 1.0 if text[whole - 1].isalnum() else 0.5)
    for letter in query.replace(" ", ""):
        found = text.find(letter, position + 1)
        if found < 0:
            return None
        starts_word = found == 0 or not text[found - 1].isalnum()
        gap = found - position - 1
        total += 0.0 if gap == 0 else (0.5 if starts_word else 1.0 + 0.1 * gap)
        position = found
    return total + length


class CommandPalette(QFrame):
    """A small list over the window; Escape or a click elsewhere closes it."""

    closed = Signal()

    def __init__(self, entries: Callable[[str], Sequence[Entry]], parent: QWidget) -> None:
        """`entries` is handed what was typed and returns what there is to choose from."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._entries = entries
        self.query = QLineEdit()
        self.query.setPlaceholderText("Find an action, or type a row number")
        self.query.setAccessibleName("Find an action")
        self.query.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Actions found")
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        layout.addWidget(self.query)
        layout.addWidget(self.list)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.resize(520, 380)
        self.found: list[Entry] = []
        self.query.textChanged.connect(self._search)
        self.query.installEventFilter(self)
        self.list.itemClicked.connect(lambda item: self._run(self.list.row(item)))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with an empty line."""
        super().showEvent(event)
        self.query.clear()
        self._search("")
        self.query.setFocus()

    def hideEvent(self, event: QEvent) -> None:
        """Tell that it went away."""
        super().hideEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down and Return act on the list while the line has the focus."""
        if watched is self.query and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentRow())
                return True
        return super().eventFilter(watched, event)

    def _search(self, query: str) -> None:
        scored = [(score(query, entry.text), entry) for entry in self._entries(query)]
        fitting = sorted(((s, e) for s, e in scored if s is not None), key=lambda pair: pair[0])
        self.found = [entry for _, entry in fitting]
        self.list.clear()
        for entry in self.found:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.text} {entry.hint}")
            self.list.addItem(item)
            self.list.setItemWidget(item, _line(entry))
        self.list.setCurrentRow(0)

    def _run(self, row: int) -> None:
        if 0 <= row < len(self.found):
            entry = self.found[row]
            self.close()
            entry.run()


def _line(entry: Entry) -> QWidget:
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(UNIT, 0, UNIT, 0)
    layout.addWidget(QLabel(entry.text), 1)
    hint = QLabel(entry.hint)
    hint.setProperty("role", "muted")
    layout.addWidget(hint)
    return line
