"""Pictures of every screen in both themes: `python -m fkd_gui.tour.screens FOLDER`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from fkd_core.demo.dataset import make_demo
from fkd_core.demo.download import write_download
from fkd_core.errors import BadInputError
from fkd_gui.main_window import MainWindow
from fkd_gui.project_view import ProjectView
from fkd_gui.theme import current
from fkd_gui.tour.laboratory import Laboratory
from fkd_gui.tour.play import play
from fkd_gui.tour.stage import Walk

THEMES = ("light", "dark")
SIZE = (1280, 800)
_PAUSE = 250
"""milliseconds for the window to draw itself before a picture"""
_FILLS = 8000
"""milliseconds in which all methods have filled the faces of the demo"""
_MODEL = {"folds": 2, "epochs": 24}
"""enough of a training for a queue with reasons in it"""

_MIXED = 600
"""faces of the file with two marking rules"""

Screen = tuple[str, Callable[[], Any]]


class Screens:
    """Prepares a demo project once, then shows one screen after another in each theme."""

    def __init__(self, window: MainWindow, folder: Path, scratch: Path) -> None:
        self.window, self.folder, self.scratch = window, folder, scratch
        self.pictures: list[Path] = []
        self._popups: list[QWidget] = []

    @property
    def view(self) -> ProjectView:
        """The open project."""
        if self.window.view is None:
            raise RuntimeError("no project is open")
        return self.window.view

    def walk(self) -> Walk:
        """Yields what to wait for."""
        window = self.window
        for theme in THEMES:
            window.set_theme(theme)
            yield _PAUSE
            self._picture("start", theme)
        window.open_demo()
        yield window.projects.opened
        yield from self._both([("label", lambda: None)])
        view = self.view
        window.show_place("train")
        yield from self._settle(view.train.proof.act.click, view.proof_desk.stands)
        view.train.start_with(dict(_MODEL))
        epochs: list[object] = []
        view.desk.epoch.connect(epochs.append)
        yield lambda: len(epochs) >= 34 or not view.desk.training
        yield from self._both([("training", lambda: None)])
        yield lambda: not view.desk.training
        yield lambda: bool(view.run_names)
        yield from self._both([("train", lambda: None)])
        window.predict_latest()
        yield view.desk.predictions_read
        yield from self._label_screens()
        yield from self._review_screens()
        window.show_place("submit")
        yield view.desk.submission_read
        yield from self._both([("submit", lambda: None)])
        window.show_place("label")
        yield from self._both([("palette", self._show_palette), ("shortcuts", self._show_shortcuts)])
        broken = BadInputError(
            "the file is no training data of the competition",
            where="faces.csv, line 7",
            expected="31 columns",
            found=30,
            todo="Export the table again with all columns",
        )
        yield from self._both([("notice", lambda: window.show_error(broken))])
        window.notices.clear()
        yield from Laboratory(view, self.scratch, lambda name: self._both([(name, lambda: None)])).walk()
        yield from self._rules_screens()

    def _label_screens(self) -> Walk:
        window, label = self.window, self.view.label
        window.show_place("label")
        yield from self._both(
            [
                ("filter", lambda: label.browser.bar.set_text("origin:imputed not reviewed:yes")),
                ("imputation", window.show_imputation),
            ]
        )
        label.browser.bar.set_text("")
        label.compare(True)
        yield _FILLS
        yield from self._both([("fills", lambda: None)])
        label.compare(False)
        window.past("history")
        yield lambda: bool(label.history.model.entries)
        yield from self._both([("history", lambda: None)])
        label.docks["keypoints"].raise_()
        label.show_sheet(True)
        yield _PAUSE
        yield from self._both([("sheet", lambda: None)])
        label.show_sheet(False)
        label.canvas.zoom(2.5)
        for option in ("mean", "grid", "names"):
            window.toggle(option)
        yield from self._both([("canvas", lambda: None)])
        for option in ("mean", "grid", "names"):
            window.toggle(option)
        label.canvas.fit()

    def _review_screens(self) -> Walk:
        window, view = self.window, self.view
        window.show_place("review")
        yield from self._settle(view.label.review.look_requested.emit, view.review_desk.looked)
        yield from self._both([("review", lambda: None)])

    def _rules_screens(self) -> Walk:
        """A file whose later rows are marked by another rule, as it is told of and shown."""
        window = self.window
        drawn = make_demo(_MIXED + 10, 10, seed=1)
        points = drawn.train_truth.copy()
        later, index = slice(_MIXED // 2, None), drawn.schema.index
        points[later, index("nose_tip"), 1] += 4
        points[later, index("mouth_center_top_lip"), 1] += 5
        points[later, index("left_eye_outer_corner"), 0] += 2
        points[later, index("right_eye_outer_corner"), 0] -= 2
        download = self.scratch / "mixed.zip"
        write_download(download, attrs.evolve(drawn, train_points=points))
        window.projects.make(download, self.scratch / "mixed.fkd")
        yield window.projects.opened
        window.show_place("label")
        yield lambda: window.notices.notice is not None
        yield from self._both([("mixed", lambda: None)])
        window.notices.clear()
        window.show_place("rules")
        yield lambda: self.view.rules.look is not None
        yield from self._both([("rules", lambda: None)])

    def _settle(self, act: Callable[[], Any], signal: Any) -> Walk:
        """Begin something and wait for its end, which may come before the wait begins."""
        ended: list[object] = []
        signal.connect(lambda *_: ended.append(True))
        act()
        yield lambda: bool(ended)

    def _both(self, screens: Sequence[Screen]) -> Walk:
        for name, prepare in screens:
            for theme in THEMES:
                self.window.set_theme(theme)
                prepare()
                yield _PAUSE
                self._picture(name, theme)
                self._close_popups()

    def _show_palette(self) -> None:
        self.window.search()
        self._popups.append(self.window.palette_list)

    def _show_shortcuts(self) -> None:
        self.window.show_shortcuts()
        modal = QApplication.activeModalWidget()
        if modal is not None:
            self._popups.append(modal)

    def _close_popups(self) -> None:
        for popup in self._popups:
            popup.close()
        self._popups.clear()

    def _picture(self, name: str, theme: str) -> None:
        """The window with what stands in front of it."""
        picture: QPixmap = self.window.grab()
        with QPainter(picture) as painter:
            for popup in self._popups:
                corner = popup.mapToGlobal(QPoint(0, 0)) - self.window.mapToGlobal(QPoint(0, 0))
                painter.drawPixmap(corner, popup.grab())
                # The frame that a desktop would give it.
                painter.setPen(QColor(current().outline))
                painter.drawRect(QRect(corner, popup.size()))
        path = self.folder / f"{name}-{theme}.png"
        if not picture.save(str(path)):
            raise RuntimeError(f"the picture {path} cannot be written")
        self.pictures.append(path)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="for the pictures; made if missing")
    chosen = parser.parse_args(argv)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fkd-screens-") as scratch:
        made = _play(chosen.folder, Path(scratch))
    print(f"{len(made)} pictures are in {chosen.folder.resolve()}")
    return 0


def _play(folder: Path, scratch: Path) -> list[Path]:
    from fkd_gui.app import make_application
    from fkd_gui.settings import Settings

    app = make_application(sys.argv[:1])
    window = MainWindow(Settings(scratch / "window.ini"), demo=scratch / "demo.fkd")
    window.resize(*SIZE)
    window.show()
    screens = Screens(window, folder, scratch)
    play(app, window, screens.walk())
    return screens.pictures


if __name__ == "__main__":
    sys.exit(main())
