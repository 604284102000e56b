"""Ties the comparison of fills together: what is worked out, what is shown, and what is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from fkd_core.fills import Acceptable, Fill, imputable_of, methods, outdated, take_fill
from fkd_core.impute.registry import get
from fkd_core.labels.edits import imputable
from fkd_core.labels.values import Edit
from fkd_gui.canvas import FaceCanvas
from fkd_gui.canvas.commands import attempt
from fkd_gui.fills.desk import FillDesk
from fkd_gui.fills.panel import FillsPanel
from fkd_gui.fills.pictures import FillPictures
from fkd_gui.session import Session

_FIRST = ("mean", "backfill", "shape", "model")
"""in this order they are worked out: what is there soonest is seen soonest"""


class FillBench(QObject):
    """Nothing is worked out before it is shown for the first time.

    Attributes:
        pictures: for the middle of the window.
        panel: for its side.
    """

    noted = Signal(str)
    next_requested = Signal()
    """on to the next face with something to fill in"""
    leave_requested = Signal()

    def __init__(self, session: Session, canvas: FaceCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.desk = FillDesk(session.project, self)
        self.pictures = FillPictures(session, canvas)
        self.panel = FillsPanel(session)
        self._runs: list[str] = []
        self._active = self._stale = False
        self._method = ""
        self._failed: set[str] = set()
        self._ledger: Acceptable | None = None
        session.face_changed.connect(self._refresh)
        session.labels_changed.connect(self._labels_changed)
        session.keypoints_changed.connect(self._selected)
        session.closing.connect(self.desk.finish)
        canvas.options_changed.connect(self.pictures.update)
        self.desk.filled.connect(self._filled)
        self.desk.progressed.connect(self._progressed)
        self.desk.failed.connect(self._work_failed)
        self.desk.rested.connect(self._refresh)
        self.desk.accepted.connect(self._accept)
        self.pictures.take_requested.connect(self._take_from)
        self.pictures.chosen.connect(self._choose)
        self.pictures.leave_requested.connect(self.leave_requested)
        self.panel.take_requested.connect(lambda selected: self.take(selected=selected))
        self.panel.next_requested.connect(self.next_requested)
        self.panel.leave_requested.connect(self.leave_requested)
        self.panel.again_requested.connect(self.again)
        self.panel.all.method_changed.connect(self._choose_method)
        self.panel.all.accept_requested.connect(self._accept_all)
        if session.project.read_only is not None:
            self.panel.all.set_blocked("The project is open for reading only")

    @property
    def method(self) -> str:
        """The method that Enter and the buttons take from; empty while none is worked out."""
        return self._method

    @property
    def ready(self) -> list[Fill]:
        """What is worked out, in the order of the pictures."""
        return [self.desk.fills[name] for name in methods() if name in self.desk.fills]

    def set_runs(self, names: Sequence[str]) -> None:
        """The runs that can look at faces, the newest first."""
        self._runs = list(names)
        if self._active:
            self._ask()

    def set_active(self, active: bool) -> None:
        """Whether it is in view."""
        self._active = active
        if active:
            self._ask()
            self._refresh()

    def again(self) -> None:
        """Work everything out anew from the labels as they stand now."""
        self.desk.forget()
        self._stale = False
        self._failed.clear()
        self._set_ledger()
        self._ask()
        self._refresh()

    def take(self, *, selected: bool = False, go_on: bool = False) -> None:
        """Take the chosen method's values for the current face, or for its selected keypoints only.

        Args:
            selected: only these, even if none is.
            go_on: to the next face once nothing of this one is left.
        """
        session, fill = self._session, self.desk.fills.get(self._method)
        if fill is None or session.project.read_only is not None:
            return
        table, schema, face = session.project.labels.table, session.project.schema, session.face
        everything: Sequence[int] = range(len(schema))
        keypoints = session.keypoints if selected or session.keypoints else everything
        taken = self._says_here(fill, keypoints)
        if taken:
            attempt(session, lambda: take_fill(table, schema, fill, face, keypoints))
        elif not go_on:
            self.noted.emit(f"{fill.method} has nothing to fill in here.")
        if go_on and self._open(fill):
            # Enter once more takes the rest of the face.
            session.select(())
        elif go_on:
            self.next_requested.emit()

    def _says_here(self, fill: Fill, keypoints: Sequence[int]) -> bool:
        for shown in self.pictures.shown:
            if shown.fill is fill:
                return bool(np.isfinite(shown.places[list(keypoints)]).all(axis=1).any())
        return False

    def _open(self, fill: Fill) -> bool:
        """Whether a method has something for the current face that nobody looked at."""
        face = self._session.face
        waiting = imputable_of(self._session.project.labels.table, np.array([face]))[0]
        return bool((waiting & np.isfinite(fill.points[face, :, 0])).any())

    def _take_from(self, number: int, go_on: bool) -> None:
        self._choose(number)
        self.take(go_on=go_on)

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self.ready):
            self._choose_method(self.ready[number].method)

    def _choose_method(self, method: str) -> None:
        if method in self.desk.fills and method != self._method:
            self._method = method
            self._set_ledger()
            self._refresh()

    def _ask(self) -> None:
        known = [name for name in _FIRST if name in methods()]
        known += [name for name in methods() if name not in known]
        run = self._runs[0] if self._runs else ""
        self.desk.ask(
            [(name, run) for name in known if (run or not get(name).needs_run) and name not in self._failed]
        )
        if self.desk.working:
            self._progressed(self.desk.working, None, None, "")

    def _filled(self, fill: Fill) -> None:
        best = self.ready[0].method
        # What knows most is offered first, unless a person chose already.
        if not self._method or fill.method == best:
            self._method = fill.method
        self._set_ledger()
        self._refresh()

    def _progressed(self, method: str, done: float | None, total: float | None, text: str) -> None:
        waiting = f" Then: {', '.join(self.desk.waiting)}." if self.desk.waiting else ""
        self.panel.show_progress(f"{method}: {text or 'working it out'} …{waiting}", done, total)

    def _work_failed(self, method: str, error: Exception) -> None:
        if method:
            self._failed.add(method)
        self.panel.all.set_busy(False)
        self._session.problem.emit(error)

    def _labels_changed(self, faces: Any) -> None:
        faces, table = np.asarray(faces), self._session.project.labels.table
        self._stale = self._stale or any(outdated(table, fill, faces) for fill in self.ready)
        if self._ledger is not None:
            self._ledger.update(faces)
            self.panel.all.count()
        if self._session.face in faces or self._stale:
            self._refresh()

    def _set_ledger(self) -> None:
        fill = self.desk.fills.get(self._method)
        table = self._session.project.labels.table
        if fill is None:
            self._method = self.ready[0].method if self.ready else ""
            fill = self.desk.fills.get(self._method)
        if self._ledger is None or fill is not self._ledger.fill:
            self._ledger = None if fill is None else Acceptable(table, fill)
            self.panel.all.show_ledger(self._ledger)
        self.panel.all.set_methods([one.method for one in self.ready], self._method)

    def _refresh(self, *_: Any) -> None:
        if not self._active:
            return
        ready = self.ready
        chosen = next((i for i, fill in enumerate(ready) if fill.method == self._method), 0)
        self.pictures.show_fills(ready, chosen, "Working out what each method would fill in …")
        self.panel.table.show_filled(self.pictures.shown)
        self.panel.set_stale(self._stale)
        if not self.desk.working:
            self.panel.show_note(self._note())
        self._enable()

    def _selected(self) -> None:
        if self._active:
            self.pictures.show_selection()
            self._enable()

    def _enable(self) -> None:
        session, fill = self._session, self.desk.fills.get(self._method)
        every = range(len(session.project.schema))
        self.panel.enable(
            self._method,
            1 + next((number for number, one in enumerate(self.ready) if one is fill), 0),
            face=fill is not None and self._says_here(fill, every),
            keypoints=fill is not None
            and bool(session.keypoints)
            and self._says_here(fill, session.keypoints),
            why="" if session.project.read_only is None else "The project is open for reading only",
        )

    def _note(self) -> str:
        parts = []
        if self._stale:
            parts.append("Labels changed since this was worked out.")
        lacking = [name for name in methods() if get(name).needs_run and name not in self.desk.fills]
        if lacking and not self._runs:
            parts.append(f"Train a network to see what {lacking[0]} would fill in.")
        return " ".join(parts)

    def _accept_all(self, limit: float) -> None:
        if self._ledger is not None:
            self.panel.all.set_busy(True)
            self.desk.accept(self._ledger, limit)

    def _accept(self, edit: Edit) -> None:
        """Enter what was worked out, but not where a person was quicker."""
        changes = edit.changes
        free = imputable(self._session.project.labels.table)[changes["face"], changes["keypoint"]]
        self._session.apply(edit if free.all() else Edit(edit.what, changes[free]))
        self.panel.all.set_busy(False)
        count, faces = int(free.sum()), len(np.unique(changes["face"][free]))
        self.noted.emit(f"{count:,} keypoints of {faces:,} faces accepted; one undo takes it back.")
