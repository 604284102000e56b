"""Which keys do what: those that the program declares, and those that a person chose instead."""

from __future__ import annotations

import json
from typing import Any

import attrs
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

from fkd_gui.actions import Action
from fkd_gui.canvas.keys import COMMANDS, NUDGES, CanvasKeys
from fkd_gui.settings import KEYS, Settings

_LEAFING = ("next", "previous")
"""actions that share keys with nudges: these count while keypoints are selected, those while none are"""
_NUDGED = ("", "Shift+", "Alt+", "Alt+Shift+")


@attrs.frozen
class KeyRow:
    """One thing that keys do.

    Attributes:
        id: of an action or of a command of the canvas.
        where: the menu, or `Face` for what the canvas does.
        text: what it does.
        declared: its keys unless someone chose others.
    """

    id: str
    where: str
    text: str
    declared: tuple[str, ...]


class Keymap(QObject):
    """The keys of all actions and of the canvas; what was chosen is kept in the settings.

    A key that was chosen for one thing is taken from all others that only declare it.

    Args:
        actions: as they are declared.
        settings: keep what was chosen.
    """

    changed = Signal()

    def __init__(
        self, actions: tuple[Action, ...], settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        self.rows = (
            *(
                KeyRow(action.id, action.menu.replace("&", ""), action.plain, _normal(action.keys))
                for action in actions
            ),
            *(KeyRow(command.id, "Face", command.text, _normal(command.keys)) for command in COMMANDS),
        )
        self._by_id = {row.id: row for row in self.rows}
        self._chosen = self._read()

    def row(self, id: str) -> KeyRow:
        """What an id stands for."""
        return self._by_id[id]

    def keys(self, id: str) -> tuple[str, ...]:
        """The keys in force, the first one shown; as Qt writes them on all systems."""
        if id in self._chosen:
            return self._chosen[id]
        claimed = {key for keys in self._chosen.values() for key in keys}
        return tuple(key for key in self._by_id[id].declared if key not in claimed)

    def shown(self, id: str) -> str:
        """The keys in force as this system writes them."""
        return ", ".join(native(key) for key in self.keys(id))

    def is_changed(self, id: str) -> bool:
        """Whether it has other keys than the program declares."""
        return self.keys(id) != self._by_id[id].declared

    def reserved(self, id: str, key: str) -> str:
        """Why a key cannot be chosen for something; empty if it can."""
        if key in self._by_id[id].declared:
            return ""
        if key == "Esc":
            return "Escape lets go and leads back everywhere."
        if key == "Ctrl+Tab":
            return "It leads from the face to the next control."
        if len(key) == 1 and key.isdigit():
            return "Figures select keypoints by their number."
        if id in NUDGES and "+" in key.removesuffix("+"):
            return "Shift and Alt already say how far a nudge goes: choose a key without them."
        return ""

    def taken_by(self, id: str, key: str) -> tuple[KeyRow, ...]:
        """What else a key does, if something is to have it."""
        wanted = set(_combinations(id, (key,)))
        return tuple(
            row
            for row in self.rows
            if row.id != id
            and not _apart(row.id, id)
            and wanted & set(_combinations(row.id, self.keys(row.id)))
        )

    def assign(self, id: str, keys: tuple[str, ...]) -> None:
        """Give something these keys and no others, and take them from all that have them."""
        for key in keys:
            for row in self.taken_by(id, key):
                lost = set(_combinations(id, (key,)))
                self._chosen[row.id] = tuple(
                    other for other in self.keys(row.id) if not lost & set(_combinations(row.id, (other,)))
                )
        self._chosen[id] = _normal(keys)
        self._keep()

    def reset(self, id: str) -> None:
        """Give something its declared keys, but not those that were chosen for something else."""
        self._chosen.pop(id, None)
        self._keep()

    def reset_all(self) -> None:
        """Forget all choices."""
        self._chosen.clear()
        self._keep()

    def actions(self) -> tuple[Action, ...]:
        """The actions with the keys in force."""
        return tuple(attrs.evolve(action, keys=self.keys(action.id)) for action in self._actions)

    def canvas(self) -> CanvasKeys:
        """What keys mean on the canvas."""
        return CanvasKeys({command.id: self.keys(command.id) for command in COMMANDS})

    def _keep(self) -> None:
        # What is as declared is no choice, unless something else claims one of its keys.
        for id in [id for id in self._chosen if self._chosen[id] == self._by_id[id].declared]:
            del self._chosen[id]
        self._settings.set(KEYS, json.dumps(self._chosen) if self._chosen else "")
        self.changed.emit()

    def _read(self) -> dict[str, tuple[str, ...]]:
        """What was chosen; what cannot be read is as declared."""
        try:
            stored: Any = json.loads(self._settings.get(KEYS) or "{}")
            items = stored.items()
        except (ValueError, AttributeError):
            return {}
        return {
            id: _normal(tuple(keys))
            for id, keys in items
            if id in self._by_id and isinstance(keys, list) and all(isinstance(key, str) for key in keys)
        }


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def key_of(key: int, modifiers: Qt.KeyboardModifier) -> str:
    """The text of a key that was pressed; empty for a modifier alone."""
    alone = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
    if key in (*alone, Qt.Key.Key_unknown, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock) or not key:
        return ""
    modifiers &= ~Qt.KeyboardModifier.KeypadModifier
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    if 0x21 <= key <= 0x7E and not chr(key).isalnum():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    pressed = QKeySequence(modifiers.value | int(key))
    return pressed.toString(QKeySequence.SequenceFormat.PortableText)


def _normal(keys: tuple[str, ...]) -> tuple[str, ...]:
    portable = QKeySequence.SequenceFormat.PortableText
    made = (QKeySequence(key) for key in keys)
    texts = (one.toString(portable) for one in made if one.count() == 1)
    return tuple(dict.fromkeys(text for text in texts if text))


def _combinations(id: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """All that keys claim: a nudge also has its longer and shorter steps."""
    if id not in NUDGES:
        return keys
    return _normal(tuple(modifiers + key for key in keys for modifiers in _NUDGED))


def _apart(one: str, other: str) -> bool:
    """Whether two things may have the same key, because they never count at the same time."""
    return (one in NUDGES and other in _LEAFING) or (other in NUDGES and one in _LEAFING)
