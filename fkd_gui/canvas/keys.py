"""What keys mean on the canvas. Which keys these are can be changed, but for figures and Escape."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_MODIFIER = Qt.KeyboardModifier
_OTHERS = _MODIFIER.ControlModifier | _MODIFIER.MetaModifier | _MODIFIER.GroupSwitchModifier
_STEPS = {(False, False): 1.0, (True, False): 5.0, (False, True): 0.1, (True, True): 0.5}
"""pixels by Shift and Alt"""


@attrs.frozen
class Command:
    """One thing that the canvas does by a key.

    Attributes:
        id: its name in the program.
        text: what it does.
        keys: by which keys unless someone chose others.
    """

    id: str
    text: str
    keys: tuple[str, ...]


COMMANDS = (
    Command("canvas.next", "Next keypoint", ("Tab",)),
    Command("canvas.previous", "Previous keypoint", ("Shift+Tab",)),
    Command("canvas.left", "Nudge to the left", ("Left",)),
    Command("canvas.right", "Nudge to the right", ("Right",)),
    Command("canvas.up", "Nudge up", ("Up",)),
    Command("canvas.down", "Nudge down", ("Down",)),
    Command("canvas.place", "Place the missing keypoint that is selected", ("Return", "Enter")),
    Command("canvas.hide", "Hide the markers while held", ("H",)),
    Command("canvas.pan", "Pan by the left button while held", ("Space",)),
    Command("canvas.zoom_in", "Zoom in", ("+", "=")),
    Command("canvas.zoom_out", "Zoom out", ("-",)),
)
NUDGES = {
    "canvas.left": (-1.0, 0.0),
    "canvas.right": (1.0, 0.0),
    "canvas.up": (0.0, -1.0),
    "canvas.down": (0.0, 1.0),
}
"""steps to the right and down; Shift and Alt make them longer or shorter"""

_Combination = tuple[int, int]


def _combination_of(text: str) -> _Combination | None:
    sequence = QKeySequence(text)
    if not sequence.count():
        return None
    return _combination(sequence[0].key(), sequence[0].keyboardModifiers())


def _combination(key: int, modifiers: Qt.KeyboardModifier) -> _Combination:
    """Key and modifiers as they are compared."""
    modifiers &= ~_MODIFIER.KeypadModifier
    if key == Qt.Key.Key_Backtab:
        key, modifiers = Qt.Key.Key_Tab, modifiers | _MODIFIER.ShiftModifier
    if 0x21 <= key <= 0x7E and not chr(key).isalnum():
        # Whether a sign needs Shift is up to the keyboard.
        modifiers &= ~_MODIFIER.ShiftModifier
    return int(key), _value(modifiers)


def _value(modifiers: Qt.KeyboardModifier) -> int:
    return int(modifiers.value)


class CanvasKeys:
    """Which key means which command.

    Args:
        keys: command to its keys, such as `Shift+Tab`; those that are left out keep their own.
    """

    def __init__(self, keys: Mapping[str, tuple[str, ...]] | None = None) -> None:
        chosen = {command.id: command.keys for command in COMMANDS} | dict(keys or {})
        self._commands = {
            combination: id
            for id, texts in chosen.items()
            for text in texts
            if (combination := _combination_of(text)) is not None
        }

    def command(self, event: QKeyEvent) -> str:
        """The command of a key with its modifiers; empty for none."""
        return self._commands.get(_combination(event.key(), event.modifiers()), "")

    def nudging(self, event: QKeyEvent) -> str:
        """The nudge of a key, whatever Shift and Alt say; empty for none."""
        key, modifiers = _combination(event.key(), event.modifiers())
        if modifiers & _value(_OTHERS):
            return ""
        id = self._commands.get((key, 0), "")
        return id if id in NUDGES else ""

    def released(self, event: QKeyEvent) -> str:
        """The command that a key that goes up may have held, whatever modifiers are down by now."""
        key, _ = _combination(event.key(), event.modifiers())
        return next((id for (held, _), id in self._commands.items() if held == key), "")


DEFAULT = CanvasKeys()


def nudge(event: QKeyEvent, table: CanvasKeys = DEFAULT) -> tuple[float, float] | None:
    """By how many pixels a key moves the selection: 1, with Shift 5, with Alt 0.1, with both 0.5."""
    id = table.nudging(event)
    if not id:
        return None
    modifiers = event.modifiers()
    step = _STEPS[bool(modifiers & _MODIFIER.ShiftModifier), bool(modifiers & _MODIFIER.AltModifier)]
    dx, dy = NUDGES[id]
    return dx * step, dy * step


def digit(event: QKeyEvent) -> str:
    """`0` to `9`, also of the block of figures; empty for any other key."""
    plain = event.modifiers() in (_MODIFIER.NoModifier, _MODIFIER.KeypadModifier)
    value = event.key() - Qt.Key.Key_0
    return str(value) if plain and 0 <= value <= 9 else ""


def keypoint_step(event: QKeyEvent, table: CanvasKeys = DEFAULT) -> int:
    """1 for the key that selects the next keypoint, -1 for the previous one, 0 for anything else."""
    return {"canvas.next": 1, "canvas.previous": -1}.get(table.command(event), 0)


def wanted(event: QKeyEvent, selected: bool, moving: bool, table: CanvasKeys = DEFAULT) -> bool:
    """Whether the canvas claims a key before shortcuts of the window see it.

    Args:
        selected: whether keypoints are selected.
        moving: whether they are on their way.
        table: which key means what.
    """
    if event.key() == Qt.Key.Key_Escape:
        return selected or moving
    if table.nudging(event):
        return selected
    return bool(digit(event)) or table.command(event) not in ("", "canvas.place")
