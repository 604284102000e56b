"""What `bench_window` runs in a process of its own: one window, one project, figures as JSON.

python -m tests.benchmarks.window_walk walk PROJECT SETTINGS MINUTES
python -m tests.benchmarks.window_walk browse PROJECT SETTINGS MINUTES
python -m tests.benchmarks.window_walk start PROJECT SETTINGS TIME
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fkd_core.search.spaces import TPE
from fkd_gui.app import make_application
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import LAST_PROJECT, PLACE, THEME, Settings
from fkd_gui.theme import apply_theme, theme_for
from fkd_gui.tour.stage import Stage, Walk

_FACES = 400
_DRAGS = 15
_QUERIES = ("missing:mouth_left_corner", "reviewed:no missing>3", "origin:human", "row:100-2000", "")
_ORDERS = ("missing", "changed", "source", "row", "")
_FRAMES = 300
_BETWEEN_ROUNDS = 600
_VISITS = 9000
"""faces visited before memory is looked at: half an hour at five a second"""


class Watch(QObject):
    """Beats every 2 ms in the event loop, and hears when a widget is painted."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.took: float | None = None
        self._asked: tuple[float, Callable[[], bool]] | None = None
        self._widget: QObject | None = None
        self._painted = False
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=2, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        for widget in widgets:
            widget.installEventFilter(self)
        self._timer.start()

    def ask(self, widget: QWidget, ready: Callable[[], bool] = lambda: True) -> None:
        """Something begins that ends when the widget has been painted and all is ready."""
        self._widget, self._painted, self.took = widget, False, None
        self._asked = (time.perf_counter(), ready)

    def answered(self) -> bool:
        """Whether it has ended; `took` says how many milliseconds it took."""
        return self._asked is None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only looks."""
        if watched is self._widget and event.type() == QEvent.Type.Paint:
            self._painted = True
        return False

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1000 * (now - self._last))
        self._last = now
        if self._asked is not None and self._painted and self._asked[1]():
            self.took = 1000 * (now - self._asked[0])
            self._asked = None


class Walker:
    """What a person does, as a walk for a `Stage`; fills `found`."""

    def __init__(self, window: MainWindow, minutes: float) -> None:
        self.window, self.minutes = window, minutes
        view = window.view
        assert view is not None
        self.view = view
        self.canvas, self.browser = view.label.canvas, view.label.browser
        self.grid = self.browser.grid.viewport()
        self.watch = Watch(self.canvas, self.grid)
        self.found: dict[str, Any] = {"faces": len(view.project), "visited": 0}

    def walk(self) -> Walk:
        """Yields what to wait for."""
        yield from self._take("first screen")
        yield 1000
        self.view.session.go_to(0)
        yield from self._round("")
        yield from self._visit()
        self.found["memory"] = [memory()]
        if self.minutes:
            yield from self._training()

    def browse(self) -> Walk:
        """For `minutes` of real time: five faces a second, and now and then all else that a round does."""
        begun, visited = time.monotonic(), 0
        while time.monotonic() - begun < 60 * self.minutes:
            yield from self._round("")
            for _ in range(_BETWEEN_ROUNDS):
                QTest.keyClick(self.canvas, Qt.Key.Key_Right)
                yield 200
            visited += _BETWEEN_ROUNDS + _FACES
            self.view.session.go_to(visited % len(self.view.project))
            self.found.setdefault("memory", []).append(memory())
        self.found["visited"] = visited

    def _round(self, suffix: str) -> Walk:
        if len(self.view.project) - self.view.session.face < 2 * (_FACES + _DRAGS):
            # At the last face a key would change nothing.
            self.view.session.go_to(0)
        yield 100
        self.watch.gaps.clear()
        yield from self._faces(suffix)
        yield from self._drag(suffix)
        yield from self._questions(suffix)
        yield from self._scroll(suffix)
        self.found.setdefault("stall" + suffix, []).extend(self.watch.gaps)

    def _take(self, name: str) -> Walk:
        yield self.watch.answered
        assert self.watch.took is not None
        self.found.setdefault(name, []).append(self.watch.took)

    def _faces(self, suffix: str) -> Walk:
        for _ in range(_FACES):
            self.watch.ask(self.canvas)
            QTest.keyClick(self.canvas, Qt.Key.Key_Right)
            yield from self._take("next face" + suffix)

    def _drag(self, suffix: str) -> Walk:
        left = Qt.MouseButton.LeftButton
        for _ in range(_DRAGS):
            points = self.view.project.labels.table.points[self.view.session.face]
            known = np.flatnonzero(np.isfinite(points).all(axis=1))
            if len(known):
                start = self.canvas.view.to_widget(points[known[0]][None])[0]
                places = [QPointF(*(start + (3 * i, 2 * i))).toPoint() for i in range(1, 21)]
                QTest.mousePress(self.canvas, left, pos=QPointF(*start).toPoint())
                for place in places:
                    self.watch.ask(self.canvas)
                    QTest.mouseMove(self.canvas, place)
                    yield from self._take("drag" + suffix)
                QTest.mouseRelease(self.canvas, left, pos=places[-1])
                yield 30
                self.window.session_do("undo")
                yield 30
            QTest.keyClick(self.canvas, Qt.Key.Key_Right)

    def _questions(self, suffix: str) -> Walk:
        bar = self.browser.bar
        for turn in range(5 * len(_QUERIES)):
            self.watch.ask(self.grid)
            bar.set_text(_QUERIES[turn % len(_QUERIES)])
            yield from self._take("filter" + suffix)
            yield 20
        for turn in range(5 * len(_ORDERS)):
            self.watch.ask(self.grid)
            bar.order.set_order(_ORDERS[turn % len(_ORDERS)], descending=turn % 2 == 0)
            bar.order.changed.emit()
            yield from self._take("sort" + suffix)
            yield 20
        bar.order.set_order("", descending=False)
        bar.order.changed.emit()
        yield 100

    def _scroll(self, suffix: str) -> Walk:
        bar = self.browser.grid.verticalScrollBar()
        for value in np.linspace(0, bar.maximum(), _FRAMES):
            if bar.value() == int(value):
                continue
            self.watch.ask(self.grid)
            bar.setValue(int(value))
            yield from self._take("scroll frame" + suffix)
        bar.setValue(0)
        yield 100

    def _visit(self) -> Walk:
        """As many faces as half an hour of browsing shows, without pauses."""
        self.view.session.go_to(0)
        last = len(self.view.project) - 1
        for visit in range(_VISITS):
            if self.view.session.face == last:
                self.view.session.go_to(0)
            QTest.keyClick(self.canvas, Qt.Key.Key_Right)
            if visit % 20 == 0:
                yield 1
        self.found["visited"] = _VISITS

    def _training(self) -> Walk:
        self.window.show_place("train")
        settings = self.view.train.settings
        settings.by_minutes.setChecked(True)
        settings.minutes.setValue(self.minutes)
        self.window.start_training()
        yield 500
        self.window.show_place("label")
        while self.view.desk.training:
            yield from self._round(" while training")

    def search(self) -> Walk:
        """For `minutes` a search tries settings, with its own window part kept up to date."""
        self.window.show_place("searches")
        place = self.view.get_place("searches")
        yield lambda: place.desk.idle
        settings = place.settings
        settings.strategy.setCurrentIndex(settings.strategy.findData(TPE))
        settings.trials.setValue(200)
        settings.minutes.setValue(self.minutes)
        settings.start.click()
        yield lambda: place.desk.running
        self.window.show_place("label")
        while place.desk.running:
            yield from self._round(" while searching")


def memory() -> float:
    """Megabytes of this process in memory, pages of mapped files among them.

    Raises:
        OSError: where the system has no `/proc`.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024 / 1e6


