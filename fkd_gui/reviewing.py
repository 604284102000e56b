"""Leads from the wish to look for wrong labels, over a training where one is lacking, to the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fkd_gui.panels.review import ReviewPanel
from fkd_gui.review_desk import ReviewDesk
from fkd_gui.training_desk import TrainingDesk

if TYPE_CHECKING:
    from fkd_core.review.queue import Queue


class Reviewing(QObject):
    """Joins the panel of the queue to the desks."""

    problem = Signal(object)
    noted = Signal(str)
    train_requested = Signal(dict)
    """settings of the quick networks that a look needs"""

    def __init__(
        self, desk: ReviewDesk, panel: ReviewPanel, training: TrainingDesk, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._panel, self._training = desk, panel, training
        self._after_training = False
        panel.look_requested.connect(self._look)
        panel.train_requested.connect(self._train)
        desk.progressed.connect(self._progressed)
        desk.looked.connect(self._looked)
        desk.failed.connect(self._failed)
        training.ended.connect(self._trained)

    def _look(self) -> None:
        self._panel.show_working("Looking at the labels …")
        self._desk.look()

    def _progressed(self, done: float, total: float | None, text: str) -> None:
        self._panel.show_working(f"{text[:1].upper()}{text[1:]} …", done, total)

    def _looked(self, queue: Queue | None) -> None:
        if queue is None:
            self._panel.show_lacking()
        else:
            self._panel.show_queue(queue)

    def _failed(self, error: object) -> None:
        self._panel.show_idle()
        if error is not None:
            self.problem.emit(error)

    def _train(self) -> None:
        if self._training.training:
            self.noted.emit("A training is running already.")
            return
        self._after_training = True
        self._panel.show_working("Four quick networks are being trained. You can go on labelling.")
        # Imported with the first look: a start need not wait for it.
        from fkd_core.reviewing import QUICK

        self.train_requested.emit(dict(QUICK))

    def _trained(self, status: str, _: object) -> None:
        waiting, self._after_training = self._after_training, False
        if waiting and status == "finished":
            self._look()
        elif waiting:
            self._panel.show_idle()
