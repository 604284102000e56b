"""What can be asked of the faces besides their labels, found out off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from fkd_core.arrays import Mask
from fkd_core.jobs import Job
from fkd_core.labels.put_into import rules_put_into
from fkd_core.project import Project
from fkd_core.query import Choices, Columns, Vocabulary, face_columns, vocabulary_of
from fkd_gui.session import Session
from fkd_gui.tasks import Tasks


class FaceFacts(QObject):
    """Marking rules, like faces, the chosen run's predictions and suspicion, as columns of the filter.

    It belongs to its session, whose end stops what is still being found out.
    """

    changed = Signal(str)
    """name of the field of which more is known now, or nothing any more"""
    failed = Signal(str, object)
    """name of the field that could not be found out, and why"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._tasks = Tasks(self)
        self._rules: Choices | None = None
        self._source_rules: Choices | None = None
        """those by which the faces were marked when they came"""
        self._duplicate: Mask | None = None
        self._brightness: NDArray[np.float32] | None = None
        self._suspicion: NDArray[np.floating[Any]] | None = None
        self._looking: set[str] = set()
        self._columns: Columns | None = None
        self._closed = False
        self._stale = False
        """whether the rules may have changed since they began to be read"""
        session.closing.connect(self._close)
        session.labels_changed.connect(self._labels_changed)
        session.remarks.changed.connect(self._forget_columns)
        session.predictions_changed.connect(lambda: self._tell("error"))

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that are known by now."""
        return vocabulary_of(self._session.project, None if self._rules is None else self._rules.names)

    @property
    def looking(self) -> frozenset[str]:
        """The fields that are being found out."""
        return frozenset(self._looking)

    def columns(self) -> Columns:
        """All that is known, as the labels are now."""
        if self._columns is None:
            self._columns = face_columns(
                self._session.project,
                predictions=self._session.predictions,
                suspicion=self._suspicion,
                rules=self._rules,
                duplicate=self._duplicate,
                brightness=self._brightness,
            )
        return self._columns

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Have something worked out on a thread that ends with the session; nothing after that."""
        if not self._closed:
            self._tasks.run(lambda _: work(), "filtering", done=done)

    def set_suspicion(self, suspicion: NDArray[np.floating[Any]] | None) -> None:
        """Take `(N, K)` suspicion of all faces, NaN where nothing is said; None takes it away.

        Raises:
            ValueError: if it is not of these faces.
        """
        shape = self._session.project.labels.table.state.shape
        if suspicion is not None and suspicion.shape != shape:
            raise ValueError(f"suspicion must be {shape}, received {suspicion.shape}")
        self._suspicion = suspicion
        self._tell("suspicion")

    def read_rules(self) -> None:
        """Read the marking rules, anew if they were read before."""
        project = self._session.project
        self._stale = "rule" in self._looking
        self._find("rule", lambda _: _rules(project))

    def look_for(self, field: str) -> None:
        """Begin to find a field out that needs it and is not known."""
        if field == "rule" and self._rules is None and field not in self._looking:
            self.read_rules()
        elif field == "duplicate":
            self.find_duplicates()
        elif field == "brightness" and self._brightness is None:
            project = self._session.project
            self._find("brightness", lambda job: _brightness(project, job))

    def find_duplicates(self) -> None:
        """Look for like faces, which takes seconds; once."""
        project = self._session.project
        if self._duplicate is None:
            self._find("duplicate", lambda job: _duplicate(project, job))

    def _find(self, field: str, work: Callable[[Job], Any]) -> None:
        if field in self._looking or self._closed:
            return
        self._looking.add(field)
        self._tasks.run(
            work,
            f"finding out: {field}",
            done=lambda found: self._found(field, found),
            failed=lambda error: self._failed(field, error),
        )

    def _found(self, field: str, found: Any) -> None:
        self._looking.discard(field)
        if field == "rule" and self._stale:
            self.read_rules()
            return
        if field == "rule":
            self._source_rules = found
            self._rules = self._as_labelled(found.codes, slice(None))
        elif field == "brightness":
            self._brightness = found
        else:
            self._duplicate = found
        self._tell(field)

    def _close(self) -> None:
        self._closed = True
        self._tasks.close()

    def _labels_changed(self, faces: NDArray[np.intp]) -> None:
        if self._rules is not None and self._source_rules is not None:
            # A face follows the rule that its labels have been put into; an undo takes both back.
            now = self._as_labelled(self._source_rules.codes[faces], faces)
            codes = self._rules.codes.copy()
            codes[faces] = now.codes
            self._rules = Choices(codes, now.names)
        self._forget_columns()

    def _as_labelled(self, source: NDArray[np.integer[Any]], faces: slice | NDArray[np.intp]) -> Choices:
        assert self._source_rules is not None
        names = self._source_rules.names
        put = rules_put_into(self._session.project.labels.table, faces, names)
        return Choices(np.where(put < 0, source, put).astype(np.int16), names)

    def _forget_columns(self) -> None:
        self._columns = None

    def _tell(self, field: str) -> None:
        self._forget_columns()
        self.changed.emit(field)

    def _failed(self, field: str, error: Exception) -> None:
        self._looking.discard(field)
        self.failed.emit(field, error)


def _rules(project: Project) -> Choices:
    # Imported here because what looks for rules takes longer to come than the whole window may.
    from fkd_core.rules import NO_RULE, load_rules

    codes = np.full(len(project), NO_RULE, np.int16)
    if "train" not in project.faces:
        return Choices(codes, ())
    rules = load_rules(project)
    codes[project.span("train")] = rules.of_source
    return Choices(codes, rules.names)


def _brightness(project: Project, job: Job) -> NDArray[np.float32]:
    from fkd_core.overview.light import face_light

    return face_light(project, job).brightness


def _duplicate(project: Project, job: Job) -> Mask:
    """Where another face of the same split is nearly the same."""
    from fkd_core.training.folds import FaceGroups

    found = np.zeros(len(project), np.bool_)
    for split, faces in project.faces.items():
        groups = FaceGroups.find(faces.images, job).of_row
        found[project.span(split)] = np.bincount(groups, minlength=len(groups))[groups] > 1
    return found
