"""Changes the keys of one thing; what stands in the way is said in place and settled by choice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fkd_gui.key_field import KeyField
from fkd_gui.keymap import Keymap, native
from fkd_gui.panels.kit import Elided, Text, button
from fkd_gui.theme import UNIT

_HELP = "Select a row to change its keys."
_FIXED = "This one cannot be changed."


class KeyEditor(QWidget):
    """One row of buttons below the table of shortcuts, and one line that says how it went.

    Args:
        keymap: what is changed.
    """

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self._id = ""
        self._adds = False
        self._wanted = ""
        self.title = Elided()
        self.field = KeyField()
        self.change = button("Change …", "Change the key", "Press another key in place of these (Enter)")
        self.add = button("Add …", "Add a key", "Press one more key for the same")
        self.remove = button("Remove", "Remove the keys", "No key does it then; menu and Ctrl+K still do")
        self.reset = button("Reset", "Reset the keys", "The keys that the program declares")
        self.message = Text("", "muted")
        # Room for two lines at all times, so that nothing below jumps.
        self.message.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2)
        self.message.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.take = button("Take it from there", "Take it from there", primary=True)
        self.leave = button("Leave it there", "Leave it there")
        for choice in (self.take, self.leave):
            place = choice.sizePolicy()
            place.setRetainSizeWhenHidden(True)
            choice.setSizePolicy(place)
        self._lay_out()
        self.change.clicked.connect(self.listen)
        self.add.clicked.connect(lambda: self.listen(adds=True))
        self.remove.clicked.connect(lambda: self._keymap.assign(self._id, ()))
        self.reset.clicked.connect(self._reset)
        self.field.captured.connect(self._captured)
        self.field.given_up.connect(lambda: self._say(""))
        self.take.clicked.connect(self._take)
        self.leave.clicked.connect(lambda: self._say(""))
        self.show_row("", "")

    def show_row(self, id: str, text: str) -> None:
        """Show the keys of what is selected; no id for what cannot be changed, no text for nothing."""
        self._id = id
        self.title.set_text(text)
        self.field.show_keys(self._keymap.shown(id) if id else "")
        self.field.setVisible(bool(id))
        for control in (self.change, self.add):
            control.setEnabled(bool(id))
        self.remove.setEnabled(bool(id) and bool(self._keymap.keys(id)))
        self.reset.setEnabled(bool(id) and self._keymap.is_changed(id))
        self._say("" if id else _FIXED if text else _HELP)

    def listen(self, *, adds: bool = False) -> None:
        """Take the next key that is pressed for what is selected."""
        if self._id:
            self._adds = adds
            self._say("")
            self.field.listen()

    def _lay_out(self) -> None:
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setMinimumWidth(30 * UNIT)
        first = QHBoxLayout()
        first.setSpacing(UNIT)
        first.addWidget(self.title, 1)
        first.addWidget(self.field, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        buttons.addStretch()
        for one in (self.change, self.add, self.remove, self.reset):
            buttons.addWidget(one)
        said = QHBoxLayout()
        said.setSpacing(UNIT)
        said.addWidget(self.message, 1)
        said.addWidget(self.leave)
        said.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        for line in (first, buttons, said):
            layout.addLayout(line)

    def _captured(self, key: str) -> None:
        why = self._keymap.reserved(self._id, key)
        if why:
            self._say(f"{native(key)} cannot be chosen. {why}", "danger")
            return
        others = self._keymap.taken_by(self._id, key)
        if others:
            self._wanted = key
            names = " and ".join(f"‘{other.text}’" for other in others)
            self._say(f"{native(key)} is the key of {names}.", "warning", asks=True)
            self.take.setFocus()
            return
        self._give(key)

    def _take(self) -> None:
        self._give(self._wanted)

    def _give(self, key: str) -> None:
        id = self._id
        others = self._keymap.taken_by(id, key)
        kept = self._keymap.keys(id) if self._adds else ()
        self._keymap.assign(id, (*kept, key))
        lost = [f"‘{other.text}’" for other in others if not self._keymap.keys(other.id)]
        self._say(f"{' and '.join(lost)} has no key now." if lost else f"{native(key)} does it from now on.")
        self.change.setFocus()

    def _reset(self) -> None:
        id = self._id
        self._keymap.reset(id)
        missing = [key for key in self._keymap.row(id).declared if key not in self._keymap.keys(id)]
        if missing:
            self._say(f"{', '.join(map(native, missing))} stays where it was chosen.", "warning")

    def _say(self, text: str, role: str = "muted", *, asks: bool = False) -> None:
        self.message.setText(text)
        self.message.set_role(role)
        self.take.setVisible(asks)
        self.leave.setVisible(asks)
