"""Parts of the window that take long to make: imported on a thread, then made a piece at a time."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

_LOOK = 15
"""milliseconds between two looks whether the modules are there"""


class Ahead(QObject):
    """Imports modules on a thread, then takes the steps of a generator, one each turn of the event loop.

    Args:
        modules: what has to be imported first.
        pieces: makes one piece each time it is asked for the next; called once the modules are there.
    """

    ready = Signal()
    """all is made"""

    def __init__(
        self, modules: Sequence[str], pieces: Callable[[], Iterator[None]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make = pieces
        self._pieces: Iterator[None] | None = None
        # The thread knows nothing of Qt, whose objects may be gone before an import is over, which nothing
        # can cut short: the window looks whether it has ended.
        self._import = threading.Thread(target=_import, args=(tuple(modules),), name="ahead", daemon=True)
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._import.start()
        self._timer.start()

    def _look(self) -> None:
        if self._import.is_alive():
            return
        if self._pieces is None:
            self._pieces = self._make()
            self._timer.setInterval(0)
        if next(self._pieces, self) is self:
            self._timer.stop()
            self.ready.emit()


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)
