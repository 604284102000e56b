"""A field that shows keys, and takes the next one that is pressed when it is asked to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from fkd_gui.keymap import key_of


class KeyField(QLineEdit):
    """While it listens, every key is taken as it is, also Tab and Enter; Escape gives up."""

    captured = Signal(str)
    """the key with its modifiers, as Qt writes it on all systems"""
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._listening = False
        self.setReadOnly(True)
        self.setAccessibleName("Keys")

    @property
    def listening(self) -> bool:
        """Whether the next key is taken."""
        return self._listening

    def show_keys(self, keys: str) -> None:
        """Show these keys, and listen no more."""
        self._shown, self._listening = keys, False
        self.setText(keys or "no key")

    def listen(self) -> None:
        """Take the next key that is pressed."""
        self._listening = True
        self.setText("Press the new key … (Esc keeps the old)")
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Before shortcuts, and before Tab leads elsewhere."""
        if self._listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere has given up."""
        super().focusOutEvent(event)
        if self._listening:
            self._give_up()

    def _take(self, event: QKeyEvent) -> None:
        key = key_of(event.key(), event.modifiers())
        if key == "Esc":
            self._give_up()
        elif key:
            self.show_keys(self._shown)
            self.captured.emit(key)

    def _give_up(self) -> None:
        self.show_keys(self._shown)
        self.given_up.emit()
