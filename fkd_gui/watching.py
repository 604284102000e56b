"""The strip of validation faces joined to the project: their pictures, their labels, and where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from fkd_gui.panels.training_progress import TrainingProgress
from fkd_gui.panels.watched_faces import SeenFaces
from fkd_gui.session import Session
from fkd_gui.training_desk import TrainingDesk


class Watching(QObject):
    """Shows what a run sees in its watched faces, beside the labels as they stand now."""

    face_requested = Signal(int)
    """a face, counted over all splits"""

    def __init__(
        self, desk: TrainingDesk, session: Session, progress: TrainingProgress, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._session, self._progress = desk, session, progress
        self._rows: tuple[int, ...] = ()
        project = session.project
        self._span = project.span("train") if "train" in project.faces else slice(0, 0)
        desk.faces.connect(self._take)
        desk.faces_read.connect(self._show_images)
        progress.seen_changed.connect(self._changed)
        progress.strip.face_chosen.connect(self._choose)
        session.labels_changed.connect(self._show_labels)

    def _take(self, told: dict[str, Any]) -> None:
        self._progress.faces(SeenFaces.of(told["epoch"], told["rows"], told["points"]))

    def _changed(self, seen: SeenFaces | None) -> None:
        if seen is None or seen.rows == self._rows:
            return
        count = self._span.stop - self._span.start
        if not all(0 <= row < count for row in seen.rows):
            # A run of other faces: there is nothing to show it on.
            return
        self._rows = seen.rows
        self._show_labels()
        self._desk.read_faces(seen.rows)

    def _show_images(self, rows: Sequence[int], images: Any) -> None:
        if tuple(rows) == self._rows:
            self._progress.strip.set_images(rows, images)

    def _show_labels(self, *_: object) -> None:
        if self._rows:
            points = self._session.project.labels.table.points
            faces = [self._span.start + row for row in self._rows]
            self._progress.strip.set_labels(self._rows, points[faces])

    def _choose(self, row: int) -> None:
        if row in self._rows:
            self.face_requested.emit(self._span.start + row)
