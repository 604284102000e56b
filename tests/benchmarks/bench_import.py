"""Time and memory of importing the competition's download, beside decompressing it and the notebook's way.

    FKD_DATA=FOLDER python -m tests.benchmarks.bench_import [ROWS]

The notebook's way: pandas reads the whole table, each string of pixels is split, a list comprehension puts a
number where a token is empty, and NumPy turns all the tokens into floats. Splitting is timed on the first
ROWS rows (600) of training.csv and scaled to all rows of both files; reading the tables is timed in full.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import attrs
import numpy as np
import pandas as pd

from fkd_core.formats.archive import Member, members
from fkd_core.project import Project
from tests.helpers.competition import ARCHIVE

ROWS = 600
OPENINGS = 5
CHUNK = 1 << 20

IMPORT = """
import sys, time
from pathlib import Path
from fkd_core.importing import import_kaggle
from fkd_core.jobs import Job
start = time.perf_counter()
import_kaggle(Path(sys.argv[1]), Path(sys.argv[2]), Job())
seconds = time.perf_counter() - start
status = Path("/proc/self/status")
if status.exists():
    # Linux counts the parent's memory as the child's in ru_maxrss; this begins with the program itself.
    peak = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if "VmHWM" in line)
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(seconds, peak)
"""


def decompress(files: list[Member]) -> float:
    """Seconds to read both CSV files through and do nothing with them."""
    start = time.perf_counter()
    for member in files:
        with member.open() as stream:
            while stream.read(CHUNK):
                pass
    return time.perf_counter() - start


def notebook(files: list[Member], rows: int) -> tuple[float, float, int]:
    """Seconds to read both tables, seconds to split all rows (scaled), and how many rows there are."""
    start = time.perf_counter()
    tables = []
    for member in files:
        with member.open() as stream:
            tables.append(pd.read_csv(stream))
    reading = time.perf_counter() - start
    texts = tables[0]["Image"].head(rows)
    start = time.perf_counter()
    pixels = []
    for text in texts:
        pixels.append(["0" if token == "" else token for token in text.split(" ")])
    np.array(pixels, dtype=float).reshape(-1, 96, 96, 1)
    splitting = time.perf_counter() - start
    total = sum(len(table) for table in tables)
    return reading, splitting * total / rows, total


def ours(source: Path, project: Path) -> tuple[float, float]:
    """Seconds to import the whole download in a process of its own, and its peak memory in MiB."""
    command = [sys.executable, "-c", IMPORT, str(source), str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak / 2**20


def reopen(project: Path) -> float:
    """Seconds to open and close a project, the median of several times."""
    seconds = []
    for _ in range(OPENINGS):
        start = time.perf_counter()
        Project(project, write=True).close()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


@attrs.frozen
class Figures:
    """One measurement; times in seconds.

    Attributes:
        inflating: decompressing both CSV files.
        imports: importing the whole download into a project, each time.
        reading, splitting: the two halves of the notebook's way.
        rows: of both files.
        peak: memory of the import in MiB.
        reopening: opening the project again.
    """

    inflating: float
    imports: tuple[float, ...]
    reading: float
    splitting: float
    rows: int
    peak: float
    reopening: float

    @property
    def against_notebook(self) -> float:
        """How many times faster than the notebook."""
        return (self.reading + self.splitting) / statistics.median(self.imports)

    @property
    def against_inflating(self) -> float:
        """How many times the decompression alone."""
        return statistics.median(self.imports) / self.inflating


def measure(source: Path, rows: int = ROWS) -> Figures:
    """Time everything in one run, so that the ratios hold whatever else the machine does."""
    files = [m for name in ("training.csv", "test.csv") for m in members(source) if m.name == name]
    with tempfile.TemporaryDirectory() as scratch:
        inflating = [decompress(files)]
        imports = []
        for i in range(3):
            imports.append(ours(source, Path(scratch, f"{i}.fkd")))
            inflating.append(decompress(files))
        again = reopen(Path(scratch, "0.fkd"))
    reading, splitting, total = notebook(files, rows)
    return Figures(
        inflating=statistics.median(inflating),
        imports=tuple(seconds for seconds, _ in imports),
        reading=reading,
        splitting=splitting,
        rows=total,
        peak=max(peak for _, peak in imports),
        reopening=again,
    )


def main() -> None:
    """Print every figure and whether it is within its limit."""
    folder = os.environ.get("FKD_DATA")
    if not folder:
        sys.exit("FKD_DATA must name the folder with the competition's download")
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    found = measure(Path(folder, ARCHIVE), rows)
    seconds = statistics.median(found.imports)
    print(f"decompressing both CSV files       {found.inflating:8.2f} s")
    print(f"importing into a project           {seconds:8.2f} s  (median of 3: {_list(found.imports)})")
    print(f"the notebook's way                 {found.reading + found.splitting:8.2f} s")
    print(f"  reading both tables              {found.reading:8.2f} s  ({found.rows} rows)")
    print(f"  splitting pixels                 {found.splitting:8.2f} s  ({rows} rows timed, scaled)")
    _judge("times faster than the notebook", found.against_notebook, "≥", 10)
    _judge("times decompressing alone", found.against_inflating, "≤", 3)
    _judge("MiB peak memory of the import", found.peak, "≤", 1024)
    _judge("seconds to reopen", found.reopening, "≤", 0.2)


def _list(seconds: tuple[float, ...]) -> str:
    return ", ".join(f"{each:.2f}" for each in seconds)


def _judge(what: str, value: float, sign: str, limit: float) -> None:
    good = value >= limit if sign == "≥" else value <= limit
    print(f"{what:<34} {value:8.2f}    {sign} {limit:g}: {'yes' if good else 'NO'}")


if __name__ == "__main__":
    main()
