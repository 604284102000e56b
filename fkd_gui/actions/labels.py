"""Actions on labels."""

from __future__ import annotations

from fkd_gui.actions.action import Action, When


def edit_actions() -> tuple[Action, ...]:
    """Undo, redo, and what can be said of keypoints."""
    menu = "&Edit"
    return (
        Action("undo", "&Undo", menu, ("Ctrl+Z",), When.UNDO, lambda w: w.session_do("undo")),
        Action("redo", "&Redo", menu, ("Ctrl+Shift+Z", "Ctrl+Y"), When.REDO, lambda w: w.session_do("redo")),
        Action(
            "accept",
            "&Accept",
            menu,
            ("A",),
            When.LABELS,
            lambda w: w.labels_do("accept"),
            tip="The selected keypoints, or all of this face, are right as they are",
            group=1,
        ),
        Action(
            "take",
            "&Take the prediction",
            menu,
            ("T",),
            When.TAKE,
            lambda w: w.labels_do("take"),
            tip="Put the selected keypoints, or all missing and imputed ones, where the model sees them",
            group=1,
        ),
        Action(
            "revert",
            "Re&vert to original",
            menu,
            ("R",),
            When.SELECTION,
            lambda w: w.labels_do("revert"),
            tip="Give the selected keypoints the values of the imported file",
            group=1,
        ),
        Action(
            "select_all",
            "Select all &keypoints",
            menu,
            ("Ctrl+A",),
            When.FACE,
            lambda w: w.look("select_all", 0),
            tip="All keypoints of this face that have a place",
            group=2,
        ),
        Action(
            "copy_previous",
            "Copy from the &previous face",
            menu,
            ("P",),
            When.LABELS,
            lambda w: w.labels_do("copy_previous"),
            tip="Put the selected keypoints, or all missing and imputed ones, where the face shown before has"
            " them; they wait to be accepted",
            group=2,
        ),
        Action(
            "mirror",
            "Copy &mirrored",
            menu,
            ("M",),
            When.LABELS,
            lambda w: w.labels_do("mirror"),
            tip="Put the selected keypoints, or all missing ones, where the other half of the face has them;"
            " they wait to be accepted",
            group=2,
        ),
        Action(
            "swap",
            "S&wap left and right",
            menu,
            ("S",),
            When.LABELS,
            lambda w: w.labels_do("swap"),
            tip="Exchange the selected keypoints, or all of this face, with those of the other side",
            group=2,
        ),
        Action(
            "occluded",
            "&Occluded",
            menu,
            ("O",),
            When.SELECTION,
            lambda w: w.labels_do("occluded"),
            tip="The selected keypoints have a place, but something covers them; again to take it back",
            group=3,
        ),
        Action(
            "absent",
            "A&bsent",
            menu,
            ("X",),
            When.SELECTION,
            lambda w: w.labels_do("absent"),
            tip="The selected keypoints are not in the picture; again to take it back",
            group=3,
        ),
        Action(
            "clear",
            "&Delete label",
            menu,
            ("Delete", "Backspace"),
            When.SELECTION,
            lambda w: w.labels_do("clear"),
            tip="The selected keypoints are unlabelled again; the original stays in the history",
            group=3,
        ),
        Action(
            "impute",
            "&Impute missing …",
            menu,
            ("Ctrl+M",),
            When.WRITABLE,
            lambda w: w.show_imputation(),
            tip="Fill missing keypoints by a method, or take filled ones away",
            group=4,
        ),
    )
