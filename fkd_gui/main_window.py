"""The one window: menus, the places, messages, the strip of the running job. It owns the open project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from fkd_core.errors import DamagedLabelsError
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_gui.actions import build_menus
from fkd_gui.command_palette import CommandPalette
from fkd_gui.demo_start import demo_folder, first_face, is_fresh
from fkd_gui.doors import Doors
from fkd_gui.enabling import allowed
from fkd_gui.first_steps import FirstSteps
from fkd_gui.kaggle_door import KaggleDoor
from fkd_gui.key_binding import KeyBinding
from fkd_gui.leaving import LeavingDesk
from fkd_gui.notices import JobStrip, Level, NoticeBar
from fkd_gui.palette_entries import entries
from fkd_gui.paths import is_project
from fkd_gui.project_desk import ProjectDesk
from fkd_gui.project_view import ProjectView
from fkd_gui.rules.notice import SHOW_RULES, MixedRules
from fkd_gui.safety_desk import SafetyDesk
from fkd_gui.settings import GEOMETRY, LAST_PROJECT, RECENT, Settings
from fkd_gui.start_page import StartPage
from fkd_gui.tasks import Tasks
from fkd_gui.top_bar import TopBar
from fkd_gui.window_calls import WindowCalls


class MainWindow(WindowCalls, QMainWindow):
    """Opens at once and empty; a project comes with `open_path` or `open_demo`.

    Args:
        settings: what was remembered from last time.
        demo: where the demo project lies; the user's data folder if None.
    """

    def __init__(self, settings: Settings, *, demo: Path | None = None) -> None:
        super().__init__()
        self.setWindowTitle("FKD")
        self.resize(1280, 800)
        self.setMinimumSize(880, 560)
        self.setAcceptDrops(True)
        self.settings = settings
        self.tasks = Tasks(self)
        self.projects = ProjectDesk(self.tasks, self)
        self.doors = Doors(self, demo or demo_folder())
        self.view: ProjectView | None = None
        self.top = TopBar()
        self.notices = NoticeBar()
        self.strip = JobStrip()
        self.start_page = StartPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.top, 0), (self.notices, 0), (self.pages, 1), (self.strip, 0)):
            column.addWidget(widget, stretch)
        body = QWidget()
        body.setLayout(column)
        self.setCentralWidget(body)
        self.statusBar().setSizeGripEnabled(False)
        self.keys = KeyBinding(self)
        self.declared = self.keys.keymap.actions()
        self.actions_by_id = build_menus(self.declared, self.menuBar(), self)
        self.palette_list = CommandPalette(lambda query: entries(self, query), self)
        self.keys.dress_window()
        self.kaggle = KaggleDoor(self)
        self._connect()
        self.safety = SafetyDesk(self)
        self.leaving = LeavingDesk(self)
        self.restoreGeometry(settings.get(GEOMETRY))
        self.start_page.show_recent(self._recent())
        self.refresh_actions()
        self.start_page.demo.setFocus()

    def _connect(self) -> None:
        self.top.place_chosen.connect(self.show_place)
        self.top.search_requested.connect(self.search)
        self.start_page.demo_requested.connect(self.open_demo)
        self.start_page.import_requested.connect(self.doors.ask_import)
        self.start_page.open_requested.connect(self.doors.ask_open)
        self.start_page.dropped.connect(self.open_path)
        self.start_page.recent_requested.connect(self.open_path)
        self.tasks.failed.connect(self.show_error)
        self.projects.began.connect(self.strip.start)
        self.projects.began.connect(lambda _: self.start_page.setEnabled(False))
        for over in (self.projects.opened, self.projects.failed, self.projects.stopped):
            over.connect(lambda *_: self.start_page.setEnabled(True))
        self.projects.progressed.connect(self.strip.show_progress)
        self.projects.opened.connect(self._show_project)
        self.projects.failed.connect(self._project_failed)
        self.projects.stopped.connect(self.strip.clear)
        self.projects.exported.connect(self._tell_exported)
        self.projects.imputed.connect(self._apply_imputed)
        self.notices.action_requested.connect(self._follow_notice)
        self.strip.stop_requested.connect(self._stop_job)
        self.strip.action_requested.connect(self._next_step)
        QApplication.styleHints().colorSchemeChanged.connect(self.apply_theme)

    def open_path(self, path: Path) -> None:
        """Open a project, or import what is no project but may hold faces."""
        self.doors.open_path(path)

    def open_demo(self) -> None:
        """Open the demo project, made where it is missing."""
        self.doors.open_demo()

    def leave_project(self) -> None:
        """Close the project for good: the next start does not open it."""
        if self.may_leave(self.leave_project):
            self.close_project()
            self.settings.set(LAST_PROJECT, "")

    def close_project(self) -> None:
        """Finish writing, close the project and show the start page."""
        view, self.view = self.view, None
        if view is None:
            return
        view.remember(self.settings)
        self.pages.setCurrentWidget(self.start_page)
        self.pages.removeWidget(view)
        view.close_project()
        view.deleteLater()
        self.strip.clear()
        self.top.show_project("", None)
        self.setWindowTitle("FKD")
        self.statusBar().clearMessage()
        self.start_page.show_recent(self._recent())
        self.refresh_actions()

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Whether the open project may be closed; if something is asked first, `then` is called after it."""
        return self.leaving.may_leave(then) and self.safety.may_leave(then)

    def show_error(self, error: object) -> None:
        """Say in the window what went wrong."""
        if isinstance(error, BaseException):
            self.notices.show_error(error)

    def refresh_actions(self) -> None:
        """Enable what can be done now and tick what is on."""
        can = allowed(self.view)
        for action in self.declared:
            entry = self.actions_by_id[action.id]
            entry.setEnabled(can[action.when])
            if action.checked is not None:
                entry.setChecked(action.checked(self))
        labels = self.view.project.labels if self.view is not None else None
        for name, text in (("undo", labels and labels.undo_text), ("redo", labels and labels.redo_text)):
            self.actions_by_id[name].setText(f"&{name.capitalize()}{': ' + text if text else ''}")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs, finish writing, remember the layout; stay where edits cannot be saved."""
        if not self.may_leave(self.quit):
            event.ignore()
            return
        self.settings.set(GEOMETRY, QByteArray(self.saveGeometry()))
        self.projects.close()
        self.close_project()
        self.tasks.close()
        self.settings.save()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """One file or folder."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.open_path(paths[0])

    def _show_project(self, project: Project) -> None:
        self.close_project()
        self.strip.clear()
        try:
            self.view = ProjectView(project, self.settings)
            self._welcome(self.view)
        except Exception as error:
            # Whatever went wrong, the window stays usable and the project free for others.
            self.close_project()
            project.close()
            self.show_error(error)

    def _welcome(self, view: ProjectView) -> None:
        project = view.project
        view.changed.connect(self.refresh_actions)
        view.problem.connect(self.show_error)
        view.noted.connect(lambda text: self.statusBar().showMessage(text, 10_000))
        view.saved.connect(self._tell_saved)
        view.message.connect(self.notices.show_message)
        view.warned.connect(lambda *said: self.notices.show_message(*said, Level.WARNING))
        view.import_requested.connect(self.doors.ask_import)
        view.place_changed.connect(self.top.show_place)
        view.place_changed.connect(self._arrived)
        view.bind_strip(self.strip)
        self.keys.dress_view(view)
        view.label.imputation_requested.connect(
            lambda method, seed, shuffle: self.projects.impute(project, method, seed, shuffle)
        )
        self.pages.addWidget(view)
        self.pages.setCurrentWidget(view)
        self.top.show_project(project.name, project.read_only)
        self.top.show_place(view.place)
        self.setWindowTitle(f"{project.name} – FKD")
        self.settings.opened(project.folder)
        self.safety.watch(view)
        if is_fresh(project) and not view.went_back:
            self._begin_demo(view)
        self.refresh_actions()
        view.show_place(view.place)
        rules = MixedRules(view.rules_desk, project, self.settings)
        rules.told.connect(self._tell_rules)
        rules.begin(imported=self.projects.imported)

    def _begin_demo(self, view: ProjectView) -> None:
        self.show_place("label")
        first = first_face(view.project)
        if first is not None:
            face, keypoint = first
            view.session.go_to(face)
            view.session.select((keypoint,))
            FirstSteps(view)

    def _project_failed(self, error: Exception) -> None:
        self.strip.clear()
        if isinstance(error, DamagedLabelsError):
            self.safety.offer(error)
        else:
            self.show_error(error)

    def _apply_imputed(self, project: Project, edit: Edit) -> None:
        if self.view is not None and self.view.project is project:
            self.view.impute(edit)

    def _tell_exported(self, path: Path) -> None:
        self.notices.show_message("The labels were written.", str(path))

    def _tell_saved(self, text: str) -> None:
        what, _, when = text.rpartition(" · ")
        self.statusBar().showMessage(what[:1].upper() + what[1:] + " – " + when, 10_000)
        self.top.show_saved(when)

    def _stop_job(self) -> None:
        if self.safety.stop():
            return
        if self.projects.busy:
            self.projects.cancel()
        elif self.view is not None:
            self.view.stop_job()

    def _follow_notice(self, action: str) -> None:
        if action == SHOW_RULES and self.view is not None:
            self.show_place("rules")

    def _tell_rules(self, title: str, text: str) -> None:
        if self.view is not None and self.view.place != "rules":
            self.notices.show_message(title, text, action=SHOW_RULES)

    def _arrived(self, place: str) -> None:
        shown = self.notices.notice
        if place == "rules" and shown is not None and shown.action == SHOW_RULES:
            self.notices.dismiss()

    def _next_step(self, text: str) -> None:
        if self.view is not None:
            self.view.next_step(text)

    def _recent(self) -> list[Path]:
        return [path for name in self.settings.get(RECENT) if is_project(path := Path(name))]
