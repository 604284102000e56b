"""How long the window's event loop stands still while a network trains beside it.

    python -m tests.benchmarks.bench_stall [PROJECT] [--minutes 0.5] [--idle 10] [--stacks]

Works on a copy of PROJECT, or on drawn faces without one. The same hands, first with nothing else
going on, then while the default network trains, walk from face to face every 100 ms, drag a keypoint by
mouse events, nudge it, undo, filter, and look at the curves. A timer of 2 ms beats; a gap between two
beats is a stall. A gap in which the thread itself computed little was the machine's: others had the
processor. `--stacks` says what Python was doing in stalls over 50 ms, and costs a little itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from rich.console import Console
from rich.table import Table

from fkd_core.demo.project import make_demo_project
from fkd_core.jobs import Job
from fkd_core.runs.environment import describe_environment
from fkd_gui.app import make_application
from fkd_gui.browser.filters import FaceFilter
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import PLACE, Settings
from fkd_gui.tour.stage import Stage, Walk

LIMIT = 100.0
"""milliseconds that no stall may exceed"""
_SUSPECT = 0.05
"""seconds after which a stall's stack is noted"""


@attrs.frozen
class Gap:
    """Time between two beats, what the hands had begun last, and how much the thread computed."""

    milliseconds: float
    computed: float
    doing: str


