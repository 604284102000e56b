"""Plays a walk through a window that is shown for it alone."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from fkd_gui.main_window import MainWindow
from fkd_gui.tour.stage import Stage, Walk

_PATIENCE = 300_000
"""milliseconds that any one step may take"""


def play(app: QApplication, window: MainWindow, walk: Walk) -> None:
    """Run the application until the walk has come to its end, then close the window.

    Raises:
        Exception: whatever stopped the walk, a bug in a slot of the window included.
    """
    stage = Stage(walk, patience=_PATIENCE)
    failures: list[BaseException] = []

    def end(error: BaseException | None) -> None:
        if error is not None:
            failures.append(error)
        window.close()
        app.exit()

    for signal in (window.projects.failed, window.tasks.failed):
        signal.connect(stage.fail)
    stage.ended.connect(end)
    hook, sys.excepthook = sys.excepthook, lambda _kind, error, _trace: stage.fail(error)
    try:
        stage.start()
        app.exec()
    finally:
        sys.excepthook = hook
    if failures:
        raise failures[0]
