"""What keys mean on the sheet. Arrows go from cell to cell; with Ctrl or Alt they nudge the keypoint."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from fkd_gui.canvas import keys

_MOVE = QAbstractItemView.CursorAction
_MOVES = {
    Qt.Key.Key_Left: _MOVE.MoveLeft,
    Qt.Key.Key_Right: _MOVE.MoveRight,
    Qt.Key.Key_Up: _MOVE.MoveUp,
    Qt.Key.Key_Down: _MOVE.MoveDown,
    Qt.Key.Key_PageUp: _MOVE.MovePageUp,
    Qt.Key.Key_PageDown: _MOVE.MovePageDown,
    Qt.Key.Key_Home: _MOVE.MoveHome,
    Qt.Key.Key_End: _MOVE.MoveEnd,
}
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_ALT, _META = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.MetaModifier
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


def is_arrow(event: QKeyEvent) -> bool:
    """Whether the key is one of the four arrows."""
    return event.key() in _ARROWS


def move(event: QKeyEvent) -> QAbstractItemView.CursorAction | None:
    """Where an arrow, Page, Home or End leads, alone or with Shift."""
    if event.modifiers() & (_CONTROL | _ALT | _META):
        return None
    return _MOVES.get(Qt.Key(event.key()))


def nudge(event: QKeyEvent) -> tuple[float, float] | None:
    """By how many pixels an arrow moves the keypoint: with Ctrl 1, with Ctrl+Shift 5.

    With Alt 0.1 and with Alt+Shift 0.5, as on the canvas.
    """
    modifiers = event.modifiers()
    if modifiers & _ALT:
        return keys.nudge(event)
    if not modifiers & _CONTROL or modifiers & _META:
        return None
    plain = QKeyEvent(event.type(), event.key(), modifiers & ~_CONTROL)
    return keys.nudge(plain)


def accepts(event: QKeyEvent) -> bool:
    """Whether a key says that what is shown is right."""
    return _alone(event) and event.key() in (*_RETURN, Qt.Key.Key_A)


def marks(event: QKeyEvent) -> bool:
    """Whether a key selects the current cell besides others, or no longer."""
    return event.key() == Qt.Key.Key_Space and not event.modifiers() & (_ALT | _META)


def marks_all(event: QKeyEvent) -> bool:
    """Whether a key selects all cells."""
    return event.key() == Qt.Key.Key_A and event.modifiers() == _CONTROL


def wanted(event: QKeyEvent, busy: bool) -> bool:
    """Whether the sheet claims a key before shortcuts of the window see it.

    Args:
        busy: whether cells are selected or a keypoint is on its way, which Escape would end.
    """
    if event.key() == Qt.Key.Key_Escape:
        return busy
    own = (accepts, marks, marks_all)
    return move(event) is not None or nudge(event) is not None or any(key(event) for key in own)


def _alone(event: QKeyEvent) -> bool:
    return event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
