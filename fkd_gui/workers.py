"""Worker threads: long work with a Job, and the one thread that writes labels to the disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, Signal

from fkd_core.errors import Cancelled
from fkd_core.jobs import Job
from fkd_core.labels.store import Applied, LabelStore


class _Teller(QThread):
    """A thread whose public signals are emitted on the thread that owns it, whatever is connected to them."""

    _said = Signal(object)
    """a call to make over there"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def say(self, signal: Any, *values: Any) -> None:
        """Have a signal emitted on the owner's thread, in the order in which things were said."""
        self._said.emit((signal, values))

    def finish(self) -> None:
        """Wait for the thread, then emit what it said and nobody heard yet. Call it on the owner's thread."""
        self.wait()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def _tell(self, said: tuple[Any, tuple[Any, ...]]) -> None:
        signal, values = said
        signal.emit(*values)


class Task(_Teller):
    """One call of the core on a thread of its own.

    Exactly one of `succeeded`, `failed` and `stopped` is emitted, then Qt's `finished`. All are emitted on
    the thread that made the task.

    Args:
        work: is handed a Job; what it returns goes to `succeeded`.
        text: what it does, for people.
        parent: keeps the thread alive; whoever owns it waits for it before it goes.
    """

    progressed = Signal(object, object, str)
    """done, total (None if unknown), text"""
    happened = Signal(str, object)
    """an event of the task's own, such as `epoch`, and its data"""
    succeeded = Signal(object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, work: Callable[[Job], Any], text: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.job = Job(self._listen)
        self._work = work

    def cancel(self) -> None:
        """Ask the work to stop; `stopped` tells when it did."""
        self.job.cancel()

    def run(self) -> None:
        """Runs on the thread; called by Qt."""
        try:
            result = self._work(self.job)
        except Cancelled:
            self.say(self.stopped)
        except Exception as error:
            self.say(self.failed, error)
        else:
            self.say(self.succeeded, result)

    def _listen(self, event: str, data: dict[str, Any]) -> None:
        if event == "progress":
            self.say(self.progressed, data["done"], data["total"], data["text"])
        else:
            self.say(self.happened, event, data)


class LabelWriter(_Teller):
    """Commits staged edits in their order, off the window's thread; its signals are emitted on that one.

    When a commit fails, nothing more is written until `take_failed` was called: later edits build on
    the one that failed.
    """

    saved = Signal(object)
    """the `Applied` that is on the disk now"""
    failed = Signal(object)
    """why; see `take_failed`"""

    def __init__(self, store: LabelStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._waiting: deque[Applied] = deque()
        self._changed = threading.Condition()
        self._broken = False
        self._closing = False

    @property
    def pending(self) -> int:
        """How many edits are not on the disk yet."""
        with self._changed:
            return len(self._waiting)

    def put(self, applied: Applied) -> None:
        """Queue an edit that was staged."""
        with self._changed:
            self._waiting.append(applied)
            self._changed.notify_all()

    def take_failed(self) -> list[Applied]:
        """The edits that were not written, oldest first; writing goes on with those put from now on."""
        with self._changed:
            unsaved = list(self._waiting)
            self._waiting.clear()
            self._broken = False
            self._changed.notify_all()
        return unsaved

    def close(self) -> None:
        """Write what is waiting, then end the thread. Edits after a failure are left to `take_failed`."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self.finish()

    def run(self) -> None:
        """Runs on the thread; called by Qt."""
        while (applied := self._next()) is not None:
            try:
                self._store.commit(applied)
            except Exception as error:
                with self._changed:
                    self._broken = True
                self.say(self.failed, error)
            else:
                with self._changed:
                    self._waiting.popleft()
                    self._changed.notify_all()
                self.say(self.saved, applied)

    def _next(self) -> Applied | None:
        with self._changed:
            while self._broken or not self._waiting:
                if self._closing:
                    return None
                self._changed.wait()
            return self._waiting[0]
