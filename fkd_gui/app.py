"""The program behind the window: `fkd-gui`, `python -m fkd_gui`, `fkd gui`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fkd_core import __version__
from fkd_gui.large_blocks import give_back_large_blocks
from fkd_gui.main_window import MainWindow
from fkd_gui.paths import is_project
from fkd_gui.settings import LAST_PROJECT, THEME, Settings
from fkd_gui.theme import apply_theme, theme_for


def make_application(words: Sequence[str]) -> QApplication:
    """The application object with its name and version."""
    give_back_large_blocks()
    app = QApplication(list(words))
    app.setApplicationName("FKD")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fkd")
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, on a project if one is named or was open last; returns when it is closed."""
    parser = argparse.ArgumentParser(prog="fkd-gui", description="The window of FKD.")
    parser.add_argument("project", type=Path, nargs="?", metavar="PROJECT", help="the last one if left out")
    parser.add_argument("--demo", action="store_true", help="open the demo project")
    parser.add_argument("--demo-folder", type=Path, metavar="FOLDER", help="where the demo project lies")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="where to remember the window's layout")
    chosen = parser.parse_args(sys.argv[1:] if argv is None else list(argv))
    app = make_application(sys.argv[:1])
    settings = Settings(chosen.settings)
    apply_theme(app, theme_for(settings.get(THEME)))
    window = MainWindow(settings, demo=chosen.demo_folder)
    sys.excepthook = partial(_show_bug, window)
    window.show()
    # The first picture of the window comes before the work of opening a project.
    QTimer.singleShot(0, lambda: _begin(window, settings, chosen))
    signal.signal(signal.SIGINT, lambda *_: window.close())
    # Python looks at signals only between its own instructions; Qt's loop has none of them.
    ticks = QTimer(interval=250)
    ticks.timeout.connect(lambda: None)
    ticks.start()
    return app.exec()


def _show_bug(
    window: MainWindow, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A bug in a slot: say so in the window, with details to copy, and go on."""
    sys.__excepthook__(kind, error, trace)
    if not issubclass(kind, KeyboardInterrupt):
        window.show_error(error)


def _begin(window: MainWindow, settings: Settings, chosen: argparse.Namespace) -> None:
    last = settings.get(LAST_PROJECT)
    if chosen.project is not None:
        window.open_path(chosen.project)
    elif chosen.demo:
        window.open_demo()
    elif last and is_project(Path(last)):
        window.open_path(Path(last))
