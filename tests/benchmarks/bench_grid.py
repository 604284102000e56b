"""How long the grid takes to its first screen, and for each frame while it scrolls from end to end.

    python -m tests.benchmarks.bench_grid PROJECT
    python -m tests.benchmarks.bench_grid --faces 1000000 FOLDER    makes FOLDER, a sparse file

Frames are timed from the scroll bar's new value to painted pixels.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from fkd_core.project import Project
from fkd_gui.browser import CellSize, FaceBrowser, FaceFilter
from fkd_gui.browser.filters import Pattern
from fkd_gui.session import Session
from fkd_gui.theme import apply_theme, theme_for
from tests.benchmarks.timing import timed, told
from tests.helpers.sparse import make_sparse_project


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--faces", type=int, help="make the project first, with so many faces")
    parser.add_argument("--size", type=int, nargs=2, default=(1200, 900), metavar=("WIDTH", "HEIGHT"))
    arguments = parser.parse_args()
    if arguments.faces and not arguments.project.exists():
        make_sparse_project(arguments.project, arguments.faces)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    apply_theme(app, theme_for("light"))
    start = time.perf_counter()
    session = Session(Project(arguments.project))
    opened = time.perf_counter()
    browser = FaceBrowser(session)
    browser.resize(*arguments.size)
    browser.show()
    browser.grid.viewport().repaint()
    print(f"{len(session.project):,} faces, {arguments.size[0]} × {arguments.size[1]}")
    print(f"{'open the project':<44} {(opened - start) * 1000:14.2f} ms")
    print(f"{'first screen':<44} {(time.perf_counter() - opened) * 1000:14.2f} ms")
    bar = browser.grid.verticalScrollBar()

    def to(value: int) -> None:
        bar.setValue(int(value))
        app.processEvents()

    for size in CellSize:
        browser.set_cell_size(size)
        app.processEvents()
        seen = browser.grid.viewport().height() // size.cell[1] * browser.grid.layout_now().columns
        print(f"{size.name.lower()}: {seen} faces in sight")
        print(told("  wheel step (120 pixels)", timed(to, range(0, 300 * 120, 120))))
        print(told("  end to end in 300 frames", timed(to, np.linspace(0, bar.maximum(), 300))))
    filters = [
        FaceFilter(pattern=Pattern.FOUR),
        FaceFilter(missing=10),
        FaceFilter(reviewed=False),
        FaceFilter(needs_work=True),
        FaceFilter(),
    ]
    print(told("filter over all faces", timed(lambda i: browser.bar.set_filter(filters[i % 5]), range(25))))
    project = session.project
    session.show_predictions("a run", project.labels.table.points + np.float32(1))
    texts = ["error>3", "missing>3 not reviewed:yes", "origin:human or error(nose_tip)>1", "row:100-200", ""]
    print(told("filter by text", timed(lambda i: browser.bar.set_text(texts[i % 5]), range(50))))
    fields = ["error", "missing", "changed", "source", ""]

    def sort(i: int) -> None:
        browser.bar.order.set_order(fields[i % 5], descending=i % 2 == 0)
        browser.bar.order.changed.emit()

    print(told("sort all faces", timed(sort, range(50))))
    print(f"{'memory at most':<44} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:11.0f} MiB")
    session.close()


if __name__ == "__main__":
    main()
