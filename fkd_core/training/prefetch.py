"""Prepares the next values of an iterator on a thread while the present one is used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class Prefetch(Generic[T]):
    """Iterates over `source` on a thread of its own, `depth` values ahead.

    A context manager; on leaving it the thread ends. What `source` raises is raised here, in its turn.
    """

    def __init__(self, source: Iterator[T], depth: int = 4) -> None:
        if depth < 1:
            raise ValueError(f"depth must be at least 1, received {depth}")
        self._source = source
        self._queue: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(depth)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="fkd-prefetch", daemon=True)

    def __enter__(self) -> Prefetch[T]:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._drain()
        self._thread.join()

    def __iter__(self) -> Iterator[T]:
        while (item := self._queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]

    def _work(self) -> None:
        try:
            for value in self._source:
                if not self._put((value,)):
                    return
            self._put(None)
        except BaseException as error:  # handed to the consumer, which raises it
            self._put(error)

    def _put(self, item: tuple[T] | BaseException | None) -> bool:
        """Whether the item was taken before the consumer left."""
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def _drain(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
