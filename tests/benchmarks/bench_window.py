"""How the real window feels: each figure of the labelling bench, on a project and on a million faces.

    python -m tests.benchmarks.bench_window PROJECT [--large FOLDER] [--minutes M] [--search M] [--browse M]

PROJECT is copied. A process of its own opens it in the window and walks from face to face, drags, filters,
sorts and scrolls; a figure runs from the key or the mouse to painted pixels, with the event loop in between.
With `--minutes` the default network trains meanwhile, and the same is measured again; with `--search` a
search tries settings for so long. With `--browse`
somebody goes through the faces for so many minutes of real time, five a second, with filters, drags and
scrolling in between; its memory is the highest that was seen. With `--large` the walk is repeated on a sparse
project of a million faces, made there if it is missing. QT_QPA_PLATFORM=xcb and a display measure what X11
adds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from fkd_core.runs.environment import describe_environment
from tests.helpers.sparse import make_sparse_project

MILLION = 1_000_000
LIMITS: dict[str, tuple[float, float | None]] = {
    "start": (1000, None),
    "next face": (16, 30),
    "drag": (16, 30),
    "stall": (100, 100),
    "filter": (50, 50),
    "sort": (50, 50),
    "first screen": (100, None),
    "scroll frame": (1000 / 60, 1000 / 60),
    "memory": (300, None),
}
"""figure to its limit without and with training: milliseconds, for memory MB"""
AT_99 = {"next face", "drag", "scroll frame"}
"""judged by the 99th percentile; the longest stall by its length, the others by their median"""


def main() -> int:
    """Measure in processes of their own, and print; 1 if a figure is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--large", type=Path, help="folder of the project of a million faces")
    parser.add_argument("--minutes", type=float, default=0.0, help="train for so long, and measure meanwhile")
    parser.add_argument("--search", type=float, default=0.0, help="search for so long, and measure meanwhile")
    parser.add_argument("--browse", type=float, default=0.0, help="minutes of real time to browse at the end")
    parser.add_argument("--starts", type=int, default=5, help="how often the program is started")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    console = Console(width=118)
    about = describe_environment(())
    console.print(
        f"{about['processor']}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {about['platform']}; "
        f"Qt platform {os.environ['QT_QPA_PLATFORM']}",
        soft_wrap=True,
    )
    ok = True
    with tempfile.TemporaryDirectory(prefix="fkd-window-") as scratch:
        folder = Path(scratch) / "copy.fkd"
        shutil.copytree(chosen.project, folder)
        usual = _measure(folder, chosen.minutes, chosen.starts)
        ok &= _tell(console, usual)
        if chosen.search:
            ok &= _tell(console, _child("search", folder, Path(scratch) / "window.ini", chosen.search))
        if chosen.browse:
            ok &= _tell(console, _child("browse", folder, Path(scratch) / "window.ini", chosen.browse))
        if chosen.large is not None:
            if not chosen.large.exists():
                make_sparse_project(chosen.large, MILLION)
            large = _measure(chosen.large, 0.0, chosen.starts)
            ok &= _tell(console, large, usual)
    return int(not ok)


def _measure(folder: Path, minutes: float, starts: int) -> dict[str, Any]:
    settings = folder.parent / "window.ini"
    settings.unlink(missing_ok=True)
    found = _child("walk", folder, settings, minutes)
    # The walk has left the project as the last one, and the system's cache warm, as after any day's work.
    found["start"] = [_child("start", folder, settings, time.time())["start"] for _ in range(starts)]
    return found


def _child(what: str, folder: Path, settings: Path, number: float) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.benchmarks.window_walk", what, str(folder), str(settings)]
    # As a program that was started before, whatever this shell asks of Python.
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told = subprocess.run([*words, str(number)], check=True, capture_output=True, text=True, env=usual)
    value: dict[str, Any] = json.loads(told.stdout.strip().splitlines()[-1])
    return value


def _figure(name: str, found: dict[str, Any]) -> float:
    values = found[name]
    if name in AT_99:
        return float(np.percentile(values, 99))
    return float(np.max(values) if name in ("stall", "memory") else np.median(values))


def _tell(console: Console, found: dict[str, Any], usual: dict[str, Any] | None = None) -> bool:
    """Print one project's figures; with those of a usual project also how many times as much they are."""
    table = Table("", "judged", "at most", "median", "p99", "longest", "n", *(["times"] if usual else []))
    good = True
    for name, (limit, training) in LIMITS.items():
        for suffix, most in (("", limit), (" while training", training), (" while searching", training)):
            key = name + suffix
            if not found.get(key) or most is None:
                continue
            values, unit = np.array(found[key]), "MB" if name == "memory" else "ms"
            judged = _figure(name, {name: values})
            cells = [f"{v:.1f}" for v in (np.median(values), np.percentile(values, 99), values.max())]
            times = judged / _figure(name, usual) if usual else 1.0
            fits = (judged <= most) if usual is None else (times <= 2 or judged <= most)
            good &= fits
            verdict = f"{judged:.1f} {unit}{'' if fits else ' (over)'}"
            last = [f"{times:.1f}"] if usual else []
            table.add_row(key, verdict, f"{most:.1f}", *cells, f"{len(values):,}", *last)
    console.print(f"\n{found['faces']:,} faces; the same faces visited {found['visited']:,} times")
    console.print(table)
    return good


if __name__ == "__main__":
    sys.exit(main())