def walk(folder: Path, settings: Settings, minutes: float, what: str = "walk") -> dict[str, Any]:
    """The figures of one project, by one of the walks of `Walker`."""
    app = make_application(["fkd"])
    settings.set(PLACE, "label")
    apply_theme(app, theme_for(settings.get(THEME)))
    window = MainWindow(settings)
    window.resize(1440, 900)
    window.show()
    # A display without a window manager gives the keyboard to nobody by itself.
    window.activateWindow()
    walkers: list[Walker] = []
    ends: list[BaseException | None] = []
    opened = time.perf_counter()
    first: list[float] = []

    def begin(_project: object) -> None:
        walker = Walker(window, minutes)
        walkers.append(walker)
        stage = Stage(getattr(walker, what)(), patience=300_000, parent=window)
        stage.ended.connect(lambda error: (ends.append(error), app.quit()))
        # The grid's first screen with all pictures, from the moment that the project is there.
        walker.watch.ask(walker.grid)
        first.append(time.perf_counter())
        stage.start()

    window.projects.opened.connect(begin)
    window.projects.failed.connect(lambda error: (ends.append(error), app.quit()))
    window.open_path(folder)
    app.exec()
    window.close()
    for error in ends:
        if error is not None:
            raise error
    found = walkers[0].found
    found["open"] = [1000 * (first[0] - opened)]
    return found


def start(folder: Path, settings: Settings, began: float) -> dict[str, Any]:
    """Milliseconds from the start of the process to a painted face of the last project and an idle loop.

    Args:
        began: when the process was started, in seconds since 1970.
    """
    assert settings.get(LAST_PROJECT) == str(folder)
    app = make_application(["fkd"])
    apply_theme(app, theme_for(settings.get(THEME)))
    window = MainWindow(settings)
    window.show()
    told: dict[str, Any] = {}

    class Ear(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and "start" not in told:
                told["start"] = None
                QTimer.singleShot(0, usable)
            return False

    def usable() -> None:
        told["start"] = 1000 * (time.time() - began)
        app.quit()

    ear = Ear()

    def opened(_project: object) -> None:
        assert window.view is not None
        window.view.label.canvas.installEventFilter(ear)

    window.projects.opened.connect(opened)
    QTimer.singleShot(0, lambda: window.open_path(folder))
    app.exec()
    window.close()
    return told


def main() -> None:
    """Print figures as one line of JSON."""
    what, folder, path, number = sys.argv[1:]
    place, settings = Path(folder), Settings(Path(path))
    found = (
        start(place, settings, float(number))
        if what == "start"
        else walk(place, settings, float(number), what)
    )
    print(json.dumps(found), flush=True)
    # Qt's own teardown is not measured.
    os._exit(0)


if __name__ == "__main__":
    main()
