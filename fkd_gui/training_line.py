"""Trainings and predictions as a quiet line in the strip at the bottom of the window."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from fkd_gui.notices import JobStrip
from fkd_gui.training_desk import TrainingDesk

PREDICT = "Predict the test faces"
SHOW = "Show the predictions"


class TrainingLine(QObject):
    """Tells the strip how far the desk is. A training has it before a prediction.

    Attributes:
        strip: of the window; None until there is one.
    """

    def __init__(self, desk: TrainingDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.strip: JobStrip | None = None
        desk.started.connect(self._started)
        desk.progressed.connect(self._progressed)
        desk.epoch.connect(self._epoch)
        desk.ended.connect(self._ended)
        desk.predicting.connect(self._predicting)
        desk.predicted.connect(self._predicted)
        for signal in (desk.prediction_failed, desk.evaluated, desk.imputed):
            signal.connect(self._clear)

    def begin(self, text: str) -> None:
        """A prediction, an evaluation or the like begins."""
        if self.strip is not None and not self._desk.training:
            self.strip.start(text)

    def _started(self, run: str) -> None:
        if self.strip is not None:
            self.strip.start(f"Training {run}")

    def _progressed(self, done: float, total: float | None, text: str) -> None:
        if self.strip is not None:
            self.strip.show_progress(done, total, text)

    def _epoch(self, record: dict[str, Any]) -> None:
        if self.strip is not None:
            self.strip.add_value(record.get("val_rmse"))

    def _ended(self, status: str, _: object) -> None:
        if self.strip is None:
            return
        run = self._desk.run_name or "The training"
        if status == "failed":
            self.strip.fail(f"{run} failed")
        else:
            self.strip.finish(f"{run} {'was stopped' if status == 'stopped' else 'is done'}", PREDICT)

    def _predicting(self, done: float, total: float | None, text: str) -> None:
        if self.strip is not None and not self._desk.training:
            self.strip.show_progress(done, total, text)

    def _predicted(self, run: str) -> None:
        if self.strip is not None and not self._desk.training:
            self.strip.finish(f"{run} predicted all faces", SHOW)

    def _clear(self, *_: object) -> None:
        if self.strip is not None and not self._desk.training:
            self.strip.clear()
