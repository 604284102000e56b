"""How many key presses, clicks and drags bring a spoiled face right, in the real window.

    FKD_DATA=FOLDER python -m tests.benchmarks.bench_clicks SPOILED.fkd [--faces 50] [--seed 0]

SPOILED.fkd is what `bench_review --keep SPOILED.fkd` left with the same seed; it is copied. A scripted person
who knows the labels as they were goes down the review queue: `A` where a face was not spoiled, and for each
spoiled one the fewest actions they see: take the model's places (`T`) if all that is asked about is right
there, swap the sides (`S`), take places for keypoints clicked one by one, or drag. A face is right when each
of its labels is within --within pixels of what it was, and settled; going on to the next one costs nothing,
since the window does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from rich.console import Console

from fkd_core.importing import import_kaggle
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.rules.store import source_points
from fkd_core.schema import FKD_15
from fkd_gui.app import make_application
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import Settings
from fkd_gui.tour.stage import Stage, Walk
from tests.benchmarks.bench_review import KINDS, Spoiled, spoil

LIMIT = 3
_MOST = 30
"""actions after which the person gives a face up"""


class Person:
    """Goes down the queue; `counts` holds the actions of each spoiled face."""

    def __init__(
        self, window: MainWindow, truth: NDArray[np.float64], done: Spoiled, faces: int, within: float
    ) -> None:
        assert window.view is not None
        self.window, self.view = window, window.view
        self.truth, self.done, self.faces, self.within = truth, done, faces, within
        self.counts: list[int] = []
        self.kinds: list[int] = []
        self.means: Counter[str] = Counter()
        self.passed = 0

    def walk(self) -> Walk:
        """Yields what to wait for."""
        self.window.show_place("review")
        self.view.label.review.look_requested.emit()
        yield self.view.review_desk.looked
        yield 200
        panel = self.view.label.review
        first = self.view.project.span("train").start
        while len(self.counts) < self.faces and panel.current >= 0:
            face = self.view.session.face
            row = face - first
            if self.done.kind[row] < 0:
                self.passed += 1
                while self.view.session.face == face:
                    self._key(Qt.Key.Key_A)
                    yield 5
                continue
            used = 0
            while self.view.session.face == face and used < _MOST:
                used += self._act(row)
                yield 5
            self.counts.append(used if not self._wrong(row).any() else _MOST)
            self.kinds.append(int(self.done.kind[row]))

    def _wrong(self, row: int) -> NDArray[np.bool_]:
        """`(K,)` labels that are not where they were; one where there was none has no right place."""
        labels = self.view.project.labels.table.points[self.view.project.span("train").start + row]
        return np.asarray(np.linalg.norm(labels - self.truth[row], axis=1) > self.within, np.bool_)

    def _act(self, row: int) -> int:
        """Do the next thing; returns how many actions it took."""
        session = self.view.session
        wrong = self._wrong(row)
        seen = session.predictions[session.face]
        near = np.linalg.norm(seen - self.truth[row], axis=1) <= self.within
        unknown = ~np.isfinite(self.truth[row]).all(axis=1)
        chosen = np.zeros(len(wrong), np.bool_)
        chosen[list(session.keypoints)] = True
        if not wrong.any():
            self._key(Qt.Key.Key_A)
            self.means["accept"] += 1
            return 1
        if (chosen & wrong).any() and (near | unknown)[chosen].all():
            self._key(Qt.Key.Key_T)
            self.means["take"] += 1
            return 1
        labels = self.view.project.labels.table.points[session.face]
        swapped = np.linalg.norm(labels[list(FKD_15.mirror)] - self.truth[row], axis=1) <= self.within
        if wrong.sum() > 1 and (swapped | unknown).all():
            used = 1
            if chosen.any() and not chosen[wrong].all():
                self._key(Qt.Key.Key_Escape)
                used = 2
            self._key(Qt.Key.Key_S)
            self.means["swap"] += 1
            return used
        keypoint = int(np.flatnonzero(wrong)[0])
        if near[keypoint]:
            # A click selects it alone, then T takes it.
            self._click(keypoint)
            self._key(Qt.Key.Key_T)
            self.means["click and take"] += 1
            return 2
        # Several that are selected would be dragged together.
        alone = session.keypoints in ((), (keypoint,))
        if not alone:
            self._click(keypoint)
            session.select((keypoint,))
        self._drag(keypoint, self.truth[row, keypoint])
        self.means["drag" if alone else "click and drag"] += 1
        return 1 if alone else 2

    def _key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view.label.canvas, key)

    def _place(self, point: NDArray[np.floating]) -> QPointF:
        return QPointF(*self.view.label.canvas.view.to_widget(np.asarray(point, np.float32)[None])[0])

    def _click(self, keypoint: int) -> None:
        label = self.view.project.labels.table.points[self.view.session.face, keypoint]
        QTest.mouseClick(self.view.label.canvas, Qt.MouseButton.LeftButton, pos=self._place(label).toPoint())

    def _drag(self, keypoint: int, to: NDArray[np.floating]) -> None:
        canvas, left = self.view.label.canvas, Qt.MouseButton.LeftButton
        label = self.view.project.labels.table.points[self.view.session.face, keypoint]
        start, end = self._place(label), self._place(to)
        QTest.mousePress(canvas, left, pos=start.toPoint())
        for step in (0.3, 0.7, 1.0):
            QTest.mouseMove(canvas, (start + (end - start) * step).toPoint())
        QTest.mouseRelease(canvas, left, pos=end.toPoint())


def main() -> int:
    """Replay and print; 1 if the median is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--faces", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--within", type=float, default=3.0, help="pixels")
    chosen = parser.parse_args()
    if "FKD_DATA" not in os.environ:
        sys.exit("FKD_DATA must name the folder with the competition's download")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="fkd-clicks-") as scratch:
        whole, folder = Path(scratch) / "whole.fkd", Path(scratch) / "copy.fkd"
        import_kaggle(Path(os.environ["FKD_DATA"]), whole, Job())
        with Project(whole) as project:
            truth = source_points(project).astype(np.float64)
        shutil.copytree(chosen.project, folder)
        person = _replay(folder, truth, spoil(truth, chosen.seed), chosen)
    return _report(person, chosen)


