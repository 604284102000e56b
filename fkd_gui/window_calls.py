"""What menus, keys and the palette call of the window: most of it is passed on to the project's places."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from fkd_core import __version__
from fkd_gui import dialogs
from fkd_gui.command_palette import CommandPalette
from fkd_gui.key_binding import KeyBinding
from fkd_gui.project_desk import ProjectDesk
from fkd_gui.project_view import ProjectView
from fkd_gui.settings import ON_CLOSING, THEME, Settings
from fkd_gui.theme import apply_theme, theme_for
from fkd_gui.top_bar import TopBar


class WindowCalls:
    """A part of `MainWindow`. What needs a project is disabled as long as none is open."""

    settings: Settings
    projects: ProjectDesk
    view: ProjectView | None
    top: TopBar
    keys: KeyBinding
    palette_list: CommandPalette

    def ask_export(self) -> None:
        """Ask where to write the labels, and write them."""
        view = self._view()
        name = f"{view.project.name}-labels.csv"
        dialogs.ask_save_csv(self, self.settings, name, lambda path: self.projects.export(view.project, path))

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def session_do(self, what: str) -> None:
        """`undo` or `redo`."""
        getattr(self._view().session, what)()

    def labels_do(self, what: str) -> None:
        """Something to the labels of the current face, see `LabelPlace.do`."""
        self._view().label.do(what)

    def step(self, by: int) -> None:
        """To the next or previous face of those the filter shows."""
        self._view().label.step(by)

    def next_work(self, by: int) -> None:
        """To the next or previous face that needs work."""
        self._view().label.next_work(by)

    def go_to_row(self) -> None:
        """Put the cursor where a row can be typed."""
        self.show_place("label")
        self._view().label.focus_row()

    def filter_faces(self) -> None:
        """Put the cursor where a filter can be typed."""
        self.show_place("label")
        self._view().label.focus_filter()

    def go_to_face(self, face: int) -> None:
        """Show a face."""
        self.show_place("label")
        self._view().session.go_to(face)

    def search(self) -> None:
        """Show every action."""
        corner = self.mapToGlobal(self.rect().center())
        size = self.palette_list.size()
        self.palette_list.move(
            corner.x() - size.width() // 2, self.mapToGlobal(self.rect().topLeft()).y() + 72
        )
        self.palette_list.show()

    def show_place(self, place: str) -> None:
        """Label, train or submit; the current face stays."""
        if self.view is not None:
            self.view.show_place(place)
            self.top.show_place(place)

    def show_imputation(self) -> None:
        """Show the panel that fills missing keypoints."""
        self.show_place("label")
        self._view().label.show_imputation()

    def start_training(self) -> None:
        """Train with the settings as they stand in the Train place."""
        self.show_place("train")
        self._view().train.start()

    def retrain(self) -> None:
        """Train as before on the labels as they are now, and compare the two on frozen faces."""
        self.show_place("train")
        self._view().proving.retrain()

    def train_do(self, what: str) -> None:
        """Something to the training that runs or to the run that is shown, see `TrainingControl.do`."""
        self._view().control.do(what)

    @property
    def on_closing(self) -> str:
        """What becomes of a training when its project is closed: `ask`, `keep` or `stop`."""
        return str(self.settings.get(ON_CLOSING))

    def set_on_closing(self, choice: str) -> None:
        """Choose what becomes of a training when its project is closed."""
        self.settings.set(ON_CLOSING, choice)
        self.refresh_actions()

    def predict_latest(self) -> None:
        """Predict with the latest run that has weights."""
        self._view().predict_latest()

    def save_report(self) -> None:
        """Write a report of the run that is chosen in Train, else of the latest."""
        self._view().report_latest()

    def hide_predictions(self) -> None:
        """Take the predictions off the faces."""
        self._view().session.show_predictions(None, None)

    def fit_face(self) -> None:
        """Show the whole face."""
        self._view().label.canvas.fit()

    def look(self, what: str, by: int) -> None:
        """Change the light or the turn of the face, see `LabelPlace.look`."""
        self._view().label.look(what, by)
        self.refresh_actions()

    def toggle(self, option: str) -> None:
        """Switch one of the canvas's options."""
        self._view().label.toggle(option)
        self.refresh_actions()

    def toggle_sheet(self) -> None:
        """Show the contact sheet in the place of the faces or the queue, or these again."""
        label = self._view().label
        label.show_sheet(not label.sheeting)

    def swap_focus(self) -> None:
        """Take the keyboard from the faces to the face, or back."""
        self._view().label.swap_focus()

    @property
    def sheet_is_shown(self) -> bool:
        """Whether the contact sheet is in the place of the faces."""
        return self.view is not None and self.view.label.sheeting

    def is_on(self, option: str) -> bool:
        """Whether one of the canvas's options is on."""
        return self.view is not None and bool(getattr(self.view.label.canvas.options, option))

    @property
    def is_bookmarked(self) -> bool:
        """Whether the current face has a bookmark."""
        return self.view is not None and self.view.session.remarks.bookmarked(self.view.session.face)

    def past(self, what: str, by: int = 0) -> None:
        """Bookmarks, the note and the history of the face, see `LabelPlace.past`."""
        self._view().label.past(what, by)

    @property
    def theme_choice(self) -> str:
        """`system`, `light` or `dark`."""
        return str(self.settings.get(THEME))

    def set_theme(self, choice: str) -> None:
        """Choose the colours."""
        self.settings.set(THEME, choice)
        self.apply_theme()
        self.refresh_actions()

    def restore_layout(self) -> None:
        """Put all docks back where they were at first."""
        self._view().label.restore_layout()

    def show_shortcuts(self) -> None:
        """The table of shortcuts, in which they are changed."""
        self.keys.show_table()

    def show_keyboard_map(self) -> None:
        """All keys on one page."""
        self.keys.show_map()

    def show_about(self) -> None:
        """Version and licences."""
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("About FKD")
        box.setText(
            f"<b>FKD {__version__}</b><br>Facial keypoints: browse, correct, train, predict, submit."
            "<br><br>MIT licence. Icons: Phosphor (MIT), through QtAwesome (MIT). Qt for Python: LGPL."
        )
        box.open()

    def _view(self) -> ProjectView:
        assert self.view is not None, "the action needs a project and must be disabled without one"
        return self.view

    def apply_theme(self, *_: Any) -> None:
        """Show the chosen colours, or the system's."""
        app: Any = QApplication.instance()
        apply_theme(app, theme_for(self.theme_choice))
