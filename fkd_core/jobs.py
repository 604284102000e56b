"""What each long task is handed: a way to say how far it is, to say what happened, and to be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

from fkd_core.errors import Cancelled

T = TypeVar("T")


class Listener(Protocol):
    """Receives what a job says, on the thread the job runs on."""

    def __call__(self, event: str, data: dict[str, Any]) -> None:
        """`event` is `progress`, `log` or a name that the task defines; `data` is plain JSON values."""


class Job:
    """Progress, log lines, events and cancellation for one long task.

    The task calls `progress` as often as it likes; what reaches the listener is thinned to one
    report each `interval` seconds, the last one always included.

    Args:
        listener: receives events; None for a job nobody watches.
        interval: shortest time between two progress reports, in seconds.
    """

    def __init__(self, listener: Listener | None = None, *, interval: float = 0.1) -> None:
        if interval < 0:
            raise ValueError(f"interval must not be negative, received {interval}")
        self._listener = listener
        self._interval = interval
        self._last = -float("inf")
        self._cancel = threading.Event()

    def cancel(self) -> None:
        """Ask the task to stop. Safe from any thread."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether someone asked the task to stop."""
        return self._cancel.is_set()

    def check(self) -> None:
        """Called by the task between steps.

        Raises:
            Cancelled: if someone asked it to stop.
        """
        if self._cancel.is_set():
            raise Cancelled

    def rest(self) -> None:
        """Called by the task where it could well end, such as between two epochs.

        Raises:
            Cancelled: if someone asked it to stop, at once or here.
        """
        self.check()

    def wait(self, seconds: float) -> None:
        """Let some time pass, or the time until someone asks the task to stop.

        Raises:
            Cancelled: if someone did.
        """
        self._cancel.wait(seconds)
        self.check()

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Say how far the task is: `done` of `total` units, None if unknown; checks for cancellation."""
        self.check()
        now = time.monotonic()
        finished = total is not None and done >= total
        if not finished and now - self._last < self._interval:
            return
        self._last = now
        self.emit("progress", {"done": done, "total": total, "text": text})

    def log(self, text: str) -> None:
        """Say what happened, in one line for the user."""
        self.emit("log", {"text": text})

    def emit(self, event: str, data: dict[str, Any]) -> None:
        """Hand an event to the listener, unthinned."""
        if self._listener is not None:
            self._listener(event, data)

    def track(self, items: Iterable[T], total: int, text: str = "") -> Iterator[T]:
        """Iterate over `items`, reporting progress after each."""
        for done, item in enumerate(items, start=1):
            yield item
            self.progress(done, total, text)
