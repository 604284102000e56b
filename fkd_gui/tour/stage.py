"""Plays a walk: a generator that says what to wait for before it goes on."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

Wait = Any
"""a bound signal to wait for, or a number of milliseconds"""
Walk = Generator[Wait, None, None]


class Stage(QObject):
    """Runs a walk in the event loop of the application.

    Args:
        walk: yields what to wait for.
        patience: milliseconds that any one wait may take.
    """

    ended = Signal(object)
    """None, or the error that stopped the walk"""

    def __init__(self, walk: Walk, *, patience: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._walk = walk
        self._late = QTimer(self, singleShot=True, interval=patience)
        self._late.timeout.connect(self._too_late)
        self._waiting: Wait = None
        self._over = False

    def start(self) -> None:
        """Take the first step once the event loop runs."""
        QTimer.singleShot(0, self._step)

    def fail(self, error: BaseException) -> None:
        """End the walk with an error."""
        if not self._over:
            self._over = True
            self._late.stop()
            self._walk.close()
            self.ended.emit(error)

    def _step(self) -> None:
        if self._over:
            return
        self._late.start()
        try:
            wait = next(self._walk)
        except StopIteration:
            self._over = True
            self._late.stop()
            self.ended.emit(None)
            return
        except Exception as error:
            self.fail(error)
            return
        if isinstance(wait, int):
            QTimer.singleShot(wait, self._step)
            return
        self._waiting = wait
        # Queued, so that everyone else has heard the signal before the walk goes on.
        wait.connect(self._heard, Qt.ConnectionType.QueuedConnection)

    def _heard(self, *_: Any) -> None:
        if self._waiting is not None:
            self._waiting.disconnect(self._heard)
            self._waiting = None
            self._step()

    def _too_late(self) -> None:
        self.fail(TimeoutError(f"a step of the tour took longer than {self._late.interval() / 1000:g} s"))
