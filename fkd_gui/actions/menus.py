"""Menus made from actions."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from fkd_gui.actions.action import Action
from fkd_gui.actions.window import Window


def build_menus(actions: tuple[Action, ...], bar: QMenuBar, window: Window) -> dict[str, QAction]:
    """Put actions into menus in their order; returns them by id."""
    made: dict[str, QAction] = {}
    menus: dict[str, QMenu] = {}
    groups: dict[str, int] = {}
    for action in actions:
        menu = menus.get(action.menu)
        if menu is None:
            menu = menus[action.menu] = bar.addMenu(action.menu)
            menu.setToolTipsVisible(True)
            groups[action.menu] = action.group
        if groups[action.menu] != action.group:
            menu.addSeparator()
            groups[action.menu] = action.group
        entry = QAction(action.text, bar)
        dress(entry, action)
        entry.setCheckable(action.checked is not None)
        entry.triggered.connect(lambda _=False, run=action.run: run(window))
        menu.addAction(entry)
        made[action.id] = entry
    return made


def dress(entry: QAction, action: Action) -> None:
    """Give an entry of a menu the keys of its action, and the tip that names them."""
    entry.setShortcuts([QKeySequence(key) for key in action.keys])
    tip = action.tip or action.plain
    entry.setToolTip(f"{tip} ({action.shown_keys})" if action.keys else tip)
    entry.setStatusTip(tip)