class Heart(QObject):
    """Beats in the event loop and notes the gaps; hears when the canvas is painted."""

    def __init__(self, canvas: QObject) -> None:
        super().__init__()
        self.gaps: list[Gap] = []
        self.doing = "waiting"
        self.paints: dict[str, list[float]] = {}
        self._asked: tuple[str, float] | None = None
        self._painted = False
        self.last = time.perf_counter()
        self._computed = time.thread_time()
        self._timer = QTimer(self, interval=2, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        canvas.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def ask(self, name: str) -> None:
        """Something begins that ends with a painted face."""
        self.doing = name
        self._asked, self._painted = (name, time.perf_counter()), False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Only looks."""
        if event.type() == QEvent.Type.Paint:
            self._painted = True
        return False

    def _beat(self) -> None:
        now, computed = time.perf_counter(), time.thread_time()
        self.gaps.append(Gap(1000 * (now - self.last), 1000 * (computed - self._computed), self.doing))
        self.last, self._computed = now, computed
        if self._asked is not None and self._painted:
            name, began = self._asked
            self.paints.setdefault(name, []).append(1000 * (now - began))
            self._asked = None


@contextmanager
def watched(heart: Heart, stacks: list[str]) -> Iterator[None]:
    """Note the main thread's stack whenever a beat is late."""
    done, main = threading.Event(), threading.main_thread().ident

    def watch() -> None:
        noted = 0.0
        while not done.wait(0.01):
            if time.perf_counter() - heart.last > _SUSPECT and heart.last != noted:
                noted = heart.last
                frame = sys._current_frames()[main]
                stacks.append(f"{heart.doing}\n{''.join(traceback.format_stack(frame)[-6:])}")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield
    done.set()
    thread.join()


class Hands:
    """What a person does, as a walk for a `Stage`."""

    def __init__(self, window: MainWindow, heart: Heart, minutes: float, idle: float) -> None:
        self.window, self.heart = window, heart
        self.minutes, self.idle = minutes, idle
        self.without: list[Gap] = []
        self.epochs = 0

    def walk(self) -> Walk:
        """Yields what to wait for."""
        view, heart = self.window.view, self.heart
        yield 1000
        heart.gaps.clear()
        until = time.monotonic() + self.idle
        while time.monotonic() < until:
            yield from self._round()
        self.without = list(heart.gaps)
        heart.gaps.clear()
        heart.paints.clear()
        heart.doing = "starting"
        self.window.show_place("train")
        view.train.settings.by_minutes.setChecked(True)
        view.train.settings.minutes.setValue(self.minutes)
        view.desk.epoch.connect(self._count)
        self.window.start_training()
        yield 500
        self.window.show_place("label")
        while view.desk.training:
            yield from self._round()
            heart.doing = "curves"
            self.window.show_place("train")
            yield 700
            self.window.show_place("label")
        heart.doing = "after"
        yield 1000

    def _count(self, _record: object) -> None:
        self.epochs += 1

    def _round(self) -> Walk:
        window, heart, view = self.window, self.heart, self.window.view
        canvas = view.label.canvas
        for _ in range(10):
            heart.ask("next face")
            QTest.keyClick(canvas, Qt.Key.Key_Right)
            yield 100
        yield from self._drag()
        for _ in range(5):
            heart.ask("nudge")
            QTest.keyClick(canvas, Qt.Key.Key_Down)
            yield 30
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        for _ in range(2):
            heart.ask("undo")
            window.session_do("undo")
            yield 100
        for wanted in (FaceFilter(needs_work=True), FaceFilter()):
            heart.doing = "filter"
            view.label.browser.bar.set_filter(wanted)
            yield 200

    def _drag(self) -> Walk:
        view, heart = self.window.view, self.heart
        canvas, left = view.label.canvas, Qt.MouseButton.LeftButton
        points = view.project.labels.table.points[view.session.face]
        known = np.flatnonzero(np.isfinite(points).all(axis=1))
        if not len(known):
            return
        start = canvas.view.to_widget(points[known[0]][None])[0]
        places = [QPointF(*(start + (2 * i, i))).toPoint() for i in range(21)]
        QTest.mousePress(canvas, left, pos=places[0])
        for place in places[1:]:
            heart.ask("drag")
            QTest.mouseMove(canvas, place)
            yield 16
        heart.doing = "drop"
        QTest.mouseRelease(canvas, left, pos=places[-1])
        yield 100


def main() -> int:
    """Measure and print; 1 if a stall was longer than allowed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path, nargs="?")
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--idle", type=float, default=10.0, help="seconds of the same without training")
    parser.add_argument("--stacks", action="store_true", help="say what ran in stalls over 50 ms")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="fkd-stall-") as scratch:
        folder = Path(scratch) / "copy.fkd"
        if chosen.project is None:
            make_demo_project(folder, Job())
        else:
            shutil.copytree(chosen.project, folder)
        return _measure(folder, chosen)


def _measure(folder: Path, chosen: argparse.Namespace) -> int:
    app = make_application(["fkd"])
    settings = Settings(folder.parent / "window.ini")
    settings.set(PLACE, "label")
    window = MainWindow(settings)
    window.resize(1440, 900)
    window.show()
    failures: list[BaseException | None] = []
    made: list[tuple[Hands, Heart]] = []
    stacks: list[str] = []

    def begin(_project: object) -> None:
        heart = Heart(window.view.label.canvas)
        hands = Hands(window, heart, chosen.minutes, chosen.idle)
        made.append((hands, heart))
        stage = Stage(hands.walk(), patience=120_000, parent=window)
        stage.ended.connect(end)
        stage.start()

    def end(error: BaseException | None) -> None:
        failures.append(error)
        for _, heart in made:
            heart.stop()
        app.quit()

    window.projects.opened.connect(begin, Qt.ConnectionType.QueuedConnection)
    window.projects.failed.connect(end)
    window.open_path(folder)
    while not made and not failures:
        app.processEvents()
    with watched(made[0][1], stacks) if chosen.stacks and made else _nothing():
        app.exec()
    window.close()
    for error in failures:
        if error is not None:
            raise error
    hands, heart = made[0]
    return _report(hands, heart, stacks, chosen)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _report(hands: Hands, heart: Heart, stacks: list[str], chosen: argparse.Namespace) -> int:
    console, about = Console(width=110), describe_environment(())
    source = chosen.project.name if chosen.project else "600 drawn faces"
    console.print(
        f"{source}; {chosen.minutes:g} minutes of training, {hands.epochs} epochs; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {about['platform']}; "
        f"Qt platform {os.environ['QT_QPA_PLATFORM']}",
        soft_wrap=True,
    )
    table = Table("beats", "gaps", "median ms", "p99 ms", "longest ms", "computed in it", "then")
    for name, gaps in (("without training", hands.without), ("while it trains", heart.gaps)):
        values = np.array([gap.milliseconds for gap in gaps])
        worst = max(gaps, key=lambda gap: gap.milliseconds)
        table.add_row(
            name,
            f"{len(values):,}",
            f"{np.median(values):.1f}",
            f"{np.percentile(values, 99):.1f}",
            f"{worst.milliseconds:.1f}",
            f"{worst.computed:.1f} ms",
            worst.doing,
        )
    console.print(table)
    paints = Table("until painted, while it trains", "times", "median ms", "p99 ms", "longest ms")
    for name, values in heart.paints.items():
        figures = (np.median(values), np.percentile(values, 99), max(values))
        paints.add_row(name, f"{len(values):,}", *(f"{value:.1f}" for value in figures))
    console.print(paints)
    late = sorted((g for g in heart.gaps if g.milliseconds > LIMIT / 2), key=lambda g: -g.milliseconds)
    for gap in late[:10]:
        console.print(f"{gap.milliseconds:7.1f} ms, {gap.computed:6.1f} computed: {gap.doing}")
    for stack in stacks:
        console.print(stack, markup=False)
    return int(any(gap.milliseconds > LIMIT for gap in heart.gaps))


if __name__ == "__main__":
    sys.exit(main())
