"""What `bench_runs` runs in a process of its own: one window, a project of many runs, figures as JSON.

python -m tests.benchmarks.runs_walk PROJECT SETTINGS LONG,LONG,… [STACKS]
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fkd_gui.app import make_application
from fkd_gui.compare.place import ComparePlace
from fkd_gui.main_window import MainWindow
from fkd_gui.panels.run_table import RUN as NAME_COLUMN
from fkd_gui.settings import PLACE, THEME, Settings
from fkd_gui.theme import apply_theme, theme_for
from fkd_gui.tour.stage import Stage, Walk
from tests.benchmarks.window_walk import Watch

if TYPE_CHECKING:
    from fkd_gui.panels.curves import Curves

_ROUNDS = 4
_QUIET = 1500
"""milliseconds until what a window makes ahead is made"""
_SUSPECT = 0.03
"""seconds after which a stall's stack is noted"""


class PaintWatch(Watch):
    """A wait ends with the first paint at which all is ready; `computed`: the longest stall without waits."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__(*widgets)
        self.computed, self._spent = 0.0, time.thread_time()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only looks."""
        if watched is self._widget and event.type() == QEvent.Type.Paint:
            asked = self._asked
            self._painted = self._painted or asked is None or asked[1]()
        return False

    def begin(self) -> None:
        """Forget the beats before."""
        self.gaps.clear()
        self.computed, self._spent = 0.0, time.thread_time()

    def _beat(self) -> None:
        spent = time.thread_time()
        self.computed, self._spent = max(self.computed, 1000 * (spent - self._spent)), spent
        super()._beat()

    def listen(self, widget: QWidget) -> None:
        """Hear of this widget's paints too."""
        widget.removeEventFilter(self)
        widget.installEventFilter(self)


