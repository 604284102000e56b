"""Actions on bookmarks, notes and the history of a face."""

from __future__ import annotations

from fkd_gui.actions.action import Action, When


def past_actions() -> tuple[Action, ...]:
    """They follow the other ways to go in their menu."""
    menu = "&Go"
    return (
        Action(
            "bookmark",
            "&Bookmark",
            menu,
            ("Ctrl+D",),
            When.LABELS,
            lambda w: w.past("bookmark"),
            tip="Put a bookmark on the face, or take it off",
            group=3,
            checked=lambda w: w.is_bookmarked,
        ),
        Action(
            "next_bookmark",
            "Ne&xt bookmark",
            menu,
            ("D",),
            When.FACE,
            lambda w: w.past("next_bookmark", 1),
            tip="To the next face with a bookmark, going round at the end",
            group=3,
        ),
        Action(
            "previous_bookmark",
            "Previo&us bookmark",
            menu,
            ("Shift+D",),
            When.FACE,
            lambda w: w.past("next_bookmark", -1),
            group=3,
        ),
        Action(
            "note",
            "N&ote on the face …",
            menu,
            ("Ctrl+Shift+N",),
            When.FACE,
            lambda w: w.past("note"),
            tip="Type a note; it is kept when you leave it, and found by note:word",
            group=3,
        ),
        Action(
            "history",
            "&History of the face",
            menu,
            ("Ctrl+H",),
            When.FACE,
            lambda w: w.past("history"),
            tip="Who said what and when; any version can be restored",
            group=3,
        ),
    )
