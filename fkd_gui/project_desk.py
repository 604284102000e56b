"""Opening and making projects off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fkd_core.jobs import Job
from fkd_core.labels.restore import Restoration, carry_out, find_restoration, put_in_place
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_core.writer_lock import WriterLock
from fkd_gui.demo_start import fill_demo, prepare_demo
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task


class ProjectDesk(QObject):
    """Hands over projects when they are open."""

    began = Signal(str)
    """what is being done, for the job strip"""
    progressed = Signal(object, object, str)
    opened = Signal(object)
    """a `Project`; whoever hears it owns it"""
    restored = Signal(str, object)
    """what was brought back, and the `Path` of the damaged file; None if there was none"""
    exported = Signal(object)
    """the `Path` that was written"""
    imputed = Signal(object, object)
    """a `Project`, and the `Edit` to apply to it"""
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._task: Task | None = None
        self._imputing = False
        self._closed = False
        self.imported = False
        """whether the project that was handed over last had just been imported"""
        self._aside: tuple[str, Path | None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a project is being opened or made."""
        return self._task is not None

    def open(self, folder: Path) -> None:
        """Open a project, read-only where another program writes to it."""
        self._begin(lambda _: _opened(folder), f"Opening {folder.name}")

    def make(self, source: Path, folder: Path) -> None:
        """Import the competition's files into a new project and open it."""

        def work(job: Job) -> Project:
            from fkd_core.importing import import_kaggle

            import_kaggle(source, folder, job)
            return _opened(folder)

        self._begin(work, f"Importing {source.name}", imported=True)

    def fetch(self, folder: Path) -> None:
        """Download the competition's data beside a new project, import it and open the project."""

        def work(job: Job) -> Project:
            from fkd_core.importing import check_free, import_kaggle
            from fkd_core.submitting.kaggle_client import download

            check_free(folder)
            import_kaggle(download(folder.absolute().parent, job), folder, job)
            return _opened(folder)

        self._begin(work, "Downloading from Kaggle", imported=True)

    def restore(self, folder: Path, ready: tuple[Restoration, Path] | None = None) -> None:
        """Bring damaged labels back and open the project.

        Args:
            folder: the project; nobody has it open.
            ready: what is brought back and the file that holds it, see `write_beside`; None to find out.
        """

        def work(_: Job) -> Project:
            lock = WriterLock.acquire(folder)
            try:
                found = ready[0] if ready is not None else find_restoration(folder)
                if ready is not None:
                    self._aside = (found.told, put_in_place(found.labels, ready[1]))
                elif found.fault is not None:
                    self._aside = (found.told, carry_out(found))
            finally:
                lock.release()
            return _opened(folder)

        self._begin(work, f"Bringing the labels of {folder.name} back")

    def demo(self, folder: Path) -> None:
        """Open the demo project, made where it is missing."""
        text = "Opening the demo" if folder.exists() else "Drawing the demo’s faces"
        self._begin(lambda job: _opened(prepare_demo(folder, job)), text)

    def export(self, project: Project, path: Path) -> None:
        """Write the training labels as a table."""

        def work(_: Job) -> Path:
            # Imported here because pandas takes longer to come than the whole window may.
            from fkd_core.formats.labels_csv import write_labels

            write_labels(path, project.labels.table, project.span("train"), project.schema)
            return path

        self._tasks.run(work, f"exporting {path.name}", done=self.exported.emit)

    def impute(self, project: Project, method: str, seed: int, shuffle: bool) -> None:
        """Work out what a method fills; `imputed` carries the edit. One at a time."""
        if self._imputing:
            return

        def work(job: Job) -> tuple[Project, Edit]:
            from fkd_core.pipeline import imputation_edit

            return project, imputation_edit(project, method, seed=seed, shuffle=shuffle, job=job)[0]

        self._imputing = True
        self._tasks.run(
            work,
            "imputing",
            done=self._tell_imputed,
            failed=self._imputation_failed,
            stopped=self._imputation_stopped,
        )

    def cancel(self) -> None:
        """Stop what is being made; nothing of it is left."""
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """Stop what is being made; a project that was opened all the same is closed again."""
        self._closed = True
        self.cancel()

    def _begin(self, work: Callable[[Job], Project], text: str, *, imported: bool = False) -> None:
        if self._task is not None:
            return
        self.imported = imported
        self.began.emit(text)
        self._task = self._tasks.run(
            work,
            text,
            done=self._done,
            failed=self._failed,
            stopped=self._stopped,
            progressed=self.progressed.emit,
        )

    def _done(self, project: Project) -> None:
        self._task = None
        if self._closed:
            project.close()
        else:
            told, self._aside = self._aside, None
            if told is not None:
                self.restored.emit(*told)
            self.opened.emit(project)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.failed.emit(error)

    def _stopped(self) -> None:
        self._task = None
        self.stopped.emit()

    def _tell_imputed(self, outcome: tuple[Project, Edit]) -> None:
        self._imputing = False
        self.imputed.emit(*outcome)

    def _imputation_failed(self, error: Exception) -> None:
        self._imputing = False
        self._tasks.failed.emit(error)

    def _imputation_stopped(self) -> None:
        self._imputing = False


def _opened(folder: Path) -> Project:
    project = Project(folder, write=True, fall_back=True, lenient=True)
    try:
        fill_demo(project)
    except BaseException:
        project.close()
        raise
    return project
