"""What every view of a window shares: the open project, the current face, and the way to change labels."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from fkd_core.errors import FkdError, ProjectError
from fkd_core.labels.store import Applied
from fkd_core.labels.values import Edit
from fkd_core.project import Project
from fkd_gui.remark_desk import RemarkDesk
from fkd_gui.workers import LabelWriter


class Session(QObject):
    """An open project in a window.

    Views read `project.labels.table` and the faces directly and keep no copies; they change labels only
    through `apply`, `undo` and `redo`, and redraw what the signals name.

    Attributes:
        project: the open project.
        face: index of the current face, over all splits.
        previous: the face that was current before it; None at first.
        keypoints: indices of the selected keypoints of the current face.
        predictions: float32 `(N, K, 2)` over all faces, NaN where there are none; None without a run.
        predicted_by: the run they come from.
        remarks: notes and bookmarks of faces.
        trouble: why edits cannot be saved now; None if they can. They are kept and tried again.
    """

    face_changed = Signal(int)
    keypoints_changed = Signal(tuple)
    labels_changed = Signal(object)
    """`(n,)` indices of the faces whose labels changed"""
    predictions_changed = Signal()
    history_changed = Signal()
    """what undo and redo would do changed"""
    saved = Signal(str)
    """for the status bar: what was written to the disk"""
    problem = Signal(object)
    """an error to show in place"""
    safety_changed = Signal()
    """edits cannot be saved, or they can again, or there are more or fewer of them; see `trouble`"""
    closing = Signal()
    """the project is about to be closed: whatever still reads it stops now"""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.face = 0
        self.previous: int | None = None
        self.keypoints: tuple[int, ...] = ()
        self.predictions: NDArray[np.float32] | None = None
        self.predicted_by: str | None = None
        self.remarks = RemarkDesk(self)
        self._writer = LabelWriter(project.labels, self)
        self.trouble: Exception | None = None
        self._steps = 0
        self._copied_at = -1
        self._abandoned = False
        self._writer.saved.connect(self._tell_saved)
        self._writer.failed.connect(self._take_trouble)
        self._writer.recovered.connect(self._recovered)
        self._writer.start()

    @property
    def unsaved(self) -> int:
        """How many edits are on their way to the disk."""
        return self._writer.pending

    @property
    def safe(self) -> bool:
        """Whether every edit is on a disk: here, or in a copy of the project."""
        return self._abandoned or self._steps == self._copied_at or not self.unsaved

    def go_to(self, face: int) -> None:
        """Make a face the current one."""
        face = min(max(face, 0), len(self.project) - 1)
        if face != self.face:
            self.previous, self.face = self.face, face
            self.keypoints = ()
            self.face_changed.emit(face)
            self.keypoints_changed.emit(())

    def select(self, keypoints: tuple[int, ...]) -> None:
        """Select keypoints of the current face."""
        if keypoints != self.keypoints:
            self.keypoints = keypoints
            self.keypoints_changed.emit(keypoints)

    def apply(self, edit: Edit) -> None:
        """Make an edit: seen at once, on the disk a moment later."""
        if len(edit.changes):
            self._staged(self._tried(lambda: self.project.labels.stage(edit)))

    def undo(self) -> None:
        """Take the last edit back."""
        self._staged(self._tried(self.project.labels.stage_undo))

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        self._staged(self._tried(self.project.labels.stage_redo))

    def show_predictions(self, run: str | None, points: NDArray[np.float32] | None) -> None:
        """Lay a run's predictions over the faces, or take them away."""
        self.predictions, self.predicted_by = points, run
        self.predictions_changed.emit()

    def report(self, trouble: Exception) -> None:
        """Something that was not an edit found out that labels cannot be saved."""
        self._take_trouble(trouble)

    def retry(self) -> None:
        """Try again now to save what could not be saved."""
        self._writer.retry()

    def flush(self) -> bool:
        """Wait until every edit is saved or was refused; whether all are `safe`."""
        if not self._abandoned:
            self._writer.flush()
        return self.safe

    @property
    def steps(self) -> int:
        """How many edits, undos and redos there were."""
        return self._steps

    def copied(self, steps: int) -> None:
        """A copy of the project now holds all that there was after so many steps."""
        self._copied_at = steps
        self.safety_changed.emit()

    def abandon(self) -> None:
        """Let go of edits that are not saved."""
        self._abandoned = True

    def close(self) -> None:
        """Finish writing and close the project. What cannot be written is told, unless it was abandoned."""
        self.closing.emit()
        self._writer.close(abandon=self._abandoned)
        if not self.safe:
            count = self.unsaved
            self.problem.emit(
                ProjectError(
                    f"{count} edit{'s were' if count > 1 else ' was'} lost that could not be saved",
                    where=self.project.folder,
                    found=self.trouble and str(self.trouble),
                )
            )
        self.project.close()

    def _tried(self, change: Any) -> Applied | None:
        try:
            applied: Applied | None = change()
        except FkdError as error:
            self.problem.emit(error)
            return None
        return applied

    def _staged(self, applied: Applied | None) -> None:
        if applied is None:
            return
        self._steps += 1
        self._writer.put(applied)
        self.labels_changed.emit(applied.faces)
        self.history_changed.emit()
        if self.trouble is not None:
            self.safety_changed.emit()

    def _tell_saved(self, applied: Applied) -> None:
        verb = "undid " if applied.step.status == "undone" else ""
        self.saved.emit(f"{verb}{applied.what} · saved {time.strftime('%H:%M:%S')}")

    def _take_trouble(self, trouble: Exception) -> None:
        self.trouble = trouble
        self.safety_changed.emit()

    def _recovered(self) -> None:
        self.trouble = None
        self.safety_changed.emit()
