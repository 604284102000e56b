"""What keys mean on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_OTHERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.MetaModifier
    | Qt.KeyboardModifier.GroupSwitchModifier
)


def is_arrow(event: QKeyEvent) -> bool:
    """Whether the key is one of the four arrows."""
    return event.key() in _ARROWS


def nudge(event: QKeyEvent) -> tuple[float, float] | None:
    """By how many pixels an arrow key moves the selection: 1, with Shift 5, with Alt 0.1."""
    modifiers = event.modifiers()
    if event.key() not in _ARROWS or modifiers & _OTHERS:
        return None
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    step = {(False, False): 1.0, (True, False): 5.0, (False, True): 0.1, (True, True): 0.5}[shift, alt]
    dx, dy = _ARROWS[Qt.Key(event.key())]
    return dx * step, dy * step


def digit(event: QKeyEvent) -> str:
    """`0` to `9`, also of the block of figures; empty for any other key."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    value = event.key() - Qt.Key.Key_0
    return str(value) if plain and 0 <= value <= 9 else ""


def tab_step(event: QKeyEvent) -> int:
    """1 for Tab, -1 for Shift+Tab, 0 for anything else."""
    if event.modifiers() & _OTHERS:
        return 0
    if event.key() == Qt.Key.Key_Backtab:
        return -1
    if event.key() == Qt.Key.Key_Tab:
        return -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
    return 0


def wanted(event: QKeyEvent, selected: bool, moving: bool) -> bool:
    """Whether the canvas claims a key before shortcuts of the window see it.

    Args:
        selected: whether keypoints are selected.
        moving: whether they are on their way.
    """
    if event.key() == Qt.Key.Key_Escape:
        return selected or moving
    if nudge(event) is not None:
        return selected
    if digit(event):
        return True
    plain = (Qt.Key.Key_Space, Qt.Key.Key_H)
    return not event.modifiers() and event.key() in plain
