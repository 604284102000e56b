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

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""seconds between two attempts to write what could not be written"""


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

    An edit that cannot be committed is kept, and those after it, which build on it, wait: they are tried
    again after a while, with the next edit, and by `retry`.
    """

    saved = Signal(object)
    """the `Applied` that is on the disk now"""
    failed = Signal(object)
    """why nothing can be written; told once for each reason"""
    recovered = Signal()
    """writing goes on"""

    def __init__(self, store: LabelStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._waiting: deque[Applied] = deque()
        self._changed = threading.Condition()
        self._urged = False
        self._stuck = False
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
            self._urge()

    def retry(self) -> None:
        """Try again now to write what could not be written."""
        with self._changed:
            self._urge()

    def flush(self) -> bool:
        """Wait until everything is written, or until that was tried and failed; whether it is."""
        with self._changed:
            if self._waiting:
                self._urge()
                self._changed.wait_for(lambda: not self._waiting or (self._stuck and not self._urged))
            return not self._waiting

    def close(self, *, abandon: bool = False) -> None:
        """Write what is waiting, or abandon it, then end the thread. What fails then stays `pending`."""
        with self._changed:
            if abandon:
                self._waiting.clear()
            self._closing = True
            self._urge()
        self.finish()

    def run(self) -> None:
        """Runs on the thread; called by Qt."""
        told, pause = "", 0.0
        while (applied := self._next(pause)) is not None:
            try:
                self._store.commit(applied)
            except Exception as error:
                pause = min(2 * pause, LONGEST_PAUSE) or FIRST_PAUSE
                self._leave_waiting()
                if str(error) != told:
                    told = str(error)
                    self.say(self.failed, error)
            else:
                with self._changed:
                    if self._waiting:  # it may have been abandoned meanwhile
                        self._waiting.popleft()
                    self._stuck = False
                    self._changed.notify_all()
                self.say(self.saved, applied)
                if told:
                    told, pause = "", 0.0
                    self.say(self.recovered)

    def _urge(self) -> None:
        self._urged = True
        self._changed.notify_all()

    def _leave_waiting(self) -> None:
        with self._changed:
            self._stuck = True
            self._changed.notify_all()

    def _next(self, pause: float) -> Applied | None:
        """What is to be written next; after a failure not before a pause is over or someone urges."""
        with self._changed:
            if self._stuck:
                if self._closing and not self._urged:
                    return None
                self._changed.wait_for(lambda: self._urged, pause)
            while not self._waiting:
                if self._closing:
                    return None
                self._changed.wait()
            self._urged = False
            return self._waiting[0]
