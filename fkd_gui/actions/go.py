"""Actions that lead somewhere."""

from __future__ import annotations

from fkd_gui.actions.action import Action, When


def go_actions() -> tuple[Action, ...]:
    """From face to face and from place to place."""
    menu = "&Go"
    return (
        Action("next", "&Next face", menu, ("Right", "PgDown"), When.FACE, lambda w: w.step(1)),
        Action("previous", "&Previous face", menu, ("Left", "PgUp"), When.FACE, lambda w: w.step(-1)),
        Action(
            "next_work",
            "Next face that needs &work",
            menu,
            ("N",),
            When.FACE,
            lambda w: w.next_work(1),
            tip="The next face with a missing keypoint, or with an imputed one that nobody looked at; in "
            "Review the next that is not settled",
        ),
        Action(
            "previous_work",
            "Previous face that needs work",
            menu,
            ("Shift+N",),
            When.FACE,
            lambda w: w.next_work(-1),
        ),
        Action("row", "Go to &row …", menu, ("Ctrl+G",), When.PROJECT, lambda w: w.go_to_row(), group=1),
        Action(
            "filter",
            "F&ilter the faces …",
            menu,
            ("Ctrl+F",),
            When.PROJECT,
            lambda w: w.filter_faces(),
            tip="Type which faces are shown, such as error>3; Escape leads back to the faces",
            group=1,
        ),
        Action("search", "&Find an action …", menu, ("Ctrl+K",), When.ALWAYS, lambda w: w.search(), group=1),
        Action("label", "&Label", menu, ("Ctrl+1",), When.PROJECT, lambda w: w.show_place("label"), group=2),
        Action(
            "review", "Re&view", menu, ("Ctrl+2",), When.PROJECT, lambda w: w.show_place("review"), group=2
        ),
        Action(
            "overview",
            "Ov&erview",
            menu,
            ("Ctrl+Shift+O",),
            When.PROJECT,
            lambda w: w.show_place("overview"),
            tip="What is in the data, as pictures that lead to the faces behind each bar",
            group=2,
        ),
        Action(
            "rules",
            "&Marking rules",
            menu,
            ("Ctrl+Shift+M",),
            When.PROJECT,
            lambda w: w.show_place("rules"),
            tip="By which rules the rows are marked, as a picture; label whole blocks anew in one of them",
            group=2,
        ),
        Action(
            "augment",
            "Au&gment",
            menu,
            ("Ctrl+Shift+A",),
            When.PROJECT,
            lambda w: w.show_place("augment"),
            tip="The very faces that training will be fed, and the settings that change them",
            group=2,
        ),
        Action("train", "&Train", menu, ("Ctrl+3",), When.PROJECT, lambda w: w.show_place("train"), group=2),
        Action(
            "compare",
            "Compare runs si&de by side",
            menu,
            ("Ctrl+Shift+C",),
            When.PROJECT,
            lambda w: w.show_place("compare"),
            tip="The table of runs; two or more side by side, and the faces that got worse",
            group=2,
        ),
        Action(
            "searches",
            "Search: tr&y many settings",
            menu,
            ("Ctrl+Shift+F",),
            When.PROJECT,
            lambda w: w.show_place("searches"),
            tip="Many short trainings that tell which settings are best, and what mattered",
            group=2,
        ),
        Action(
            "submit", "&Submit", menu, ("Ctrl+4",), When.PROJECT, lambda w: w.show_place("submit"), group=2
        ),
        Action(
            "sheet",
            "&Contact sheet",
            menu,
            ("K",),
            When.FACE,
            lambda w: w.toggle_sheet(),
            tip="One keypoint across all faces, as crops to look over, put right and accept, in the place of"
            " the grid or the queue",
            group=3,
            checked=lambda w: w.sheet_is_shown,
        ),
        Action(
            "swap_focus",
            "Between the face &and the faces",
            menu,
            ("F2",),
            When.FACE,
            lambda w: w.swap_focus(),
            tip="Take the keyboard from the faces, the queue or the contact sheet to the face, or back",
            group=3,
        ),
    )
