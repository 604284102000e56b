"""How long the contact sheet takes to open, sort, scroll and answer keys.

    python -m tests.benchmarks.bench_sheet PROJECT
    python -m tests.benchmarks.bench_sheet --faces 1000000 FOLDER    makes FOLDER, a sparse file

A project that is given is copied first. Frames are timed to painted pixels.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fkd_core.project import Project
from fkd_gui.browser import FaceBrowser
from fkd_gui.session import Session
from fkd_gui.settings import Settings
from fkd_gui.sheet import Order, SheetPanel
from fkd_gui.sheet.orders import Question, listed
from fkd_gui.theme import apply_theme, theme_for
from tests.benchmarks.timing import timed, told
from tests.helpers.sparse import make_sparse_project

NOSE = 10


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--faces", type=int, help="make the project first, with so many faces")
    parser.add_argument("--size", type=int, nargs=2, default=(1200, 900), metavar=("WIDTH", "HEIGHT"))
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.project
        if arguments.faces and not path.exists():
            make_sparse_project(path, arguments.faces)
        elif not arguments.faces:
            path = Path(
                shutil.copytree(path, Path(folder) / path.name, ignore=shutil.ignore_patterns("runs"))
            )
        _measure(path, Settings(Path(folder) / "window.ini"), arguments.size)


def _measure(path: Path, settings: Settings, size: tuple[int, int]) -> None:
    app = QApplication([])
    apply_theme(app, theme_for("light"))
    session = Session(Project(path, write=True))
    browser = FaceBrowser(session, settings)
    panel = SheetPanel(session, browser.model, browser.facts, settings)
    browser.add_body(panel)
    browser.resize(*size)
    session.select((NOSE,))
    start = time.perf_counter()
    browser.show_body(panel)
    browser.show()
    panel.begin()
    wait = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    while not len(panel.model.faces):
        app.processEvents(wait)
    while panel.grid.pictures.get(int(panel.model.faces[0])) is None:
        app.processEvents(wait)
    panel.grid.viewport().repaint()
    print(f"{len(session.project):,} faces, {len(panel.model.faces):,} of them on the sheet")
    print(f"{'first screen of pictures':<44} {(time.perf_counter() - start) * 1000:14.2f} ms")
    table, mean = session.project.labels.table, panel.sorting._mean_shape()
    for order in (Order.OFFSET, Order.ACROSS, Order.ORIGIN, Order.ROW):
        question = Question(0, table, browser.model.faces, NOSE, order, True, mean)
        print(told(f"  find and sort: {order}", timed(lambda _, q=question: listed(q), range(5))))
    grid, bar = panel.grid, panel.grid.verticalScrollBar()

    def to(value: int) -> None:
        bar.setValue(int(value))
        app.processEvents()

    def key(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(grid, key, modifier)
        app.processEvents()

    def click(row: int) -> None:
        box = grid.picture_box(row)
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=box.center() + QPoint(9, 5))
        app.processEvents()

    print(f"{grid.layout_now().between(bar.value(), bar.value() + grid.viewport().height())} in sight")
    print(told("  all cells painted", timed(lambda _: grid.viewport().repaint(), range(50))))
    print(told("  wheel step (120 pixels)", timed(to, range(0, 200 * 120, 120))))
    print(told("  end to end in 300 frames", timed(to, np.linspace(0, bar.maximum(), 300))))
    to(0)
    key(Qt.Key.Key_Home)
    print(told("  to the next cell", timed(lambda _: key(Qt.Key.Key_Right), range(100))))
    nudge = Qt.KeyboardModifier.ControlModifier
    print(told("  nudge", timed(lambda _: key(Qt.Key.Key_Up, nudge), range(50))))
    print(told("  accept, and on", timed(lambda _: key(Qt.Key.Key_A), range(100))))
    key(Qt.Key.Key_Home)
    print(told("  click", timed(lambda row: click(row % 20), range(60))))
    print(told("  select one", timed(lambda _: key(Qt.Key.Key_Space), range(50))))
    if len(session.project) <= 20_000:

        def accept_all(_: int) -> None:
            key(Qt.Key.Key_A, nudge)
            panel.do("accept")
            app.processEvents()

        print(told("  accept all", timed(accept_all, range(1))))
        print(told("  undo that", timed(lambda _: session.undo(), range(1))))
    session.close()


if __name__ == "__main__":
    main()
