"""Actions on how things look, and what can be read about them."""

from __future__ import annotations

from collections.abc import Callable

from fkd_gui.actions.action import Action, When
from fkd_gui.actions.window import Window


def view_actions() -> tuple[Action, ...]:
    """How things look."""
    menu = "&View"
    return (
        Action("fit", "&Fit the face", menu, ("0",), When.FACE, lambda w: w.fit_face()),
        Action(
            "names",
            "Keypoint &names",
            menu,
            ("Ctrl+L",),
            When.PROJECT,
            lambda w: w.toggle("names"),
            checked=_is("names"),
        ),
        Action(
            "skeleton",
            "&Lines between keypoints",
            menu,
            ("Ctrl+Shift+L",),
            When.PROJECT,
            lambda w: w.toggle("skeleton"),
            checked=_is("skeleton"),
        ),
        Action(
            "legend", "Le&gend", menu, (), When.PROJECT, lambda w: w.toggle("legend"), checked=_is("legend")
        ),
        Action(
            "theme_system",
            "Colours of the s&ystem",
            menu,
            (),
            When.ALWAYS,
            lambda w: w.set_theme("system"),
            group=1,
            checked=_theme("system"),
        ),
        Action(
            "theme_light",
            "L&ight colours",
            menu,
            (),
            When.ALWAYS,
            lambda w: w.set_theme("light"),
            group=1,
            checked=_theme("light"),
        ),
        Action(
            "theme_dark",
            "&Dark colours",
            menu,
            (),
            When.ALWAYS,
            lambda w: w.set_theme("dark"),
            group=1,
            checked=_theme("dark"),
        ),
        Action(
            "restore_layout",
            "&Restore the layout",
            menu,
            (),
            When.PROJECT,
            lambda w: w.restore_layout(),
            group=2,
        ),
    )


def help_actions() -> tuple[Action, ...]:
    """What can be read."""
    return (
        Action(
            "shortcuts", "&Keyboard shortcuts", "&Help", ("F1",), When.ALWAYS, lambda w: w.show_shortcuts()
        ),
        Action(
            "keyboard_map",
            "Keyboard &map …",
            "&Help",
            (),
            When.ALWAYS,
            lambda w: w.show_keyboard_map(),
            tip="All keys on one page, to print or to save as PDF or HTML",
        ),
        Action("about", "&About FKD", "&Help", (), When.ALWAYS, lambda w: w.show_about()),
    )


def _is(option: str) -> Callable[[Window], bool]:
    return lambda window: window.is_on(option)


def _theme(choice: str) -> Callable[[Window], bool]:
    return lambda window: window.theme_choice == choice
