"""What commands print: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
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
def job_for(text: str) -> Iterator[Job]:
    """A job that shows its progress on a terminal, and that the first Ctrl-C cancels.

    A second Ctrl-C interrupts at once. Log lines go to standard error, also into a pipe.
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

    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress":
            progress.update(
                bar, completed=data["done"], total=data["total"], description=data["text"] or text
            )
        elif event == "log":
            console.print(data["text"], markup=False, highlight=False)
        elif event == "epoch":
            console.print(_epoch_line(data), markup=False, highlight=False)

    job = Job(hear)
    with progress, _first_interrupt_cancels(job):
        yield job


def _epoch_line(record: dict[str, Any]) -> str:
    parts = [f"{record.get('unit', 'epoch')} {record['epoch']:>3}", f"{record['seconds']:6.0f} s"]
    if record.get("rmse") is not None:
        parts.append(f"rmse {record['rmse']:.3f}")
    if record.get("val_rmse") is not None:
        parts.append(f"validation {record['val_rmse']:.3f} px")
    if record.get("images_per_second") is not None:
        parts.append(f"{record['images_per_second']:.0f} images/s")
    return "  ".join(parts)


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