class RunsWalker:
    """What a person does with runs, as a walk for a `Stage`; fills `found`."""

    def __init__(self, window: MainWindow, long: list[str]) -> None:
        self.window, self.long = window, long
        view = window.view
        assert view is not None
        self.view = view
        self.watch = PaintWatch()
        self.found: dict[str, Any] = {"stalls": {}, "computed": {}, "times": {}}
        self.doing = ""

    def walk(self) -> Walk:
        """Yields what to wait for."""
        yield lambda: bool(self.view.runs)
        yield lambda: self.view._stack.made("submit") is not None
        yield _QUIET
        self.found["runs"] = len(self.view.runs)
        yield from self._train()
        yield from self._compare()
        yield from self._search()

    def _step(self, name: str, widget: QWidget, act: Callable[[], object], ready: Callable[[], bool]) -> Walk:
        self.watch.listen(widget)
        yield 50
        self.watch.begin()
        self.doing = name
        self.watch.ask(widget, ready)
        act()
        yield self.watch.answered
        yield 200
        self.doing = ""
        assert self.watch.took is not None
        self.found["times"].setdefault(name, []).append(self.watch.took)
        self.found["stalls"].setdefault(name, []).append(max(self.watch.gaps))
        self.found["computed"].setdefault(name, []).append(self.watch.computed)

    def _train(self) -> Walk:
        view = self.view

        def show() -> None:
            self.window.top.place_chosen.emit("train")

        # The place is made now: its table cannot be watched before.
        stack = view._stack
        yield from self._step("Train: first showing", stack, show, lambda: view.place == "train")
        runs = view.train.runs
        for _ in range(_ROUNDS):
            before = runs.table.rows
            yield from self._step(
                "Train: runs read again",
                runs.view.viewport(),
                view.desk.read_runs,
                lambda before=before: runs.table.rows is not before,
            )
        progress = view.train.panel.progress
        yield lambda: progress.curves is not None
        for turn in range(2 * _ROUNDS):
            name = self.long[turn % len(self.long)]
            curves = progress.curves
            assert curves is not None

            def click(name: str = name) -> None:
                for row in range(runs._sorted.rowCount()):
                    index = runs._sorted.index(row, NAME_COLUMN)
                    if index.data() == name:
                        runs.view.scrollTo(index)
                        place = runs.view.visualRect(index).center()
                        QTest.mouseClick(runs.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

            def drawn(name: str = name, curves: Curves = curves) -> bool:
                shown = progress.shown
                return shown is not None and shown.name == name and curves.series is shown.series

            yield from self._step("Train: a run of 10,000 epochs", curves._view.viewport(), click, drawn)

    def _compare(self) -> Walk:
        view = self.view

        def show() -> None:
            self.window.top.place_chosen.emit("compare")

        yield from self._step("Compare: first showing", view._stack, show, lambda: view.place == "compare")
        place = view.get_place("compare")
        assert isinstance(place, ComparePlace)
        yield lambda: place.model.rowCount() > 0
        yield 200
        for _ in range(_ROUNDS):
            self.window.show_place("label")
            yield 100
            before = place.model.rows
            yield from self._step(
                "Compare: the table of runs",
                place.table.viewport(),
                show,
                lambda before=before: place.model.rows is not before,
            )
        # Each pair twice: the first time their networks have to look at the faces.
        for turn in range(2 * _ROUNDS):
            first = turn % _ROUNDS % len(self.long)
            pair = [self.long[first], self.long[(first + 1) % len(self.long)]]
            place.choose_runs(pair)
            yield 100
            before = place.outcome
            target = place._below if before is None else before.plots._view.viewport()
            told: list[object] = []
            place.desk.compared.connect(told.append)

            def painted(told: list[object] = told) -> bool:
                return bool(told) and place.outcome is not None

            name = "Compare: two long runs" + (" that have to predict first" if turn < _ROUNDS else "")
            yield from self._step(name, target, place.compare.click, painted)
            place.desk.compared.disconnect(told.append)

    def _search(self) -> Walk:
        def show() -> None:
            self.window.top.place_chosen.emit("searches")

        view = self.view
        yield from self._step("Search: first showing", view._stack, show, lambda: view.place == "searches")


def walk(folder: Path, settings: Settings, long: list[str], stacks: list[str] | None) -> dict[str, Any]:
    """The figures of one project."""
    app = make_application(["fkd"])
    settings.set(PLACE, "label")
    apply_theme(app, theme_for(settings.get(THEME)))
    window = MainWindow(settings)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    walkers: list[RunsWalker] = []
    ends: list[BaseException | None] = []

    def begin(_project: object) -> None:
        walkers.append(RunsWalker(window, long))
        stage = Stage(walkers[0].walk(), patience=60_000, parent=window)
        stage.ended.connect(lambda error: (ends.append(error), app.quit()))
        stage.start()

    window.projects.opened.connect(begin)
    window.projects.failed.connect(lambda error: (ends.append(error), app.quit()))
    window.open_path(folder)
    if stacks is not None:
        threading.Thread(target=_note, args=(walkers, stacks), daemon=True).start()
    app.exec()
    window.close()
    for error in ends:
        if error is not None:
            raise error
    return walkers[0].found


def _note(walkers: list[RunsWalker], stacks: list[str]) -> None:
    """Note the window's stack whenever a beat is late."""
    main, noted = threading.main_thread().ident, 0.0
    while True:
        time.sleep(0.005)
        watch = walkers[0].watch if walkers else None
        if watch is None or not walkers[0].doing or time.perf_counter() - watch._last < _SUSPECT:
            continue
        if watch._last != noted:
            noted = watch._last
            frame = sys._current_frames()[main]
            stacks.append(f"{walkers[0].doing}\n{''.join(traceback.format_stack(frame)[-7:])}")


def main() -> None:
    """Print figures as one line of JSON."""
    folder, path, names, *rest = sys.argv[1:]
    stacks: list[str] | None = [] if rest else None
    found = walk(Path(folder), Settings(Path(path)), names.split(","), stacks)
    found["stacks"] = stacks or []
    print(json.dumps(found), flush=True)
    # Qt's own teardown is not measured.
    os._exit(0)


if __name__ == "__main__":
    main()
