"""Leads from a frozen set over a new training to the comparison: joins the panel, the desks and the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fkd_core.proof.compare import Comparison
from fkd_gui.panels.proof import ProofPanel
from fkd_gui.proof_desk import ProofDesk, ProofState
from fkd_gui.training_desk import TrainingDesk

if TYPE_CHECKING:
    from fkd_gui.train_place import TrainPlace


class Proving(QObject):
    """Retrains and compares when asked to."""

    problem = Signal(object)
    noted = Signal(str)
    message = Signal(str, str)
    """a title and lines that stay until they are dismissed"""

    def __init__(
        self, desk: ProofDesk, place: TrainPlace, training: TrainingDesk, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.panel: ProofPanel = place.proof
        self._place, self._training = place, training
        self._before: str | None = None
        self._connect()
        self._show(desk.state)
        desk.read()

    def retrain(self) -> None:
        """Train like the run before on the labels as they are now, then compare; or say what is missing."""
        state = self.desk.state
        if not state.faces:
            self.noted.emit("Freeze a validation set first: it tells whether corrections help.")
        elif state.before is None or state.settings is None:
            self.noted.emit("Train a run first: there is none yet that never saw the frozen faces.")
        elif self._training.training:
            self.noted.emit("A training is running already.")
        else:
            self._before = state.before
            self._place.start_with(state.settings)

    def _connect(self) -> None:
        panel, desk, training = self.panel, self.desk, self._training
        panel.freeze_requested.connect(self._freeze)
        panel.thaw_requested.connect(desk.thaw)
        panel.train_requested.connect(self._place.start)
        panel.retrain_requested.connect(self.retrain)
        desk.stands.connect(self._show)
        desk.compared.connect(self._tell)
        desk.failed.connect(self._failed)
        training.started.connect(lambda _: panel.set_blocked("A training is running"))
        training.ended.connect(self._trained)
        training.runs.connect(lambda _: desk.read())

    def _freeze(self) -> None:
        self.panel.show_working("Looking for like faces …")
        self.desk.freeze()

    def _show(self, state: ProofState) -> None:
        self.panel.show_state(state)
        self._place.settings.set_frozen(state.faces)

    def _trained(self, status: str, _: object) -> None:
        self.panel.set_blocked("")
        before, self._before = self._before, None
        if before is not None and status in ("finished", "early") and self._training.run_name is not None:
            self.panel.show_working(f"Comparing {before} with {self._training.run_name} …")
            self.desk.compare(before, self._training.run_name)

    def _tell(self, made: Comparison) -> None:
        title = {
            "better": "The corrections helped.",
            "worse": "The error rose.",
            "undecided": "No difference can be told yet.",
        }[made.verdict]
        self.message.emit(
            title,
            f"{made.describe()}.\nOn {made.faces:,} frozen faces with {made.points:,} keypoints that people "
            f"placed; {made.changed_points:,} keypoints of {made.changed_faces:,} faces were changed.",
        )
        self.desk.read()

    def _failed(self, error: object) -> None:
        self.panel.show_working("")
        if error is not None:
            self.problem.emit(error)
