"""How quickly runs are listed, shown and compared in the real window: 200 of them, some of 10,000 epochs.

    python -m tests.benchmarks.bench_runs [--runs 200] [--long 20] [--rounds 1] [--stacks]

A project of drawn faces is made in a temporary folder, with runs whose histories are written as a training
writes them. A process of its own opens it in the window; a figure runs from the click to painted pixels. A
stall is the longest time between two beats of the event loop meanwhile. QT_QPA_PLATFORM=xcb and a display
measure what X11 adds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from fkd_core.demo.project import make_demo_project
from fkd_core.jobs import Job
from fkd_core.runs.environment import describe_environment
from tests.helpers.many_runs import add_runs

MOST, STALL = 500.0, 100.0
"""milliseconds from the click to pixels, and between two beats"""


def main() -> int:
    """Measure and print; 1 if a figure is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--long", type=int, default=20, help="how many of them have 10,000 epochs")
    parser.add_argument("--rounds", type=int, default=1, help="windows that are opened one after the other")
    parser.add_argument("--faces", type=int, default=600)
    parser.add_argument("--stacks", action="store_true", help="say what Python was doing in stalls")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="fkd-runs-") as scratch:
        folder = Path(scratch) / "many.fkd"
        long = make_many(folder, chosen.runs, chosen.long, chosen.faces)
        rounds = [_window(folder, long[:4], chosen.stacks) for _ in range(chosen.rounds)]
    return int(not _tell(rounds, chosen))


def make_many(folder: Path, runs: int, long: int, faces: int) -> list[str]:
    """A project of drawn faces with many runs; returns the names of the long ones."""
    from fkd_core.project import Project
    from tests.helpers.runs import make_run, random_network

    make_demo_project(folder, Job(), faces=faces, test=20)
    trained = make_run(folder, "trained", random_network())
    weights = [path for path in trained.folder.iterdir() if path.suffix in (".keras", ".onnx")]
    with Project(folder) as project:
        held_out = min(200, len(project.faces["train"]) // 4)
    return add_runs(folder, count=runs - 1, long=long, held_out=held_out, weights=weights)


def _window(folder: Path, long: list[str], stacks: bool) -> dict[str, Any]:
    settings = folder.parent / "window.ini"
    settings.unlink(missing_ok=True)
    words = [sys.executable, "-m", "tests.benchmarks.runs_walk", str(folder), str(settings), ",".join(long)]
    told = subprocess.run([*words, *(["stacks"] if stacks else [])], check=True, stdout=subprocess.PIPE)
    value: dict[str, Any] = json.loads(told.stdout.decode().strip().splitlines()[-1])
    return value


def _tell(rounds: list[dict[str, Any]], chosen: argparse.Namespace) -> bool:
    console, about = Console(width=118), describe_environment(())
    console.print(
        f"{rounds[0]['runs']} runs, {chosen.long} of them with 10,000 epochs; {about['processor']}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Qt platform {os.environ['QT_QPA_PLATFORM']}",
        soft_wrap=True,
    )
    heads = ("median ms", "longest ms", f"≤ {MOST:.0f}", "longest stall", "computed in it", f"≤ {STALL:.0f}")
    table = Table("", *heads, "n")
    good = True
    for name in rounds[0]["times"]:
        times = np.concatenate([each["times"][name] for each in rounds])
        stalls = np.concatenate([each["stalls"][name] for each in rounds])
        own = np.concatenate([each["computed"][name] for each in rounds])
        # How long networks take to predict is a matter of the faces, and a bar tells of it.
        judged = "predict" not in name
        quick, smooth = times.max() <= MOST, stalls.max() <= STALL
        good &= bool((quick or not judged) and smooth)
        cells = f"{np.median(times):.0f}", f"{times.max():.0f}", ("yes" if quick else "NO") if judged else ""
        table.add_row(
            name,
            *cells,
            f"{stalls.max():.0f}",
            f"{own.max():.0f}",
            "yes" if smooth else "NO",
            f"{len(times)}",
        )
    console.print(table)
    for stack in (stack for each in rounds for stack in each["stacks"]):
        console.print(stack, markup=False)
    return good


if __name__ == "__main__":
    sys.exit(main())
