"""What commands print: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from fkd_core.files import plain
from fkd_core.jobs import Job

_PIPE_WIDTH = 1000


def print_json(value: Any) -> None:
    """One object on standard output."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(plain(value), indent=2, ensure_ascii=not unicode, allow_nan=False))


def print_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[object]], *, right: Collection[str] = ()
) -> None:
    """A table on standard output; numbers stand right, and so do the columns whose headers `right` names."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for index, name in enumerate(header):
        numeric = name in right or (bool(rows) and all(_is_number(row[index]) for row in rows))
        table.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    # In a pipe there is no width to fit into: whoever reads it must get every cell whole.
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    # Names that people chose may hold square brackets or colons.
    Console(soft_wrap=True, width=width, markup=False, emoji=False).print(table)


def _is_number(cell: object) -> bool:
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and cell.replace(".", "", 1).isdigit())


@contextmanager
def job_for(
    text: str, *, also: Callable[[Callable[[str], None], str, dict[str, Any]], None] | None = None
) -> Iterator[Job]:
    """A job that shows its progress on a terminal, and that the first Ctrl-C cancels.

    A second Ctrl-C interrupts at once. Log lines go to standard error, also into a pipe.

    Args:
        text: what is done.
        also: hears each event after it was shown; it is handed a function that shows a log line.
    """
    console = Console(stderr=True, soft_wrap=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    bar = progress.add_task(text, total=None)

    def log(said: str) -> None:
        console.print(said, markup=False, highlight=False)

    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress":
            progress.update(
                bar, completed=data["done"], total=data["total"], description=data["text"] or text
            )
        elif event == "log":
            log(data["text"])
        elif event == "epoch":
            from fkd_core.runs.history import epoch_line

            console.print(epoch_line(data), markup=False, highlight=False)

        if also is not None:
            also(log, event, data)

    job = Job(hear)
    with progress, _first_interrupt_cancels(job):
        yield job


@contextmanager
def _first_interrupt_cancels(job: Job) -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        if job.cancelled:
            signal.default_int_handler(number, frame)
        job.cancel()
        # Not by print: the print that this interrupts must not be entered a second time.
        with suppress(OSError):
            os.write(2, "\nstopping … (Ctrl-C again to stop at once)\n".encode())

    if threading.current_thread() is not threading.main_thread():
        # Only the main thread hears signals; a program that calls a command elsewhere cancels by itself.
        yield
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
