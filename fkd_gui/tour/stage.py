"""Plays a walk: a generator that says what to wait for before it goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

Wait = Any
"""a bound signal to wait for, a function that says whether to go on, or a number of milliseconds"""
Walk = Generator[Wait, None, None]


_LOOK = 20
"""milliseconds between two looks at whether to go on"""


class _Ear(QObject):
    """Hears one signal, later than everyone who listens already."""

    def __init__(self, signal: Any, heard: Callable[[_Ear], None]) -> None:
        super().__init__()
        self._signal, self._tell = signal, heard
        signal.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def _hear(self, *_: Any) -> None:
        self._tell(self)


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
        self._ear: _Ear | None = None
        self._over = False

    def start(self) -> None:
        """Take the first step once the event loop runs."""
        QTimer.singleShot(0, self._step)

    def fail(self, error: BaseException) -> None:
        """End the walk with an error."""
        if not self._over:
            self._over = True
            self._late.stop()
            # A slot that fails while the walk itself runs fails in the middle of its step.
            if not self._walk.gi_running:
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
        if self._over:
            return
        if isinstance(wait, int):
            QTimer.singleShot(wait, self._step)
        elif hasattr(wait, "connect"):
            self._ear = _Ear(wait, self._heard)
        else:
            self._look(wait)

    def _look(self, ready: Callable[[], bool]) -> None:
        if self._over:
            return
        if ready():
            self._step()
        else:
            QTimer.singleShot(_LOOK, lambda: self._look(ready))

    def _heard(self, ear: _Ear) -> None:
        # A signal that came twice was heard by an ear that listens no more.
        if ear is self._ear:
            self._ear = None
            self._step()

    def _too_late(self) -> None:
        self.fail(TimeoutError(f"a step of the tour took longer than {self._late.interval() / 1000:g} s"))
