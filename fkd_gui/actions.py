"""Every action of the window, declared once: id, text, menu, keys, when it can be used, what it calls."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

import attrs
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

if TYPE_CHECKING:
    from fkd_gui.main_window import MainWindow


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
    run: Callable[[MainWindow], None]
    tip: str = ""
    group: int = 0
    checked: Callable[[MainWindow], bool] | None = None

    @property
    def plain(self) -> str:
        """The text without marks for the keyboard."""
        return self.text.replace("&", "").removesuffix(" …")

    @property
    def shown_keys(self) -> str:
        """Its shortcuts as this system writes them."""
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(QKeySequence(key).toString(native) for key in self.keys)


def build_menus(actions: tuple[Action, ...], bar: QMenuBar, window: MainWindow) -> dict[str, QAction]:
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
        entry = QAction(action.text, window)
        entry.setShortcuts([QKeySequence(key) for key in action.keys])
        tip = action.tip or action.plain
        entry.setToolTip(f"{tip} ({action.shown_keys})" if action.keys else tip)
        entry.setStatusTip(tip)
        entry.setCheckable(action.checked is not None)
        entry.triggered.connect(lambda _=False, run=action.run: run(window))
        menu.addAction(entry)
        made[action.id] = entry
    return made


def file_actions() -> tuple[Action, ...]:
    """Projects: open, import, demo, export, quit."""
    return (
        Action("open", "&Open project …", "&File", ("Ctrl+O",), When.ALWAYS, lambda w: w.doors.ask_open()),
        Action(
            "import",
            "&Import the competition’s download …",
            "&File",
            ("Ctrl+I",),
            When.ALWAYS,
            lambda w: w.doors.ask_import(),
            tip="Make a project from the zip, a folder or a CSV file",
        ),
        Action(
            "import_folder",
            "Import a &folder …",
            "&File",
            (),
            When.ALWAYS,
            lambda w: w.doors.ask_import_folder(),
            tip="Make a project from a folder with training.csv and test.csv",
        ),
        Action("demo", "Open the &demo", "&File", (), When.ALWAYS, lambda w: w.open_demo()),
        Action(
            "export",
            "&Export labels …",
            "&File",
            ("Ctrl+E",),
            When.PROJECT,
            lambda w: w.ask_export(),
            tip="Write the labels as they stand now, with the origin of each, as a CSV file",
            group=1,
        ),
        Action(
            "close",
            "&Close project",
            "&File",
            ("Ctrl+W",),
            When.PROJECT,
            lambda w: w.leave_project(),
            group=1,
        ),
        Action("quit", "&Quit", "&File", ("Ctrl+Q",), When.ALWAYS, lambda w: w.quit(), group=2),
    )


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
            "occluded",
            "&Occluded",
            menu,
            ("O",),
            When.SELECTION,
            lambda w: w.labels_do("occluded"),
            tip="The selected keypoints have a place, but something covers them; again to take it back",
            group=2,
        ),
        Action(
            "absent",
            "A&bsent",
            menu,
            ("X",),
            When.SELECTION,
            lambda w: w.labels_do("absent"),
            tip="The selected keypoints are not in the picture; again to take it back",
            group=2,
        ),
        Action(
            "clear",
            "&Delete label",
            menu,
            ("Delete", "Backspace"),
            When.SELECTION,
            lambda w: w.labels_do("clear"),
            tip="The selected keypoints are unlabelled again; the original stays in the history",
            group=2,
        ),
        Action(
            "impute",
            "&Impute missing …",
            menu,
            ("Ctrl+M",),
            When.WRITABLE,
            lambda w: w.show_imputation(),
            tip="Fill missing keypoints by a method, or take filled ones away",
            group=3,
        ),
    )


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
            tip="The next face with a missing keypoint, or with an imputed one that nobody looked at",
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
        Action("search", "&Find an action …", menu, ("Ctrl+K",), When.ALWAYS, lambda w: w.search(), group=1),
        Action("label", "&Label", menu, ("Ctrl+1",), When.PROJECT, lambda w: w.show_place("label"), group=2),
        Action("train", "&Train", menu, ("Ctrl+2",), When.PROJECT, lambda w: w.show_place("train"), group=2),
        Action(
            "submit", "&Submit", menu, ("Ctrl+3",), When.PROJECT, lambda w: w.show_place("submit"), group=2
        ),
    )


def train_actions() -> tuple[Action, ...]:
    """Training and prediction."""
    menu = "&Train"
    return (
        Action(
            "start_training",
            "&Start training",
            menu,
            ("Ctrl+Return",),
            When.IDLE,
            lambda w: w.start_training(),
            tip="Train with the settings of the Train place",
        ),
        Action(
            "stop_training", "S&top training", menu, ("Ctrl+.",), When.TRAINING, lambda w: w.stop_training()
        ),
        Action(
            "predict",
            "&Predict with the latest run",
            menu,
            ("Ctrl+P",),
            When.PROJECT,
            lambda w: w.predict_latest(),
            tip="Find the keypoints of all test and training faces",
            group=1,
        ),
        Action(
            "hide_predictions",
            "&Hide predictions",
            menu,
            ("Ctrl+Shift+P",),
            When.PREDICTIONS,
            lambda w: w.hide_predictions(),
            group=1,
        ),
        Action(
            "save_submission",
            "Save s&ubmission …",
            menu,
            (),
            When.PROJECT,
            lambda w: w.show_place("submit"),
            group=2,
        ),
    )


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
            "smooth",
            "&Smooth pixels",
            menu,
            (),
            When.PROJECT,
            lambda w: w.toggle("smooth"),
            checked=_is("smooth"),
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
        Action("about", "&About FKD", "&Help", (), When.ALWAYS, lambda w: w.show_about()),
    )


def all_actions() -> tuple[Action, ...]:
    """Every action, in the order of the menus."""
    return (
        *file_actions(),
        *edit_actions(),
        *go_actions(),
        *train_actions(),
        *view_actions(),
        *help_actions(),
    )


def _is(option: str) -> Callable[[MainWindow], bool]:
    return lambda window: window.is_on(option)


def _theme(choice: str) -> Callable[[MainWindow], bool]:
    return lambda window: window.theme_choice == choice
