"""What an action is: id, text, menu, keys, when it can be used, what it calls."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import attrs
from PySide6.QtGui import QKeySequence

from fkd_gui.actions.window import Window


class When(Enum):
    """What must be there for an action to make sense."""

    ALWAYS = "always"
    PROJECT = "a project is open"
    WRITABLE = "a project is open for writing"
    FACE = "the current face is seen"
    LABELS = "the current face is seen, and its labels can be changed"
    SELECTION = "keypoints of the face that is seen are selected and can be changed"
    TAKE = "predictions of the face that is seen are shown and can be taken"
    PREDICTIONS = "predictions are shown"
    UNDO = "there is something to undo"
    REDO = "there is something to redo"
    IDLE = "a project is open and nothing trains"
    TRAINING = "a training runs"
    GOES_ON = "the run that is shown was left and can go on"
    EXTENDS = "the run that is shown is over and can be trained for longer"


@attrs.frozen
class Action:
    """One thing a person can do.

    Attributes:
        id: its name in the program; never shown.
        text: as menus show it, `&` before the letter that the keyboard picks.
        menu: the menu it stands in.
        keys: its shortcuts, the first one shown.
        when: what it needs.
        run: does it.
        tip: what it does, where the text does not say it.
        group: a line is drawn between two groups of a menu.
        checked: for actions that are on or off: whether it is on.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...]
    when: When
    run: Callable[[Window], None]
    tip: str = ""
    group: int = 0
    checked: Callable[[Window], bool] | None = None

    @property
    def plain(self) -> str:
        """The text without marks for the keyboard."""
        return self.text.replace("&", "").removesuffix(" …")

    @property
    def shown_keys(self) -> str:
        """Its shortcuts as this system writes them."""
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(QKeySequence(key).toString(native) for key in self.keys)
