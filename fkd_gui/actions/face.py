"""Actions on how the face itself is looked at: ghosts, light, pixels, turn. None changes a label."""

from __future__ import annotations

from collections.abc import Callable

from fkd_gui.actions.action import Action, When
from fkd_gui.actions.window import Window

_MENU = "F&ace"


def face_actions() -> tuple[Action, ...]:
    """Ghosts over the face, the light it is shown in, its pixels, and which way is up."""
    return (*_ghosts(), *_pixels(), *_light(), *_turns())


def _ghosts() -> tuple[Action, ...]:
    return (
        _switch(
            "mean",
            "Ghost of the &mean shape",
            "Alt+1",
            "Where this face would have its keypoints if it were like the others",
        ),
        _switch(
            "previous",
            "Ghost of the &previous face",
            "Alt+2",
            "The keypoints of the face that was shown before this one",
        ),
        _switch(
            "predictions", "Ghost of the m&odel", "Alt+3", "The points of the run whose predictions are shown"
        ),
        _switch(
            "original",
            "Ghost of the origin&al label",
            "Alt+4",
            "Where the source had the keypoints that are elsewhere now",
        ),
    )


def _pixels() -> tuple[Action, ...]:
    return (
        _switch("grid", "Pi&xel grid", "G", "Lines between pixels, once they are large enough", group=1),
        _switch(
            "smooth", "&Smooth pixels", "Shift+G", "Blend pixels instead of showing each as a square", group=1
        ),
    )


def _light() -> tuple[Action, ...]:
    rows = (
        ("brighter", "&Brighter", "B", "brightness", 1),
        ("darker", "&Darker", "Shift+B", "brightness", -1),
        ("more_contrast", "More &contrast", "C", "contrast", 1),
        ("less_contrast", "&Less contrast", "Shift+C", "contrast", -1),
        ("more_gamma", "Li&ghten shadows", "Y", "gamma", 1),
        ("less_gamma", "Deepen s&hadows", "Shift+Y", "gamma", -1),
    )
    tip = "How the face is shown; labels, exports and training never see it"
    return (
        *(
            Action(id, text, _MENU, (key,), When.FACE, _look(part, by), tip=tip, group=2)
            for id, text, key, part, by in rows
        ),
        _switch("equalise", "&Equalise", "E", "Spread the greys of the face; view only", group=2),
        Action(
            "light",
            "Slide&rs for the light",
            _MENU,
            ("L",),
            When.FACE,
            _look("sliders"),
            tip="Bring the sliders of brightness, contrast and gamma to the front",
            group=2,
        ),
        Action(
            "plain_light",
            "Light as it &is",
            _MENU,
            ("Ctrl+0",),
            When.FACE,
            _look("plain"),
            tip="Show the face with the greys that it has",
            group=2,
        ),
    )


def _turns() -> tuple[Action, ...]:
    tip = "The view only; arrow keys then move along the screen"
    return (
        Action(
            "turn_right",
            "&Turn clockwise",
            _MENU,
            ("Ctrl+R",),
            When.FACE,
            _look("turn", 15),
            tip=tip,
            group=3,
        ),
        Action(
            "turn_left",
            "Turn countercloc&kwise",
            _MENU,
            ("Ctrl+Shift+R",),
            When.FACE,
            _look("turn", -15),
            tip=tip,
            group=3,
        ),
        Action(
            "level",
            "Le&vel the face",
            _MENU,
            ("V",),
            When.FACE,
            _look("level"),
            tip="Turn the view so that left and right keypoints stand level",
            group=3,
        ),
        Action(
            "upright",
            "&Upright",
            _MENU,
            ("Ctrl+U",),
            When.FACE,
            _look("upright"),
            tip="Take the turn back",
            group=3,
        ),
    )


def _look(what: str, by: int = 0) -> Callable[[Window], None]:
    return lambda window: window.look(what, by)


def _switch(option: str, text: str, key: str, tip: str, group: int = 0) -> Action:
    return Action(
        # Words such as `previous` mean another action as well.
        f"show_{option}",
        text,
        _MENU,
        (key,),
        When.FACE,
        lambda window: window.toggle(option),
        tip=tip,
        group=group,
        checked=lambda window: window.is_on(option),
    )
