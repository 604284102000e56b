"""What keys mean while methods are compared."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from fkd_gui.canvas import keys


class Meaning(Enum):
    """What a key asks for."""

    TAKE = "take from the method of this number"
    GO_ON = "take from the chosen method, then the next face"
    NEXT = "select the next keypoint"
    PREVIOUS = "select the previous keypoint"
    DESELECT = "select none"
    LEAVE = "back to the one face"
    LARGER = "zoom in"
    SMALLER = "zoom out"
    FIT = "show the whole faces"
    HIDE = "hide the markers while it is held"


_PLAIN = {
    Qt.Key.Key_Return: Meaning.GO_ON,
    Qt.Key.Key_Enter: Meaning.GO_ON,
    Qt.Key.Key_Down: Meaning.NEXT,
    Qt.Key.Key_Up: Meaning.PREVIOUS,
    Qt.Key.Key_Plus: Meaning.LARGER,
    Qt.Key.Key_Equal: Meaning.LARGER,
    Qt.Key.Key_Minus: Meaning.SMALLER,
    Qt.Key.Key_H: Meaning.HIDE,
}


def meaning(event: QKeyEvent, count: int, selected: bool) -> tuple[Meaning, int] | None:
    """What a key means, and the number of the method from 0 on; None if it is left to others.

    Args:
        count: how many methods there are.
        selected: whether keypoints are selected.
    """
    digit = keys.digit(event)
    if digit == "0":
        return Meaning.FIT, 0
    if digit:
        return (Meaning.TAKE, int(digit) - 1) if int(digit) <= count else None
    step = keys.keypoint_step(event)
    if step:
        return (Meaning.NEXT if step > 0 else Meaning.PREVIOUS), 0
    if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
        return None
    if event.key() == Qt.Key.Key_Escape:
        return (Meaning.DESELECT if selected else Meaning.LEAVE), 0
    found = _PLAIN.get(Qt.Key(event.key()))
    return None if found is None else (found, 0)