def _replay(folder: Path, truth: NDArray[np.float64], done: Spoiled, chosen: argparse.Namespace) -> Person:
    app = make_application(["fkd"])
    window = MainWindow(Settings(folder.parent / "window.ini"))
    window.resize(1440, 900)
    window.show()
    people: list[Person] = []
    ends: list[BaseException | None] = []

    def begin(_project: object) -> None:
        people.append(Person(window, truth, done, chosen.faces, chosen.within))
        stage = Stage(people[0].walk(), patience=120_000, parent=window)
        stage.ended.connect(end)
        stage.start()

    def end(error: BaseException | None) -> None:
        ends.append(error)
        app.quit()

    window.projects.opened.connect(begin)
    window.projects.failed.connect(end)
    window.open_path(folder)
    app.exec()
    window.close()
    for error in ends:
        if error is not None:
            raise error
    return people[0]


def _report(person: Person, chosen: argparse.Namespace) -> int:
    console, counts, kinds = Console(soft_wrap=True), np.array(person.counts), np.array(person.kinds)
    median = float(np.median(counts))
    console.print(
        f"{len(counts)} spoiled faces of {FKD_15.size[0]} px, right to within {chosen.within:g} px, after "
        f"{person.passed} that were not spoiled: median {median:g} actions (at most {LIMIT}), "
        f"mean {counts.mean():.2f}, 90 % {np.percentile(counts, 90):g}, most {counts.max()}; "
        f"given up {(counts >= _MOST).sum()}"
    )
    for number, kind in enumerate(KINDS):
        if (kinds == number).any():
            part = counts[kinds == number]
            console.print(f"    {kind}: {len(part)} faces, median {np.median(part):g}, most {part.max()}")
    console.print("    " + ", ".join(f"{name} {count}" for name, count in person.means.most_common()))
    return int(median > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
