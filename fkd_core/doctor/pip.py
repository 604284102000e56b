"""pip, run with one line of progress and with advice when it fails. Needs the standard library alone."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TextIO

ADVICE = (
    (r"No space left|not enough space|Errno 28", "The disk is full. Free some space and start again."),
    (
        r"name resolution|getaddrinfo|NewConnection|[Tt]imed out|Timeout|ProxyError|Network is unreachable"
        r"|Connection (refused|reset|aborted)|SSLError|CERTIFICATE_VERIFY|RemoteDisconnected|IncompleteRead",
        "The packages cannot be fetched. Check the network, or the proxy in pip's settings, and start again.",
    ),
    (r"DO NOT MATCH THE HASHES", "A download was damaged or replaced on its way. Start again."),
    (
        r"No matching distribution|Could not find a version",
        "A package has no build for this computer. FKD runs on Linux (x86-64 and ARM), Windows (x86-64) "
        "and macOS (Apple's own chips).",
    ),
    (r"", "Start again; if it fails the same way, delete the folder .venv first."),
)
"""What to do about pip's messages, the first that matches. A missing network also ends in 'No matching …'."""

_FETCHED = re.compile(
    r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)|Processing .*?([^\\/]+?)-\d[^\\/]*\.whl"
)
_SIZE = re.compile(r" +(?:Downloading|Using cached) \S+ (\([\d.]+ [kMG]?B\))")
# What a user's pip settings may say and this environment cannot live with.
_SETTINGS = {
    "PIP_CONSTRAINT": os.devnull,
    "PIP_REQUIRE_HASHES": "0",
    "PIP_USER": "0",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
}


class SetupError(Exception):
    """The set-up cannot go on; the message says why and what to do."""


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Progress:
    """One line that says how far pip is: redrawn on a terminal, elsewhere repeated at quarters.

    Args:
        stream: where it goes.
        names: the packages to come, normal names.
        present: lists the `dist-info` folders of installed packages, by name.
    """

    def __init__(self, stream: TextIO, names: set[str], present: Callable[[], Iterable[str]]) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._names = names
        self._present = present
        self._fetched = 0
        self._current = ""
        self._installing = False
        self._shown = ("", -1)
        self._start = time.monotonic()

    def pip_says(self, line: str) -> None:
        """Take one line of pip's output."""
        if found := _FETCHED.match(line):
            self._fetched += 1
            self._current = found[1] or found[2]
        elif found := _SIZE.match(line):
            self._current = f"{self._current.partition(' ')[0]} {found[1]}"
        elif line.startswith("Installing collected packages: "):
            self._installing = True

    def show(self) -> None:
        """Say how far it is now."""
        left = self._names - {normal(info.partition("-")[0]) for info in self._present()}
        total = len(self._names)
        if self._installing:
            verb, done = "installed", total - len(left)
            detail = f"to come: {', '.join(sorted(left))}" if left else "finishing"
        else:
            verb, done, detail = "fetched", min(self._fetched, total), self._current
        text = f"Setting up FKD: {verb} {done} of {total} packages"
        if self._terminal:
            line = f"{text}, {time.monotonic() - self._start:.0f} s  {detail}"
            self._stream.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
            self._stream.flush()
        elif (shown := (verb, 4 * done // max(total, 1))) != self._shown:
            self._shown = shown
            print(text, file=self._stream, flush=True)

    def close(self) -> None:
        """Take the redrawn line away."""
        if self._terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def advice(output: str) -> str:
    """What to do about a failed pip, from what it said."""
    return next(todo for pattern, todo in ADVICE if re.search(pattern, output))


def run_pip(python: Path, arguments: list[str], progress: Progress, keep: IO[bytes]) -> None:
    """Run `pip install` in the environment of `python`.

    Args:
        python: the environment's interpreter.
        arguments: what to install.
        progress: is shown what pip says.
        keep: the locked file; pip holds it too, so that a set-up that was killed and left pip behind
            makes the next one wait.

    Raises:
        SetupError: if pip fails, with its last lines and what to do.
    """
    command = [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    process = subprocess.Popen(
        [*command, "--progress-bar=off", "--no-warn-script-location", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **_SETTINGS},
        pass_fds=() if os.name == "nt" else (keep.fileno(),),
    )
    last: deque[str] = deque(maxlen=40)
    try:
        for line in _lines(process):
            if line is not None:
                last.append(line)
                progress.pip_says(line)
            progress.show()
    except BaseException:  # Ctrl-C above all: pip must not go on without us
        process.terminate()
        raise
    finally:
        progress.close()
        process.wait()
    if process.returncode:
        raise SetupError("\n".join([*telling(last), advice("\n".join(last))]))


def telling(output: Iterable[str]) -> list[str]:
    """The lines of a failed pip that say why: its errors, or the last ones where it names none."""
    lines = [line for line in output if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return [f"  pip: {line[:200]}" for line in (errors or lines)[-8:]]


def _lines(process: subprocess.Popen[bytes]) -> Iterable[str | None]:
    """The lines a process prints, and None every half second in between so that the clock goes on."""
    output = process.stdout
    if output is None:
        raise ValueError("the process must have been started with a pipe for its output, received none")
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        with output:
            for line in output:
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    while True:
        line: bytes | None = None
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=0.5)
        if line == b"":
            return
        yield None if line is None else line.decode("utf-8", errors="replace").rstrip()
