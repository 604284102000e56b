"""Training: the settings, and the progress of a run beside them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fkd_core.models import registry
from fkd_gui.panels.series import EpochSeries
from fkd_gui.panels.training_progress import TrainingProgress
from fkd_gui.panels.training_settings import IDLE, RUNNING, STOPPING, TrainingSettings
from fkd_gui.panels.watched_faces import SeenFaces


class TrainingPanel(QWidget):
    """Both halves in a splitter; a window may also place `progress` and `settings` by itself.

    `start_requested` carries what `TrainingSettings.request` returns.
    """

    start_requested = Signal(dict)
    stop_requested = Signal()
    predict_requested = Signal(str)
    """run whose test faces are to be predicted"""
    resume_requested = Signal(str)
    """run that is to go on"""
    extend_requested = Signal(str, dict)
    """run that is to train on, and how much: `epochs` or `minutes`"""
    ending_requested = Signal()
    """stop after the epoch that is under way"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = TrainingSettings()
        self.progress = TrainingProgress()
        self._asked: dict[str, Any] = {}
        self.settings.start_requested.connect(self._start)
        self.settings.stop_requested.connect(self.progress.stopping)
        self.settings.stop_requested.connect(self.stop_requested)
        self.progress.predict_requested.connect(self.predict_requested)
        self.progress.resume_requested.connect(self.resume_requested)
        self.progress.extend_requested.connect(self.extend_requested)
        self.settings.ending_requested.connect(self.progress.ending)
        self.settings.ending_requested.connect(self.ending_requested)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.progress)
        self._splitter.addWidget(self.settings)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([720, 280])
        self.settings.setMinimumWidth(240)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)

    def prepare(self) -> None:
        """Get the curves ready; to be called once the window has nothing else to do."""
        self.progress.prepare()

    def set_models(self, models: list[tuple[str, str]]) -> None:
        """Names of networks and a line about each."""
        self.settings.set_models(models)

    def set_devices(self, devices: list[tuple[str, str]]) -> None:
        """Ids of devices and what to call them."""
        self.settings.set_devices(devices)

    def set_blocked(self, reason: str) -> None:
        """Why no training can start, in words; empty if it can."""
        self.settings.set_blocked(reason)

    def show_started(self, run_name: str, *, epochs: int | None = None, minutes: float | None = None) -> None:
        """A run has begun. How long it lasts is what was asked last, unless it is said here."""
        if epochs is None and minutes is None:
            networks = self._asked.get("folds") or 1
            epochs, minutes = (
                networks * value if (value := self._asked.get(name)) is not None else None
                for name in ("epochs", "minutes")
            )
        network = registry.is_network(self._asked.get("model") or registry.DEFAULT)
        self._asked = {}
        self.settings.set_state(RUNNING)
        self.progress.start(run_name, epochs=epochs, minutes=minutes)
        if not network:
            self.progress.progress(0, None, "Starting …")

    def show_resumed(self, run: str, *, epochs: int | None = None, minutes: float | None = None) -> None:
        """A run goes on that had not come to its end, or for so many more epochs or minutes."""
        self.settings.set_state(RUNNING)
        self.progress.resume(run, epochs=epochs, minutes=minutes)

    def show_followed(
        self,
        run: str,
        epochs: list[dict[str, Any]],
        seconds: float = 0.0,
        length: dict[str, Any] | None = None,
    ) -> None:
        """A run trains already, for so many seconds; see `fkd_gui.attending.Attendance`."""
        self.settings.set_state(RUNNING)
        self.progress.follow(run, epochs, seconds, length or {})

    def name_run(self, run: str) -> None:
        """The run that was started has got its name."""
        self.progress.name_run(run)

    def show_progress(self, done: float, total: float | None, text: str = "") -> None:
        """The run is at `done` of `total` units, None if unknown."""
        self.progress.progress(done, total, text)

    def show_epoch(self, record: dict[str, Any]) -> None:
        """An epoch is over; see `fkd_core.training.fit` for what a record holds."""
        self.progress.epoch(record)

    def show_faces(self, seen: SeenFaces) -> None:
        """The run has looked at its watched faces."""
        self.progress.faces(seen)

    def show_ending(self) -> None:
        """The run was asked from elsewhere to stop after its epoch."""
        if self.settings.state == RUNNING:
            self.settings.set_ending()
            self.progress.ending()

    def show_stopping(self) -> None:
        """The run was asked to stop from elsewhere."""
        if self.settings.state == RUNNING:
            self.settings.set_state(STOPPING)
            self.progress.stopping()

    def show_ended(self, status: str, message: str | BaseException = "") -> None:
        """The run is over: `finished`, `early`, `stopped` or `failed`, with a sentence or the error."""
        self.settings.set_state(IDLE)
        self.progress.end(status, message)

    def show_run(
        self,
        name: str,
        epochs: EpochSeries | list[dict[str, Any]],
        status: str = "finished",
        message: str = "",
        **more: Any,
    ) -> None:
        """Show the history of another run. The one that trains goes on; `show_started` returns to it.

        Args:
            more: see `TrainingProgress.show_run`.
        """
        self.progress.show_run(name, epochs, status, message, **more)

    def ask(self, request: dict[str, Any]) -> None:
        """Remember how long the next training was asked to last."""
        self._asked = request

    def _start(self, request: dict[str, Any]) -> None:
        self.ask(request)
        self.start_requested.emit(request)
