"""Expected scores, the history of submissions and Kaggle's program, on threads, for a window."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fkd_core.engine.client import Engine
from fkd_core.errors import ProjectError
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_gui.tasks import Tasks
from fkd_gui.workers import Task

if TYPE_CHECKING:
    from fkd_core.submitting.check import SubmissionCheck
    from fkd_core.submitting.kaggle_client import Standing
    from fkd_core.submitting.past import PastSubmission


class SubmissionDesk(QObject):
    """What a window does with submissions besides checking and writing them, which `TrainingDesk` does."""

    estimated = Signal(str, object)
    """a run, and its `SubmissionCheck` with the expected score, or the error"""
    estimating = Signal(object, object, str)
    """done, total (None if unknown), text"""
    history = Signal(list)
    """every `PastSubmission`, oldest first"""
    history_failed = Signal(object)
    """why it cannot be read or changed; what is shown is as before"""
    standing = Signal(object)
    """the `Standing` of Kaggle's program"""
    uploading = Signal(bool)
    """whether a submission is on its way"""
    uploaded = Signal(str)
    """what the site said"""
    upload_failed = Signal(object)
    """the error; None if it was stopped"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = Tasks(self)
        self._engine = Engine(yielding=True)
        self._networks = Networks()
        self._estimate: Task | None = None
        self._upload: Task | None = None
        self._turn = threading.Lock()
        self._looks = self._told = 0

    @property
    def busy_uploading(self) -> bool:
        """Whether a submission is on its way."""
        return self._upload is not None

    def estimate(self, run: str, found: SubmissionCheck) -> None:
        """Work out the expected score of a run's submission; an estimate for another run is given up."""
        if self._estimate is not None:
            self._estimate.cancel()

        def work(job: Job) -> tuple[str, SubmissionCheck, bool]:
            from fkd_core.submitting.check import keep_expected, with_expected

            told = with_expected(found, self._engine, self._project, job, networks=self._networks)
            noted = False
            # A history that cannot be written to takes nothing away from the estimate.
            with contextlib.suppress(ProjectError):
                noted = keep_expected(self._project, told)
            return run, told, noted

        def failed(error: Exception) -> None:
            self.estimated.emit(run, error)

        self._estimate = self._tasks.run(
            work,
            f"estimating the score of {run}",
            done=self._tell_estimated,
            failed=failed,
            progressed=self.estimating.emit,
        )
        self._estimate.finished.connect(self._estimate_ended)

    def read_history(self) -> None:
        """Read the submissions that were written; `history` answers."""
        if self._tasks.closed:
            return
        self._tasks.run(
            lambda _: self._look(),
            "reading submissions",
            done=self._tell_history,
            failed=self.history_failed.emit,
        )

    def describe(self, number: int, changes: dict[str, Any]) -> None:
        """Keep a note or a score, see `PastSubmissions.describe`; `history` answers."""
        self._tasks.run(
            lambda _: self._look(number, changes),
            f"describing submission {number}",
            done=self._tell_history,
            failed=self._not_described,
        )

    def look_for_kaggle(self) -> None:
        """Find out whether the site can be reached; `standing` answers."""

        def work(_: Job) -> Standing:
            from fkd_core.submitting.kaggle_client import standing

            return standing()

        self._tasks.run(work, "looking for Kaggle's program", done=self.standing.emit)

    def upload(self, number: int) -> None:
        """Hand a submission of the history to the site; `uploaded` or `upload_failed` tells."""
        if self._upload is not None:
            return

        def work(job: Job) -> str:
            from fkd_core.submitting.hand_in import hand_in
            from fkd_core.submitting.past import PastSubmissions

            past = PastSubmissions(self._project.folder)
            return hand_in(past, past.find(number), job)[0]

        self._upload = self._tasks.run(
            work,
            f"handing in submission {number}",
            done=self._tell_uploaded,
            failed=self._upload_ended,
            stopped=lambda: self._upload_ended(None),
        )
        self.uploading.emit(True)

    def stop_upload(self) -> None:
        """Stop handing in; the site may have the file all the same."""
        if self._upload is not None:
            self._upload.cancel()

    def finish(self) -> None:
        """Stop what runs and end the child process. Nobody is told."""
        self.blockSignals(True)
        self._tasks.close()
        self._engine.close()

    def _estimate_ended(self) -> None:
        if self.sender() is self._estimate:
            self._estimate = None

    def _tell_estimated(self, outcome: tuple[str, SubmissionCheck, bool]) -> None:
        run, told, noted = outcome
        self.estimated.emit(run, told)
        if noted:
            self.read_history()

    def _not_described(self, error: Exception) -> None:
        self.history_failed.emit(error)
        self.read_history()

    def _look(
        self, number: int | None = None, changes: dict[str, Any] | None = None
    ) -> tuple[int, list[PastSubmission]]:
        """Describe a submission if one is named, then read all; which look it was, and what was read."""
        from fkd_core.submitting.past import PastSubmissions

        past = PastSubmissions(self._project.folder)
        # One look at a time, and numbered: an older one may be told of after a newer.
        with self._turn:
            if number is not None:
                past.describe(number, **(changes or {}))
            self._looks += 1
            return self._looks, past.all()

    def _tell_history(self, outcome: tuple[int, list[PastSubmission]]) -> None:
        look, entries = outcome
        if look > self._told:
            self._told = look
            self.history.emit(entries)

    def _tell_uploaded(self, said: str) -> None:
        self._upload = None
        self.uploading.emit(False)
        self.read_history()
        self.uploaded.emit(said)

    def _upload_ended(self, error: Exception | None) -> None:
        self._upload = None
        self.uploading.emit(False)
        self.upload_failed.emit(error)
