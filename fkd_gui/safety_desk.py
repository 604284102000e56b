"""How the window loses no edit: labels brought back, copies elsewhere, leaving with unsaved edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fkd_core.copying import save_copy
from fkd_core.errors import DamagedLabelsError
from fkd_core.faces import FaceSet
from fkd_core.jobs import Job
from fkd_core.labels.restore import Restoration, find_restoration, write_beside
from fkd_gui import dialogs
from fkd_gui.notices import Level, Notice, notice_of
from fkd_gui.session import Session
from fkd_gui.workers import Task

if TYPE_CHECKING:
    from fkd_gui.main_window import MainWindow
    from fkd_gui.project_view import ProjectView

COPY = "Save a copy elsewhere …"
AGAIN = "Try again to edit here"
OPEN_COPY = "Open the copy"


class SafetyDesk(QObject):
    """Offers in the window's own messages what can be done, and does it when it is chosen.

    Args:
        window: whose open project is to be kept safe.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._offers: dict[str, Callable[[], None]] = {}
        self._leave: Callable[[], None] = window.leave_project
        self._copying: Task | None = None
        self._mending = False
        self._face: int | None = None
        window.notices.action_requested.connect(self._take_up)
        window.projects.opened.connect(self._return_to_face)
        window.projects.restored.connect(self._tell_restored)

    def watch(self, view: ProjectView) -> None:
        """Serve the project that was just opened, and say what stands in the way of editing it."""
        view.unsaved.copy_requested.connect(self.ask_copy)
        view.unsaved.mend_requested.connect(self.mend)
        view.unsaved.leave_requested.connect(self._leave_without)
        view.session.safety_changed.connect(lambda: self._count_unsaved(view.session))
        project = view.project
        for split, faces in project.faces.items():
            if faces.whole is not None:
                self._tell_unreadable(project.folder / "faces" / f"{split}_images.npy", faces)
        if project.read_only is not None:
            text, action = project.read_only, AGAIN if project.in_use else COPY
            title = "This project is open for reading only."
            self._show(Notice(title, text, action=action), self.reopen if project.in_use else self.ask_copy)

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Whether every edit of the open project is safe; asks in the window if not.

        Args:
            then: what to do once the person chose to go without them.
        """
        view = self._window.view
        if view is None or view.may_close():
            return True
        self._leave = then
        return False

    def offer(self, error: DamagedLabelsError) -> None:
        """Labels are damaged: say so, then what can be brought back."""
        self._window.show_error(error)
        if not isinstance(error.where, Path):
            return
        folder = error.where.parent
        self._window.tasks.run(
            lambda _: find_restoration(folder),
            f"looking at the labels of {folder.name}",
            done=lambda found: self._offer(error, folder, found),
            failed=lambda failure: self._offer_nothing(error, failure),
        )

    def mend(self) -> None:
        """Write the labels of the open project anew, from what the window and the disk know.

        The project is closed only once they are written: until then the window alone has all of them.
        """
        window, view = self._window, self._window.view
        if view is None or window.projects.busy or self._mending:
            return
        folder, held, steps = view.project.folder, view.project.labels.held(), view.session.steps
        self._mending = True

        def work(_: Job) -> tuple[Restoration, Path]:
            found = find_restoration(folder, held=held)
            return found, write_beside(found)

        def done(ready: tuple[Restoration, Path]) -> None:
            self._mending = False
            if window.view is not view or view.session.steps != steps:
                ready[1].unlink(missing_ok=True)
                if window.view is view:
                    self.mend()  # with what was done meanwhile
                return
            self._face = view.session.face
            view.session.abandon()  # what was not saved is in the new file
            window.close_project()
            window.projects.restore(folder, ready)

        def failed(error: Exception) -> None:
            self._mending = False
            window.show_error(error)

        window.tasks.run(work, "writing the labels anew", done=done, failed=failed)

    def reopen(self) -> None:
        """Open the project once more, perhaps for writing this time."""
        view = self._window.view
        if view is not None and not self._window.projects.busy:
            folder, self._face = view.project.folder, view.session.face
            self._window.close_project()
            self._window.projects.open(folder)

    def ask_copy(self) -> None:
        """Ask where a copy of the open project is to lie, and make it."""
        view = self._window.view
        if view is not None and self._copying is None:
            dialogs.ask_copy(self._window, self._window.settings, view.project.name, self.copy)

    def copy(self, folder: Path) -> None:
        """Make a copy of the open project with every edit, saved or not."""
        window, view = self._window, self._window.view
        if view is None or self._copying is not None:
            return
        source, held, steps = view.project.folder, view.project.labels.held(), view.session.steps
        window.strip.start(f"Saving a copy as {folder.name}")

        def done(_: object) -> None:
            self._over()
            if window.view is view:
                view.session.copied(steps)
            notice = Notice("A copy with every edit was saved.", str(folder), action=OPEN_COPY)
            self._show(notice, lambda: window.doors.open_path(folder))

        def failed(error: Exception) -> None:
            self._over()
            window.show_error(error)

        self._copying = window.tasks.run(
            lambda job: save_copy(source, held, folder, job),
            f"saving a copy as {folder.name}",
            done=done,
            failed=failed,
            stopped=self._over,
            progressed=window.strip.show_progress,
        )

    def stop(self) -> bool:
        """Stop making a copy; whether one was being made."""
        if self._copying is None:
            return False
        self._copying.cancel()
        return True

    def _tell_unreadable(self, path: Path, faces: FaceSet) -> None:
        lost = len(faces) - (faces.whole or 0)
        self._window.notices.show_message(
            f"{lost:,} of {len(faces):,} faces cannot be shown.",
            f"Where: {path}\nFound: {faces.trouble}\nTheir labels are kept, and all else goes on."
            " Restore the file from a copy, or import the data again.",
            Level.WARNING,
        )

    def _count_unsaved(self, session: Session) -> None:
        if session.trouble is not None and session.unsaved:
            self._window.top.show_saved(f"{session.unsaved:,} not saved", "danger")

    def _over(self) -> None:
        self._copying = None
        self._window.strip.clear()

    def _show(self, notice: Notice, act: Callable[[], None]) -> None:
        self._offers[notice.action] = act
        self._window.notices.show_notice(notice)

    def _take_up(self, action: str) -> None:
        act = self._offers.get(action)
        if act is not None:
            self._window.notices.dismiss()
            act()

    def _offer(self, error: DamagedLabelsError, folder: Path, found: Restoration) -> None:
        told = notice_of(error)
        if found.fault is None:
            # It was brought back meanwhile, by the command line or another window.
            self._show(
                Notice(told.title, told.text, told.level, told.details, "Open it again"), self._again(folder)
            )
            return
        of = f"of {found.backup.when}" if found.backup is not None else "that can be read"
        kept = "The damaged file stays in the project’s folder under another name."
        text = f"Where: {folder}\nFound: {found.fault}\n{found.told}\n{kept}"
        self._window.notices.dismiss()
        notice = Notice(told.title, text, Level.ERROR, told.details, f"Restore the labels {of}")
        self._show(notice, lambda: self._restore(folder))

    def _offer_nothing(self, error: DamagedLabelsError, failure: Exception) -> None:
        """Say in one message what is damaged, and why it cannot be brought back."""
        told, why = notice_of(error), notice_of(failure)
        self._window.notices.dismiss()
        text = f"{why.title}\n{why.text}"
        self._window.notices.show_notice(Notice(told.title, text, Level.ERROR, why.details))

    def _again(self, folder: Path) -> Callable[[], None]:
        return lambda: self._window.doors.open_path(folder)

    def _restore(self, folder: Path) -> None:
        if self._window.doors.may_open(lambda: self._restore(folder), folder):
            self._window.projects.restore(folder)

    def _tell_restored(self, told: str, aside: Path | None) -> None:
        kept = f"\nThe damaged file is kept as {aside}" if aside is not None else ""
        self._window.notices.show_message("The labels were brought back.", f"{told}{kept}")

    def _return_to_face(self, _project: object) -> None:
        face, self._face = self._face, None
        if face is not None and self._window.view is not None:
            self._window.view.session.go_to(face)

    def _leave_without(self) -> None:
        if self._window.view is not None:
            self._window.view.session.abandon()
            self._leave()
